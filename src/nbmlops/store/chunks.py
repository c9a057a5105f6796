"""Points of a metric, packed: bit for bit the same when they come back.

A chunk is `version: u8, count: u32, then three columns` (steps i64, values f64, times f64), each
`encoding: u8, size: u32, data`. Steps and times, which usually advance evenly, are kept as differences
of their bit patterns, so that they compress to almost nothing; values are kept as their byte planes
(all first bytes, all second bytes, ...), of which only those that shrink are deflated.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nbmlops.errors import StoreError

_VERSION = 1
_HEAD = struct.Struct("<BI")
_COLUMN = struct.Struct("<BI")
_DELTA, _PLANES, _RAW = 1, 2, 3
_SAMPLE = 4096

Int64s = npt.NDArray[np.int64]
Float64s = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Points:
    """Three columns of equal length: int64 steps, float64 values, float64 times (seconds)."""

    steps: Int64s
    values: Float64s
    times: Float64s

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, part: slice) -> Points:
        return Points(self.steps[part], self.values[part], self.times[part])

    @classmethod
    def of(cls, steps: Any, values: Any, times: Any) -> Points:
        """Points from anything NumPy takes."""
        return cls(
            np.ascontiguousarray(steps, dtype="<i8"),
            np.ascontiguousarray(values, dtype="<f8"),
            np.ascontiguousarray(times, dtype="<f8"),
        )

    @classmethod
    def joined(cls, parts: list[Points]) -> Points:
        """All points of the parts, in order."""
        return cls(
            np.concatenate([p.steps for p in parts]),
            np.concatenate([p.values for p in parts]),
            np.concatenate([p.times for p in parts]),
        )


def pack(points: Points) -> bytes:
    """The points as bytes."""
    columns = (_pack_deltas(points.steps), _pack_planes(points.values), _pack_deltas(points.times))
    parts = [_HEAD.pack(_VERSION, len(points))]
    for encoding, data in columns:
        parts += (_COLUMN.pack(encoding, len(data)), data)
    return b"".join(parts)


def unpack(data: bytes) -> Points:
    """The points that `pack` was given.

    Raises:
        StoreError: the chunk is damaged, or was written by a newer nbmlops.
    """
    try:
        version, count = _HEAD.unpack_from(data)
        if version != _VERSION:
            raise StoreError(f"A metric was stored in chunk format {version}: upgrade nbmlops to read it")
        columns = []
        at = _HEAD.size
        for _ in range(3):
            encoding, size = _COLUMN.unpack_from(data, at)
            at += _COLUMN.size
            columns.append(_unpack_column(encoding, data[at : at + size], count))
            at += size
    except (struct.error, zlib.error, ValueError, KeyError) as exc:
        raise StoreError(f"A chunk of {len(data)} bytes of a metric is damaged: {exc}") from exc
    return Points(columns[0].view("<i8"), columns[1].view("<f8"), columns[2].view("<f8"))


def _pack_deltas(column: npt.NDArray[Any]) -> tuple[int, bytes]:
    bits = column.view("<i8")
    deltas = np.empty_like(bits)
    deltas[:1] = bits[:1]
    np.subtract(bits[1:], bits[:-1], out=deltas[1:])
    return _DELTA, zlib.compress(_planes(deltas).tobytes(), 1)


def _pack_planes(column: Float64s) -> tuple[int, bytes]:
    parts: list[bytes] = []
    for plane in _planes(column.view("<i8")):
        raw = plane.tobytes()
        packed = zlib.compress(raw, 1) if _shrinks(raw) else raw
        kind = _PLANES if packed is not raw else _RAW
        parts += (_COLUMN.pack(kind, len(packed)), packed)
    return _PLANES, b"".join(parts)


def _shrinks(raw: bytes) -> bool:
    """Whether deflating is worth its time, told by two samples: random bits are not."""
    middle = len(raw) // 2
    sample = raw[:_SAMPLE] + raw[middle : middle + _SAMPLE]
    return len(zlib.compress(sample, 1)) < 0.95 * len(sample)


def _planes(bits: Int64s) -> npt.NDArray[np.uint8]:
    """Shape (8, n): the first bytes of all values, then the second ones, ..."""
    return np.ascontiguousarray(bits.view(np.uint8).reshape(-1, 8).T)


def _unpack_column(encoding: int, data: bytes, count: int) -> npt.NDArray[Any]:
    """The column as int64 bit patterns."""
    if encoding == _DELTA:
        return np.cumsum(_from_planes(zlib.decompress(data), count), dtype="<i8")
    planes = []
    at = 0
    for _ in range(8):
        kind, size = _COLUMN.unpack_from(data, at)
        at += _COLUMN.size
        part = data[at : at + size]
        planes.append(zlib.decompress(part) if kind == _PLANES else part)
        at += size
    return _from_planes(b"".join(planes), count)


def _from_planes(raw: bytes, count: int) -> Int64s:
    planes = np.frombuffer(raw, dtype=np.uint8).reshape(8, count)
    return np.ascontiguousarray(planes.T).reshape(-1).view("<i8")
