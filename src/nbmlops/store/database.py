"""The connection to the tables: SQLite beside the journals, or PostgreSQL by URL."""

from __future__ import annotations

import errno
import fcntl
import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, insert, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from nbmlops.config import StoreLocation, mask_password
from nbmlops.errors import ConfigError, StoreBusyError, StoreError, StoreFormatError
from nbmlops.store import tables
from nbmlops.store.folder import StoreFolder

_BUSY_SECONDS = 30.0
_CONNECT_SECONDS = 5
_LOCK_POLL_SECONDS = 0.02
_LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's word for a lock that was waited for too long
_WRITES = "nbmlops_writes"
_READ_ONLY = "nbmlops_read_only"
_PATIENCE = "nbmlops_patience"
_WRITERS_LOCK = 0x6E626D6C6F7073  # "nbmlops": any number that nobody else in the database locks
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_SIGNS_OF_DAMAGE = ("not a database", "malformed", "encrypted")


class _Patience(threading.local):
    """How long this thread waits for others."""

    seconds = _BUSY_SECONDS


class Database:
    """Opens connections and transactions; makes the tables when they are not there."""

    def __init__(self, location: StoreLocation) -> None:
        self.location = location
        self.folder = StoreFolder(location.root, location.spool)
        self._engine: Engine | None = None
        self._file: tuple[int, int] | None = None
        self._patience = _Patience()
        forked = weakref.WeakMethod(self._forget_connections)
        os.register_at_fork(after_in_child=lambda: (method := forked()) and method())

    def _forget_connections(self) -> None:
        if self._engine is not None:
            self._engine.dispose(close=False)

    @property
    def engine(self) -> Engine:
        """The engine, connected to tables of this format.

        Raises:
            StoreError: the database can't be reached or isn't ours.
        """
        if self._engine is None:
            self._engine = self._prepared_engine()
            # Whoever drops a store need not close it: its connections go with it.
            weakref.finalize(self, self._engine.dispose)
        return self._engine

    @property
    def is_sqlite(self) -> bool:
        """Whether the tables are in an SQLite file."""
        return self.engine.dialect.name == "sqlite"

    def upsert(self, connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
        """Inserts rows (all with the same columns); one whose primary key is there is overwritten."""
        if not rows:
            return
        keys = [column.name for column in table.primary_key]
        statement = (sqlite if self.is_sqlite else postgresql).insert(table)
        changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)

    @contextmanager
    def patience(self, seconds: float) -> Iterator[None]:
        """Within it, this thread waits no longer than so for those who hold the database."""
        before = self._patience.seconds
        self._patience.seconds = seconds
        try:
            yield
        finally:
            self._patience.seconds = before

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction that sees and writes the tables alone, committed at the end.

        Raises:
            StoreBusyError: another process holds the database for longer than 30 seconds, or than `patience`.
            StoreError: it can't be written.
        """
        with self._translated(), self._options(self.engine, writes=True).begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading."""
        with self._translated(), self._options(self.engine).connect() as connection:
            yield connection

    def _options(self, engine: Engine, *, writes: bool = False) -> Engine:
        return engine.execution_options(**{_WRITES: writes, _PATIENCE: self._patience.seconds})

    def sync(self) -> None:
        """Waits until what was committed is on the disk. SQLite's WAL mode leaves that to the next checkpoint,
        a server does it with each commit.
        """
        wal = self.folder.database.with_name(f"{self.folder.database.name}-wal")
        if self.is_sqlite and wal.exists():
            with wal.open("rb") as file:
                os.fsync(file.fileno())

    def reset(self) -> None:
        """Forgets the connections: the next use opens them, and makes what is missing, anew."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    @property
    def is_readonly(self) -> bool:
        """Whether the store can be read but not written."""
        return bool(self.engine.get_execution_options().get(_READ_ONLY))

    def is_in_place(self) -> bool:
        """Whether the SQLite file that is open is still the one in the folder."""
        return self._engine is None or self._file == self._identity()

    def _identity(self) -> tuple[int, int] | None:
        """Tells one SQLite file in the folder from another; None where there is none."""
        if self.location.database_url:
            return None
        try:
            found = self.folder.database.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as exc:
            if "locked" in str(exc.orig) or getattr(exc.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
                raise self._busy() from exc
            raise StoreError(f"The store {self.location} can't be used: {exc.orig}") from exc
        except DBAPIError as exc:
            if any(sign in str(exc.orig) for sign in _SIGNS_OF_DAMAGE):
                raise StoreError(
                    f"The database {self.folder.database} is damaged ({exc.orig}): restore it from a backup, or move "
                    "it away. A new one is made then, from what the journals beside it still hold."
                ) from exc
            raise StoreError(f"The store {self.location} can't be used: {exc.orig}") from exc

    def _busy(self) -> StoreBusyError:
        return StoreBusyError(
            f"The store {self.location} is held by another process for over {self._patience.seconds:g} s. "
            "What was logged is safe in its journal: try again later."
        )

    def _prepared_engine(self) -> Engine:
        try:
            self.folder.ensure()
            # Several processes may meet a store that none has made yet: one makes it, the others wait.
            with (self.folder.root / "init.lock").open("w") as lock:
                self._wait_for(lock.fileno())
                return self._make_tables()
        except (OSError, StoreError) as exc:
            if not self._is_unwritable(exc):
                raise
            return self._readonly_engine(exc)

    def _wait_for(self, fd: int) -> None:
        """Locks a file, as soon as nobody else has."""
        until = time.monotonic() + self._patience.seconds
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise self._busy() from None
                time.sleep(_LOCK_POLL_SECONDS)
            else:
                return

    def _is_unwritable(self, exc: Exception) -> bool:
        """Whether nobody may write here. A full disk is another matter: it may have room again at any time."""
        cause = exc.__cause__ if isinstance(exc, StoreError) else exc
        return getattr(cause, "errno", None) in _FORBIDDEN or "readonly" in str(exc)

    def _make_tables(self) -> Engine:
        engine = self._new_engine(
            self.location.database_url or URL.create("sqlite", database=str(self.folder.database))
        )
        try:
            with self._translated(), self._options(engine, writes=True).begin() as connection:
                tables.meta.create(connection, checkfirst=True)
                self._check_format(connection)
                tables.metadata.create_all(connection)
        except BaseException:
            engine.dispose()
            raise
        self._file = self._identity()
        return engine

    def _readonly_engine(self, cause: Exception) -> Engine:
        """Opens the SQLite file as it is. Where even the files beside it can't be made that reading shares with
        writers, nobody writes it, and it is read as one that never changes.
        """
        if self.location.database_url or not self.folder.database.is_file():
            raise StoreError(
                f"The store {self.folder.root} can't be made: {cause}. Make the folder writable, or name another "
                "with NBMLOPS_STORE."
            ) from cause
        file = f"file:{quote(str(self.folder.database))}"
        for options in ({"mode": "ro"}, {"mode": "ro", "immutable": "1"}):
            engine = self._new_engine(URL.create("sqlite", database=file, query={**options, "uri": "true"}))
            engine = engine.execution_options(**{_READ_ONLY: True})
            try:
                with self._translated(), engine.connect() as connection:
                    connection.scalar(select(tables.meta.c.value))
            except StoreError:
                engine.dispose()
                continue
            self._file = self._identity()
            return engine
        raise StoreError(f"The store {self.folder.root} can neither be written nor read: {cause}") from cause

    def _new_engine(self, url: str | URL) -> Engine:
        if isinstance(url, str) and url.startswith("postgresql://"):  # older SQLAlchemys mean psycopg2 by it
            url = url.replace("postgresql://", "postgresql+psycopg://", 1)
        try:
            engine = create_engine(url, connect_args=_connect_args(make_url(url)))
        except (SQLAlchemyError, ImportError, ValueError) as exc:
            shown = mask_password(str(url))
            # Not chained: the message of the cause may hold the URL with its password.
            raise ConfigError(
                f"The database {shown} can't be used: {str(exc).replace(str(url), shown)}. "
                'PostgreSQL needs `pip install "nbmlops[postgres]"`.'
            ) from None
        if engine.dialect.name == "sqlite":
            patience = self._patience  # not this object, which the engine would keep alive
            event.listen(engine, "connect", lambda raw, _record: _prepare_sqlite(raw, patience.seconds))
        event.listen(engine, "begin", _begin_sqlite if engine.dialect.name == "sqlite" else _begin_postgresql)
        return engine

    def _check_format(self, connection: Connection) -> None:
        found = connection.scalar(select(tables.meta.c.value).where(tables.meta.c.key == "format"))
        if found is None:
            connection.execute(insert(tables.meta).values(key="format", value=str(tables.FORMAT)))
        elif not found.isdigit() or int(found) > tables.FORMAT:
            raise StoreFormatError(
                f"The store {self.location} has format {found}, this nbmlops reads up to {tables.FORMAT}: "
                "upgrade with `pip install -U nbmlops`"
            )


def _prepare_sqlite(connection: Any, seconds: float) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see _begin_sqlite
    connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
    # Answers "delete" where the file system can't share memory (NFS, some FUSE mounts): slower, as safe.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _connect_args(url: URL) -> dict[str, Any]:
    """A server that does not answer is given up on, unless the URL says when."""
    if url.get_backend_name() != "postgresql" or "connect_timeout" in url.query:
        return {}
    return {"connect_timeout": _CONNECT_SECONDS}


def _milliseconds(connection: Connection) -> int:
    return int(connection.get_execution_options().get(_PATIENCE, _BUSY_SECONDS) * 1000)


def _begin_sqlite(connection: Connection) -> None:
    """Takes the write lock at the start of what will write: a transaction that read first could be refused
    it later.
    """
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {_milliseconds(connection)}")
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    """Writers take turns, as with SQLite: what a transaction has looked up stays true until it commits."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_milliseconds(connection)}")
    if connection.get_execution_options().get(_WRITES):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS_LOCK})")
