"""A metric of a run, point by point."""

from __future__ import annotations

from typing import Literal, TypedDict

# What the points are ordered, thinned and cut by: the step, seconds since the run began, seconds since the epoch.
Axis = Literal["step", "time", "clock"]


class SeriesData(TypedDict):
    """The points of one metric of one run, in the order of the axis that was asked for.

    Attributes:
        began: when the run did.
        steps: not decreasing where the axis is that of the steps.
        times: seconds since the run began; empty for the axis of steps.
        values: null for NaN and infinities, where a line has a gap.
        means: of each point the mean of the stretch that it stands for, which is what smoothing takes; empty unless
            it was asked for.
        count: how many points there really are, in the part of the axis that was asked for.
        thinned: whether these are fewer: the first, the last, and the least and the greatest of each stretch
            between them, so that no peak is lost. Their values are rounded to seven significant digits then.
        nonfinite: how many of the `count` are no finite numbers.
    """

    id: str
    key: str
    began: float
    steps: list[int]
    times: list[float]
    values: list[float | None]
    means: list[float | None]
    count: int
    thinned: bool
    nonfinite: int
