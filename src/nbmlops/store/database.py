"""The connection to the tables: SQLite beside the journals, or PostgreSQL by URL."""

from __future__ import annotations

import fcntl
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from nbmlops.config import StoreLocation, mask_password
from nbmlops.errors import ConfigError, StoreBusyError, StoreError, StoreFormatError
from nbmlops.store import tables
from nbmlops.store.folder import StoreFolder

_BUSY_SECONDS = 30
_WRITES = "nbmlops_writes"


class Database:
    """Opens connections and transactions; makes the tables when they are not there."""

    def __init__(self, location: StoreLocation) -> None:
        self.location = location
        self.folder = StoreFolder(location.root)
        self._engine: Engine | None = None
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
    def transaction(self) -> Iterator[Connection]:
        """A transaction that sees and writes the tables alone, committed at the end.

        Raises:
            StoreBusyError: another process holds the database for longer than 30 seconds.
            StoreError: it can't be written.
        """
        with self._translated(), self.engine.execution_options(**{_WRITES: True}).begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading."""
        with self._translated(), self.engine.connect() as connection:
            yield connection

    def reset(self) -> None:
        """Forgets the connections: the next use opens them, and makes what is missing, anew."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as exc:
            if "locked" in str(exc.orig):
                raise StoreBusyError(
                    f"The store {self.location} is held by another process for over {_BUSY_SECONDS} s. "
                    "What was logged is safe in its journal: try again later."
                ) from exc
            raise StoreError(f"The store {self.location} can't be used: {exc.orig}") from exc
        except DBAPIError as exc:
            raise StoreError(f"The store {self.location} can't be used: {exc.orig}") from exc

    def _prepared_engine(self) -> Engine:
        self.folder.ensure()
        engine = self._new_engine()
        # Several processes may meet a store that none has made yet: one makes it, the others wait.
        with self._translated(), (self.folder.root / "init.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            tables.metadata.create_all(engine)
            self._check_format(engine)
        return engine

    def _new_engine(self) -> Engine:
        url = self.location.database_url or f"sqlite:///{self.folder.database}"
        try:
            engine = create_engine(url)
        except (SQLAlchemyError, ImportError) as exc:
            raise ConfigError(
                f"The database {mask_password(url)} can't be used: {exc}. "
                'PostgreSQL needs `pip install "nbmlops[postgres]"`.'
            ) from exc
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin)
        return engine

    def _check_format(self, engine: Engine) -> None:
        with engine.begin() as connection:
            found = connection.scalar(select(tables.meta.c.value).where(tables.meta.c.key == "format"))
            if found is None:
                connection.execute(insert(tables.meta).values(key="format", value=str(tables.FORMAT)))
            elif int(found) > tables.FORMAT:
                raise StoreFormatError(
                    f"The store {self.location} has format {found}, this nbmlops reads up to {tables.FORMAT}: "
                    "upgrade with `pip install -U nbmlops`"
                )


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see _begin
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    # Answers "delete" where the file system can't share memory (NFS, some FUSE mounts): slower, as safe.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin(connection: Connection) -> None:
    """Takes the write lock at the start of what will write: a transaction that read first could be refused
    it later."""
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
