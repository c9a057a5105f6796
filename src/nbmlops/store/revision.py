"""Whether anything in the database has changed since somebody looked."""

from __future__ import annotations

import sqlite3
import threading
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from nbmlops.errors import StoreError
from nbmlops.store.database import Database


class Revision:
    """Asks the database whether anything changed, which costs it next to nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mutex = threading.Lock()
        self._engine: Any = None
        self._connection: Any = None
        self._name = ""

    def read(self) -> str:
        """A text that is another one as soon as anything was written.

        Raises:
            StoreError: the database can't be used.
        """
        if not self._database.is_sqlite:
            with self._database.reading() as connection:
                return str(connection.scalar(text("SELECT pg_current_snapshot()::text")))
        with self._mutex:
            try:
                version = self._version()  # which may begin anew, under another name
            except Exception:
                self._drop()
                raise
            return f"{self._name}.{version}"

    def _version(self) -> int:
        """SQLite counts, for one connection, what others have committed: so it must be the same one each time."""
        engine = self._database.engine
        if engine is not self._engine:
            self._drop()
            self._engine, self._connection, self._name = engine, engine.raw_connection(), uuid4().hex[:12]
        try:
            # Outside every transaction: one that stays open would keep the write-ahead log from being emptied.
            cursor = self._connection.driver_connection.execute("PRAGMA data_version")
            return int(cursor.fetchone()[0])
        except sqlite3.Error as exc:
            raise StoreError(f"The store {self._database.location} can't be used: {exc}") from exc

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
        self._engine = self._connection = None
