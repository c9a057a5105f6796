"""The forms in which columns are summarised, whatever library holds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MAX_COLUMNS = 200
NANOSECONDS = {
    "ns": 1,
    "us": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
    "D": 86_400 * 10**9,
    "W": 7 * 86_400 * 10**9,
}


@dataclass(frozen=True, slots=True)
class Source:
    """One column as it is summarised: one of the last three is set, or none where nothing is known but its length.

    Attributes:
        name: as text.
        dtype: as the library prints it.
        length: how many rows.
        missing: how many have no value, beside NaN in `array`.
        array: numbers, booleans, or NumPy times, without the missing ones.
        counts: distinct texts and how often each occurs.
        ticks: int64 counts of a unit, and its nanoseconds; whether they are times, not durations.
    """

    name: str
    dtype: str
    length: int
    missing: int = 0
    array: Any = None
    counts: tuple[list[str], list[int]] | None = None
    ticks: tuple[Any, int, bool] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A dataset by its columns.

    Attributes:
        rows: how many.
        width: how many columns there are, of which `sources` may give only the first.
        sources: the columns.
        matrix: in place of sources, numbers of shape (rows, columns) that are stored row by row, and their names.
    """

    rows: int
    width: int
    sources: Iterator[Source]
    matrix: tuple[Any, list[str]] | None = None
