"""The journal of a job: whatever comes from the kernel is in the system's hands after one `os.write`.

It lies beside the output, `out.ipynb.journal`. It begins with a line that names the format; then frames follow:
length, checksum, kind and cell as 13 bytes, and the payload. A stream's payload is its text, that of any other
frame is JSON. A large payload is deflated where that makes it notably smaller, and its kind says so (format 2; 1 had
none such). A frame that was cut off by the end of its writer is no frame.

Whoever writes a journal holds a lock on it, so that a look at it tells whether the job still lives.
"""

from __future__ import annotations

import fcntl
import json
import os
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zlib import compress, crc32, decompress

from nbmlops.errors import KernelError

SUFFIX: Final = ".journal"
_MAGICS: Final = (b"nbmlops job journal 2\n", b"nbmlops job journal 1\n")  # the first one is written
_HEAD: Final = struct.Struct("<IIBi")  # length and crc32 of the payload, kind, index of the cell
_KINDS: Final = ("event", "stdout", "stderr")
_DEFLATED: Final = 0x80  # added to the kind
_LARGE: Final = 4096  # bytes of a payload
_PROBE: Final = 16_384  # bytes that tell of the rest
_WORTH: Final = 0.7  # what it must come down to: a text of random characters takes long and saves little
_LOCK_SECONDS: Final = 5.0  # a guardian that assembles what a killed job left has this long
NO_CELL: Final = -1


@dataclass(frozen=True, slots=True)
class Frame:
    """One entry.

    Attributes:
        kind: "stdout" and "stderr" carry text, "event" a dict.
        cell: the cell's place in the notebook, -1 for what concerns no single one.
    """

    kind: str
    cell: int
    payload: Any


def journal_of(output: Path) -> Path:
    """Where the journal of an output lies."""
    return output.with_name(output.name + SUFFIX)


class JournalWriter:
    """Appends frames. What can't be written (full disk) stays in memory and is tried again with the next one.

    Args:
        path: the journal; one that a dead job left there is emptied.

    Raises:
        KernelError: another job writes it, or it can't be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._held = b""
        self._fd = _open_locked(path)
        os.ftruncate(self._fd, 0)
        self._append(_MAGICS[0])

    def stream(self, cell: int, name: str, text: str) -> None:
        """Appends a piece of a stream."""
        self._frame("stderr" if name == "stderr" else "stdout", cell, encode(text))

    def event(self, cell: int, event: dict[str, Any]) -> None:
        """Appends an event; what isn't JSON in it is written as its text."""
        self._frame(
            "event", cell, encode(json.dumps(event, ensure_ascii=False, separators=(",", ":"), default=str))
        )

    def _frame(self, kind: str, cell: int, payload: bytes) -> None:
        packed = _deflated(payload)
        number = _KINDS.index(kind) | (_DEFLATED if packed is not None else 0)
        data = payload if packed is None else packed
        self._append(_HEAD.pack(len(data), crc32(data), number, cell) + data)

    def _append(self, data: bytes) -> None:
        data = self._held + data
        self.size += len(data) - len(self._held)
        try:
            written = os.write(self._fd, data)
        except OSError:  # the disk may have room again when the next frame comes
            written = 0
        self._held = data[written:]

    def read(self) -> Iterator[Frame]:
        """All frames, those that could not be written too."""
        yield from _frames(self.path.read_bytes() + self._held)

    def remove(self) -> None:
        """The output is complete: the journal has done its work."""
        self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Lets go of the journal, which stays."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def _deflated(payload: bytes) -> bytes | None:
    """The payload as zlib deflates it, None where it is small or that saves too little to be worth its time."""
    if len(payload) < _LARGE:
        return None
    probe = payload[:_PROBE]
    if len(compress(probe, 1)) > len(probe) * _WORTH:
        return None
    packed = compress(payload, 1)
    return packed if len(packed) < len(payload) else None


def encode(text: str) -> bytes:
    """UTF-8; a lone surrogate, which can't be written, as its escape."""
    return text.encode("utf-8", "backslashreplace")


def read_journal(path: Path) -> Iterator[Frame]:
    """The whole frames of a journal.

    Raises:
        FileNotFoundError: there is none.
        KernelError: it is no journal.
    """
    yield from _frames(path.read_bytes(), path)


def _frames(data: bytes, path: Path | None = None) -> Iterator[Frame]:
    if not data.startswith(_MAGICS):
        if any(magic.startswith(data) for magic in _MAGICS):
            return  # its writer was ended before the first line was whole
        raise KernelError(f"{path} is no journal of a job that this version of nbmlops can read.")
    at, view = data.index(b"\n") + 1, memoryview(data)
    while at + _HEAD.size <= len(data):
        size, checksum, number, cell = _HEAD.unpack_from(data, at)
        payload = bytes(view[at + _HEAD.size : at + _HEAD.size + size])
        kind = number & ~_DEFLATED
        if len(payload) < size or crc32(payload) != checksum or kind >= len(_KINDS):
            return
        text = (decompress(payload) if number & _DEFLATED else payload).decode("utf-8")
        yield Frame(_KINDS[kind], cell, json.loads(text) if kind == 0 else text)
        at += _HEAD.size + size


def is_live(path: Path) -> bool:
    """Whether somebody writes this journal right now; where a file system has no locks, that can't be ruled out."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not _lock(fd, fcntl.LOCK_SH)
    finally:
        os.close(fd)


def take_over(path: Path, seconds: float = 0.0) -> int | None:
    """Locks a journal that nobody writes any more, waiting so long for it; None when it is gone or still written.

    Returns:
        A descriptor that holds the lock until it is closed.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        if _lock(fd, fcntl.LOCK_EX) and _is_same(fd, path):
            return fd
        os.close(fd)
        if time.monotonic() >= end:
            return None
        time.sleep(0.05)


def discard(path: Path, job: str) -> None:
    """Removes the journal of this job, which nobody needs any more; that of another one stays."""
    lock = take_over(path)
    if lock is None:
        return
    try:
        first = next(read_journal(path), None)
        if first is not None and first.payload.get("job") == job:
            path.unlink(missing_ok=True)
    finally:
        os.close(lock)


def _open_locked(path: Path) -> int:
    end = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        except OSError as exc:
            raise KernelError(f"Can't write {path}, where the outputs would be kept: {exc.strerror}") from exc
        if _lock(fd, fcntl.LOCK_EX, without=True) and _is_same(fd, path):
            return fd
        os.close(fd)
        if time.monotonic() >= end:
            raise KernelError(
                f"Another job writes {path.name.removesuffix(SUFFIX)} right now: name another output."
            )
        time.sleep(0.05)


def _lock(fd: int, how: int, *, without: bool = False) -> bool:
    """Whether the lock was got; `without` is the answer where the file system has no locks."""
    try:
        fcntl.flock(fd, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return without
    return True


def _is_same(fd: int, path: Path) -> bool:
    """Whether the path still leads to the file that was opened: its last holder may have removed it."""
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False
