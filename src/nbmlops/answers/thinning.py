"""Fewer points of a long series, so that a chart of them looks the same."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from nbmlops.records import Series
from nbmlops.records.wire.curves import SeriesData


def series_data(run_id: str, series: Series, max_points: int) -> SeriesData:
    """A series as the front end draws it: by step, thinned to about `max_points` where it is longer.

    Args:
        run_id: the run it belongs to.
        series: of any length.
        max_points: at least 4.
    """
    steps, values = _by_step(np.asarray(series.steps), np.asarray(series.values, dtype=np.float64))
    kept = thin(values, max_points)
    finite = np.isfinite(values)
    drawn = values[kept].tolist()
    return {
        "id": run_id,
        "key": series.key,
        "steps": steps[kept].tolist(),
        "values": [value if ok else None for value, ok in zip(drawn, finite[kept].tolist(), strict=True)],
        "count": len(values),
        "thinned": len(kept) < len(values),
        "nonfinite": int(len(values) - finite.sum()),
    }


def _by_step(
    steps: npt.NDArray[np.int64], values: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """In the order of the steps; what was logged at one step stays in the order it was logged."""
    if np.all(steps[1:] >= steps[:-1]):
        return steps, values
    order = np.argsort(steps, kind="stable")
    return steps[order], values[order]


def thin(values: npt.NDArray[np.float64], most: int) -> npt.NDArray[np.intp]:
    """Places of the points to keep, ascending: the first and the last, and the least and the greatest of each
    of equally long stretches between them.

    A NaN is kept only where a stretch holds nothing else, as the gap that it is.
    """
    count = len(values)
    if count <= max(most, 4):
        return np.arange(count)
    edges = np.linspace(1, count - 1, max(1, (most - 2) // 2) + 1).astype(np.intp)
    kept = [0, count - 1]
    for start, stop in pairwise(edges.tolist()):
        part = values[start:stop]
        if np.isnan(part).all():
            kept.append(start)
            continue
        kept += [start + int(np.nanargmin(part)), start + int(np.nanargmax(part))]
    return np.unique(np.array(kept, dtype=np.intp))
