"""Datasets and what differs between them as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nbmlops.cli.documents import finite

if TYPE_CHECKING:
    from nbmlops.records.data_changes import ColumnChange, DataChange, Dataset, RowChange
    from nbmlops.records.data_pages import DataPage
    from nbmlops.records.profiles import ColumnProfile

_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def changes_document(changes: Sequence[tuple[str, DataChange]]) -> dict[str, Any]:
    """What differs; of several inputs the columns are named `input.column`, and each has its own object too."""
    if len(changes) == 1:
        name, change = changes[0]
        document = _change(change)
        return finite(document | ({"inputs": {name: _change(change)}} if name else {}))
    return finite(
        {
            "equal": _all([change.equal for _, change in changes]),
            "schema": {
                part: [
                    item | {"name": f"{name}.{item['name']}"}
                    for name, change in changes
                    for item in _schema(change)[part]
                ]
                for part in ("added", "removed", "changed")
            },
            "rows": _sum([change.rows for _, change in changes]),
            "columns": {
                f"{name}.{column.name}": _column_change(column)
                for name, change in changes
                for column in change.columns
            },
            "inputs": {name: _change(change) for name, change in changes},
        }
    )


def _all(answers: Sequence[bool | None]) -> bool | None:
    return False if False in answers else None if None in answers else True


def _change(change: DataChange) -> dict[str, Any]:
    return {
        "equal": change.equal,
        "same_content": change.same_content,
        "before": _dataset(change.before),
        "after": _dataset(change.after),
        "schema": _schema(change),
        "rows": _rows(change.rows),
        "columns": {column.name: _column_change(column) for column in change.columns},
        "notes": list(change.notes),
    }


def _dataset(dataset: Dataset) -> dict[str, Any]:
    mark = dataset.fingerprint
    return {
        "name": dataset.label,
        "fingerprint": {"content": mark.content, "schema": mark.schema} if mark else None,
        "shape": list(dataset.shape),
    }


def _schema(change: DataChange) -> dict[str, list[dict[str, str]]]:
    return {
        "added": [{"name": column.name, "type": column.dtype} for column in change.added],
        "removed": [{"name": column.name, "type": column.dtype} for column in change.removed],
        "changed": [{"name": name, "before": old, "after": new} for name, old, new in change.retyped],
    }


def _rows(rows: RowChange | None) -> dict[str, Any]:
    """Null for each number that is not known."""
    parts = ("added", "removed", "changed", "before", "after")
    found: dict[str, Any] = {part: getattr(rows, part) if rows is not None else None for part in parts}
    return found | {"key": list(rows.key) if rows is not None else []}


def _sum(rows: Sequence[RowChange | None]) -> dict[str, Any]:
    each = [_rows(found) for found in rows]
    total: dict[str, Any] = {}
    for part in ("added", "removed", "changed", "before", "after"):
        known = [found[part] for found in each]
        total[part] = None if None in known else sum(known)
    return total | {"key": each[0]["key"]}


def _column_change(change: ColumnChange) -> dict[str, Any]:
    return {
        "moved": change.moved,
        "changed": change.changed,
        "before": column_document(change.before) if change.before is not None else None,
        "after": column_document(change.after) if change.after is not None else None,
    }


def column_document(column: ColumnProfile) -> dict[str, Any]:
    """The profile of a column, without its name."""
    document: dict[str, Any] = {
        "type": column.dtype,
        "kind": column.kind,
        "count": column.count,
        "missing": column.missing,
    }
    if column.numbers is not None:
        numbers = column.numbers
        document |= {name: getattr(numbers, name) for name in ("min", "max", "mean", "std", "infinite")}
        document["quantiles"] = {str(share): numbers.histogram.quantile(share) for share in _QUANTILES}
    if column.values is not None:
        document |= {"distinct": column.values.distinct, "frequent": dict(column.values.frequent)}
    if column.span is not None:
        from nbmlops.views.column_summary import moment

        document |= {"min": moment(column, 0), "max": moment(column, 1)}
    return document


def page_document(page: DataPage) -> dict[str, Any]:
    """A dataset and what is known of it."""
    profile = page.profile
    return finite(
        _dataset(page.dataset)
        | {
            "schema": [{"name": column.name, "type": column.dtype} for column in page.dataset.columns],
            "columns": {c.name: column_document(c) for c in profile.columns} if profile else {},
            "sampled": profile.sampled if profile else None,
            "readers": [
                {"id": r.id, "name": r.name, "started": r.started.isoformat(), "input": r.input}
                for r in page.readers
            ],
            "producer": page.producer,
            "kept": page.kept,
            "dvc": page.dvc,
            "note": page.note,
        }
    )
