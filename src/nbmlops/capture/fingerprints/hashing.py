"""Bytes to digests: BLAKE3 over streams of pieces, with threads where they pay, and progress."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Any

import numpy as np
from blake3 import blake3

Piece = Any  # bytes, or a C-contiguous 1-d NumPy array of any fixed-size dtype
Progress = Callable[[float], None]

STEP_BYTES = 1 << 24  # between two looks at the clock (and at a pending interrupt): some 5 ms
THREADS_PAY_BYTES = 1 << 20  # below this, starting a pool costs more than it saves
TILE_BYTES = 1 << 19  # a transposed tile stays in one core's second-level cache
_MAX_THREADS = 8


def threads() -> int:
    """How many threads hashing may use: the CPUs this process is allowed, at most 8."""
    try:
        return min(len(os.sched_getaffinity(0)), _MAX_THREADS)
    except AttributeError:  # not on macOS and Windows
        return min(os.cpu_count() or 1, _MAX_THREADS)


@dataclass(frozen=True, slots=True)
class Column:
    """A sequence of values in canonical form.

    Attributes:
        logical: the canonical logical type (`int`, `f64`, `string`, ...).
        length: how many values.
        buffers: the canonical bytes, as one or more streams of pieces; where a stream is cut into
            pieces does not matter.
        digests: of buffers that were hashed together with other columns', in place of `buffers`.
    """

    logical: str
    length: int
    buffers: tuple[Iterable[Piece], ...] = ()
    digests: tuple[bytes, ...] = ()


def nothing(length: int) -> Column:
    """A column without a single value, of a type that pandas holds as objects and then can't know."""
    return Column("null", length)


def framed(*fields: bytes | str | int) -> bytes:
    """Several fields one after another, each behind its kind and length so that none runs into the next."""
    frames = []
    for field in fields:
        if isinstance(field, bytes):
            frames.append(b"b" + len(field).to_bytes(8, "little") + field)
        elif isinstance(field, str):
            data = field.encode("utf-8", "surrogatepass")
            frames.append(b"s" + len(data).to_bytes(8, "little") + data)
        else:
            frames.append(b"i" + field.to_bytes(8, "little", signed=True))
    return b"".join(frames)


def combine(*fields: bytes | str | int) -> bytes:
    """The 32-byte digest of several fields."""
    return blake3(framed(*fields)).digest()


class Digester:
    """Hashes streams of pieces for one fingerprint, and tells how far it has got.

    Args:
        on_progress: called with the fraction done, at most ten times a second and never backwards.
        total: estimate of the bytes to come.

    Large buffers use a thread pool of the hasher's own. blake3's `AUTO` would use a process-wide
    pool, whose threads do not survive a fork: a forked child would wait for them for ever.
    """

    def __init__(self, on_progress: Progress | None = None, total: int = 0) -> None:
        self._on_progress = on_progress
        self._total = max(total, 1)
        self._done = 0
        self._told = time.monotonic()
        self._pooled: Any = None

    def digest(self, pieces: Iterable[Piece]) -> bytes:
        """The 32-byte digest of the pieces' bytes put together."""
        hasher, pooled = None, False
        for piece in pieces:
            data = piece if isinstance(piece, bytes) else piece.view(np.uint8)
            if hasher is None:
                pooled = len(data) >= THREADS_PAY_BYTES
                hasher = self._take_pool() if pooled else blake3()
            for start in range(0, len(data), STEP_BYTES):
                part = data[start : start + STEP_BYTES] if len(data) > STEP_BYTES else data
                hasher.update(part)
                self.advance(len(part))
        if hasher is None:
            return bytes(blake3().digest())
        result = bytes(hasher.digest())
        if pooled:
            self._pooled = hasher
        return result

    def column(self, column: Column) -> bytes:
        """The digest of a column: its logical type, its length, its buffers."""
        digests = column.digests or tuple(self.digest(buffer) for buffer in column.buffers)
        return combine(column.logical, column.length, *digests)

    def advance(self, nbytes: int) -> None:
        """Note that `nbytes` more have been hashed."""
        self._done += nbytes
        if self._on_progress is None:
            return
        now = time.monotonic()
        if now - self._told >= 0.1:
            self._told = now
            self._on_progress(min(self._done / self._total, 0.99))

    def finish(self) -> None:
        """Report that everything is done."""
        if self._on_progress is not None:
            self._on_progress(1.0)

    def strided_columns(self, matrix: Any) -> list[bytes]:
        """The digest of each column of a 2-d array that is stored row by row.

        Column after column would fetch each cache line once per column; tiles of rows are transposed
        inside the cache instead, and groups of columns go to a thread each.

        Args:
            matrix: shape (rows, columns), of a dtype whose stored bytes are canonical.
        """
        workers = min(threads(), matrix.shape[1]) if matrix.nbytes >= THREADS_PAY_BYTES else 1
        groups = [g for g in np.array_split(np.arange(matrix.shape[1]), workers) if len(g)]
        views = [matrix[:, g[0] : g[-1] + 1] for g in groups]
        stop = Event()
        with ThreadPoolExecutor(max(len(views) - 1, 1)) as pool:
            others = [pool.submit(_tiled, view, stop) for view in views[1:]]
            try:
                # This thread reports for all: the others advance at its pace.
                digests = _tiled(views[0], stop, advance=lambda n: self.advance(n * len(views)))
                return digests + [digest for other in others for digest in other.result()]
            finally:
                stop.set()

    def _take_pool(self) -> Any:
        # Taken out while in use: a piece may itself need a digest before the stream goes on.
        hasher, self._pooled = self._pooled, None
        if hasher is None:
            return blake3(max_threads=threads())
        hasher.reset()
        return hasher


def _tiled(matrix: Any, stop: Event, advance: Callable[[int], None] | None = None) -> list[bytes]:
    rows, width = matrix.shape
    hashers = [blake3() for _ in range(width)]
    step = max(256, _power_of_two(TILE_BYTES // (matrix.itemsize * width)))
    tile = np.empty((width, min(step, rows)), dtype=matrix.dtype)
    for start in range(0, rows, step):
        if stop.is_set():
            break
        part = matrix[start : start + step]
        np.copyto(tile[:, : len(part)], part.T)
        for hasher, values in zip(hashers, tile, strict=True):
            hasher.update(values[: len(part)].view(np.uint8))
        if advance is not None:
            advance(part.nbytes)
    return [bytes(hasher.digest()) for hasher in hashers]


def pieces(array: Any, *, items: int = 1 << 17) -> Iterable[Any]:
    """A NumPy array's values in C order as contiguous 1-d arrays, copying no more than a piece.

    Args:
        array: any shape, any strides.
        items: values in a piece that has to be copied; a contiguous array comes in one piece.
    """
    if array.flags.c_contiguous:
        yield array.reshape(-1)
        return
    row = array[0].size if array.ndim > 1 else 1
    if row > items:
        for part in array:
            yield from pieces(part, items=items)
        return
    step = _power_of_two(items // max(row, 1))
    for start in range(0, len(array), step):
        yield np.ascontiguousarray(array[start : start + step]).reshape(-1)


def converted(array: Any, convert: Callable[[Any], Any], *, items: int = 1 << 17) -> Iterable[Any]:
    """As `pieces`, each sent through `convert`, so that no full-size copy is made."""
    for piece in pieces(array, items=items):
        for start in range(0, len(piece), items):
            yield convert(piece[start : start + items])


def _power_of_two(number: int) -> int:
    """The greatest one not above `number`: BLAKE3 is fastest when fed multiples of its 1024-byte chunks."""
    return 1 << max(number.bit_length() - 1, 0)
