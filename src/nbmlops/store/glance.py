"""A quick look into a store, for what has to answer while somebody types.

An SQLite store is asked by Python's own `sqlite3`: loading SQLAlchemy takes longer than a person waits for a
completion. What stands in journals alone is not seen, and nothing is made or changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal

from nbmlops.config import StoreLocation

Group = Literal["metrics", "params", "tags"]
GROUPS: tuple[Group, ...] = ("metrics", "params", "tags")
_BUSY_SECONDS = 0.2
_RUNS = """
SELECT runs.id, runs.name, experiments.name
FROM runs LEFT JOIN experiments ON experiments.id = runs.experiment_id
WHERE (runs.deleted IS NOT NULL) = (:deleted = 1)
  AND (substr(runs.id, 1, length(:typed)) = lower(:typed) OR substr(runs.name, 1, length(:typed)) = :typed)
ORDER BY runs.started DESC LIMIT :limit
"""
_METRICS = """
SELECT metrics.key FROM metrics WHERE metrics.run_id = (
  SELECT runs.id FROM runs
  WHERE runs.name = :run OR substr(runs.id, 1, length(:run)) = lower(:run)
  ORDER BY runs.name = :run DESC, runs.deleted IS NULL DESC, runs.started DESC LIMIT 1
) ORDER BY metrics.key
"""
# Each key is found from the one before by the index: reading all rows takes 30 times as long with 10,000 runs.
_KEYS = """
WITH RECURSIVE found(key) AS (
  SELECT min(key) FROM {table}
  UNION ALL
  SELECT (SELECT min(key) FROM {table} WHERE key > found.key) FROM found WHERE found.key IS NOT NULL
) SELECT key FROM found WHERE key IS NOT NULL
"""


def keys_statement(group: Group) -> str:
    """SQL that lists the keys of a group, in order."""
    return _KEYS.format(table=group)


@dataclass(frozen=True, slots=True)
class Glance:
    """Looks into the store at `location`, which must have been made."""

    location: StoreLocation

    def experiments(self) -> list[str]:
        """Names of the experiments."""
        return [name for (name,) in self._ask("SELECT name FROM experiments ORDER BY name")]

    def runs(self, typed: str, *, deleted: bool, limit: int) -> list[tuple[str, str, str | None]]:
        """Id, name and experiment of the newest runs whose id or name begins with what was typed."""
        rows = self._ask(_RUNS, typed=typed, deleted=int(deleted), limit=limit)
        return [(run_id, name, experiment) for run_id, name, experiment in rows]

    def metrics(self, run: str) -> list[str]:
        """Keys of the metrics of a run, which is named as for a command."""
        return [key for (key,) in self._ask(_METRICS, run=run)]

    def keys(self, group: Group) -> list[str]:
        """All keys of a group."""
        return [key for (key,) in self._ask(keys_statement(group))]

    def _ask(self, statement: str, **values: Any) -> Sequence[Sequence[Any]]:
        if self.location.database_url:
            return self._ask_server(statement, values)
        file = (self.location.root / "store.db").absolute().as_uri()
        with closing(sqlite3.connect(f"{file}?mode=ro", uri=True, timeout=_BUSY_SECONDS)) as connection:
            return connection.execute(statement, values).fetchall()

    def _ask_server(self, statement: str, values: dict[str, Any]) -> Sequence[Sequence[Any]]:
        from sqlalchemy import text

        from nbmlops.store.database import Database

        with Database(self.location).reading() as connection:
            return connection.execute(text(statement), values).all()
