"""Notebooks that were run as jobs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final

from nbmlops.answers.kept import Kept
from nbmlops.answers.store import AskedStore
from nbmlops.errors import NbmlopsError
from nbmlops.records.jobs import CellStatus
from nbmlops.records.wire.fleet import JobCells, JobInfo, Jobs

if TYPE_CHECKING:
    from nbmlops.store.job_rows import JobReader, JobRow

_JOBS: Final = 50
_MOST_JOBS: Final = 200
_MOST_BYTES: Final = 20_000_000  # of a notebook, to count what became of its cells
_UNTOUCHED: Final = (CellStatus.PENDING, CellStatus.RUNNING, CellStatus.SKIPPED, CellStatus.COMPLETED)
_FURTHEST: Final = 2**31  # a database counts no further


class JobLists:
    """Answers about jobs. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("jobs",)

    def __init__(self, store: AskedStore) -> None:
        self._store = store
        self._cells: Kept[JobCells | None] = Kept(_MOST_JOBS)

    @cached_property
    def _reader(self) -> JobReader:
        from nbmlops.store.job_rows import JobReader  # loads SQLAlchemy

        return JobReader(self._store.workspace.database)

    def jobs(self, offset: int = 0, limit: int = _JOBS) -> Jobs:
        """Jobs, the newest first.

        Args:
            offset: how many to leave out at the front.
            limit: at most so many.

        Raises:
            StoreError: the store can't be read.
        """
        self._store.sync()
        rows, total = self._reader.read(
            offset=min(max(offset, 0), _FURTHEST), limit=min(max(limit, 0), _MOST_JOBS)
        )
        return {"jobs": [self._info(row) for row in rows], "total": total}

    def _info(self, row: JobRow) -> JobInfo:
        return {
            "id": row.id,
            "name": row.name,
            "experiment": row.experiment,
            "status": row.status,
            "started": row.started,
            "duration": row.duration,
            "notebook": row.notebook,
            "error": row.error,
            "verdict": row.verdict or None,
            "cells": self._cells_of(row),
            "parts": [{"id": part.id, "name": part.name, "status": part.status} for part in row.parts],
            "part_count": row.part_count,
        }

    def _cells_of(self, row: JobRow) -> JobCells | None:
        """What the executed notebook says of its cells; it never changes, so it is read once."""
        if row.executed is None or row.executed[1] > _MOST_BYTES:
            return None
        digest = row.executed[0]
        return self._cells.get(digest, lambda: self._count(digest))

    def _count(self, digest: str) -> JobCells | None:
        try:
            notebook = json.loads(self._store.workspace.blobs.get(digest))
        except (NbmlopsError, OSError, ValueError):
            return None  # it was cleared away, or is no notebook: what the tables know is worth showing
        return count_cells(notebook)


def count_cells(notebook: Any) -> JobCells | None:
    """How far the code cells of an executed notebook came, None where it does not say.

    Args:
        notebook: as JSON gave it, from wherever.
    """
    found = list(_statuses(notebook.get("cells") if isinstance(notebook, dict) else None))
    if not found:
        return None
    failed = next((at for at, status in enumerate(found, 1) if status not in _UNTOUCHED), None)
    return {"total": len(found), "completed": found.count(CellStatus.COMPLETED), "failed": failed}


def _statuses(cells: Any) -> Iterable[str]:
    for cell in cells if isinstance(cells, list) else ():
        if not isinstance(cell, Mapping) or cell.get("cell_type") != "code":
            continue
        own = (cell.get("metadata") or {}).get("nbmlops")
        if isinstance(own, Mapping) and isinstance(own.get("status"), str):
            yield own["status"]


def no_jobs() -> Jobs:
    """What there is to see where no store was made yet."""
    return {"jobs": [], "total": 0}
