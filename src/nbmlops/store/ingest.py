"""Takes journals into the tables: everything once, however often it is tried and whoever tries.

The offset that was reached is written in the transaction that applies the frames, on the condition that
it still was the one they were read from. Two processes that ingest one journal at once can't both commit.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import (
    ArgumentError,
    CompileError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
    StatementError,
)

from nbmlops.errors import StoreError
from nbmlops.records import RunStatus
from nbmlops.store import frames, tables
from nbmlops.store.batch import Batch
from nbmlops.store.database import Database
from nbmlops.store.heartbeat import beat, lose_silent, now_on, revive
from nbmlops.store.journal import Journal
from nbmlops.store.liveness import is_held
from nbmlops.store.scan import PointBlock, Scan, scan
from nbmlops.store.values import short_key

_READ_BYTES = 4 * 1024 * 1024
_ID_LENGTH = 32
_LEARNED = (bytes([frames.KEY]), b'\x01{"op":"discard"')
# What a frame that says something unexpected can lead to. That the database can't be written is none of these.
_UNREADABLE = (
    ArithmeticError, AttributeError, LookupError, TypeError, ValueError, struct.error,
    StoreError, ArgumentError, CompileError, StatementError,
)  # fmt: skip
# Classes of a server's errors: data that it can't hold (22), and more of something than it takes (54).
_TOO_MUCH = {"22", "54"}


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
    discarded: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    known_until: int = 0

    def read(self, size: int) -> bytes:
        return self.read_at(self.offset, size)

    def read_at(self, offset: int, size: int) -> bytes:
        if self.own is not None and self.own.id == self.id:  # in a forked child it has become another
            return self.own.read(offset, size)
        with self.path.open("rb") as file:
            file.seek(offset)
            return file.read(size)

    def learn(self) -> None:
        """Reads what stands before the offset, which another process may have taken in: the numbers of metrics,
        and which runs were discarded.
        """
        size = _READ_BYTES
        while self.known_until < self.offset:
            size = min(size, self.offset - self.known_until)
            found = scan(self.read_at(self.known_until, size), final=self.known_until + size == self.offset)
            for item in found.found:
                if isinstance(item, bytes) and item.startswith(_LEARNED):
                    self._learn_frame(item)
            if not found.consumed:
                if self.known_until + size == self.offset:
                    break
                size *= 4  # a frame larger than what we read
            self.known_until += found.consumed

    def advance(self, reached: int, leaving: set[str]) -> None:
        """What stands before `reached` is in the tables for good, so the metrics of runs that ended in an earlier
        stretch are no longer asked for. One stretch later, since a point that another thread logs just then
        may stand behind the end.
        """
        self.offset = self.known_until = reached
        leaving &= self.ended  # not one that logs a new metric after its end
        if leaving:
            self.keys = {series: known for series, known in self.keys.items() if known[0] not in leaving}
            self.ended -= leaving

    def _learn_frame(self, item: bytes) -> None:
        try:
            match frames.unpack(item):
                case frames.Key(series, run_id, key):
                    self.keys[series] = (run_id, short_key(key))
                case frames.Doc(fields):
                    self.discarded.add(fields["run"])
        except _UNREADABLE:
            pass  # whoever took it in met the same, and marked its run


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
        """Takes in this process's journal; the number of frames."""
        if not self._own.is_open:
            return 0
        if self._own.rehome() or not self._database.is_in_place():
            self._database.reset()
            self._readers.clear()
        return self._ingest(self._reader(self._own.id), alive=True)

    def ingest_all(self) -> int:
        """Takes in every journal, its own first, and settles the runs of dead processes. In a store that can't
        be written, what its tables hold is all there is to see.
        """
        if self._database.is_readonly:
            return 0
        count = self.ingest_own()
        finished: list[Path] = []
        for path in self._oldest_first():
            if path.stem != self._own.id:
                count += self._ingest_other(path, finished)
        self._remove(finished)
        if self._database.is_shared:
            lose_silent(
                self._database, {path.stem for path in self._database.folder.journals.glob("*.journal")}
            )
        return count

    def upkeep(self) -> None:
        """What a process does now and then for others, where they can't see its journal: it says that it lives,
        and takes in what dead ones left in its folder, since it may be long until somebody reads there.
        """
        if not self._database.is_shared:
            return
        if self._own.is_open:
            beat(self._database, self._own.id)
        finished: list[Path] = []
        for path in self._oldest_first():
            if path.stem != self._own.id and not is_held(path.with_suffix(".lock")):
                self._ingest_other(path, finished)
        self._remove(finished)

    def _remove(self, finished: Sequence[Path]) -> None:
        if finished:
            self._database.sync()  # before the only other copy goes
        for path in finished:
            path.unlink(missing_ok=True)
            path.with_suffix(".lock").unlink(missing_ok=True)

    def _oldest_first(self) -> list[Path]:
        """Parents before the children that log into their runs."""
        found = []
        for path in self._database.folder.journals.glob("*.journal"):
            try:
                found.append((path.stat().st_ctime_ns, path))
            except FileNotFoundError:
                continue  # somebody finished it
        return [path for _, path in sorted(found)]

    def _ingest_other(self, path: Path, finished: list[Path]) -> int:
        alive = is_held(path.with_suffix(".lock"))
        try:
            count = self._ingest(self._reader(path.stem), alive=alive)
        except FileNotFoundError:
            return 0  # another process finished it
        if not alive:
            self._finish(path)
            finished.append(path)
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
            leaving = set(reader.ended)
            reached = reader.offset + found.consumed
            try:
                with self._database.transaction() as connection:
                    self._apply(connection, reader, found, alive=alive)
            except _OvertakenError:
                self._catch_up(reader)
                continue
            reader.advance(reached, leaving)
            count += len(found.found)

    def _apply(self, connection: Connection, reader: _Reader, found: Scan, *, alive: bool) -> None:
        self._claim(connection, reader, reader.offset + found.consumed, alive=alive)
        reader.learn()
        self._take_in(connection, reader, found.found, damaged=found.damaged)

    def _take_in(
        self,
        connection: Connection,
        reader: _Reader,
        items: Sequence[bytes | PointBlock],
        *,
        damaged: int = 0,
    ) -> None:
        """Writes the items. Where one of them can't be read, halves them until it stands alone, and leaves it
        out: one bad frame must not keep all that follow from the tables.
        """
        batch = Batch(reader.id, reader.keys, reader.discarded, ended=reader.ended)
        try:
            with connection.begin_nested():
                for item in items:
                    batch.add(item)
                if damaged:
                    batch.note_damage(damaged)
                batch.write(connection, self._database)
        except _UNREADABLE as exc:
            if not _is_the_frames_fault(exc):
                raise
            if len(items) == 1:
                self._leave_out(connection, reader, items[0], exc)
                return
            middle = len(items) // 2
            self._take_in(connection, reader, items[:middle], damaged=damaged)
            self._take_in(connection, reader, items[middle:])

    def _leave_out(
        self, connection: Connection, reader: _Reader, item: bytes | PointBlock, exc: Exception
    ) -> None:
        """Marks the run that the item was about, where that can be told."""
        run_id = _run_of(item, reader.keys)
        if run_id is None:
            return
        batch = Batch(reader.id, reader.keys, reader.discarded)
        batch.note_loss(
            run_id, f"Something that was logged could not be read: {type(exc).__name__}: {exc!s:.200}"
        )
        batch.write(connection, self._database)

    def _claim(self, connection: Connection, reader: _Reader, reached: int, *, alive: bool) -> None:
        table = tables.journals
        signs = self._sign_of_life() if alive else {}
        known = connection.execute(
            select(table.c.offset, table.c.done).where(table.c.id == reader.id)
        ).one_or_none()
        if known is None and reader.offset == 0:
            connection.execute(insert(table).values(id=reader.id, offset=reached, **signs))
            return
        moved = connection.execute(
            update(table)
            .where(table.c.id == reader.id, table.c.offset == reader.offset)
            .values(offset=reached, done=False, **signs)
        )
        if moved.rowcount != 1:
            raise _OvertakenError
        if alive and known is not None and known.done:
            revive(connection, reader.id)

    def _sign_of_life(self) -> dict[str, Any]:
        """Whoever takes in the journal of a process that lives says so on its behalf, where locks can't be seen."""
        return {"beat": now_on(self._database)} if self._database.is_shared else {}

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
                .values(
                    status=RunStatus.LOST,
                    error="The process ended without a word (killed, or out of memory).",
                )
            )
            connection.execute(
                update(tables.journals).where(tables.journals.c.id == path.stem).values(done=True)
            )
        self._readers.pop(path.stem, None)


def _is_the_frames_fault(exc: Exception) -> bool:
    """Whether the database was handed something that it can't hold. A full disk, a missing right or a damaged
    file are no reason to leave anything out.
    """
    if isinstance(exc, DBAPIError) and _state(exc)[:2] in _TOO_MUCH:
        return True
    match exc:
        case DataError() | IntegrityError():
            return True
        case ProgrammingError() | InterfaceError():
            return not _state(exc)  # the driver refused it, no server saw it
    return not isinstance(exc, DBAPIError)


def _state(exc: DBAPIError) -> str:
    """What a server calls the error, empty where none saw it."""
    return getattr(exc.orig, "sqlstate", None) or ""


def _run_of(item: bytes | PointBlock, keys: dict[int, tuple[str, str]]) -> str | None:
    try:
        if isinstance(item, PointBlock):
            return keys[int(item.rows["series"][0])][0]
        match frames.unpack(item):
            case frames.Chunk(series, _):
                return keys[series][0]
            case frames.Doc(fields):
                run_id = fields["run"]
                return run_id if isinstance(run_id, str) and len(run_id) == _ID_LENGTH else None
    except _UNREADABLE:
        pass
    return None
