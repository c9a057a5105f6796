"""A store under test, and journals as dead processes leave them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from sqlalchemy import func, select

from nbmlops.config import StoreLocation
from nbmlops.records import RunInfo, Series
from nbmlops.store import chunks, frames, tables
from nbmlops.store.blobs import BlobStore
from nbmlops.store.chunks import Points
from nbmlops.store.database import Database
from nbmlops.store.experiments import ExperimentRepository
from nbmlops.store.ingest import Ingester
from nbmlops.store.journal import Journal
from nbmlops.store.metrics import MetricRepository
from nbmlops.store.run_query import RunFinder, RunQuery, RunTable
from nbmlops.store.runs import RunRepository


class AStore:
    def __init__(self, location: StoreLocation) -> None:
        self.location = location
        self.database = Database(location)
        self.folder = self.database.folder
        self.folder.ensure()
        self.troubles: list[Exception] = []
        self.journal = Journal(self.folder, self.troubles.append)
        self.ingester = Ingester(self.database, self.journal)
        self.blobs = BlobStore(self.folder)
        self.runs = RunRepository(self.database, self.blobs)
        self.finder = RunFinder(self.database)
        self.metrics = MetricRepository(self.database)
        self.experiments = ExperimentRepository(self.database)

    def leave(self, journal: JournalFile, *, cut: int | None = None) -> Path:
        """Puts a journal where a dead process would have left it (nobody holds its lock)."""
        path = self.folder.journals / f"{journal.id}.journal"
        path.write_bytes(journal.data[:cut])
        return path

    def take(self, *journals: JournalFile) -> None:
        for journal in journals:
            self.leave(journal)
        self.ingester.ingest_all()

    def info(self, run_id: str) -> RunInfo:
        return self.runs.info(run_id)

    def history(self, run_id: str, key: str) -> Series:
        return self.metrics.history(run_id, key)

    def table(self, **query: Any) -> RunTable:
        return self.finder.table(RunQuery(**query))

    def names(self, **query: Any) -> list[str]:
        return list(self.table(**query).columns["name"])

    def count(self, table: str) -> int:
        with self.database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(tables.metadata.tables[table])) or 0


class JournalFile:
    """The bytes of a journal, written frame by frame."""

    def __init__(self) -> None:
        self.id = uuid4().hex
        self.data = b""
        self._series: dict[tuple[str, str], int] = {}
        self._clock = 1_700_000_000.0
        self.doc(op="open", host="h", pid=1, time=self._clock)

    def doc(self, **fields: Any) -> JournalFile:
        self.data += frames.pack_doc(fields)
        return self

    def raw(self, data: bytes) -> JournalFile:
        self.data += data
        return self

    def start(
        self, name: str = "a run", *, experiment: str = "e", started: float = 1_700_000_000.0, **more: Any
    ) -> str:
        run_id = uuid4().hex
        self.doc(
            op="start", run=run_id, name=name, experiment=experiment, started=started, kind="script", **more
        )
        return run_id

    def end(self, run_id: str, status: str = "FINISHED") -> JournalFile:
        return self.doc(op="end", run=run_id, status=status, ended=1_700_000_060.0, duration=60.0, error="")

    def run(self, name: str = "a run", *, metrics: dict[str, float] | None = None, params: dict[str, Any] | None = None,
            tags: dict[str, str] | None = None, status: str = "FINISHED", **more: Any) -> str:  # fmt: skip
        """A whole run."""
        run_id = self.start(name, **more)
        if params:
            self.params(run_id, params)
        if tags:
            self.doc(op="tags", run=run_id, items=tags)
        for key, value in (metrics or {}).items():
            self.point(run_id, key, value)
        self.end(run_id, status)
        return run_id

    def params(self, run_id: str, params: dict[str, Any]) -> JournalFile:
        return self.doc(op="params", run=run_id, items=[[k, v, "explicit", True] for k, v in params.items()])

    def series(self, run_id: str, key: str) -> int:
        if (run_id, key) not in self._series:
            self._series[run_id, key] = len(self._series)
            self.data += frames.pack_key(self._series[run_id, key], run_id, key)
        return self._series[run_id, key]

    def point(self, run_id: str, key: str, value: float, step: int = frames.NO_STEP) -> JournalFile:
        self._clock += 1
        body = frames.POINT_BODY.pack(frames.POINT, self.series(run_id, key), step, value, self._clock)
        return self.raw(frames.pack_frame(body))

    def chunk(self, run_id: str, key: str, values: Any, steps: Any = None) -> JournalFile:
        places = np.full(len(values), frames.NO_STEP) if steps is None else steps
        packed = chunks.pack(Points.of(places, values, np.full(len(values), self._clock)))
        return self.raw(frames.pack_chunk(self.series(run_id, key), packed))
