"""Arrays of numbers to moments and histograms, piece by piece so that the pieces stay in the processor's cache."""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np

from nbmlops.records.log_histogram import BITS, LogHistogram
from nbmlops.records.profiles import Numbers

_PIECE = 1 << 15  # values: 256 kB, with the work space half of a second-level cache
_SHIFT = np.uint64(52 - BITS)
_SIGN = np.uint64(11 + BITS)  # the place of the sign in what is left after the shift
_MAGNITUDE = np.uint64((1 << (11 + BITS)) - 1)
_ONE = np.uint64(1)


def _key(low: float) -> int:
    """The least key of values that are all positive, 0 where some may not be."""
    return struct.unpack("<Q", struct.pack("<d", low))[0] >> int(_SHIFT) << 1 if low > 0 else 0


class NumberColumn:
    """Takes in the values of one column.

    Attributes:
        missing: how many NaN were among them.
    """

    def __init__(self) -> None:
        self.missing = 0
        self._count = self._infinite = 0
        self._low, self._high = math.inf, -math.inf
        # Sums are of differences from a value near the mean, so that squares don't swallow them (Chan et al. 1983).
        self._pivot: float | None = None
        self._sum = self._squares = 0.0
        # By key: the bucket of the magnitude, and the sign as the last bit, so that the keys in use lie together.
        self._counts = np.zeros(0, dtype=np.int64)
        self._first = 0  # the key that is counted first

    def add(self, values: Any) -> None:
        """Takes in a 1-d array of any numeric dtype."""
        work = np.empty((2, min(_PIECE, len(values))))
        for start in range(0, len(values), _PIECE):
            piece = values[start : start + _PIECE]
            if piece.dtype != np.float64 or not piece.flags.c_contiguous:
                piece = piece.astype(
                    np.float64
                )  # not only a conversion: an unaligned view can't be looked at as bits
            with np.errstate(
                over="ignore", invalid="ignore"
            ):  # squares of numbers beyond 1e154: an infinite deviation
                self._add(piece, work[:, : len(piece)])

    def _add(self, piece: Any, work: Any) -> None:
        low, high = float(piece.min()), float(piece.max())
        if not math.isfinite(low) or not math.isfinite(high):
            piece = self._finite(piece)
            if not len(piece):
                return
            low, high, work = float(piece.min()), float(piece.max()), work[:, : len(piece)]
        self._low, self._high = min(self._low, low), max(self._high, high)
        count = len(piece)
        differences = work[0]
        if self._pivot is None:
            self._pivot = float(piece[0]) if count < 2 else float(piece.mean())
            self._pivot = self._pivot if math.isfinite(self._pivot) else 0.0
        np.subtract(piece, self._pivot, out=differences)
        self._sum += float(differences.sum())
        self._squares += float(
            np.einsum("i,i->", differences, differences)
        )  # np.dot would wake threads, which wait for each other
        self._count += count
        self._count_keys(piece.view(np.uint64), work.view(np.uint64), least=_key(low))

    def _finite(self, piece: Any) -> Any:
        finite = np.isfinite(piece)
        missing = int(np.isnan(piece).sum())
        self.missing += missing
        self._infinite += len(piece) - int(finite.sum()) - missing
        return piece[finite]

    def _count_keys(self, bits: Any, work: Any, *, least: int) -> None:
        keys, sign = work
        signed = least == 0  # some may be negative, -0.0 among them
        np.right_shift(bits, _SHIFT, out=keys)
        if signed:
            np.right_shift(keys, _SIGN, out=sign)
            np.bitwise_and(keys, _MAGNITUDE, out=keys)
        np.left_shift(keys, _ONE, out=keys)
        if signed:
            np.bitwise_or(keys, sign, out=keys)
        least = int(keys.min()) if signed else least
        np.subtract(keys, np.uint64(least), out=keys)
        counts = np.bincount(keys.view(np.int64))
        if not len(self._counts):
            self._counts, self._first = counts, least
            return
        self._make_room(least, least + len(counts))
        self._counts[least - self._first : least - self._first + len(counts)] += counts

    def _make_room(self, least: int, end: int) -> None:
        first, last = self._first, self._first + len(self._counts)
        if least >= first and end <= last:
            return
        grown = np.zeros(max(last, end) - min(first, least), dtype=np.int64)
        self._first = min(first, least)
        grown[first - self._first : last - self._first] = self._counts
        self._counts = grown

    def numbers(self) -> Numbers:
        """What was taken in."""
        if not self._count or self._pivot is None:
            return Numbers(infinite=self._infinite)
        shift = self._sum / self._count
        squares = self._squares - shift * self._sum
        return Numbers(
            self._count,
            self._infinite,
            self._low,
            self._high,
            self._pivot + shift,
            max(squares, 0.0) if math.isfinite(squares) else math.inf,
            LogHistogram(BITS, self._buckets()).bounded(),
        )

    def _buckets(self) -> dict[int, int]:
        used = np.flatnonzero(self._counts)
        counts, places = self._counts[used].tolist(), used + self._first
        magnitudes = places >> 1
        buckets = np.where(places & 1, -1 - magnitudes, magnitudes).tolist()
        return dict(sorted(zip(buckets, counts, strict=True)))
