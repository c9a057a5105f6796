"""Points of metrics on their way into the tables: one summary row a metric, packed chunks for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import Connection, select, update

from nbmlops.errors import StoreError
from nbmlops.records import known_direction
from nbmlops.store import chunks, frames, tables
from nbmlops.store.chunks import Points
from nbmlops.store.database import Database
from nbmlops.store.pieces import pieces
from nbmlops.store.scan import PointBlock
from nbmlops.store.values import decode_metric, encode_metric

CHUNK_POINTS = 65_536
_SMALL_CHUNK = 4_096
_LAST_STEP = 2**63 - 1

MetricKey = tuple[str, str]


@dataclass
class _Pending:
    """New points of one metric, in the order they came."""

    parts: list[Points] = field(default_factory=list)
    direction: str | None = None
    origin: str | None = None

    def joined(self) -> Points:
        return self.parts[0] if len(self.parts) == 1 else Points.joined(self.parts)


class PendingPoints:
    """Points by metric, in the order they were logged."""

    def __init__(self) -> None:
        self.by_metric: dict[MetricKey, _Pending] = {}

    def _of(self, metric: MetricKey) -> _Pending:
        return self.by_metric.setdefault(metric, _Pending())

    def add_block(self, block: PointBlock, keys: Mapping[int, MetricKey]) -> None:
        """Points of several metrics; those of an unknown one (its KEY frame was damaged) are dropped."""
        order = np.argsort(block.rows["series"], kind="stable")
        rows = block.rows[order]
        numbers, starts = np.unique(rows["series"], return_index=True)
        for number, part in zip(numbers, np.split(rows, starts[1:]), strict=True):
            self.add_many(keys.get(int(number)), Points.of(part["step"], part["value"], part["time"]))

    def add_many(self, metric: MetricKey | None, points: Points) -> None:
        """Many points at once."""
        if metric is not None and len(points):
            self._of(metric).parts.append(points)

    def describe(self, metric: MetricKey, direction: str | None, origin: str | None) -> None:
        """Says which way a metric is better, and whether it was inferred."""
        pending = self._of(metric)
        pending.direction, pending.origin = direction, origin


class SeriesWriter:
    """Writes pending points in the caller's transaction."""

    def __init__(self, connection: Connection, database: Database) -> None:
        self._connection = connection
        self._database = database

    def write(self, pending: PendingPoints) -> None:
        """Updates the summaries and appends to the chunks."""
        metrics = list(pending.by_metric)
        known = self._summaries({run_id for run_id, _ in metrics})
        rows: list[dict[str, Any]] = []
        packed: list[dict[str, Any]] = []
        for metric, new in pending.by_metric.items():
            old = known.get(metric)
            row, points = self._merge(metric, old, new)
            if row is not None:
                rows.append(row)
            if points is not None:
                packed += self._chunk_rows(metric, points)
        self._database.upsert(self._connection, tables.metrics, rows)
        self._database.upsert(self._connection, tables.metric_chunks, packed)

    def _summaries(self, run_ids: set[str]) -> dict[MetricKey, Any]:
        table = tables.metrics
        found = {}
        for part in pieces(sorted(run_ids)):
            for row in self._connection.execute(select(table).where(table.c.run_id.in_(part))):
                found[row.run_id, row.key] = row
        return found

    def _merge(
        self, metric: MetricKey, old: Any, new: _Pending
    ) -> tuple[dict[str, Any] | None, Points | None]:
        """The metric's row as it is now, and the points that go to chunks (None while there is only one)."""
        if not new.parts:
            return self._described(metric, old, new), None
        points = _numbered(
            new.joined(), 0 if old is None or old.last_step is None else _next_step(old.last_step)
        )
        count = len(points) + (old.points if old else 0)
        to_chunks: Points | None = None
        if count > 1:
            first = old is not None and old.points == 1
            to_chunks = Points.joined([_single(old), points]) if first else points
        return _summary(metric, old, new, points), to_chunks

    def _described(self, metric: MetricKey, old: Any, new: _Pending) -> dict[str, Any] | None:
        """A metric whose direction became known after its points came."""
        if old is not None:
            table = tables.metrics
            self._connection.execute(
                update(table)
                .where(table.c.run_id == metric[0], table.c.key == metric[1])
                .values(direction=new.direction or old.direction, origin=new.origin or old.origin)
            )
        return None

    def _chunk_rows(self, metric: MetricKey, points: Points) -> Iterable[dict[str, Any]]:
        """New chunks; the last one so far is filled up first while it is small."""
        number, tail = self._tail(metric)
        if tail is not None:
            points = Points.joined([tail, points])
        for at in range(0, len(points), CHUNK_POINTS):
            part = points[at : at + CHUNK_POINTS]
            yield {
                "run_id": metric[0],
                "key": metric[1],
                "number": number,
                "points": len(part),
                "data": chunks.pack(part),
            }
            number += 1

    def _tail(self, metric: MetricKey) -> tuple[int, Points | None]:
        table = tables.metric_chunks
        last = self._connection.execute(
            select(table)
            .where(table.c.run_id == metric[0], table.c.key == metric[1])
            .order_by(table.c.number.desc())
            .limit(1)
        ).one_or_none()
        if last is None:
            return 0, None
        if last.points < _SMALL_CHUNK:
            try:
                return last.number, chunks.unpack(last.data)
            except StoreError:
                pass  # damaged on the disk: that must not take the new points with it
        return last.number + 1, None


def _numbered(points: Points, first: int) -> Points:
    """Steps that were left out count on from the step before them."""
    missing = points.steps == frames.NO_STEP
    if not missing.any():
        return points
    if missing.all() and first <= _LAST_STEP - len(points):
        return Points(np.arange(first, first + len(points), dtype="<i8"), points.values, points.times)
    steps = points.steps.copy()
    following = first
    for at, absent in enumerate(missing):
        if absent:
            steps[at] = following
        following = _next_step(int(steps[at]))
    return Points(steps, points.values, points.times)


def _next_step(step: int) -> int:
    """The step after this one; the last that 64 bits hold has none after it."""
    return min(step + 1, _LAST_STEP)


def _single(row: Any) -> Points:
    return Points.of([row.last_step], [decode_metric(row.last)], [row.last_time])


def _summary(metric: MetricKey, old: Any, new: _Pending, points: Points) -> dict[str, Any]:
    lowest, highest = _extremes(points.values)
    if old is not None:
        lowest = float(np.fmin(lowest, decode_metric(old.min)))
        highest = float(np.fmax(highest, decode_metric(old.max)))
    return {
        "run_id": metric[0],
        "key": metric[1],
        "last": encode_metric(float(points.values[-1])),
        "min": encode_metric(lowest),
        "max": encode_metric(highest),
        "points": len(points) + (old.points if old else 0),
        "last_step": int(points.steps[-1]),
        "last_time": float(points.times[-1]),
        "direction": new.direction or (old.direction if old else known_direction(metric[1])),
        "origin": new.origin or (old.origin if old else "explicit"),
    }


def _extremes(values: chunks.Float64s) -> tuple[float, float]:
    """Smallest and largest value, NaN only where all are."""
    return float(np.fmin.reduce(values)), float(np.fmax.reduce(values))
