"""Experiments: their goals and the tags they ask for."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, update

from nbmlops.errors import NotFoundError, ValueRefusedError
from nbmlops.records import Experiment, Goal
from nbmlops.store import tables
from nbmlops.store.batch import experiment_id
from nbmlops.store.database import Database
from nbmlops.store.values import short_key

_E, _R = tables.experiments.c, tables.runs.c
_GOAL = re.compile(r"\s*(.+?)\s*(>=|<=|>|<)\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*")


def parse_goal(text: str) -> Goal:
    """The goal in a text such as `accuracy >= 0.9`.

    Raises:
        ValueRefusedError: it is none.
    """
    found = _GOAL.fullmatch(text)
    try:
        if found:
            return Goal(found[1], found[2], float(found[3]))  # type: ignore[arg-type]  # the pattern's operators
    except ValueError:
        pass
    raise ValueRefusedError(
        f"{text!r} is no goal: write a metric, >= or <=, and a number, as in 'accuracy >= 0.9'"
    )


class ExperimentRepository:
    """Reads and mends experiments."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Experiment]:
        """Every experiment that has runs or was declared, by name."""
        query = (
            select(_E.name, _E.goal, _E.required_tags, _E.created, func.count(_R.id).label("runs"))
            .outerjoin(tables.runs, (_R.experiment_id == _E.id) & _R.deleted.is_(None))
            .group_by(_E.id, _E.name, _E.goal, _E.required_tags, _E.created)
            .order_by(_E.name)
        )
        with self._database.reading() as connection:
            return [_record(row, runs=row.runs) for row in connection.execute(query)]

    def get(self, name: str, *, counts_runs: bool = True) -> Experiment:
        """The experiment of this name.

        Args:
            name: of the experiment.
            counts_runs: False spares the count, `runs` is 0 then.

        Raises:
            NotFoundError: there is none.
        """
        with self._database.reading() as connection:
            query = select(tables.experiments).where(_E.name == short_key(name))
            row = connection.execute(query).one_or_none()
            if row is None:
                raise NotFoundError(f"No experiment {name!r} in the store {self._database.location}")
            count = select(func.count()).where(_R.experiment_id == row.id, _R.deleted.is_(None))
            return _record(row, runs=connection.scalar(count) or 0 if counts_runs else 0)

    def declare(
        self, name: str, *, goal: str | None = None, required_tags: Sequence[str] | None = None
    ) -> Experiment:
        """Makes the experiment where it is missing, and sets what is given; an empty goal removes it.

        Raises:
            ValueRefusedError: the goal can't be read, or the name is empty.
        """
        if not name.strip():
            raise ValueRefusedError("An experiment's name can't be empty")
        values: dict[str, str] = {}
        if goal is not None:
            values["goal"] = _goal_text(parse_goal(goal)) if goal else ""
        if required_tags is not None:
            values["required_tags"] = json.dumps(list(required_tags))
        with self._database.transaction() as connection:
            found = experiment_id(connection, name, time.time())
            if values:
                connection.execute(update(tables.experiments).where(_E.id == found).values(**values))
        return self.get(name)


def _goal_text(goal: Goal) -> str:
    """With every digit of the number, which `str(goal)` rounds for the eye."""
    return f"{goal.metric} {goal.operator} {goal.target!r}"


def _record(row: Any, *, runs: int) -> Experiment:
    return Experiment(
        name=row.name,
        goal=parse_goal(row.goal) if row.goal else None,
        required_tags=tuple(json.loads(row.required_tags)),
        runs=runs,
        created=datetime.fromtimestamp(row.created, UTC),
    )
