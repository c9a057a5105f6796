"""Histories of metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from nbmlops.errors import NotFoundError
from nbmlops.records import Series
from nbmlops.store import chunks, tables
from nbmlops.store.chunks import Points
from nbmlops.store.database import Database
from nbmlops.store.pieces import pieces
from nbmlops.store.values import decode_metric


class MetricRepository:
    """Reads the points of metrics."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def history(self, run_id: str, key: str) -> Series:
        """All points of one metric, in the order they were logged.

        Raises:
            NotFoundError: the run has no such metric.
        """
        table = tables.metrics
        with self._database.reading() as connection:
            row = connection.execute(
                select(table).where(table.c.run_id == run_id, table.c.key == key)
            ).one_or_none()
            if row is None:
                keys = connection.scalars(select(table.c.key).where(table.c.run_id == run_id)).all()
                raise NotFoundError(
                    f"The run {run_id[:8]} has no metric {key!r}"
                    + (f": it has {', '.join(sorted(keys)[:20])}" if keys else " nor any other")
                )
            points = _single(row) if row.points == 1 else self._points(connection, run_id, key)
        return _series(key, points)

    def histories_of(self, key: str, run_ids: Sequence[str]) -> dict[str, Series]:
        """One metric of several runs, by run id in the order of the ids; those that lack it are left out.

        Two queries, however many runs there are.
        """
        table, chunk = tables.metrics, tables.metric_chunks
        found: dict[str, list[Points]] = {}
        with self._database.reading() as connection:
            for part in pieces(list(run_ids)):
                summaries = select(table).where(table.c.key == key, table.c.run_id.in_(part))
                for row in connection.execute(summaries):
                    found[row.run_id] = [_single(row)] if row.points == 1 else []
                packed = select(chunk.c.run_id, chunk.c.data).where(
                    chunk.c.key == key,
                    chunk.c.run_id.in_([one for one, points in found.items() if not points]),
                )
                for row in connection.execute(packed.order_by(chunk.c.run_id, chunk.c.number)):
                    found[row.run_id].append(chunks.unpack(row.data))
        return {one: _series(key, _joined(found[one])) for one in run_ids if found.get(one)}

    def histories(self, run_ids: Sequence[str]) -> dict[tuple[str, str], Series]:
        """The series of two or more points of several runs, by run id and key."""
        table = tables.metrics
        with self._database.reading() as connection:
            found = connection.execute(
                select(table.c.run_id, table.c.key).where(table.c.run_id.in_(run_ids), table.c.points > 1)
            ).all()
        return {(row.run_id, row.key): self.history(row.run_id, row.key) for row in found}

    @staticmethod
    def _points(connection: Connection, run_id: str, key: str) -> Points:
        table = tables.metric_chunks
        rows = connection.scalars(
            select(table.c.data).where(table.c.run_id == run_id, table.c.key == key).order_by(table.c.number)
        )
        return Points.joined([chunks.unpack(data) for data in rows])


def _single(row: Any) -> Points:
    """The only point of a metric: no chunk holds it."""
    return Points.of([row.last_step], [decode_metric(row.last)], [row.last_time])


def _joined(parts: list[Points]) -> Points:
    return parts[0] if len(parts) == 1 else Points.joined(parts)


def _series(key: str, points: Points) -> Series:
    return Series(key, points.steps, points.values, points.times)
