"""`profile`: from a table or array to the summary of its columns."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbmlops.errors import ValueRefusedError
from nbmlops.profiles.columns import table_of
from nbmlops.profiles.numbers import NumberColumn
from nbmlops.profiles.source import Source
from nbmlops.profiles.texts import counted, of_booleans
from nbmlops.records.profiles import ColumnProfile, Profile

_BLOCK = 64  # rows that are sampled together
_TILE = 1 << 18  # values that are turned from rows to columns in one go


def profile(obj: Any) -> Profile:
    """Summarises a dataset column by column, in a form that merges with that of more rows.

    Args:
        obj: a pandas, polars or Arrow table or column, a NumPy array or a torch tensor. The columns of an array of
            two axes are named by their place; of other arrays all values are one column.

    Returns:
        Of each column the rows and the missing ones; of numbers least, greatest, mean, deviation and a histogram; of
        texts and booleans the distinct and the most frequent ones; of times the first and the last. At most the first
        200 columns.

    Raises:
        ValueRefusedError: it is none of these.

    Example:
        >>> import numpy as np
        >>> (column,) = profile(np.array([1.0, 2.0, 6.0])).columns
        >>> column.count, column.numbers.mean, column.numbers.max
        (3, 3.0, 6.0)
    """
    table = table_of(obj)
    if table is None:
        raise ValueRefusedError(
            f"A {type(obj).__name__} has no columns to summarise: pass a pandas, polars or Arrow table, or an array."
        )
    if table.matrix is not None:
        columns = _matrix_columns(*table.matrix)
    else:
        columns = [_summarised(source) for source in table.sources]
    return Profile(table.rows, tuple(columns), omitted=table.width - len(columns))


def sampled_profile(obj: Any, rows: int) -> Profile:
    """As `profile`, of about so many rows, taken in blocks at even steps; of all where there are not more."""
    total = len(obj) if not hasattr(obj, "num_rows") else int(obj.num_rows)
    blocks = max(rows // _BLOCK, 1)
    if total <= max(rows, blocks * _BLOCK):
        return profile(obj)
    starts = np.linspace(0, total - _BLOCK, blocks).astype(np.int64)
    places = (starts[:, None] + np.arange(_BLOCK)).reshape(
        -1
    )  # blocks lie in one cache line or a few: single rows don't
    found = profile(_taken(obj, places))
    return Profile(total, found.columns, found.rows, found.omitted)


def _taken(obj: Any, places: Any) -> Any:
    """The rows at these places, copied."""
    if hasattr(obj, "iloc"):
        return obj.iloc[places]
    if type(obj).__module__.startswith(("pyarrow", "pandas")):
        return obj.take(places)
    return obj[places]


def _matrix_columns(matrix: Any, names: list[str]) -> list[ColumnProfile]:
    """Columns that are stored row by row: turned in tiles, since column after column would read all of it each time."""
    rows, width = matrix.shape
    columns = [NumberColumn() for _ in range(width)]
    step = max(_TILE // width, 1)
    for start in range(0, rows, step):
        tile = np.ascontiguousarray(matrix[start : start + step].T)
        for column, values in zip(columns, tile, strict=True):
            column.add(values)
    return [
        ColumnProfile(name, str(matrix.dtype), "number", rows, column.missing, column.numbers())
        for name, column in zip(names, columns, strict=True)
    ]


def _summarised(source: Source) -> ColumnProfile:
    head = (source.name, source.dtype)
    if source.array is not None and source.array.dtype.kind == "b":
        true = int(source.array.sum())
        values = of_booleans({"True": true, "False": len(source.array) - true})
        return ColumnProfile(*head, "boolean", source.length, source.missing, values=values)
    if source.array is not None:
        column = NumberColumn()
        column.add(source.array)
        missing = source.missing + column.missing
        return ColumnProfile(*head, "number", source.length, missing, column.numbers())
    if source.counts is not None:
        values = counted(*source.counts)
        return ColumnProfile(*head, "text", source.length, source.missing, values=values)
    if source.ticks is not None:
        ticks, unit, is_time = source.ticks
        span = (int(ticks.min()) * unit, int(ticks.max()) * unit) if len(ticks) else None
        return ColumnProfile(
            *head, "time" if is_time else "duration", source.length, source.missing, span=span
        )
    return ColumnProfile(*head, "other", source.length, source.missing)
