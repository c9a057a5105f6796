"""Runs as the tables of the front end are told of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nbmlops.records import Finding, RunInfo
from nbmlops.records.wire.rows import FindingInfo, Row
from nbmlops.records.wire.values import WireNumber, WireValue

if TYPE_CHECKING:
    from nbmlops.store.pages import RunRow

_EXACT_IN_A_DOUBLE = 2**53


def wire_number(value: float) -> WireNumber:
    """A number that JSON can hold."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def wire_value(value: Any) -> WireValue:
    """A parameter that JSON, and JavaScript's numbers, can hold."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if abs(value) < _EXACT_IN_A_DOUBLE else str(value)
        case float():
            return wire_number(value)
        case list() | tuple():
            return [wire_value(item) for item in value]
        case Mapping():
            return {str(key): wire_value(item) for key, item in value.items()}
    return str(value)


def wire_row(row: RunRow | RunInfo, environment: Mapping[str, str] | None = None) -> Row:
    """A run of a table, that stands for itself alone.

    Args:
        row: the run.
        environment: where it ran, as far as the table shows it.
    """
    started = row.started if isinstance(row.started, float | int) else row.started.timestamp()
    return {
        "id": row.id,
        "name": row.name,
        "experiment": row.experiment,
        "status": str(row.status),
        "started": started,
        "duration": row.duration,
        "kind": row.kind,
        "parent": row.parent,
        "notebook": row.notebook,
        "cell_id": row.cell_id,
        "execution_count": row.execution_count,
        "note": row.note,
        "error": row.error,
        "doubts": list(row.doubts),
        "degraded": list(row.degraded),
        "identity": row.identity,
        "verdict": str(row.verdict) if row.verdict else None,
        "findings": [_finding(finding) for finding in row.findings],
        "params": {key: wire_value(value) for key, value in row.params.items()},
        "metrics": {key: wire_number(value) for key, value in row.metrics.items()},
        "tags": dict(row.tags),
        "data": _data(row) if isinstance(row, RunInfo) else dict(row.data),
        "environment": dict(environment or {}),
        "alike": 1,
        "inside": "",
    }


def _data(run: RunInfo) -> dict[str, str]:
    return {item.name: item.fingerprint.short for item in run.inputs if item.fingerprint}


def _finding(finding: Finding) -> FindingInfo:
    return {"code": finding.code, "message": finding.message, "name": finding.name}
