"""Frozen records that the layers hand to each other.

Names are resolved when they are first used: making dataclasses takes a while, and `%load_ext` needs none of these.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
        Series,
    )
    from nbmlops.records.status import RunStatus

_HOMES = {
    "Column": "data",
    "Fingerprint": "data",
    "Input": "data",
    "known_direction": "directions",
    "RunStatus": "status",
}

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


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'nbmlops.records' has no attribute {name!r}")
    value = getattr(import_module(f"nbmlops.records.{_HOMES.get(name, 'runs')}"), name)
    globals()[name] = value
    return value
