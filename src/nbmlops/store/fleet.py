"""All experiments at a glance: read in a handful of statements, whatever their number."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, desc, func, select

from nbmlops.records import RunStatus
from nbmlops.records.runs import Direction, Goal
from nbmlops.store import tables
from nbmlops.store.database import Database
from nbmlops.store.experiments import parse_goal
from nbmlops.store.main_metric import MetricTrace, main_metric
from nbmlops.store.pieces import pieces

TREND: Final = 30  # runs
RECENT: Final = 10  # runs

_E, _R, _M, _A = tables.experiments.c, tables.runs.c, tables.metrics.c, tables.artifacts.c
_LOOKED_UP: Final = 1_000  # runs
_JUDGED: Final = 2  # of the newest finished runs tell what an experiment measures


class FleetRow(NamedTuple):
    """A run, as far as a glance needs it; `started` in seconds since the epoch."""

    id: str
    experiment_id: int
    name: str
    status: str
    started: float
    duration: float | None
    suspect: bool

    @property
    def counts(self) -> bool:
        """Whether it may be called best."""
        return self.status == RunStatus.FINISHED and not self.suspect


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One experiment at a glance.

    Attributes:
        runs: all of them, the newest first.
        metric: the one that tells which run is best, None where no metric's direction is known.
        measured: its last finite values, by run id.
        best: the best run that counts, None where there is none.
        models: how many models its runs kept.
    """

    name: str
    goal: Goal | None
    runs: Sequence[FleetRow]
    metric: str | None = None
    direction: Direction | None = None
    measured: Mapping[str, float] = field(default_factory=dict)
    best: FleetRow | None = None
    models: int = 0

    def trend(self) -> list[float]:
        """The metric's values in the last runs that have one, the oldest first."""
        found = (self.measured.get(run.id) for run in self.runs if run.counts)
        return [value for value in found if value is not None][:TREND][::-1]


class Proofs(NamedTuple):
    """What a check of a run found, empty where there was none; and the codes of what speaks against it."""

    verdict: str
    findings: str


class FleetReader:
    """Reads all experiments. Threads may share one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self) -> list[Glimpse]:
        """Every experiment that has runs or a goal, by name."""
        with self._database.reading() as connection:
            experiments = connection.execute(select(_E.id, _E.name, _E.goal).order_by(_E.name)).all()
            runs = _by_experiment(connection)
            goals = {one.id: parse_goal(one.goal) for one in experiments if one.goal}
            metrics = _main_metrics(connection, runs, goals)
            measured = _measured(connection, runs, metrics)
            models = _models(connection)
        found = []
        for one in experiments:
            if one.id in runs or one.goal:
                own = runs.get(one.id, [])
                glimpse = Glimpse(one.name, goals.get(one.id), own, models=models.get(one.id, 0))
                metric = metrics.get(one.id)
                found.append(_ranked(glimpse, metric, measured) if metric else glimpse)
        return found

    def proofs(self, ids: Sequence[str]) -> dict[str, Proofs]:
        """By id, what is known of whether these runs can be trusted."""
        found: dict[str, Proofs] = {}
        with self._database.reading() as connection:
            for some in pieces(ids):
                query = select(_R.id, _R.verdict, _R.findings).where(_R.id.in_(some))
                found |= {
                    row[0]: Proofs(row[1], row[2]) for row in connection.execute(query).cursor.fetchall()
                }
        return found


def _by_experiment(connection: Connection) -> dict[int, list[FleetRow]]:
    query = (
        select(_R.id, _R.experiment_id, _R.name, _R.status, _R.started, _R.duration, _R.suspect)
        .where(_R.deleted.is_(None))
        .order_by(desc(_R.started), _R.id)
    )
    found: dict[int, list[FleetRow]] = {}
    for row in connection.execute(query).cursor.fetchall():
        found.setdefault(row[1], []).append(FleetRow(*row))
    return found


def _main_metrics(
    connection: Connection, runs: Mapping[int, Sequence[FleetRow]], goals: Mapping[int, Goal]
) -> dict[int, tuple[str, Direction]]:
    """By experiment, the metric of its goal; else the one that its newest runs are best ranked by."""
    found: dict[int, tuple[str, Direction]] = {
        number: (goal.metric, goal.direction) for number, goal in goals.items()
    }
    asked = {number: _telling(rows) for number, rows in runs.items() if number not in found}
    traces = _traces(connection, [run_id for ids in asked.values() for run_id in ids])
    for number, ids in asked.items():
        if chosen := main_metric(trace for run_id in ids for trace in traces.get(run_id, ())):
            found[number] = chosen
    return found


def _telling(runs: Sequence[FleetRow]) -> list[str]:
    """The newest that finished, for whoever failed early measured nothing."""
    done = [run.id for run in runs if run.status == RunStatus.FINISHED][:_JUDGED]
    return done or [run.id for run in runs[:1]]


def _traces(connection: Connection, ids: Sequence[str]) -> dict[str, list[MetricTrace]]:
    found: dict[str, list[MetricTrace]] = {}
    for some in pieces(ids):
        query = select(_M.run_id, _M.key, _M.direction, _M.points).where(_M.run_id.in_(some))
        for run_id, *trace in connection.execute(query).cursor.fetchall():
            found.setdefault(run_id, []).append(MetricTrace(*trace))
    return found


def _measured(
    connection: Connection,
    runs: Mapping[int, Sequence[FleetRow]],
    metrics: Mapping[int, tuple[str, Direction]],
) -> dict[str, float]:
    """By run, the last finite value of its experiment's metric."""
    asked: dict[str, list[str]] = {}
    for number, (key, _) in metrics.items():
        asked.setdefault(key, []).extend(run.id for run in runs.get(number, ()))
    found: dict[str, float] = {}
    for key, ids in asked.items():
        own = set(ids)
        rows = (row for query in _values(key, ids) for row in connection.execute(query).cursor.fetchall())
        found |= {run_id: last for run_id, last in rows if run_id in own and math.isfinite(last)}
    return found


def _values(key: str, ids: Sequence[str]) -> Iterator[Select[Any]]:
    """Of many runs, what an index holds of the key is read in one go: sooner than to look each of them up."""
    query = select(_M.run_id, _M.last).where(_M.key == key, _M.last.is_not(None))
    if len(ids) > _LOOKED_UP:
        yield query
    else:
        yield from (query.where(_M.run_id.in_(some)) for some in pieces(ids))


def _models(connection: Connection) -> dict[int, int]:
    query = (
        select(_R.experiment_id, func.count())
        .select_from(tables.artifacts)
        .join(tables.runs, _R.id == _A.run_id)
        .where(_A.kind == "model", _R.deleted.is_(None))
        .group_by(_R.experiment_id)
    )
    return {row[0]: row[1] for row in connection.execute(query).cursor.fetchall()}


def _ranked(glimpse: Glimpse, metric: tuple[str, Direction], measured: Mapping[str, float]) -> Glimpse:
    """With the best of its runs by this metric."""
    key, way = metric
    own = {run.id: measured[run.id] for run in glimpse.runs if run.id in measured}
    fit = [run for run in glimpse.runs if run.counts and run.id in own]
    # The first of several that are as good: the newer ones added nothing.
    better = max if way == "max" else min
    best = better(reversed(fit), key=lambda run: own[run.id]) if fit else None
    return replace(glimpse, metric=key, direction=way, measured=own, best=best)
