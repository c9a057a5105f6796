"""Rows that two tables share: how a test set that leaked into the training data shows."""

from __future__ import annotations

import struct
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

MAX_CELLS = 2_000_000
_MIX = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)  # Steele et al. 2014, SplitMix64
_MISSING = 0x7FF8000000000000  # the bits of NaN
_MAX_WORD = 2**64 - 1


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
    shapes = _shape(a), _shape(b)
    if None in shapes or sum(rows * width for rows, width in shapes if rows) > MAX_CELLS:  # type: ignore[misc]
        return None
    left, right = row_hashes(a), row_hashes(b)
    return None if left is None or right is None else shared_count(left, right)


@dataclass(frozen=True, slots=True, eq=False)
class RowHashes:
    """A table's rows, hashed once to be compared with many.

    Attributes:
        keys: the columns; only tables with the same ones compare.
        words: uint64, shape (rows,).
        cells: rows times columns.
    """

    keys: frozenset[Any]
    words: Any
    cells: int

    def __len__(self) -> int:
        return len(self.words)


def row_hashes(table: Any) -> RowHashes | None:
    """A hash of each row; equal rows of any two tables have equal ones. Never raises.

    Returns:
        None for what is no table, has no columns or values without a hash, or holds over two million cells.
    """
    try:
        return _row_hashes(table)
    except Exception:  # noqa: BLE001 - a user's subclass or cell may raise anything when it is hashed
        return None


def _row_hashes(table: Any) -> RowHashes | None:
    shape = _shape(table)
    if shape is None or shape[1] == 0 or shape[0] * shape[1] > MAX_CELLS:
        return None
    columns = _columns(table)
    return RowHashes(frozenset(columns), _combined(columns), shape[0] * shape[1])


def column_words(table: Any) -> dict[tuple[Any, int], Any]:
    """64 bits for each value of a table, by column: its name, and its place among columns of that name.

    Equal values have equal words whatever their types, in this process.

    Args:
        table: as for `shared_rows`, of any size.
    """
    return {key: _column_words(column) for key, column in _columns(table).items()}


def combined_words(columns: dict[tuple[Any, int], Any]) -> Any:
    """One hash a row of `column_words`: each column's is mixed with its name's, so that their order does not count."""
    import numpy as np

    rows = np.zeros(len(next(iter(columns.values()))), dtype=np.uint64)
    for key, words in columns.items():
        name = np.array([hash(key) & _MAX_WORD], dtype=np.uint64)
        rows += _mixed(_mixed(words) + _mixed(name))
    return rows


def shared_count(a: RowHashes, b: RowHashes) -> int | None:
    """How many rows of the smaller table occur in the larger one; None when their columns differ."""
    import numpy as np

    if a.keys != b.keys:
        return None
    smaller, larger = sorted((a.words, b.words), key=len)
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


def _column_words(column: Any) -> Any:
    """64 bits for each value, equal where the values are, whatever the column's type."""
    import numpy as np

    kind = column.dtype.kind
    if kind == "b":
        return _float_words(column.astype(np.float64))
    if kind in "iu":
        return _integer_words(column)
    if kind == "f":
        return _float_words(column.astype(np.float64))
    if kind in "mM":
        return _time_words(column)
    values = column.tolist()
    if set(map(type, values)) <= {float, bool, type(None)}:
        return _float_words(np.array(values, dtype=np.float64))
    words = (_object_word(value) for value in values)
    return np.fromiter(words, dtype=np.uint64, count=len(column))


def _float_words(floats: Any) -> Any:
    import numpy as np

    floats = floats + 0.0  # -0.0 becomes 0.0
    return np.where(np.isnan(floats), np.uint64(_MISSING), floats.view(np.uint64))


def _integer_words(values: Any) -> Any:
    """The words of equal floats; an integer that no float equals keeps its own bits."""
    import numpy as np

    floats = values.astype(np.float64)
    with np.errstate(invalid="ignore"):  # the largest integers round up to a float beyond their type
        exact = (floats < float(np.iinfo(values.dtype).max)) & (floats.astype(values.dtype) == values)
    return np.where(exact, _float_words(floats), values.astype(np.int64, casting="unsafe").view(np.uint64))


def _time_words(values: Any) -> Any:
    """Seconds and the rest of a second apart: units compare, and no range is too wide."""
    import numpy as np

    seconds = values.astype(f"{values.dtype.kind}8[s]")
    rest = (values - seconds).astype("m8[ns]").view(np.int64).view(np.uint64)
    words = (
        _mixed(seconds.view(np.int64).view(np.uint64) ^ np.uint64(_MIX[ord(values.dtype.kind) % 3])) + rest
    )
    return np.where(np.isnat(values), np.uint64(_MISSING), words)


def _object_word(value: Any) -> int:
    if type(value) is str:  # most are, and to look for all the others takes ten times as long
        return hash(value) & _MAX_WORD
    if _is_missing(value):
        return _MISSING
    if isinstance(value, (Real, Decimal)):
        number = float(value)
        if number == value:
            return int.from_bytes(struct.pack("<d", number + 0.0), "little")
        if isinstance(value, Integral):
            return int(value) & _MAX_WORD
    # Python's own hash: equal for equal values of different types, and seeded afresh in each process.
    return hash(value) & _MAX_WORD


def _is_missing(value: Any) -> bool:
    return (
        value is None
        or (isinstance(value, float) and value != value)  # noqa: PLR0124 - NaN
        or type(value).__name__ in {"NAType", "NaTType"}
    )


def _combined(columns: dict[Any, Any]) -> Any:
    return combined_words({key: _column_words(column) for key, column in columns.items()})


def _mixed(words: Any) -> Any:
    import numpy as np

    words = (words ^ (words >> np.uint64(30))) * np.uint64(_MIX[1])
    words = (words ^ (words >> np.uint64(27))) * np.uint64(_MIX[2])
    return words ^ (words >> np.uint64(31))
