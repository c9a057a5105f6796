"""Long lists of ids in pieces that a statement takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

_MANY = 500  # SQLite takes 999 values in a statement where it is old
_T = TypeVar("_T")


def pieces(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """The items in order, so many at a time as one statement may name."""
    for at in range(0, len(items), _MANY):
        yield items[at : at + _MANY]
