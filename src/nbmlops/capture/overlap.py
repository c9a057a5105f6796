"""Rows that two tables share: how a test set that leaked into the training data shows."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

MAX_CELLS = 2_000_000
_MIX = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)  # Steele et al. 2014, SplitMix64


def shared_rows(a: Any, b: Any) -> int | None:
    """How many rows of the smaller table occur, with all their values, in the larger one.

    Values are compared, not types: 1, 1.0 and True are equal, and so are two missing values. The index
    does not count. Rows are compared by 64-bit hashes: that any two different rows of tables of n and m
    rows are taken for equal has odds of n * m / 2**64, below one in a billion at 100,000 rows each.

    Args:
        a: pandas or polars DataFrame, Arrow table, or 2-d NumPy array.
        b: the same; frames need the same column names (in any order), arrays the same width.

    Returns:
        A count from 0 to the smaller table's number of rows; None when the two can't be compared or
        hold more than two million cells together.

    Example:
        >>> import numpy as np
        >>> shared_rows(np.array([[1, 2], [3, 4], [5, 6]]), np.array([[3.0, 4.0], [7.0, 8.0]]))
        1
    """
    try:
        return _shared_rows(a, b)
    except Exception:  # noqa: BLE001 - a user's subclass or cell may raise anything when it is hashed
        return None


def _shared_rows(a: Any, b: Any) -> int | None:
    shapes = _shape(a), _shape(b)
    if None in shapes or sum(rows * width for rows, width in shapes if rows) > MAX_CELLS:  # type: ignore[misc]
        return None
    left, right = _columns(a), _columns(b)
    if not left or left.keys() != right.keys():
        return None
    import numpy as np

    pairs = [_pair_hashes(left[key], right[key]) for key in left]
    hashes = [_combined([pair[side] for pair in pairs]) for side in (0, 1)]
    smaller, larger = sorted(hashes, key=len)
    return int(np.isin(smaller, larger).sum())


def _shape(table: Any) -> tuple[int, int] | None:
    """Rows and columns of what can be compared, None of everything else."""
    cls = type(table)
    for module_name, class_name in (
        ("pandas", "DataFrame"),
        ("polars", "DataFrame"),
        ("pyarrow", "Table"),
        ("numpy", "ndarray"),
    ):
        known = getattr(sys.modules.get(module_name), class_name, None)
        if isinstance(known, type) and issubclass(cls, known) and len(table.shape) == 2:
            return int(table.shape[0]), int(table.shape[1])
    return None


def _columns(table: Any) -> dict[Any, Any]:
    """Columns as NumPy arrays by name; a name that repeats is told apart by its place among its equals."""
    import numpy as np

    if isinstance(table, np.ndarray):
        plain = np.asarray(table)
        return {(place, 0): plain[:, place] for place in range(plain.shape[1])}
    seen: Counter[Any] = Counter()
    columns = {}
    for name, values in _named_columns(table):
        columns[name, seen[name]] = values.to_numpy()
        seen[name] += 1
    return columns


def _named_columns(table: Any) -> Iterable[tuple[Any, Any]]:
    if hasattr(table, "items"):  # pandas
        return [*table.items()]
    if hasattr(table, "get_columns"):  # polars
        return [(series.name, series) for series in table.get_columns()]
    return list(zip(table.column_names, table.columns, strict=True))


def _pair_hashes(a: Any, b: Any) -> tuple[Any, Any]:
    """64-bit hashes of two columns' values, equal where the values are."""
    import numpy as np

    kinds = {a.dtype.kind, b.dtype.kind}
    if kinds <= {"b", "i"}:
        return tuple(column.astype(np.int64).view(np.uint64) for column in (a, b))
    if kinds <= {"b", "i", "u", "f"}:
        return _float_bits(a), _float_bits(b)
    if len(kinds) == 1 and kinds <= {"m", "M"}:
        common = np.promote_types(a.dtype, b.dtype)
        return tuple(column.astype(common).view(np.uint64) for column in (a, b))
    return _object_hashes(a), _object_hashes(b)


def _float_bits(values: Any) -> Any:
    import numpy as np

    floats = values.astype(np.float64) + 0.0  # -0.0 becomes 0.0
    floats[np.isnan(floats)] = np.nan
    return floats.view(np.uint64)


def _object_hashes(values: Any) -> Any:
    import numpy as np

    # Python's own hash: equal for equal values of different types, and seeded afresh in each process.
    hashes = (hash(None) if _is_missing(value) else hash(value) for value in values.tolist())
    return np.fromiter(hashes, dtype=np.int64, count=len(values)).view(np.uint64)


def _is_missing(value: Any) -> bool:
    return (
        value is None
        or (isinstance(value, float) and value != value)  # noqa: PLR0124 - NaN
        or type(value).__name__ in {"NAType", "NaTType"}
    )


def _combined(columns: list[Any]) -> Any:
    """One hash a row: each column's is mixed in turn, so that order counts."""
    import numpy as np

    rows = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        rows = _mixed((rows + np.uint64(_MIX[0])) ^ _mixed(column))
    return rows


def _mixed(words: Any) -> Any:
    import numpy as np

    words = (words ^ (words >> np.uint64(30))) * np.uint64(_MIX[1])
    words = (words ^ (words >> np.uint64(27))) * np.uint64(_MIX[2])
    return words ^ (words >> np.uint64(31))
