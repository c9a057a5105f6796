"""A metric of a run, point by point."""

from __future__ import annotations

from typing import TypedDict


class SeriesData(TypedDict):
    """The points of one metric of one run, in the order of their steps.

    Attributes:
        steps: not decreasing.
        values: null for NaN and infinities, where a line has a gap.
        count: how many points there really are.
        thinned: whether these are fewer: the first, the last, and the least and the greatest of each stretch
            between them, so that no peak is lost.
        nonfinite: how many of the `count` are no finite numbers.
    """

    id: str
    key: str
    steps: list[int]
    values: list[float | None]
    count: int
    thinned: bool
    nonfinite: int
