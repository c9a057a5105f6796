"""Runs as the front end is told of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nbmlops.records import Finding, Input, Metric, Reproduction, RunInfo, SliceCell
from nbmlops.records.wire.details import CheckInfo, InputInfo, MetricInfo, RunDetails, SliceCellInfo
from nbmlops.records.wire.rows import FindingInfo, Row
from nbmlops.records.wire.values import WireNumber, WireValue
from nbmlops.views.markup import block
from nbmlops.views.proof_words import (
    cell_mark,
    check_remarks,
    differing_metrics,
    telling_line,
    verdict_sentence,
)

if TYPE_CHECKING:
    from nbmlops.store.pages import RunRow

_EXACT_IN_A_DOUBLE = 2**53
_MOST_SOURCE = 3000  # characters of one cell of a slice


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


def wire_details(run: RunInfo) -> RunDetails:
    """Everything about a run."""
    environment, output = run.environment, run.output
    return {
        "row": wire_row(run),
        "ended": run.ended.timestamp() if run.ended else None,
        "source": run.source,
        "traceback": run.traceback,
        "params": [
            {"key": p.key, "value": wire_value(p.value), "origin": p.origin, "chosen": p.shown}
            for p in run.param_details
        ],
        "metrics": [_metric(metric) for metric in run.metric_details],
        "inputs": [_input(item) for item in run.inputs],
        "artifacts": [
            {"name": a.name, "kind": a.kind, "media_type": a.media_type, "size": a.size}
            for a in run.artifacts
        ],
        "notices": list(run.notices),
        "check": _check(run.reproduction) if run.reproduction else None,
        "slice": [_slice_cell(cell, at) for at, cell in enumerate(run.slice[:-1])],
        "modules": [{"name": m.name, "path": m.path, "changed": bool(m.diff)} for m in run.modules],
        "git": {"commit": run.git.commit, "dirty": run.git.dirty, "branch": run.git.branch}
        if run.git
        else None,
        "python": environment.python if environment else "",
        "platform": environment.platform if environment else "",
        "packages": dict(environment.packages) if environment else {},
        "cpu_seconds": run.resources.cpu_seconds,
        "peak_rss_bytes": run.resources.peak_rss_bytes,
        "stdout": output.stdout,
        "stderr": output.stderr,
        "warnings": list(output.warnings),
        "result": output.result,
    }


def _metric(metric: Metric) -> MetricInfo:
    return {
        "key": metric.key,
        "last": wire_number(metric.last),
        "min": wire_number(metric.min),
        "max": wire_number(metric.max),
        "count": metric.count,
        "last_step": metric.last_step,
        "direction": metric.direction,
        "origin": metric.origin,
    }


def _finding(finding: Finding) -> FindingInfo:
    return {"code": finding.code, "message": finding.message, "name": finding.name}


def _check(check: Reproduction) -> CheckInfo:
    changes = differing_metrics(check)
    return {
        "verdict": str(check.verdict),
        "summary": verdict_sentence(check).partition(": ")[2],
        "metrics": [{"key": k, "then": then, "now": now, "change": by} for k, then, now, by in changes],
        "remarks": list(check_remarks(check)),
    }


def _slice_cell(cell: SliceCell, at: int) -> SliceCellInfo:
    return {
        "mark": cell_mark(cell, at),
        "first": telling_line(cell),
        "reason": cell.reason,
        "failed": cell.failed,
        "source": block(cell.source, _MOST_SOURCE),
    }


def _input(item: Input) -> InputInfo:
    return {
        "name": item.name,
        "kind": item.kind,
        "source": item.source,
        "shape": list(item.shape),
        "columns": [column.name for column in item.columns],
        "path": item.path,
        "nbytes": item.nbytes,
        "content": item.fingerprint.content if item.fingerprint else "",
        "schema": item.fingerprint.schema if item.fingerprint else "",
        "note": item.note,
    }
