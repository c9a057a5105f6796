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
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, Table, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError

from nbmlops.config import StoreLocation
from nbmlops.errors import NbmlopsError, StoreBusyError, StoreError, StoreFormatError
from nbmlops.store import connections
from nbmlops.store.connections import Patience, new_engine
from nbmlops.store.folder import StoreFolder
from nbmlops.store.formats import Migration, found_format, migrate, prepare, sqlite_file
from nbmlops.store.journal_mode import WAL, choose_mode
from nbmlops.store.liveness import NO_LOCKS
from nbmlops.store.older import read_as_newest
from nbmlops.store.watchdog import Watchdog

_LOCK_POLL_SECONDS = 0.02
_LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's word for a lock that was waited for too long
_READ_ONLY = "nbmlops_read_only"
_SPARE_SECONDS = 5.0  # for an answer beyond the time that the server itself may wait for a lock
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_SIGNS_OF_DAMAGE = ("not a database", "malformed", "encrypted")


class Database:
    """Opens connections and transactions; makes the tables when they are not there."""

    def __init__(self, location: StoreLocation) -> None:
        self.location = location
        self.folder = StoreFolder(location.root, location.spool)
        self._engine: Engine | None = None
        self._file: tuple[int, int] | None = None
        self._patience = Patience()
        self._watchdog = Watchdog()
        self._begin()
        forked = weakref.WeakMethod(self._forget_connections)
        os.register_at_fork(after_in_child=lambda: (method := forked()) and method())

    def _begin(self) -> None:
        self._opening = threading.RLock()
        self._connecting: threading.Thread | None = None

    def _forget_connections(self) -> None:
        self._begin()
        if self._engine is not None:
            self._engine.dispose(close=False)

    @property
    def engine(self) -> Engine:
        """The engine, connected to tables of this format.

        Raises:
            StoreError: the database can't be reached or isn't ours.
        """
        if self._engine is None:
            with self._opening:
                if self._engine is None:
                    engine = self._prepared_engine()
                    # Whoever drops a store need not close it: its connections go with it.
                    weakref.finalize(self, engine.dispose)
                    self._engine = engine
        return self._engine

    @property
    def is_sqlite(self) -> bool:
        """Whether the tables are in an SQLite file."""
        return not self.location.database_url or self.location.database_url.startswith("sqlite")

    @property
    def is_shared(self) -> bool:
        """Whether processes may work with the tables that keep their journals elsewhere."""
        return bool(self.location.database_url)

    @property
    def journal_mode(self) -> str:
        """How SQLite keeps its transactions, `wal` or `delete`; empty for a server."""
        if not self.is_sqlite:
            return ""
        with self.reading() as connection:
            return str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())

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
        """Within it, this thread waits no longer than so, in all, for a server and those who hold the database."""
        before = self._patience.until, self._patience.seconds
        self._patience.until, self._patience.seconds = time.monotonic() + seconds, seconds
        try:
            yield
        finally:
            self._patience.until, self._patience.seconds = before

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction that sees and writes the tables alone, committed at the end.

        Raises:
            StoreBusyError: another process holds the database for longer than 30 seconds, or than `patience`.
            StoreError: it can't be written.
        """
        with self._connection(self._reached(), writes=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading."""
        with self._connection(self._reached(), writes=False) as connection:
            yield connection

    @contextmanager
    def _connection(self, engine: Engine, *, writes: bool) -> Iterator[Connection]:
        wait = self._patience.left()
        engine = engine.execution_options(**connections.options(writes=writes, seconds=wait))
        if self.is_sqlite:
            with self._translated(), engine.connect() as connection:
                yield connection
            return
        with self._translated():
            connection = engine.connect()
            spare = 0.0 if self._patience.is_short else _SPARE_SECONDS
            with self._watchdog.over(connection.connection.dbapi_connection, wait + spare) as watch:
                try:
                    # The block outside ends with the connection: to close it is to speak with the server, too.
                    with connection:
                        if not self._patience.is_short:
                            connection = connection.execution_options(**connections.watched(watch))
                        yield connection
                except DBAPIError as exc:
                    if watch.was_cut:
                        raise self._silent(watch.seconds) from exc
                    raise

    def _reached(self) -> Engine:
        """The engine. Where somebody waits for this thread, a server is connected to on another."""
        if self.is_sqlite or not self._patience.is_short:
            return self.engine
        if self._engine is None or not self._engine.pool.checkedin():  # type: ignore[attr-defined]
            self._connect_aside()
        if self._engine is None:
            raise self._busy()
        return self._engine

    def _connect_aside(self) -> None:
        with self._opening_or_busy():
            thread = self._connecting
            if thread is None or not thread.is_alive():
                thread = threading.Thread(target=self._try_to_connect, name="nbmlops-connect", daemon=True)
                self._connecting = thread
                thread.start()
        thread.join(self._patience.left())
        if thread.is_alive():
            raise self._busy()

    @contextmanager
    def _opening_or_busy(self) -> Iterator[None]:
        if not self._opening.acquire(timeout=self._patience.left()):
            raise self._busy()
        try:
            yield
        finally:
            self._opening.release()

    def _try_to_connect(self) -> None:
        try:
            with self.reading():
                pass
        except NbmlopsError:
            pass  # who needs the connection says that there is none

    def sync(self) -> None:
        """Waits until what was committed is on the disk. SQLite's WAL mode leaves that to the next checkpoint;
        its safe mode and a server do it with each commit.
        """
        if not self.is_sqlite:
            return
        with self.reading() as connection:
            file = sqlite_file(connection)
        wal = Path(f"{file}-wal")
        if wal.exists():
            with wal.open("rb") as log:
                os.fsync(log.fileno())

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
            raise self._unusable(exc) from exc
        except DBAPIError as exc:
            if any(sign in str(exc.orig) for sign in _SIGNS_OF_DAMAGE):
                raise StoreError(
                    f"The database {self.folder.database} is damaged ({exc.orig}): restore it from a backup, or move "
                    "it away. A new one is made then, from what the journals beside it still hold."
                ) from exc
            raise self._unusable(exc) from exc

    def _unusable(self, exc: DBAPIError) -> StoreError:
        """What is said of a database that can't be used, and of a server that can't be reached."""
        if self.is_sqlite or getattr(exc.orig, "sqlstate", None):
            return StoreError(f"The store {self.location} can't be used: {exc.orig}")
        reason, *_ = str(exc.orig).splitlines() or [""]
        return StoreError(
            f"The database of the store {self.location} can't be reached: {reason}. Is the server running, and "
            f"the address right? What was logged waits in {self.folder.journals}, and is taken in once it answers."
        )

    def _silent(self, seconds: float) -> StoreBusyError:
        return StoreBusyError(
            f"The database of the store {self.location} has not answered for {seconds:.3g} s: look at its server. "
            f"What was logged waits in {self.folder.journals}, and is taken in once it answers."
        )

    def _busy(self) -> StoreBusyError:
        return StoreBusyError(
            f"The store {self.location} is held by another process for over {self._patience.seconds:g} s. "
            "What was logged is safe in its journal: try again later."
        )

    def _prepared_engine(self) -> Engine:
        try:
            self.folder.ensure()
            with self._alone():
                return self._make_tables()
        except (OSError, StoreError) as exc:
            if not self._is_unwritable(exc):
                raise
            return self._readonly_engine(exc)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Several processes may meet a store that none has made yet: one makes it, the others wait. On a server,
        which knows all who come, a lock of its own tells that.
        """
        if not self.is_sqlite:
            yield
            return
        with (self.folder.root / "init.lock").open("w") as lock:
            self._wait_for(lock.fileno())
            yield

    def _wait_for(self, fd: int) -> None:
        """Locks a file, as soon as nobody else has. Where files have no locks, SQLite's are left."""
        until = time.monotonic() + self._patience.left()
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise self._busy() from None
                time.sleep(_LOCK_POLL_SECONDS)
            except OSError as exc:
                if exc.errno in NO_LOCKS:
                    return
                raise
            else:
                return

    def _is_unwritable(self, exc: Exception) -> bool:
        """Whether nobody may write here. A full disk is another matter: it may have room again at any time."""
        cause = exc.__cause__ if isinstance(exc, StoreError) else exc
        return getattr(cause, "errno", None) in _FORBIDDEN or "readonly" in str(exc)

    def _make_tables(self) -> Engine:
        engine = self._new_engine()
        try:
            with self._connection(engine, writes=True) as connection, connection.begin():
                prepare(connection, self.location)
        except BaseException:
            engine.dispose()
            raise
        self._file = self._identity()
        return engine

    def migrate(self, *, dry_run: bool = False) -> Migration:
        """Brings the tables to the newest format, for all who use them.

        Args:
            dry_run: only say what would be done.

        Raises:
            StoreError: the database can't be reached or changed.
        """
        engine = self._new_engine()
        try:
            with self._connection(engine, writes=not dry_run) as connection, connection.begin():
                return migrate(connection, self.location, dry_run=dry_run)
        finally:
            engine.dispose()

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
            url = URL.create("sqlite", database=file, query={**options, "uri": "true"})
            engine = new_engine(url, self._patience).execution_options(**{_READ_ONLY: True})
            try:
                with self._translated(), engine.connect() as connection:
                    found = found_format(connection, self.location)
            except StoreFormatError:
                engine.dispose()
                raise
            except StoreError:
                engine.dispose()
                continue
            read_as_newest(engine, found or 0)
            self._file = self._identity()
            return engine
        raise StoreError(f"The store {self.folder.root} can neither be written nor read: {cause}") from cause

    def _new_engine(self) -> Engine:
        if not self.is_sqlite:
            return new_engine(self.location.database_url, self._patience)
        if not self.location.database_url:
            url = URL.create("sqlite", database=str(self.folder.database))
            return new_engine(url, self._patience, mode=choose_mode(self.folder.database))
        file = make_url(self.location.database_url).database or ":memory:"
        is_plain = not file.startswith((":", "file:"))
        mode = choose_mode(Path(file)) if is_plain else WAL
        return new_engine(self.location.database_url, self._patience, mode=mode)
