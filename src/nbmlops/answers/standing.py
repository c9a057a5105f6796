"""How a run stands: against the best, before and after its like, as a part and as a whole."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final

from nbmlops.answers.store import AskedStore
from nbmlops.answers.wire_runs import wire_number
from nbmlops.errors import NotFoundError
from nbmlops.records import Goal, RunInfo
from nbmlops.records.directions import known_direction
from nbmlops.records.runs import Direction
from nbmlops.records.wire.standing import BestInfo, RunLink, Standing
from nbmlops.views.numbers import format_delta

if TYPE_CHECKING:
    from nbmlops.store.pages import PageReader, RunRow

_BESIDE: Final = 40  # siblings that are listed, half of them before the run
_MOST_PARTS: Final = 200
_MOST_BEST: Final = 40


class Standings:
    """Answers how a run stands. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("standing",)

    def __init__(self, store: AskedStore) -> None:
        self._store = store

    @cached_property
    def _reader(self) -> PageReader:
        from nbmlops.store.pages import PageReader  # loads SQLAlchemy

        return PageReader(self._store.workspace.database)

    def standing(self, run_id: str) -> Standing:
        """How the run with this whole id stands.

        Raises:
            NotFoundError: there is none.
        """
        workspace = self._store.workspace
        run = workspace.runs.info(run_id)
        goal = self._goal(run.experiment)
        directions = _directions(run, goal)
        metric = goal.metric if goal else next(iter(directions or run.metrics), "")
        like = self._like(run)
        place = like.index(run.id) if run.id in like else 0
        shown = like[max(0, place - _BESIDE // 2) :][:_BESIDE]
        parts = workspace.runs.parts(run.id)
        links = self._links([*shown, *parts[:_MOST_PARTS], *([run.parent] if run.parent else [])], metric)
        met = goal.is_met(run.metrics[goal.metric]) if goal and goal.metric in run.metrics else None
        return {
            "goal": str(goal) if goal else "",
            "goal_metric": goal.metric if goal else "",
            "goal_met": met,
            "metric": metric,
            "best": self._best(run, directions),
            "siblings": [links[one] for one in shown if one in links],
            "count": len(like),
            "place": place,
            "parent": links.get(run.parent or ""),
            "parts": [links[one] for one in parts[:_MOST_PARTS] if one in links],
            "part_count": len(parts),
        }

    def _goal(self, experiment: str) -> Goal | None:
        try:
            return self._store.workspace.experiments.get(experiment, counts_runs=False).goal
        except NotFoundError:
            return None

    def _like(self, run: RunInfo) -> Sequence[str]:
        """The runs of the same cell; of a program, those of the same name."""
        runs = self._store.workspace.runs
        if run.notebook and run.cell_id:
            return runs.of_cell(run.notebook, run.cell_id)
        return runs.of_name(run.experiment, run.name)

    def _links(self, ids: Sequence[str], metric: str) -> Mapping[str, RunLink]:
        return {row.id: _link(row, metric) for row in self._reader.rows(list(dict.fromkeys(ids)))}

    def _best(self, run: RunInfo, directions: Mapping[str, Direction]) -> list[BestInfo]:
        finder = self._store.workspace.finder
        judged = list(directions.items())[:_MOST_BEST]
        leaders = {
            key: finder.best_run(run.experiment, key, direction, without=run.id) for key, direction in judged
        }
        rows = {row.id: row for row in self._reader.rows([one for one in {*leaders.values()} if one])}
        return [
            _best_info(key, direction, run.metrics[key], rows[leader])
            for key, direction in judged
            if (leader := leaders[key]) in rows and leader is not None
        ]


def _directions(run: RunInfo, goal: Goal | None) -> dict[str, Direction]:
    """Which way each of its metrics is better, where that is known; that of the goal first."""
    found: dict[str, Direction] = {}
    if goal and goal.metric in run.metrics:
        found[goal.metric] = goal.direction
    for metric in run.metric_details:
        direction = metric.direction or known_direction(metric.key)
        if direction:
            found.setdefault(metric.key, direction)
    return found


def _best_info(key: str, direction: Direction, value: float, best: RunRow) -> BestInfo:
    change = value - best.metrics[key]
    better = None if not change or math.isnan(change) else (change > 0) == (direction == "max")
    return {
        "key": key,
        "direction": direction,
        "value": best.metrics[key],
        "id": best.id,
        "name": best.name,
        "better": better,
        "change": format_delta(change, None) if change and math.isfinite(change) else "",
    }


def _link(row: RunRow, metric: str) -> RunLink:
    value = row.metrics.get(metric)
    return {
        "id": row.id,
        "name": row.name,
        "status": row.status,
        "started": row.started,
        "value": None if value is None else wire_number(value),
    }
