"""Reads stretches of journal: whole frames, points in blocks, damage passed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from nbmlops.store import frames
from nbmlops.store.frames import HEAD, POINT_BODY, SERIES

_MAX_FRAME = 1 << 30
_FIRST_LOOK = 16
_FEW = 16  # rows, up to which zlib called for each is the faster
_POINT = np.dtype(
    [
        ("size", "<u4"), ("crc", "<u4"),
        ("kind", "u1"), ("series", "<u4"), ("step", "<i8"), ("value", "<f8"), ("time", "<f8"),
    ]
)  # fmt: skip
assert _POINT.itemsize == HEAD.size + POINT_BODY.size


def _crc_table() -> npt.NDArray[np.uint32]:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(0xEDB88320), table >> 1)
    return table


_CRC_TABLE = _crc_table()


@dataclass(frozen=True, slots=True)
class PointBlock:
    """Points that follow each other in a journal: a structured array with `series`, `step`, `value`, `time`."""

    rows: npt.NDArray[Any]

    @classmethod
    def joined(cls, blocks: Sequence[PointBlock]) -> PointBlock:
        """The points of several blocks, in order."""
        return cls(np.concatenate([block.rows for block in blocks]))


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found in a stretch of journal.

    Attributes:
        found: payloads of whole frames and blocks of points, in order.
        consumed: how many bytes they and the damage between them took.
        damaged: bytes that belong to no whole frame but have whole frames after them.
    """

    found: tuple[bytes | PointBlock, ...]
    consumed: int
    damaged: int = 0


def scan(data: bytes, *, final: bool = False) -> Scan:
    """The whole frames at the start of `data`.

    A torn frame at the end is left for later, since its rest may still come. With `final` (its process
    is dead), or where its checksum is wrong, whatever whole frames stand behind it are looked for: a
    full disk or a crash cut it, and the bytes passed over are counted.
    """
    found: list[bytes | PointBlock] = []
    at = damaged = 0
    while True:
        taken = _take(data, at, found)
        if taken:
            at += taken
            continue
        resumed = _next_frame(data, at + 1) if final or not _may_still_come(data, at) else None
        if resumed is None:
            return Scan(tuple(found), at, damaged)
        damaged += resumed - at
        at = resumed


def _take(data: bytes, at: int, found: list[bytes | PointBlock]) -> int:
    """Adds what stands at `at`; how many bytes it is, 0 when it is no whole frame."""
    if data[at + HEAD.size : at + HEAD.size + 1] == b"\x03":
        rows = _points_at(data, at)
        if len(rows):
            found.append(PointBlock(rows))
        return len(rows) * _POINT.itemsize
    end = _frame_end(data, at)
    if end is None:
        return 0
    found.append(data[at + HEAD.size : end])
    return end - at


def _points_at(data: bytes, at: int) -> npt.NDArray[Any]:
    """All whole POINT frames that follow each other from `at` on."""
    most = (len(data) - at) // _POINT.itemsize
    count = _FIRST_LOOK
    while True:  # most blocks are short: to look at all the rest for each of them would take quadratic time
        rows = np.frombuffer(data, dtype=_POINT, offset=at, count=min(count, most))
        alike = _leading((rows["size"] == POINT_BODY.size) & (rows["kind"] == frames.POINT))
        if alike < len(rows) or len(rows) == most:
            return rows[: _leading(_checksums(rows[:alike]) == rows["crc"][:alike])]
        count *= _FIRST_LOOK


def _leading(good: npt.NDArray[np.bool_]) -> int:
    """How many are true before the first that is not."""
    return len(good) if good.all() else int(good.argmin())


def _checksums(rows: npt.NDArray[Any]) -> npt.NDArray[np.uint32]:
    """`zlib.crc32` of the payload of every row, a column of bytes at a time."""
    payload = np.ascontiguousarray(rows).view(np.uint8).reshape(len(rows), _POINT.itemsize)[:, HEAD.size :]
    if len(rows) <= _FEW:
        return np.array([crc32(row) for row in payload], dtype=np.uint32)
    crc = np.full(len(rows), 0xFFFFFFFF, dtype=np.uint32)
    for column in payload.T:
        crc = _CRC_TABLE[(crc ^ column) & 0xFF] ^ (crc >> 8)
    return crc ^ np.uint32(0xFFFFFFFF)


def _may_still_come(data: bytes, at: int) -> bool:
    if at + HEAD.size > len(data):
        return True
    size = int.from_bytes(data[at : at + 4], "little")
    return 0 < size <= _MAX_FRAME and at + HEAD.size + size > len(data)


def _frame_end(data: bytes, at: int) -> int | None:
    if at + HEAD.size >= len(data):
        return None
    size, checksum = HEAD.unpack_from(data, at)
    end = at + HEAD.size + size
    if not 0 < size <= _MAX_FRAME or end > len(data) or crc32(data[at + HEAD.size : end]) != checksum:
        return None
    return int(end)


def _next_frame(data: bytes, start: int) -> int | None:
    return next((at for at in _candidates(data, start) if _frame_end(data, at) is not None), None)


def _candidates(data: bytes, start: int) -> Iterator[int]:
    """Offsets from `start` on where a frame could begin."""
    for at in range(start, len(data) - HEAD.size):
        size = int.from_bytes(data[at : at + 4], "little")
        if 0 < size <= len(data) - at - HEAD.size and 1 <= data[at + HEAD.size] <= SERIES:
            yield at
