"""Runs as JSON: one schema for every command.

NaN and infinities, which JSON can't write, are `null`, so that no program takes them for numbers or texts;
the key `nonfinite`, there only when it is needed, says what they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from nbmlops.cli.output import number_word

if TYPE_CHECKING:
    from nbmlops.records import Experiment, Reproduction, RunInfo, SliceCell
    from nbmlops.store.run_query import RunTable


def table_documents(table: RunTable) -> list[dict[str, Any]]:
    """The runs of a table, one object each."""
    groups = {"params": table.params, "metrics": table.metrics, "tags": table.tags}
    return [_table_document(table, groups, at) for at in range(len(table.columns["id"]))]


def _table_document(table: RunTable, groups: Mapping[str, Any], at: int) -> dict[str, Any]:
    row = {name: values[at] for name, values in table.columns.items()}
    return finite(
        {
            "id": row["id"],
            "name": row["name"],
            "experiment": row["experiment"],
            "status": str(row["status"]),
            "kind": row["kind"],
            "started": iso(row["started"]),
            "duration": row["duration"],
            **{group: _present(columns, at) for group, columns in groups.items()},
            "verdict": None if row["verdict"] is None else str(row["verdict"]),
            "findings": [asdict(finding) for finding in row["findings"]],
            "note": row["note"] or "",
        }
    )


def _present(columns: Mapping[str, Any], at: int) -> dict[str, Any]:
    return {key: values[at] for key, values in columns.items() if values[at] is not None}


def run_document(run: RunInfo) -> dict[str, Any]:
    """One run in full: the keys that lists have, and what only it has."""
    return finite(
        {
            **brief_document(run),
            "ended": run.ended.isoformat() if run.ended else None,
            "parent": run.parent,
            "error": run.error,
            "traceback": run.traceback,
            "inputs": [_input(item) for item in run.inputs],
            "artifacts": [
                {
                    "name": a.name,
                    "kind": a.kind,
                    "media_type": a.media_type,
                    "size": a.size,
                    "digest": a.digest,
                }
                for a in run.artifacts
            ],
            "source": run.source,
            "slice": [_slice_cell(cell) for cell in run.slice],
            "modules": [asdict(module) for module in run.modules],
            "cwd": run.cwd,
            "reproduction": _reproduction(run.reproduction) if run.reproduction else None,
            "notebook": run.notebook,
            "cell_id": run.cell_id,
            "git": {"commit": run.git.commit, "dirty": run.git.dirty, "branch": run.git.branch}
            if run.git
            else None,
            "python": run.environment.python if run.environment else None,
            "packages": dict(run.environment.packages) if run.environment else {},
            "doubts": list(run.doubts),
            "notices": list(run.notices),
            "degraded": list(run.degraded),
            "deleted": run.deleted.isoformat() if run.deleted else None,
        }
    )


def brief_document(run: RunInfo) -> dict[str, Any]:
    """A run with the keys that lists have; may hold NaN."""
    return {
        "id": run.id,
        "name": run.name,
        "experiment": run.experiment,
        "status": str(run.status),
        "kind": run.kind,
        "started": run.started.isoformat(),
        "duration": run.duration,
        "params": dict(run.params),
        "metrics": dict(run.metrics),
        "tags": dict(run.tags),
        "verdict": None if run.verdict is None else str(run.verdict),
        "findings": [asdict(finding) for finding in run.findings],
        "note": run.note,
    }


def _slice_cell(cell: SliceCell) -> dict[str, Any]:
    return asdict(cell) | {"needs": [{"cell": need.cell, "names": list(need.names)} for need in cell.needs]}


def _reproduction(check: Reproduction) -> dict[str, Any]:
    return asdict(check) | {"verdict": str(check.verdict), "checked": check.checked.isoformat()}


def _input(item: Any) -> dict[str, Any]:
    mark = item.fingerprint
    return {
        "name": item.name,
        "kind": item.kind,
        "source": item.source,
        "shape": list(item.shape),
        "fingerprint": {"content": mark.content, "schema": mark.schema} if mark else None,
        "path": item.path,
        "nbytes": item.nbytes,
        "note": item.note,
        "profile": item.profile or None,
        "kept": item.kept or None,
        "dvc": item.dvc or None,
    }


def experiment_document(found: Experiment) -> dict[str, Any]:
    """An experiment as an object."""
    goal = found.goal
    return {
        "name": found.name,
        "goal": {"metric": goal.metric, "operator": goal.operator, "target": goal.target} if goal else None,
        "required_tags": list(found.required_tags),
        "runs": found.runs,
        "created": found.created.isoformat() if found.created else None,
    }


def finite(document: dict[str, Any]) -> dict[str, Any]:
    """The document with null for each NaN and infinity, and `nonfinite` saying which they were."""
    words = dict(_words(document, ""))
    cleaned: dict[str, Any] = _cleaned(document)
    return cleaned | ({"nonfinite": words} if words else {})


def _words(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, float) and (word := number_word(value)):
        yield path, word
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _words(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _words(item, f"{path}[{at}]")


def _cleaned(value: Any) -> Any:
    if isinstance(value, float):
        return None if number_word(value) else value
    if isinstance(value, dict):
        return {str(key): _cleaned(item) for key, item in value.items()}
    return [_cleaned(item) for item in value] if isinstance(value, list | tuple) else value


def iso(seconds: float) -> str:
    """A point in time (seconds since the epoch) in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()
