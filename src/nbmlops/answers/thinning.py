"""Fewer points of a long series, so that a chart of them looks the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nbmlops.records import Series
from nbmlops.records.wire.curves import Axis, SeriesData

_Floats = npt.NDArray[np.float64]
_Places = npt.NDArray[np.intp]
_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a series.

    Attributes:
        max_points: about how many points, at least 4.
        by: the axis that they are ordered, thinned and cut by.
        first: on that axis the part that is wanted, with a point beyond either end; None for all.
        last: its other end.
        means: whether the means of stretches are wanted.
    """

    max_points: int
    by: Axis = "step"
    first: float | None = None
    last: float | None = None
    means: bool = False


def series_data(run_id: str, series: Series, wanted: Wanted, began: float = 0.0) -> SeriesData:
    """A series as the front end draws it, thinned where it is longer than wanted.

    Args:
        run_id: the run it belongs to.
        series: of any length.
        wanted: what is asked of it.
        began: when the run did, in seconds since the epoch.
    """
    steps, times = np.asarray(series.steps), np.asarray(series.times, dtype=np.float64)
    values = np.asarray(series.values, dtype=np.float64)
    part = _part({"step": steps, "time": times - began, "clock": times}[wanted.by], wanted)
    steps, times, values = steps[part], times[part], values[part]
    edges = _edges(len(values), wanted.max_points)
    kept = _kept(values, edges)
    finite = np.isfinite(values)
    thinned = len(kept) < len(values)
    return {
        "id": run_id,
        "key": series.key,
        "began": began,
        "steps": steps[kept].tolist(),
        "times": [] if wanted.by == "step" else np.round(times[kept] - began, 4).tolist(),
        "values": _drawn(_rounded(values[kept]) if thinned else values[kept]),
        "means": _drawn(_rounded(_means(values, edges, kept))) if wanted.means and thinned else [],
        "count": len(values),
        "thinned": thinned,
        "nonfinite": int(len(values) - finite.sum()),
    }


def _part(axis: npt.NDArray[Any], wanted: Wanted) -> Any:
    """What of the points is wanted, in the order of the axis; what was logged at one place of it stays in order."""
    ordered = bool(np.all(axis[1:] >= axis[:-1]))
    order = None if ordered else np.argsort(axis, kind="stable")
    along = axis if order is None else axis[order]
    start = 0 if wanted.first is None else max(0, int(np.searchsorted(along, wanted.first, "left")) - 1)
    stop = len(along) if wanted.last is None else int(np.searchsorted(along, wanted.last, "right")) + 1
    return slice(start, stop) if order is None else order[start:stop]


def thin(values: _Floats, most: int) -> _Places:
    """Places of the points to keep, ascending: the first and the last, and the least and the greatest of each
    of equally long stretches between them.

    A NaN is kept only where a stretch holds nothing else, as the gap that it is.
    """
    return _kept(values, _edges(len(values), most))


def _edges(count: int, most: int) -> _Places | None:
    """Where stretches begin, and the end of the last; None where all points are kept."""
    if count <= max(most, 4):
        return None
    return np.linspace(1, count - 1, max(1, (most - 2) // 2) + 1).astype(np.intp)


def _kept(values: _Floats, edges: _Places | None) -> _Places:
    if edges is None:
        return np.arange(len(values))
    inner, starts = values[: edges[-1]], edges[:-1]
    stretch = np.repeat(np.arange(len(starts)), np.diff(edges))
    least = np.fmin.reduceat(inner, starts)
    is_kept = np.zeros(len(values), dtype=bool)
    is_kept[[0, -1]] = True
    is_kept[starts[np.isnan(least)]] = True
    for extreme in (least, np.fmax.reduceat(inner, starts)):
        at = np.flatnonzero(inner[1:] == extreme[stretch])
        is_first = np.diff(stretch[at], prepend=-1) > 0  # of several that are as low, the first
        is_kept[at[is_first] + 1] = True
    return np.flatnonzero(is_kept)


def _means(values: _Floats, edges: _Places | None, kept: _Places) -> _Floats:
    """Of each kept point the mean of the finite values of its stretch; of the first and the last their own."""
    assert edges is not None  # only a thinned series has stretches
    finite = np.isfinite(values)
    sums = np.add.reduceat(np.where(finite, values, 0.0)[: edges[-1]], edges[:-1])
    counts = np.add.reduceat(finite[: edges[-1]], edges[:-1], dtype=np.intp)
    means = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    found = means[np.clip(np.searchsorted(edges, kept, "right") - 1, 0, len(means) - 1)]
    ends = (kept == 0) | (kept == len(values) - 1)
    return np.where(ends, values[kept], found)


def _rounded(values: _Floats) -> _Floats:
    """To as many significant digits as anybody sees in a chart: half of the answer's bytes."""
    with np.errstate(all="ignore"):
        size = np.floor(np.log10(np.abs(values)))
        scale = 10.0 ** (_DIGITS - 1 - size)
        rounded = np.round(values * scale) / scale
    return np.where(np.isfinite(rounded), rounded, values)


def _drawn(values: _Floats) -> list[float | None]:
    """As JSON can hold them."""
    numbers: Sequence[float] = values.tolist()
    if bool(np.isfinite(values).all()):
        return list(numbers)
    return [value if ok else None for value, ok in zip(numbers, np.isfinite(values).tolist(), strict=True)]
