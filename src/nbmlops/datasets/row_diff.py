"""Rows of two tables: which are new, gone, or have other values. Values count, not types: 1 and 1.0 are equal."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nbmlops.capture.overlap import column_words, combined_words
from nbmlops.errors import NotFoundError, ValueRefusedError
from nbmlops.records.data_changes import RowChange

Words = Mapping[Any, Any]


def table_of(obj: Any) -> Any:
    """The data as a table: an index that says something as columns, an array of any axes by its first."""
    kind = type(obj).__module__.partition(".")[0]
    if kind == "pandas":
        frame = obj if obj.ndim == 2 else obj.to_frame()
        index: Any = getattr(frame, "index", None)
        if (
            type(index).__name__ == "RangeIndex"
            and index.start == 0
            and index.step == 1
            and index.name is None
        ):
            return frame
        try:
            return frame.reset_index()
        except ValueError:  # a column has the index's name
            return frame
    if kind == "polars":
        return obj if hasattr(obj, "columns") else obj.to_frame()
    if kind == "pyarrow":
        arrow = sys.modules["pyarrow"]
        if isinstance(obj, arrow.RecordBatch):
            return arrow.Table.from_batches([obj])
        return obj if isinstance(obj, arrow.Table) else arrow.table({"values": obj})
    if kind == "torch":
        obj = obj.detach().cpu().numpy()
    array = np.asarray(obj)
    return array.reshape(len(array), -1) if array.ndim else array.reshape(1, 1)


def compare_rows(before: Any, after: Any, key: Sequence[str]) -> tuple[RowChange, dict[str, int]]:
    """What became of the rows, and with a key in how many of them each column's value differs.

    Without a key rows are matched by all values of the columns that both have; what is left over between the same
    neighbours on both sides has changed.

    Raises:
        NotFoundError: a column of the key is missing.
        ValueRefusedError: several rows have the same key.
    """
    one, other = column_words(before), column_words(after)
    common = [name for name in one if name in other]
    old, new = {name: one[name] for name in common}, {name: other[name] for name in common}
    rows, others = _length(one, before), _length(other, after)
    if not common:
        return RowChange(rows, others), {}
    if key:
        return _by_key(old, new, tuple(key))
    added, removed, changed = _by_content(combined_words(old), combined_words(new))
    return RowChange(rows, others, added, removed, changed), {}


def _length(words: Words, table: Any) -> int:
    return len(next(iter(words.values()))) if words else len(table)


def _by_key(old: Words, new: Words, key: tuple[str, ...]) -> tuple[RowChange, dict[str, int]]:
    names = {str(name): (name, place) for name, place in old}
    unknown = [name for name in key if name not in names]
    if unknown:
        raise NotFoundError(
            f"--key {','.join(key)}: not both have a column {unknown[0]!r}; both have {', '.join(map(str, names))}"
        )
    columns = [names[name] for name in key]
    before, after = (combined_words({column: words[column] for column in columns}) for words in (old, new))
    for words, what in ((before, "before"), (after, "after")):
        repeated = len(words) - len(np.unique(words))
        if repeated:
            raise ValueRefusedError(
                f"--key {','.join(key)}: {repeated} rows of the data {what} have the key of another row. "
                "Name columns that tell all rows apart."
            )
    _, left, right = np.intersect1d(before, after, return_indices=True)
    differs = {str(name): old[name, place][left] != new[name, place][right] for name, place in old}
    any_differs = np.zeros(len(left), dtype=bool)
    for changed in differs.values():
        any_differs |= changed
    rows = RowChange(
        len(before), len(after), len(after) - len(right), len(before) - len(left), int(any_differs.sum()), key
    )
    return rows, {name: int(changed.sum()) for name, changed in differs.items() if name not in key}


def _by_content(before: Any, after: Any) -> tuple[int, int, int]:
    """How many rows are new, gone, changed."""
    both = np.concatenate([before, after])
    _, group = np.unique(both, return_inverse=True)
    old, new = group[: len(before)], group[len(before) :]
    groups = int(group.max()) + 1 if len(group) else 0
    kept = np.minimum(np.bincount(old, minlength=groups), np.bincount(new, minlength=groups))
    # The first of equal rows are matched with the first of the other side's.
    old_matched, new_matched = _rank(old) < kept[old], _rank(new) < kept[new]
    pairs_old = np.flatnonzero(old_matched)[np.argsort(old[old_matched], kind="stable")]
    pairs_new = np.flatnonzero(new_matched)[np.argsort(new[new_matched], kind="stable")]
    partner = np.full(len(after), -1, dtype=np.int64)
    partner[pairs_new] = pairs_old
    gaps_old = _row_before(old_matched, np.arange(len(before)))[~old_matched]
    gaps_new = _row_before(new_matched, partner)[~new_matched]
    changed = _in_both(gaps_old, gaps_new)
    return len(gaps_new) - changed, len(gaps_old) - changed, changed


def _rank(group: Any) -> Any:
    """Of each row how many equal ones stand before it."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - np.repeat(starts, np.diff(np.append(starts, len(group))))
    return rank


def _row_before(matched: Any, place: Any) -> Any:
    """Of each row the place of the last matched one before it, -1 at the beginning."""
    last = np.maximum.accumulate(np.where(matched, np.arange(len(matched)), -1)) if len(matched) else place
    return np.where(last >= 0, place[np.maximum(last, 0)], -1) if len(matched) else place


def _in_both(one: Any, other: Any) -> int:
    """The size of what two multisets have in common."""
    if not len(one) or not len(other):
        return 0
    values, counts = np.unique(one, return_counts=True)
    others, other_counts = np.unique(other, return_counts=True)
    _, left, right = np.intersect1d(values, others, return_indices=True)
    return int(np.minimum(counts[left], other_counts[right]).sum())
