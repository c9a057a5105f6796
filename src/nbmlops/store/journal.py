"""The journal of one process: what it logs is in the kernel's hands after one `os.write`.

That makes a metric cost microseconds and survive SIGKILL at once; a power cut takes at most what was
logged since the last `sync`. A journal that can't be written (full disk, read-only store) keeps what it is
given in memory and tries again with every write, so the work that logs never fails because of it.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from nbmlops.records.ids import new_id
from nbmlops.store import frames
from nbmlops.store.folder import StoreFolder
from nbmlops.store.liveness import HeldLock

_MAX_HELD_BYTES = 256 * 1024 * 1024
_MAX_DELETED = 32  # a busy machine may hold up a thread in its write while the journal is deleted many times
_TAIL = 1 << 13  # bytes
_POINT_KIND = frames.POINT
_pack_head = frames.HEAD.pack
_pack_point = frames.POINT_BODY.pack
_POINT_SIZE = frames.POINT_BODY.size


@dataclass(slots=True)
class _Deleted:
    """A file that was deleted under us, kept open for what a thread has yet to write to it."""

    fd: int
    copied: int


class Journal:
    """Writes the frames of one process; opened by its first write, renewed in forked children.

    Args:
        folder: the store's folder, made when it is missing.
        on_trouble: called once with each new kind of trouble (an OSError), and never raises.
    """

    def __init__(self, folder: StoreFolder, on_trouble: Callable[[Exception], None]) -> None:
        self.folder = folder
        self._on_trouble = on_trouble
        self._begin()
        renew = weakref.WeakMethod(self._renew_in_child)
        os.register_at_fork(after_in_child=lambda: (method := renew()) and method())

    def _begin(self) -> None:
        self.id = new_id()
        self._fd = -1
        self._old: deque[_Deleted] = deque()
        self._lock: HeldLock | None = None
        self._mutex = threading.RLock()
        self._held: deque[bytes] = deque()
        self._held_bytes = 0
        self.dropped = 0
        self._told_dropped = 0
        self._trouble: str | None = None
        self._series: dict[str, dict[str, int]] = {}
        self._next_series = 0

    def _renew_in_child(self) -> None:
        """The parent goes on with its journal; the child gets one of its own.

        The descriptors are left open: to close the lock's would be harmless (locks aren't inherited), but
        the journal's may be in use by a thread that the fork cut off.
        """
        tables = self._series
        self._begin()
        for table in tables.values():
            table.clear()
        self._series = tables

    @property
    def path(self) -> Path:
        """The file that is written."""
        return self.folder.journals / f"{self.id}.journal"

    @property
    def is_open(self) -> bool:
        """Whether anything was written yet."""
        return self._fd >= 0

    @property
    def trouble(self) -> str | None:
        """Why frames wait in memory, None when none do."""
        return self._trouble

    def size(self) -> int:
        """Bytes written so far."""
        return os.fstat(self._fd).st_size if self.is_open else 0

    def read(self, offset: int, size: int) -> bytes:
        """Bytes of this journal, read through its own descriptor: they are there even when the file was
        deleted.
        """
        return os.pread(self._fd, size, offset) if self.is_open else b""

    def series_table(self, run_id: str) -> dict[str, int]:
        """The numbers of a run's metrics by key; emptied when the process is forked."""
        return self._series.setdefault(run_id, {})

    def forget_run(self, run_id: str) -> None:
        """Drops the table of a run that has ended."""
        if table := self._series.pop(run_id, None):
            table.clear()

    def new_series(self, run_id: str, key: str) -> int:
        """Numbers a metric and says so in the journal."""
        with self._mutex:
            table = self.series_table(run_id)
            if key not in table:
                number = self._next_series
                self._next_series += 1
                self.write(frames.pack_key(number, run_id, key))
                table[key] = number
            return table[key]

    def doc(self, fields: Mapping[str, Any]) -> None:
        """Writes a DOC frame."""
        self.write(frames.pack_doc(fields))

    def write_chunk(self, series: int, data: bytes) -> None:
        """Writes a SERIES frame."""
        self.write(frames.pack_chunk(series, data))

    def point(self, series: int, step: int, value: float, now: float) -> None:
        """Writes a POINT frame. This is the hot path: one pack, one write, about two microseconds."""
        body = _pack_point(_POINT_KIND, series, step, value, now)
        frame = _pack_head(_POINT_SIZE, crc32(body)) + body
        try:
            if not self._held and os.write(self._fd, frame) == len(frame):
                return
        except OSError:
            pass  # write() meets the same trouble and deals with it
        self.write(frame)

    def write(self, frame: bytes) -> None:
        """Writes one frame, or keeps it for later. A frame that was cut is written again as a whole:
        the reader passes over the stump.
        """
        with self._mutex:
            if not self._held and self._try(frame):
                return
            self._hold(frame)
            self._write_held()

    def retry(self) -> None:
        """Writes what waits in memory, if that is possible by now."""
        if self._held:
            with self._mutex:
                self._write_held()

    def _write_held(self) -> None:
        while self._held and self._try(self._held[0]):
            self._held_bytes -= len(self._held.popleft())
        if self.dropped > self._told_dropped and not self._held:
            told = self.dropped
            if self._try(frames.pack_doc({"op": "dropped", "count": told - self._told_dropped})):
                self._told_dropped = told

    def _try(self, frame: bytes) -> bool:
        try:
            if not self.is_open:
                self._open()
            if os.write(self._fd, frame) == len(frame):
                self._trouble = None
                return True
            self._report(OSError("only a part of a frame could be written: the disk is full"))
        except Exception as exc:  # noqa: BLE001 - whatever it is, the user's cell must not feel it
            self._report(exc)
        return False

    def _report(self, exc: Exception) -> None:
        if self._trouble is None:
            self._trouble = str(exc)
            self._on_trouble(exc)

    def _hold(self, frame: bytes) -> None:
        if self._held_bytes + len(frame) > _MAX_HELD_BYTES:
            self.dropped += 1
            return
        self._held.append(frame)
        self._held_bytes += len(frame)

    def _open(self) -> None:
        opened = {"op": "open", "host": socket.gethostname(), "pid": os.getpid(), "time": time.time()}
        self._fd = self._create(frames.pack_doc(opened))

    def _create(self, content: bytes) -> int:
        """A new file with this content, or none at all."""
        self.folder.ensure()
        lock = HeldLock(self.path.with_suffix(".lock"))
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        fd = -1
        try:
            fd = os.open(self.path, flags, 0o644)
            _write_all(fd, content)
        except OSError:
            if fd >= 0:
                os.close(fd)
                self.path.unlink(missing_ok=True)
            lock.release()
            raise
        self._lock = lock
        return fd

    def sync(self) -> None:
        """Waits until everything written is on the disk, where a power cut can't take it."""
        if self.is_open:
            getattr(os, "fdatasync", os.fsync)(self._fd)  # macOS has no fdatasync

    def rehome(self) -> bool:
        """Writes the journal anew where its file was deleted under us; True when that was so.

        It keeps its id, so that a database that is still there knows how far it has read.

        Raises:
            OSError: it can't be written. It then goes on in the deleted file, until a later try succeeds.
        """
        with self._mutex:
            self._copy_late()
            if not self.is_open or self._is_in_place():
                return False
            content = _whole_frames(self.read(0, self.size()))
            new, old = self._create(content), os.dup(self._fd)
            os.dup2(new, self._fd, inheritable=False)
            os.close(new)
            self._old.append(_Deleted(old, len(content)))
            if len(self._old) > _MAX_DELETED:
                os.close(self._old.popleft().fd)
            self._copy_late()
        return True

    def _copy_late(self) -> None:
        """Points are written without the mutex, so some may reach the deleted file after it was copied: those
        under way while the files were exchanged arrive even later, hence this is called again.
        """
        for old in self._old:
            size = os.fstat(old.fd).st_size
            if late := _whole_frames(os.pread(old.fd, size - old.copied, old.copied)):
                _write_all(self._fd, late)
                old.copied += len(late)

    def _is_in_place(self) -> bool:
        try:
            return self.path.stat().st_ino == os.fstat(self._fd).st_ino
        except FileNotFoundError:
            return False

    def loss(self) -> str:
        """What waits in memory at the end of the process is lost with it: says so, empty when nothing does."""
        if not self._held and not self.dropped:
            return ""
        return (
            f"{len(self._held) + self.dropped:,} entries that were logged could not be written to "
            f"{self.folder.root} before the process ended, and are lost: {self._trouble or 'memory ran out'}"
        )

    def close(self) -> None:
        """Says that this process is done with it."""
        if self.is_open:
            self._copy_late()
            self.doc({"op": "close"})
            self.sync()


def _whole_frames(content: bytes) -> bytes:
    """Without the frame at the end of which a write that is under way has brought only a part: what other threads
    write meanwhile would come between its parts.
    """
    if not content:
        return content
    from nbmlops.store.scan import scan

    tail = max(0, len(content) - _TAIL)
    whole = scan(content[tail:], final=True).consumed
    return content[: tail + whole if whole else scan(content).consumed]  # a frame may be longer than the tail


def _write_all(fd: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(fd, rest) :]
