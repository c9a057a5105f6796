"""Tables of runs: filtered, ordered and read a page at a time.

Each is asked again whenever the reader scrolls, sorts or filters, and whenever a run logs something. So the ids
that a query found are kept until the store changes: to scroll reads only the rows that come into view.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from nbmlops.answers.kept import Kept
from nbmlops.answers.store import AskedStore
from nbmlops.answers.wire_runs import wire_row, wire_value
from nbmlops.config import StoreLocation
from nbmlops.records import Experiment
from nbmlops.records.directions import known_direction
from nbmlops.records.runs import Direction
from nbmlops.records.wire.queries import Query
from nbmlops.records.wire.rows import ColumnInfo, ExperimentInfo, Page, Revision

if TYPE_CHECKING:
    from nbmlops.answers.page_query import PageQuery
    from nbmlops.store.key_summaries import KeySummary
    from nbmlops.store.pages import Found, PageReader, RunFilter, RunRow

# Columns of more runs than so are judged by a sample of them: the smaller, the more keys its runs have.
_EXACT, _MOST_SAMPLE, _LEAST_SAMPLE, _SAMPLED_VALUES = 500, 300, 100, 6_000


class RunPages:
    """Tables of runs, read as far as they are shown. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("page", "revision", "experiments")

    def __init__(self, store: AskedStore) -> None:
        self._store = store
        self._found: Kept[Found] = Kept()
        self._scopes: Kept[Found] = Kept()
        self._experiments: Kept[list[Experiment]] = Kept()
        self._columns: Kept[tuple[list[ColumnInfo], int]] = Kept()

    @cached_property
    def _reader(self) -> PageReader:
        from nbmlops.store.pages import PageReader  # loads SQLAlchemy

        return PageReader(self._store.workspace.database)

    def page(self, query: Query) -> Page:
        """The rows of a query from its offset on.

        Raises:
            WhereError: `where` can't be read.
            ValueRefusedError: another part of the query says nothing that can be done.
            StoreError: the store can't be read.
        """
        from nbmlops.answers.page_query import PageQuery  # loads SQLAlchemy

        asked = PageQuery(query)
        self._store.sync()
        wanted = self._with_moved(asked.wanted)
        # Before the data: what is written meanwhile makes another one, and so is asked for again.
        revision = self._reader.revision()
        found = self._found.get(
            (revision, wanted, asked.order_by, asked.descending),
            lambda: self._find(asked, wanted, revision),
        )
        rows = self._reader.rows(found.ids[asked.offset : asked.offset + asked.limit], deleted=wanted.deleted)
        experiments = self._experiments.get(revision, self._store.workspace.experiments.all)
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
            "store": str(self._store.workspace.location),
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
        return replace(wanted, moved=tuple(path for path in known if is_gone(path)))

    def revision(self) -> Revision:
        """Whether anything changed.

        Raises:
            StoreError: the store can't be read.
        """
        self._store.sync()
        return {"revision": self._reader.revision(), "running": self._reader.running()}

    def experiments(self) -> list[ExperimentInfo]:
        """All experiments, by name."""
        self._store.sync()
        return [_experiment(one) for one in self._store.workspace.experiments.all()]

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


def is_gone(notebook: str) -> bool:
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
