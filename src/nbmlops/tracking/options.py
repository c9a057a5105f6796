"""What the words after `%%track` ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nbmlops.capture.metric_requests import MetricRequest


@dataclass(frozen=True, slots=True)
class CellOptions:
    """The flags of one tracked cell.

    Attributes:
        params: names to record as parameters, whatever they were bound to.
        data: names or file paths to record as inputs.
        models: names of models to keep; None for those that the cell fits, empty for none.
        nested: the run becomes part of the active one.
        records_data: False for `--no-data`.
        keeps_data: keep the tables that it reads, not only their fingerprints.
        quiet: show no line after the cell.
        automatic: tracked because of `%track on`: leaves no run when nothing was fitted or logged.
    """

    name: str | None = None
    experiment: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    params: tuple[str, ...] = ()
    metrics: tuple[MetricRequest, ...] = ()
    data: tuple[str, ...] = ()
    models: tuple[str, ...] | None = None
    note: str | None = None
    nested: bool = False
    records_data: bool = True
    keeps_data: bool = False
    quiet: bool = False
    automatic: bool = False
