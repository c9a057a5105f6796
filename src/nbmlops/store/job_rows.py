"""Runs that are notebooks executed as jobs, with the runs that their cells made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, desc, func, select

from nbmlops.store import tables
from nbmlops.store.database import Database

_E, _R, _A = tables.experiments.c, tables.runs.c, tables.artifacts.c
_MOST_PARTS: Final = 20
_COLUMNS: Final = (
    _R.id, _R.name, _E.name.label("experiment"), _R.status, _R.started, _R.duration, _R.notebook, _R.error, _R.verdict,
)  # fmt: skip


class PartRow(NamedTuple):
    """A run that a cell of a job made."""

    id: str
    name: str
    status: str


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job.

    Attributes:
        started: in seconds since the epoch.
        executed: the digest of the executed notebook, and its size; None where none was kept.
        parts: the first of the runs that its cells made, in their order.
        part_count: how many there are.
    """

    id: str
    name: str
    experiment: str
    status: str
    started: float
    duration: float | None
    notebook: str | None
    error: str
    verdict: str
    executed: tuple[str, int] | None = None
    parts: tuple[PartRow, ...] = ()
    part_count: int = 0


class JobReader:
    """Reads jobs. Threads may share one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, *, offset: int, limit: int) -> tuple[list[JobRow], int]:
        """Some jobs, the newest first, and how many there are in all."""
        here = (_R.kind == "job", _R.deleted.is_(None))
        query = (
            select(*_COLUMNS)
            .outerjoin(tables.experiments, _E.id == _R.experiment_id)
            .where(*here)
            .order_by(desc(_R.started), _R.id)
            .offset(offset)
            .limit(limit)
        )
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(tables.runs).where(*here)) or 0
            rows = connection.execute(query).all()
            ids = [row.id for row in rows]
            parts, executed = _parts(connection, ids), _executed(connection, ids)
        return [_job(row, executed, parts) for row in rows], total


def _job(row: Any, executed: dict[str, tuple[str, int]], parts: dict[str, list[PartRow]]) -> JobRow:
    own = parts.get(row.id, [])
    known = row._asdict() | {"experiment": row.experiment or ""}
    return JobRow(**known, executed=executed.get(row.id), parts=tuple(own[:_MOST_PARTS]), part_count=len(own))


def _parts(connection: Connection, ids: Sequence[str]) -> dict[str, list[PartRow]]:
    query = (
        select(_R.parent_id, _R.id, _R.name, _R.status)
        .where(_R.parent_id.in_(ids), _R.deleted.is_(None))
        .order_by(_R.started, _R.id)
    )
    found: dict[str, list[PartRow]] = {}
    for parent, *part in connection.execute(query):
        found.setdefault(parent, []).append(PartRow(*part))
    return found


def _executed(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, int]]:
    query = select(_A.run_id, _A.digest, _A.size).where(
        _A.run_id.in_(ids), _A.name.like("%.ipynb"), _A.is_dir.is_(False)
    )
    return {run_id: (digest, size) for run_id, digest, size in connection.execute(query)}
