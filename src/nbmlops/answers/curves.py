"""Metrics over steps."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import ClassVar, Final

from nbmlops.answers.store import AskedStore
from nbmlops.errors import NotFoundError, ValueRefusedError
from nbmlops.records.wire.curves import SeriesData
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

    def series(self, ids: Sequence[str], key: str, max_points: int = POINTS) -> list[SeriesData]:
        """One metric of several runs; those that lack it are left out.

        Args:
            ids: whole ids, at most `MOST_SERIES`.
            key: of the metric.
            max_points: about how many points to give of each.

        Raises:
            ValueRefusedError: these are too many runs.
        """
        from nbmlops.answers.thinning import series_data  # loads NumPy

        if len(ids) > MOST_SERIES:
            raise ValueRefusedError(f"{len(ids)} curves are too many at once: ask for at most {MOST_SERIES}")
        found: list[SeriesData] = []
        for run_id in ids:
            with suppress(NotFoundError):
                history = self._store.workspace.metrics.history(run_id, key)
                found.append(series_data(run_id, history, min(max(max_points, _LEAST_POINTS), _MOST_POINTS)))
        return found
