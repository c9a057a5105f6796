"""Histories of metrics."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from nbmlops.errors import NotFoundError
from nbmlops.records import Series
from nbmlops.store import chunks, tables
from nbmlops.store.chunks import Points
from nbmlops.store.database import Database
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
            if row.points == 1:
                points = Points.of([row.last_step], [decode_metric(row.last)], [row.last_time])
            else:
                points = self._points(connection, run_id, key)
        return Series(key, points.steps, points.values, points.times)

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
