"""Takes journals into the tables: everything once, however often it is tried and whoever tries.

The offset that was reached is written in the transaction that applies the frames, on the condition that
it still was the one they were read from. Two processes that ingest one journal at once can't both commit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from nbmlops.records import RunStatus
from nbmlops.store import frames, tables
from nbmlops.store.batch import Batch
from nbmlops.store.database import Database
from nbmlops.store.journal import Journal
from nbmlops.store.liveness import is_held
from nbmlops.store.scan import Scan, scan

_READ_BYTES = 4 * 1024 * 1024


class _OvertakenError(Exception):
    """Another process took these frames in first."""


@dataclass
class _Reader:
    """Reads one journal from the offset reached."""

    id: str
    path: Path
    own: Journal | None
    offset: int = 0
    keys: dict[int, tuple[str, str]] = field(default_factory=dict)
    keys_until: int = 0

    def read(self, size: int) -> bytes:
        return self.read_at(self.offset, size)

    def read_at(self, offset: int, size: int) -> bytes:
        if self.own is not None:
            return self.own.read(offset, size)
        with self.path.open("rb") as file:
            file.seek(offset)
            return file.read(size)

    def learn_keys(self) -> None:
        """Reads the KEY frames before the offset, which another process may have taken in."""
        while self.keys_until < self.offset:
            found = scan(self.read_at(self.keys_until, min(_READ_BYTES, self.offset - self.keys_until)))
            for item in found.found:
                key = frames.unpack(item) if isinstance(item, bytes) and item[0] == frames.KEY else None
                if isinstance(key, frames.Key):
                    self.keys[key.series] = (key.run_id, key.key)
            if not found.consumed:
                break
            self.keys_until += found.consumed


class Ingester:
    """Brings the tables up to date with every journal in the store's folder.

    Args:
        database: where the tables are.
        own: this process's journal, which must not be opened a second time.
    """

    def __init__(self, database: Database, own: Journal) -> None:
        self._database = database
        self._own = own
        self._readers: dict[str, _Reader] = {}

    def ingest_own(self) -> int:
        """Takes in what this process logged; the number of frames."""
        if self._own.rehome():
            self._database.reset()
            self._readers.clear()
        return self._ingest(self._reader(self._own.id), alive=True) if self._own.is_open else 0

    def ingest_all(self) -> int:
        """Takes in every journal, its own last, and settles the runs of dead processes."""
        count = self.ingest_own()
        for path in self._oldest_first():
            if path.stem != self._own.id:
                count += self._ingest_other(path)
        return count

    def _oldest_first(self) -> list[Path]:
        """Parents before the children that log into their runs."""
        found = []
        for path in self._database.folder.journals.glob("*.journal"):
            try:
                found.append((path.stat().st_ctime_ns, path))
            except FileNotFoundError:
                continue  # somebody finished it
        return [path for _, path in sorted(found)]

    def _ingest_other(self, path: Path) -> int:
        alive = is_held(path.with_suffix(".lock"))
        try:
            count = self._ingest(self._reader(path.stem), alive=alive)
        except FileNotFoundError:
            return 0  # another process finished it
        if not alive:
            self._finish(path)
        return count

    def _reader(self, journal_id: str) -> _Reader:
        if journal_id not in self._readers:
            own = self._own if journal_id == self._own.id else None
            path = self._database.folder.journals / f"{journal_id}.journal"
            self._readers[journal_id] = _Reader(journal_id, path, own)
        return self._readers[journal_id]

    def _ingest(self, reader: _Reader, *, alive: bool) -> int:
        count = 0
        size = _READ_BYTES
        while True:
            data = reader.read(size)
            found = scan(data, final=not alive and len(data) < size)
            if not found.found:
                if len(data) < size:
                    return count
                size *= 4  # a frame larger than what we read
                continue
            try:
                with self._database.transaction() as connection:
                    self._apply(connection, reader, found)
            except _OvertakenError:
                self._catch_up(reader)
                continue
            count += len(found.found)

    def _apply(self, connection: Connection, reader: _Reader, found: Scan) -> None:
        reached = reader.offset + found.consumed
        self._claim(connection, reader, reached)
        reader.learn_keys()
        batch = Batch(reader.id, reader.keys)
        for item in found.found:
            batch.add(item)
        if found.damaged:
            batch.note_damage(found.damaged)
        batch.write(connection, self._database)
        reader.offset = reader.keys_until = reached

    def _claim(self, connection: Connection, reader: _Reader, reached: int) -> None:
        table = tables.journals
        known = connection.scalar(select(table.c.offset).where(table.c.id == reader.id))
        if known is None and reader.offset == 0:
            connection.execute(insert(table).values(id=reader.id, offset=reached))
            return
        moved = connection.execute(
            update(table)
            .where(table.c.id == reader.id, table.c.offset == reader.offset)
            .values(offset=reached)
        )
        if moved.rowcount != 1:
            raise _OvertakenError

    def _catch_up(self, reader: _Reader) -> None:
        with self._database.reading() as connection:
            offset = connection.scalar(
                select(tables.journals.c.offset).where(tables.journals.c.id == reader.id)
            )
        reader.offset = offset or 0

    def _finish(self, path: Path) -> None:
        """Settles what a dead process left: its open runs are LOST, its journal is done."""
        runs = tables.runs
        with self._database.transaction() as connection:
            connection.execute(
                update(runs)
                .where(runs.c.journal_id == path.stem, runs.c.status == RunStatus.RUNNING)
                .values(status=RunStatus.LOST, error="The process ended without a word (killed, or out of memory).")
            )
            connection.execute(
                update(tables.journals).where(tables.journals.c.id == path.stem).values(done=True)
            )
        self._readers.pop(path.stem, None)
        path.unlink(missing_ok=True)
        path.with_suffix(".lock").unlink(missing_ok=True)

