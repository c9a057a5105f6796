"""Frozen records that the layers hand to each other.

Names are resolved when they are first used: making dataclasses takes a while, and `%load_ext` needs none of these.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbmlops.records.data import Column, Fingerprint, Input
    from nbmlops.records.directions import known_direction
    from nbmlops.records.proof import (
        Difference,
        Finding,
        LocalModule,
        MetricCheck,
        Need,
        Reproduction,
        SliceCell,
        Verdict,
    )
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
        ThreadPool,
    )
    from nbmlops.records.status import RunStatus

_HOMES = {
    "Column": "data",
    "Difference": "proof",
    "Finding": "proof",
    "Fingerprint": "data",
    "Input": "data",
    "LocalModule": "proof",
    "MetricCheck": "proof",
    "Need": "proof",
    "Reproduction": "proof",
    "SliceCell": "proof",
    "Verdict": "proof",
    "known_direction": "directions",
    "RunStatus": "status",
}

__all__ = [
    "Artifact",
    "Column",
    "Difference",
    "Environment",
    "Experiment",
    "Finding",
    "Fingerprint",
    "GitState",
    "Goal",
    "Input",
    "LocalModule",
    "Metric",
    "MetricCheck",
    "Need",
    "OutputTails",
    "Param",
    "Reproduction",
    "ResourceUse",
    "RunInfo",
    "RunStatus",
    "Series",
    "SliceCell",
    "ThreadPool",
    "Verdict",
    "known_direction",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'nbmlops.records' has no attribute {name!r}")
    value = getattr(import_module(f"nbmlops.records.{_HOMES.get(name, 'runs')}"), name)
    globals()[name] = value
    return value
