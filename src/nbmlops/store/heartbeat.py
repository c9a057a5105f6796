"""Signs of life for processes whose locks can't be seen: those of other machines, and of other folders.

With a database URL, processes that share the tables keep their journals apart. Each says in the tables that it
lives, on the clock of the database, since the clocks of machines differ. One that is silent for too long is
believed dead, and its runs LOST; it is as alive as before when it speaks again.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, extract, func, select, update

from nbmlops.errors import StoreError
from nbmlops.records import RunStatus
from nbmlops.store import tables
from nbmlops.store.database import Database
from nbmlops.store.pieces import pieces

BEAT_SECONDS = 30.0
SILENT_SECONDS = 180.0  # a cell that holds the interpreter for long lets no other thread speak
_EPOCH_DAY = 2440587.5  # as a Julian day
_SECONDS_A_DAY = 86400.0
_NO_RIGHT = "42501"  # PostgreSQL's word for it
_OPEN = (RunStatus.RUNNING, RunStatus.LOST)


def now_on(database: Database) -> Any:
    """Seconds since the epoch as an SQL expression: the database's clock."""
    if database.is_sqlite:
        return (func.julianday("now") - _EPOCH_DAY) * _SECONDS_A_DAY
    return extract("epoch", func.clock_timestamp())


def beat(database: Database, journal_id: str) -> None:
    """Says that the process with this journal lives, when it has runs that go on or were believed lost."""
    table, runs = tables.journals, tables.runs
    goes_on = select(runs.c.id).where(runs.c.journal_id == journal_id, runs.c.status.in_(_OPEN)).exists()
    with database.transaction() as connection:
        was_done = connection.scalar(select(table.c.done).where(table.c.id == journal_id, goes_on))
        if was_done is None:
            return
        connection.execute(
            update(table).where(table.c.id == journal_id).values(beat=now_on(database), done=False)
        )
        if was_done:
            revive(connection, journal_id)


def revive(connection: Connection, journal_id: str) -> None:
    """The process that was believed dead has spoken again: so its runs go on."""
    runs = tables.runs
    connection.execute(
        update(runs)
        .where(runs.c.journal_id == journal_id, runs.c.status == RunStatus.LOST)
        .values(status=RunStatus.RUNNING, error="")
    )


def lose_silent(database: Database, here: Collection[str]) -> None:
    """Runs of processes that have been silent for too long are LOST; whoever may only read leaves them.

    Args:
        database: where the tables are.
        here: ids of the journals in this folder, whose locks tell more.
    """
    with database.reading() as connection:
        silent = [found for found in connection.scalars(_silent(database)) if found not in here]
    if not silent:
        return
    try:
        with database.transaction() as connection:
            for part in pieces(silent):
                still = connection.scalars(_silent(database).where(tables.journals.c.id.in_(part))).all()
                _lose(connection, still)
    except StoreError as exc:
        if getattr(getattr(exc.__cause__, "orig", None), "sqlstate", None) != _NO_RIGHT:
            raise


def _silent(database: Database) -> Any:
    table, runs = tables.journals, tables.runs
    return (
        select(table.c.id)
        .join(runs, runs.c.journal_id == table.c.id)
        .where(
            runs.c.status == RunStatus.RUNNING,
            table.c.beat > 0,
            table.c.beat < now_on(database) - SILENT_SECONDS,
        )
        .distinct()
    )


def _lose(connection: Connection, journal_ids: Collection[str]) -> None:
    table, runs = tables.journals, tables.runs
    connection.execute(
        update(runs)
        .where(runs.c.journal_id.in_(journal_ids), runs.c.status == RunStatus.RUNNING)
        .values(
            status=RunStatus.LOST,
            error=f"Its process, on another machine, has given no sign of life for {SILENT_SECONDS / 60:.0f} minutes.",
        )
    )
    connection.execute(update(table).where(table.c.id.in_(journal_ids)).values(done=True))
