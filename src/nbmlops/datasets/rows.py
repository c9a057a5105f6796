"""Rows of a table: each one's hash, and which row of another table it is."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbmlops.datasets.arrow import arrow
from nbmlops.profiles.texts import mixed, text_hashes

_MISSING = np.uint64(0x7FF8_0000_0000_0001)


def row_hashes(table: Any) -> Any:
    """A 64-bit hash of each row of a table of physical types, the same in every process.

    Returns:
        uint64, shape (rows,); None where a column holds lists or structs.
    """
    pa = arrow()
    words = np.zeros(table.num_rows, dtype=np.uint64)
    for place, column in enumerate(table.columns):
        found = _words(column, pa)
        if found is None:
            return None
        words = mixed(words + found + np.uint64(place + 1))
    return words


def _words(column: Any, pa: Any) -> Any:
    types, kind = pa.types, column.type
    whole = column.combine_chunks() if hasattr(column, "combine_chunks") else column
    if hasattr(whole, "chunks"):  # of no chunk, or of more bytes than one array holds
        parts = [_words(chunk, pa) for chunk in whole.chunks]
        return (
            None if any(part is None for part in parts) else np.concatenate([np.zeros(0, np.uint64), *parts])
        )
    if types.is_null(kind):
        return np.full(len(whole), _MISSING)
    if types.is_floating(kind) or types.is_integer(kind) or types.is_boolean(kind):
        words = _number_words(whole, types, kind)
    elif types.is_fixed_size_binary(kind) or types.is_decimal(kind):
        words = _fixed_words(whole, kind)
    else:
        large = (
            pa.large_string()
            if types.is_string(kind)
            else pa.large_binary()
            if types.is_binary(kind)
            else kind
        )
        if not types.is_large_string(large) and not types.is_large_binary(large):
            return None
        words = _text_words(whole.cast(large))
    if whole.null_count:
        words[whole.is_null().to_numpy(zero_copy_only=False)] = _MISSING
    return words


def _number_words(array: Any, types: Any, kind: Any) -> Any:
    filled = array.fill_null(False if types.is_boolean(kind) else 0) if array.null_count else array
    values = filled.to_numpy(zero_copy_only=False)
    if types.is_floating(kind):
        return values.astype(np.float64).view(np.uint64)
    return values.astype(np.uint64 if values.dtype == np.uint64 else np.int64).view(np.uint64)


def _fixed_words(array: Any, kind: Any) -> Any:
    width = kind.byte_width
    data = np.frombuffer(array.buffers()[1], dtype=np.uint8) if len(array) else np.zeros(0, np.uint8)
    return text_hashes(data, (np.arange(len(array) + 1, dtype=np.int64) + array.offset) * width)


def _text_words(array: Any) -> Any:
    _, offsets, data = array.buffers()
    if offsets is None or not len(array):
        return np.zeros(len(array), dtype=np.uint64)
    places = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    return text_hashes(np.frombuffer(data or b"", dtype=np.uint8), places)


def matching_rows(new: Any, old: Any) -> Any:
    """For each row the row of another table that has the same hash, in as long runs as can be had.

    Args:
        new: hashes, shape (n,).
        old: hashes, shape (m,).

    Returns:
        int64, shape (n,): places in `old`, -1 where there is none.
    """
    found = np.full(len(new), -1, dtype=np.int64)
    if not len(old) or not len(new):
        return found
    order = np.argsort(old, kind="stable")
    ordered = old[order]
    first = np.searchsorted(ordered, new)
    is_known = ordered[np.minimum(first, len(old) - 1)] == new
    found[is_known] = order[first[is_known]]
    several = is_known & (np.searchsorted(ordered, new, side="right") - first > 1)
    if several.any():
        _follow_neighbours(found, several, new, old)
    return found


def _follow_neighbours(found: Any, several: Any, new: Any, old: Any) -> None:
    """Where several rows would do, the one that goes on from the row before or leads to the row after."""
    places = np.arange(len(new))
    anchors = np.flatnonzero((found >= 0) & ~several)
    shifts = [np.zeros(len(new), dtype=np.int64), np.full(len(new), len(old) - len(new))]
    if len(anchors):
        shift = found[anchors] - anchors
        before = np.searchsorted(anchors, places, side="right") - 1
        after = np.minimum(before + 1, len(anchors) - 1)
        shifts = [shift[np.maximum(before, 0)], shift[after], *shifts]
    open_rows = np.flatnonzero(several)
    for shift in shifts:
        there = open_rows + shift[open_rows]
        inside = (there >= 0) & (there < len(old))
        fits = np.zeros(len(open_rows), dtype=bool)
        fits[inside] = old[there[inside]] == new[open_rows[inside]]
        found[open_rows[fits]] = there[fits]
        open_rows = open_rows[~fits]
