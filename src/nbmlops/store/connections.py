"""Connections as the store wants them: who waits how long, who may write, and when a server is given up."""

from __future__ import annotations

import select
import threading
import time
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError

from nbmlops.config import mask_password
from nbmlops.errors import ConfigError, StoreBusyError
from nbmlops.store.journal_mode import SAFE, WAL

BUSY_SECONDS = 30.0
_CONNECT_SECONDS = 5
_FORGOTTEN_SECONDS = 60  # until a server ends the transaction of a client that was cut off
_WRITES = "nbmlops_writes"
_PATIENCE = "nbmlops_patience"
_WATCH = "nbmlops_watch"
_WRITERS_LOCK = 0x6E626D6C6F7073  # "nbmlops": any number that nobody else in the database locks


class Patience(threading.local):
    """How long this thread waits for others.

    Attributes:
        until: on the monotonic clock; None for a thread that has time, and waits 30 seconds for each thing.
        seconds: what was granted in all.
    """

    until: float | None = None
    seconds: float = BUSY_SECONDS

    @property
    def is_short(self) -> bool:
        """Whether somebody waits for this thread."""
        return self.until is not None

    def left(self) -> float:
        """Seconds that may still be waited."""
        return BUSY_SECONDS if self.until is None else max(0.01, self.until - time.monotonic())


def options(*, writes: bool, seconds: float) -> dict[str, Any]:
    """Execution options for a connection of `new_engine`."""
    return {_WRITES: writes, _PATIENCE: seconds}


def watched(watch: Any) -> dict[str, Any]:
    """Execution options that renew a watch with each statement."""
    return {_WATCH: watch}


def new_engine(url: str | URL, patience: Patience, *, mode: str = WAL) -> Engine:
    """An engine whose transactions begin as the store wants them.

    Args:
        url: of the database.
        patience: of the threads that will connect.
        mode: how an SQLite file keeps its transactions.

    Raises:
        ConfigError: the URL can't be used.
    """
    if isinstance(url, str) and url.startswith("postgresql://"):  # older SQLAlchemys mean psycopg2 by it
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        engine = create_engine(url, connect_args=connect_args(make_url(url)))
    except (SQLAlchemyError, ImportError, ValueError) as exc:
        shown = mask_password(str(url))
        # Not chained: the message of the cause may hold the URL with its password.
        raise ConfigError(
            f"The database {shown} can't be used: {str(exc).replace(str(url), shown)}. "
            'PostgreSQL needs `pip install "nbmlops[postgres]"`.'
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda raw, _record: _prepare_sqlite(raw, patience.left(), mode))
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "do_connect", lambda *_: _refuse_the_impatient(patience))
        event.listen(engine, "checkout", _leave_the_dead)
        event.listen(engine, "begin", _begin_postgresql)
        event.listen(engine, "before_cursor_execute", _renew_watch)
    return engine


def connect_args(url: URL) -> dict[str, Any]:
    """A server that does not answer is given up on, unless the URL says when."""
    if url.get_backend_name() != "postgresql" or "connect_timeout" in url.query:
        return {}
    return {"connect_timeout": _CONNECT_SECONDS}


def _prepare_sqlite(connection: Any, seconds: float, mode: str) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see _begin_sqlite
    connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
    if mode != SAFE:  # it may answer "delete", where a file system was named by URL that has no WAL
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    # A rollback journal that is not synced in order may damage the file, where a WAL only forgets its end.
    connection.execute(f"PRAGMA synchronous = {'NORMAL' if mode == WAL else 'FULL'}")


def _begin_sqlite(connection: Connection) -> None:
    """Takes the write lock at the start of what will write: a transaction that read first could be refused
    it later.
    """
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {_milliseconds(connection)}")
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    """Writers take turns, as with SQLite: what a transaction has looked up stays true until it commits."""
    asked = [
        f"set_config('lock_timeout', '{_milliseconds(connection)}', true)",
        f"set_config('idle_in_transaction_session_timeout', '{_FORGOTTEN_SECONDS * 1000}', true)",
    ]
    if connection.get_execution_options().get(_WRITES):
        asked.append(f"pg_advisory_xact_lock({_WRITERS_LOCK})")
    connection.exec_driver_sql(f"SELECT {', '.join(asked)}")


def _milliseconds(connection: Connection) -> int:
    return max(1, int(connection.get_execution_options().get(_PATIENCE, BUSY_SECONDS) * 1000))


def _refuse_the_impatient(patience: Patience) -> None:
    """To connect may take seconds that this thread has not."""
    if patience.is_short:
        raise StoreBusyError("The database is not connected now. What was logged is safe in its journal.")


def _leave_the_dead(raw: Any, _record: Any, _proxy: Any) -> None:
    """A server says nothing unasked but that it ends: a connection with something to read is passed over, and
    the pool opens another.
    """
    if raw.closed:
        raise DisconnectionError("the connection was closed")
    poll = select.poll()
    poll.register(raw.fileno(), select.POLLIN | select.POLLHUP)
    if poll.poll(0):
        raise DisconnectionError("the server has closed the connection")


def _renew_watch(connection: Connection, *_: Any) -> None:
    if watch := connection.get_execution_options().get(_WATCH):
        watch.renew()
