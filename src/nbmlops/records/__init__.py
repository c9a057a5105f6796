"""Frozen records that the layers hand to each other."""

from nbmlops.records.data import Column, Fingerprint, Input
from nbmlops.records.directions import known_direction
from nbmlops.records.runs import (
    Artifact,
    Environment,
    Experiment,
    GitState,
    Goal,
    Metric,
    OutputTails,
    Param,
    ResourceUse,
    RunInfo,
    RunStatus,
    Series,
)

__all__ = [
    "Artifact",
    "Column",
    "Environment",
    "Experiment",
    "Fingerprint",
    "GitState",
    "Goal",
    "Input",
    "Metric",
    "OutputTails",
    "Param",
    "ResourceUse",
    "RunInfo",
    "RunStatus",
    "Series",
    "known_direction",
]
