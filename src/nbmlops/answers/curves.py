"""Metrics over steps and over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from nbmlops.answers.store import AskedStore
from nbmlops.errors import ValueRefusedError
from nbmlops.records.wire.curves import Axis, SeriesData
from nbmlops.records.wire.values import MOST_SERIES

POINTS: Final = 1_000
_LEAST_POINTS, _MOST_POINTS = 4, 20_000


class Curves:
    """Answers with series. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("series",)

    def __init__(self, store: AskedStore) -> None:
        self._store = store

    def series(
        self,
        ids: Sequence[str],
        key: str,
        max_points: int = POINTS,
        *,
        by: Axis = "step",
        first: float | None = None,
        last: float | None = None,
        means: bool = False,
    ) -> list[SeriesData]:
        """One metric of several runs; those that lack it are left out.

        Args:
            ids: whole ids, at most `MOST_SERIES`.
            key: of the metric.
            max_points: about how many points to give of each.
            by: what the points are ordered, thinned and cut by: steps, or time since each run began, or the clock.
            first: on that axis, from where on points are wanted; with a narrower part come more of its points.
            last: up to where they are wanted. A point beyond either end comes with them, so that lines reach it.
            means: whether to say of each point the mean of those that it stands for, which is what smoothing takes.

        Raises:
            ValueRefusedError: these are too many runs.
        """
        from nbmlops.answers.thinning import Wanted, series_data  # loads NumPy

        if len(ids) > MOST_SERIES:
            raise ValueRefusedError(f"{len(ids)} curves are too many at once: ask for at most {MOST_SERIES}")
        wanted = Wanted(min(max(max_points, _LEAST_POINTS), _MOST_POINTS), by, first, last, means)
        workspace = self._store.workspace
        histories = workspace.metrics.histories_of(key, ids)
        began = workspace.runs.beginnings(list(histories))
        return [series_data(one, history, wanted, began[one]) for one, history in histories.items()]
