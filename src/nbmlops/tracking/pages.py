"""What the panel, the page and the widget ask of a store, and the answers as JSON can hold them.

Each is asked again whenever the reader scrolls, sorts or filters, and whenever a run logs something. So the ids
that a query found are kept until the store changes: to scroll reads only the rows that come into view.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from nbmlops.config import StoreLocation
from nbmlops.errors import NotFoundError, StoreError, ValueRefusedError
from nbmlops.records import Experiment
from nbmlops.records.directions import known_direction
from nbmlops.records.runs import Direction
from nbmlops.records.wire import (
    MOST_SERIES,
    ColumnInfo,
    ExperimentInfo,
    Page,
    Query,
    Revision,
    RunDetails,
    SeriesData,
)
from nbmlops.tracking.wire_runs import wire_details, wire_row, wire_value

if TYPE_CHECKING:
    from nbmlops.store.database import Database
    from nbmlops.store.experiments import ExperimentRepository
    from nbmlops.store.key_summaries import KeySummary
    from nbmlops.store.metrics import MetricRepository
    from nbmlops.store.pages import Found, PageReader, RunFilter, RunRow
    from nbmlops.store.runs import RunRepository
    from nbmlops.tracking.page_query import PageQuery

POINTS = 1_000
# Columns of more runs than so are judged by a sample of them: the smaller, the more keys its runs have.
_EXACT, _MOST_SAMPLE, _LEAST_SAMPLE, _SAMPLED_VALUES = 500, 300, 100, 6_000
_KEPT = 16
_SYNC_SECONDS = 2.0
_MOST_KEY_CHARS = 250
_T = TypeVar("_T")


class OpenStore(Protocol):
    """What is asked of a store; a `Workspace` is one."""

    @property
    def location(self) -> StoreLocation:
        """Where it lies."""

    @property
    def database(self) -> Database:
        """The tables."""

    @property
    def runs(self) -> RunRepository:
        """Reads and mends runs."""

    @property
    def metrics(self) -> MetricRepository:
        """Reads histories."""

    @property
    def experiments(self) -> ExperimentRepository:
        """Reads experiments."""

    def sync(self) -> None:
        """Takes in what was logged."""


class RunPages:
    """Answers what the front end asks of one store. Threads may share one.

    Args:
        store: a `Workspace`.
        mask: replaces secrets in what is written.
    """

    def __init__(self, store: OpenStore, *, mask: Callable[[Any], Any]) -> None:
        self._store = store
        self._mask = mask
        self._found: _Kept[Found] = _Kept()
        self._scopes: _Kept[Found] = _Kept()
        self._experiments: _Kept[list[Experiment]] = _Kept()
        self._columns: _Kept[tuple[list[ColumnInfo], int]] = _Kept()

    @cached_property
    def _reader(self) -> PageReader:
        from nbmlops.store.pages import PageReader  # loads SQLAlchemy

        return PageReader(self._store.database)

    def page(self, query: Query) -> Page:
        """The rows of a query from its offset on.

        Raises:
            WhereError: `where` can't be read.
            ValueRefusedError: another part of the query says nothing that can be done.
            StoreError: the store can't be read.
        """
        from nbmlops.tracking.page_query import PageQuery  # loads SQLAlchemy

        asked = PageQuery(query)
        self._sync()
        wanted = self._with_moved(asked.wanted)
        # Before the data: what is written meanwhile makes another one, and so is asked for again.
        revision = self._reader.revision()
        found = self._found.get(
            (revision, wanted, asked.order_by, asked.descending),
            lambda: self._find(asked, wanted, revision),
        )
        rows = self._reader.rows(found.ids[asked.offset : asked.offset + asked.limit])
        experiments = self._experiments.get(revision, self._store.experiments.all)
        columns, judged = self._columns.get(
            (revision, wanted),
            lambda: self._columns_of(wanted, found, experiments, keys=max(map(_keys, rows), default=0)),
        )
        return {
            "rows": [wire_row(row) for row in rows],
            "offset": asked.offset,
            "total": len(found.ids),
            "columns": columns,
            "judged": judged,
            "experiments": [_experiment(one) for one in experiments],
            "revision": revision,
            "store": str(self._store.location),
            "made": True,
        }

    def _find(self, asked: PageQuery, wanted: RunFilter, revision: str) -> Found:
        """While somebody types, the order of all runs is known already."""
        scope = wanted.scope
        whole = self._scopes.get(
            (revision, scope, asked.order_by, asked.descending),
            lambda: self._reader.find(scope, asked.order_by, descending=asked.descending),
        )
        return whole if scope == wanted else self._reader.narrow(whole, wanted)

    def _with_moved(self, wanted: RunFilter) -> RunFilter:
        """A kernel never learns that its notebook was renamed: its runs then bear a path where no file is any
        more. Where there still is one, it is another notebook, of which this one may be a copy, cell ids and all.
        """
        if not wanted.cells:
            return wanted
        known = (path for path in self._reader.notebooks(wanted.cells) if path != wanted.notebook)
        return replace(wanted, moved=tuple(path for path in known if _is_gone(path)))

    def revision(self) -> Revision:
        """Whether anything changed.

        Raises:
            StoreError: the store can't be read.
        """
        self._sync()
        return {"revision": self._reader.revision(), "running": self._reader.running()}

    def series(self, ids: Sequence[str], key: str, max_points: int = POINTS) -> list[SeriesData]:
        """One metric of several runs; those that lack it are left out.

        Args:
            ids: whole ids, at most `MOST_SERIES`.
            key: of the metric.
            max_points: about how many points to give of each.

        Raises:
            ValueRefusedError: these are too many runs.
        """
        from nbmlops.tracking.thinning import series_data  # loads NumPy

        if len(ids) > MOST_SERIES:
            raise ValueRefusedError(f"{len(ids)} curves are too many at once: ask for at most {MOST_SERIES}")
        found: list[SeriesData] = []
        for run_id in ids:
            with suppress(NotFoundError):
                history = self._store.metrics.history(run_id, key)
                found.append(series_data(run_id, history, min(max(max_points, 4), 20_000)))
        return found

    def details(self, run_id: str) -> RunDetails:
        """Everything about the run with this whole id.

        Raises:
            NotFoundError: there is none.
        """
        self._sync()
        return wire_details(self._store.runs.info(run_id))

    def set_tag(self, run_id: str, key: str, value: str | None) -> None:
        """Sets a tag of a run; None removes it.

        Raises:
            NotFoundError: there is no such run.
            ValueRefusedError: the key is empty, or too long.
        """
        key = key.strip()
        if not key or len(key) > _MOST_KEY_CHARS:
            raise ValueRefusedError(f"A tag's name has 1 to {_MOST_KEY_CHARS} characters")
        self._store.runs.info(run_id)
        self._store.runs.set_tags(run_id, self._mask({key: value}))

    def experiments(self) -> list[ExperimentInfo]:
        """All experiments, by name."""
        self._sync()
        return [_experiment(one) for one in self._store.experiments.all()]

    def _sync(self) -> None:
        """Takes in what was logged. Where that can't be done now, what the tables hold is still worth reading:
        whether they can be read, the reading says.
        """
        with self._store.database.patience(_SYNC_SECONDS), suppress(StoreError, OSError):
            self._store.sync()

    def _columns_of(
        self, wanted: RunFilter, found: Found, experiments: Sequence[Experiment], *, keys: int
    ) -> tuple[list[ColumnInfo], int]:
        """The columns of the runs found, which have about so many keys each, and how many were looked at."""
        judged = _spread(found.ids, min(_MOST_SAMPLE, max(_LEAST_SAMPLE, _SAMPLED_VALUES // max(keys, 1))))
        goals = {
            e.goal.metric: e.goal.direction for e in experiments if e.name == wanted.experiment and e.goal
        }
        summaries = [(one, _direction(one, goals)) for one in self._reader.summaries(judged)]
        ranked = {one.key: direction for one, direction in summaries if direction}
        best = self._reader.best(found, ranked) if found.experiments == 1 else {}
        columns = [
            _column(one, len(judged), direction, best.get(one.key) if direction else None)
            for one, direction in summaries
        ]
        return columns, len(judged)


def no_page(location: StoreLocation) -> Page:
    """What there is to see where no store was made yet."""
    return {
        "rows": [],
        "offset": 0,
        "total": 0,
        "columns": [],
        "judged": 0,
        "experiments": [],
        "revision": "none",
        "store": str(location),
        "made": False,
    }


class _Kept(Generic[_T]):
    """The last few answers, so that each is worked out once."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._answers: OrderedDict[Hashable, _T] = OrderedDict()

    def get(self, question: Hashable, work_out: Callable[[], _T]) -> _T:
        """The answer, worked out now if it is not known. Two threads may do so at once: better than to wait."""
        with self._mutex:
            if question in self._answers:
                self._answers.move_to_end(question)
                return self._answers[question]
        answer = work_out()
        with self._mutex:
            self._answers[question] = answer
            while len(self._answers) > _KEPT:
                self._answers.popitem(last=False)
        return answer


def _is_gone(notebook: str) -> bool:
    """Whether no file is where a notebook was; of a URL, or of half a path, nobody can tell."""
    path = Path(notebook)
    try:
        return path.is_absolute() and not path.exists()
    except (OSError, ValueError):
        return False


def _keys(row: RunRow) -> int:
    return len(row.params) + len(row.metrics) + len(row.tags)


def _spread(ids: Sequence[str], sample: int) -> Sequence[str]:
    """All, or a sample, evenly taken from the first to the last."""
    if len(ids) <= _EXACT:
        return ids
    return [ids[at * (len(ids) - 1) // (sample - 1)] for at in range(sample)]


def _direction(summary: KeySummary, goals: Mapping[str, Direction]) -> Direction | None:
    if summary.group != "metrics":
        return None
    return goals.get(summary.key) or summary.direction or known_direction(summary.key)


def _column(summary: KeySummary, runs: int, direction: Direction | None, best: float | None) -> ColumnInfo:
    return {
        "key": summary.key,
        "group": summary.group,
        "kind": "numeric" if summary.numeric else "text",
        "runs": summary.runs,
        "differs": not summary.same or summary.runs < runs,
        "value": wire_value(summary.value),
        "chosen": summary.chosen,
        "points": summary.points,
        "direction": direction,
        "best": best,
        "low": _finite(summary.low),
        "high": _finite(summary.high),
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _experiment(experiment: Experiment) -> ExperimentInfo:
    goal = str(experiment.goal) if experiment.goal else ""
    return {"name": experiment.name, "runs": experiment.runs, "goal": goal}
