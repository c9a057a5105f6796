"""How far predicted numbers are from the true ones."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Final

import numpy as np

from nbmlops.evaluation.predictions import Codes, Floats, NumberPredictions

DRAWN: Final = 1_000
_WORST: Final = 50
_BINS: Final = 32
_STRETCHES: Final = 20
_LEAST_IN_STRETCH: Final = 25


@dataclass(frozen=True, slots=True, eq=False)
class Residuals:
    """A residual is what is true less what was predicted.

    Attributes:
        mae: the mean of their magnitudes.
        rmse: the root of their mean square.
        r2: the share of the truth's variance that they leave out; None where the truth is constant.
        bias: their mean.
        most: the magnitude that one in twenty exceeds.
        over: the mean of what was predicted too much, over all rows.
        under: the mean of what was predicted too little.
        drawn: rows to draw: evenly taken, and the worst.
        histogram: all of them.
        trend: the mean residual over the mean prediction, in up to twenty parts of about as many rows.
    """

    mae: float
    rmse: float
    r2: float | None
    bias: float
    most: float
    over: float
    under: float
    drawn: Codes
    histogram: Histogram
    trend: tuple[Floats, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Counts of equal bins, whose width is a power of two, and whose edges are multiples of it: so any two of them
    can be brought to the same bins without looking at the values again.

    Attributes:
        power: of two, the width.
        first: which multiple of the width is the first edge.
        counts: of the bins.
    """

    power: int
    first: int
    counts: Codes

    @property
    def width(self) -> float:
        """Of a bin."""
        return math.ldexp(1.0, self.power)

    def coarser(self, power: int) -> Histogram:
        """The same in bins of the width 2 ** `power`, which is not less."""
        if power <= self.power:
            return self
        places = (np.arange(len(self.counts)) + self.first) >> (power - self.power)
        first = int(places[0])
        counts = np.bincount(places - first, weights=self.counts).astype(np.int64)
        return Histogram(power, first, counts)


def measure(found: NumberPredictions) -> Residuals:
    """Works the residuals out."""
    residuals = found.truth - found.predicted
    sizes = np.abs(residuals)
    squares = float(np.dot(residuals, residuals))
    centred = found.truth - found.truth.mean()
    spread = float(np.dot(centred, centred))
    return Residuals(
        mae=float(sizes.mean()),
        rmse=math.sqrt(squares / len(residuals)),
        r2=1 - squares / spread if spread > 0 else None,
        bias=float(residuals.mean()),
        most=float(np.quantile(sizes, 0.95)),
        over=float(np.maximum(-residuals, 0).mean()),
        under=float(np.maximum(residuals, 0).mean()),
        drawn=_drawn(sizes),
        histogram=histogram(residuals),
        trend=_trend(found.predicted, residuals),
    )


def histogram(values: Floats) -> Histogram:
    """About 32 bins for where nearly all values lie, and as many more as the farthest need, up to four times that."""
    low, high = np.quantile(values, [0.005, 0.995])
    span = max(float(high - low), float(values.max() - values.min()) / 4, 0.0)
    if span == 0:
        span = abs(float(values[0])) or 1.0
    power = math.ceil(math.log2(max(span / _BINS, sys.float_info.min)))
    places = np.floor(np.ldexp(values, -power)).astype(np.int64)
    first = int(places.min())
    return Histogram(power, first, np.bincount(places - first).astype(np.int64))


def _drawn(sizes: Floats) -> Codes:
    if len(sizes) <= DRAWN:
        return np.arange(len(sizes))
    even = np.random.default_rng(0).choice(len(sizes), DRAWN - _WORST, replace=False)
    worst = np.argpartition(sizes, -_WORST)[-_WORST:]
    return np.unique(np.concatenate([even, worst])).astype(np.int64)


def _trend(predicted: Floats, residuals: Floats) -> tuple[Floats, Floats]:
    parts = max(1, min(_STRETCHES, len(predicted) // _LEAST_IN_STRETCH))
    edges = np.unique(np.quantile(predicted, np.linspace(0, 1, parts + 1)[1:-1]))
    places = np.searchsorted(edges, predicted, side="right")  # so that equal predictions stay together
    counts = np.bincount(places)
    there = counts > 0
    sums = (np.bincount(places, weights=values)[there] for values in (predicted, residuals))
    means, trend = (values / counts[there] for values in sums)
    return means, trend
