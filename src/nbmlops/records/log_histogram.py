"""Histograms of floats in buckets that widen with the values: small, exact in what they promise, mergeable."""

from __future__ import annotations

import math
import struct
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

BITS: Final = 5
MAX_BUCKETS: Final = 1024
_MANTISSA: Final = 52
_INFINITY: Final = 0x7FF << _MANTISSA


@dataclass(frozen=True, slots=True)
class LogHistogram:
    """How many finite floats lie in each bucket; a bucket is all floats that share sign, exponent and first bits.

    It is a DDSketch (Masson, Rim and Lee 2019) whose buckets are cut by the bits of the float instead of by a
    logarithm. Each value is known to within `2 ** -bits` of itself, 3.1 % at 5 bits, and a quantile to half of that.
    Where more than 1,024 buckets are in use, two and two become one, and a bit is lost (UDDSketch, Epicoco et al.
    2020). Counts are exact, and neither the order of values nor that of merges makes a difference.

    Attributes:
        bits: of the mantissa that a bucket's number holds; below zero, so many of the exponent's are left out too.
        counts: bucket to count. Zero is bucket 0, negative numbers have negative buckets, larger ones larger numbers.
    """

    bits: int = BITS
    counts: Mapping[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many values there are."""
        return sum(self.counts.values())

    def merged(self, other: LogHistogram) -> LogHistogram:
        """The histogram of both ones' values."""
        bits = min(self.bits, other.bits)
        counts = Counter(self.coarser(bits).counts)
        counts.update(other.coarser(bits).counts)
        return LogHistogram(bits, dict(counts)).bounded()

    def coarser(self, bits: int) -> LogHistogram:
        """The same values in wider buckets."""
        if bits == self.bits:
            return self
        counts: Counter[int] = Counter()
        for bucket, count in self.counts.items():
            counts[bucket >> (self.bits - bits)] += count
        return LogHistogram(bits, dict(counts))

    def bounded(self) -> LogHistogram:
        """As fine as the bound on the number of buckets allows."""
        found = self
        while len(found.counts) > MAX_BUCKETS:
            found = found.coarser(found.bits - 1)
        return found

    def edges(self, bucket: int) -> tuple[float, float]:
        """The interval that a bucket covers, the smaller end first."""
        if bucket < 0:
            high, low = self._magnitudes(-bucket - 1)
            return -low, -high
        return self._magnitudes(bucket)

    def _magnitudes(self, place: int) -> tuple[float, float]:
        shift = _MANTISSA - self.bits
        return _float(place << shift), _float((place + 1) << shift)

    def quantile(self, share: float) -> float:
        """The value below which a share (0 to 1) of the values lies; NaN when there is none."""
        rank, seen = share * max(self.total - 1, 0), 0
        for bucket in sorted(self.counts):
            seen += self.counts[bucket]
            if seen > rank:
                return _middle(*self.edges(bucket))
        return math.nan

    def bins(self, edges: list[float]) -> list[float]:
        """How many values lie between each two of these ascending edges; the outer bins take what lies beyond.

        A bucket that an edge cuts is shared out by length, so counts may have fractions.
        """
        found = [0.0] * (len(edges) - 1)
        for bucket, count in self.counts.items():
            for place, part in _shares(self.edges(bucket), edges):
                found[place] += count * part
        return found


def _shares(interval: tuple[float, float], edges: list[float]) -> Iterator[tuple[int, float]]:
    """Which part of an interval lies in which bin."""
    low, high = interval
    last = len(edges) - 2
    first = _place(low, edges)
    # What one number can stand for lies at the lower end: whole numbers up to 63 have buckets of their own.
    if edges[first + 1] >= high or first == last or (low.is_integer() and high - low <= 1):
        yield first, 1.0
        return
    for place in range(first, last + 1):
        start = low if place == first else edges[place]
        stop = high if place == last else min(high, edges[place + 1])
        if stop > start:
            yield place, (stop - start) / (high - low)
        if edges[place + 1] >= high:
            return


def _place(value: float, edges: list[float]) -> int:
    return min(max(bisect_right(edges, value) - 1, 0), len(edges) - 2)


def _float(word: int) -> float:
    value: float = struct.unpack("<d", struct.pack("<Q", min(word, _INFINITY)))[0]
    return value


def _middle(low: float, high: float) -> float:
    if low == 0 or high == 0 or not math.isfinite(high) or not math.isfinite(low):
        return low if abs(low) < abs(high) else high
    return low + (high - low) / 2
