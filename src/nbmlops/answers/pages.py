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

from nbmlops.answers.environments import OWN, Environments
from nbmlops.answers.kept import Kept
from nbmlops.answers.store import AskedStore
from nbmlops.answers.wire_runs import wire_row, wire_value
from nbmlops.config import StoreLocation
from nbmlops.records import Experiment, Verdict
from nbmlops.records.directions import known_direction
from nbmlops.records.runs import Direction
from nbmlops.records.wire.queries import Query
from nbmlops.records.wire.rows import ColumnInfo, ExperimentInfo, Page, Revision, Row
from nbmlops.views.proof_words import worst_verdict

if TYPE_CHECKING:
    from nbmlops.answers.grouped import GroupedRuns
    from nbmlops.answers.lines import Lines
    from nbmlops.answers.page_query import PageQuery
    from nbmlops.answers.searches import Search
    from nbmlops.store.key_summaries import KeySummary
    from nbmlops.store.pages import Found, PageReader, RunFilter, RunRow

# Columns of more runs than so are judged by a sample of them: the smaller, the more keys its runs have.
_EXACT, _MOST_SAMPLE, _LEAST_SAMPLE, _SAMPLED_VALUES = 500, 300, 100, 6_000


class RunPages:
    """Tables of runs, read as far as they are shown. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("page", "run_ids", "revision", "experiments")

    def __init__(self, store: AskedStore) -> None:
        self._store = store
        self._found: Kept[Found] = Kept()
        self._scopes: Kept[Found] = Kept()
        self._experiments: Kept[list[Experiment]] = Kept()
        self._columns: Kept[tuple[list[ColumnInfo], int]] = Kept()
        self._lines: Kept[Lines] = Kept()
        self._environments = Environments(store.workspace.blobs)

    @cached_property
    def _reader(self) -> PageReader:
        from nbmlops.store.pages import PageReader  # loads SQLAlchemy

        return PageReader(self._store.workspace.database)

    @cached_property
    def _grouped(self) -> GroupedRuns:
        from nbmlops.answers.grouped import GroupedRuns  # loads SQLAlchemy

        return GroupedRuns(self._store.workspace.database)

    def page(self, query: Query) -> Page:
        """The lines of a query from its offset on.

        Raises:
            WhereError: `where` can't be read.
            ValueRefusedError: another part of the query says nothing that can be done.
            StoreError: the store can't be read.
        """
        search = self._search(query)
        found = search.found
        experiments = self._experiments.get(search.revision, self._store.workspace.experiments.all)
        columns, judged = self._columns.get(
            (search.revision, search.wanted), lambda: self._columns_of(search.wanted, found, experiments)
        )
        lines = self._lines_of(search, columns)
        names = lines.names[search.asked.offset : search.asked.offset + search.asked.limit]
        return {
            "rows": self._rows(search, lines, names, _packages(columns)),
            "groups": self._grouped.wire(search, lines, names, columns),
            "offset": search.asked.offset,
            "total": len(lines.names),
            "runs": len(found.ids),
            "identical": lines.identical,
            "columns": columns,
            "judged": judged,
            "experiments": [_experiment(one) for one in experiments],
            "revision": search.revision,
            "store": str(self._store.workspace.location),
            "made": True,
        }

    def run_ids(self, query: Query) -> list[str]:
        """The ids of all runs that a query finds, in its order; of folded ones each.

        Raises:
            WhereError: `where` can't be read.
            ValueRefusedError: another part of the query says nothing that can be done.
        """
        return list(self._search(query).found.ids)

    def _search(self, query: Query) -> Search:
        from nbmlops.answers.page_query import PageQuery  # loads SQLAlchemy
        from nbmlops.answers.searches import Search

        asked = PageQuery(query)
        self._store.sync()
        wanted = self._with_moved(asked.wanted)
        # Before the data: what is written meanwhile makes another one, and so is asked for again.
        revision = self._reader.revision()
        found = self._found.get(
            (revision, wanted, asked.order_by, asked.descending),
            lambda: self._find(asked, wanted, revision),
        )
        search = Search(asked, wanted, revision, found)
        return replace(search, found=self._grouped.one(search)) if asked.group else search

    def _lines_of(self, search: Search, columns: Sequence[ColumnInfo]) -> Lines:
        """The lines; they are kept, since whoever scrolls asks for them again and again."""
        from nbmlops.answers.lines import group_lines, run_lines  # loads SQLAlchemy

        asked = search.asked
        if asked.group_by and not asked.group:
            return group_lines(self._grouped.ordered(search, columns), unfold=asked.unfold)
        return self._lines.get(
            (search.question, asked.group, asked.group_by, asked.fold, asked.unfold),
            lambda: run_lines(search.found, fold=asked.fold, unfold=asked.unfold),
        )

    def _rows(self, search: Search, lines: Lines, names: Sequence[str], packages: Sequence[str]) -> list[Row]:
        ids = [name for name in names if name not in lines.groups]
        rows = self._reader.rows(ids, deleted=search.wanted.deleted)
        folded = [one for row in rows if row.id not in lines.inside for one in lines.members.get(row.id, ())]
        verdicts = self._reader.verdicts(folded) if folded else {}
        return [self._row(row, lines, packages, verdicts) for row in rows]

    def _row(self, row: RunRow, lines: Lines, packages: Sequence[str], verdicts: Mapping[str, str]) -> Row:
        """A run, with the worst verdict of those that are folded behind it."""
        members = lines.members.get(row.id, (row.id,))
        found = wire_row(row, self._environments.of(row, packages))
        found["alike"], found["inside"] = len(members), lines.inside.get(row.id, "")
        if len(members) > 1:
            worst = worst_verdict(Verdict(verdicts[one]) for one in members if one in verdicts)
            found["verdict"] = str(worst) if worst else None
        return found

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
        self, wanted: RunFilter, found: Found, experiments: Sequence[Experiment]
    ) -> tuple[list[ColumnInfo], int]:
        """The columns of the runs found, and how many of them were looked at."""
        keys = max(map(_keys, self._reader.rows(found.ids[:1], deleted=wanted.deleted)), default=0)
        judged = _spread(found.ids, min(_MOST_SAMPLE, max(_LEAST_SAMPLE, _SAMPLED_VALUES // max(keys, 1))))
        goals = {
            e.goal.metric: e.goal.direction for e in experiments if e.name == wanted.experiment and e.goal
        }
        known = self._reader.summaries(judged) + self._environments.summaries(self._reader.contexts(judged))
        summaries = [(one, _direction(one, goals)) for one in known]
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
        "groups": [],
        "offset": 0,
        "total": 0,
        "runs": 0,
        "identical": 0,
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
        "usual": summary.usual,
        "chosen": summary.chosen,
        "points": summary.points,
        "direction": direction,
        "best": best,
        "low": _finite(summary.low),
        "high": _finite(summary.high),
    }


def _packages(columns: Sequence[ColumnInfo]) -> list[str]:
    return [one["key"] for one in columns if one["group"] == "environment" and one["key"] not in OWN]


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _experiment(experiment: Experiment) -> ExperimentInfo:
    goal = str(experiment.goal) if experiment.goal else ""
    return {"name": experiment.name, "runs": experiment.runs, "goal": goal}
