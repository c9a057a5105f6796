"""What becomes of a score when it decides: hits and false alarms over all thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from nbmlops.evaluation.predictions import Codes, Floats

GRID: Final = 200
_FEW: Final = 600
_PART: Final = 100
_FIRST: Final = 40


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Rows ranked by a score, those of one score together.

    Attributes:
        thresholds: the distinct scores, descending. Who is at or above one of them is called positive.
        hits: how many positive rows that are.
        alarms: how many negative ones.
    """

    thresholds: Floats
    hits: Codes
    alarms: Codes

    @property
    def positives(self) -> int:
        """How many rows are positive."""
        return int(self.hits[-1])

    @property
    def negatives(self) -> int:
        """How many rows are not."""
        return int(self.alarms[-1])

    def auc(self) -> float | None:
        """The area under the ROC curve; None where only one class is there."""
        if not self.positives or not self.negatives:
            return None
        hits, alarms = np.append(0, self.hits), np.append(0, self.alarms)
        area = np.sum(np.diff(alarms) * (hits[1:] + hits[:-1]) / 2)
        return float(area / self.positives / self.negatives)

    def average_precision(self) -> float | None:
        """The mean of the precision, weighted by the recall that each threshold adds; None without positives."""
        if not self.positives:
            return None
        precision = self.hits / (self.hits + self.alarms)
        return float(np.sum(np.diff(self.hits, prepend=0) * precision) / self.positives)

    def at(self, thresholds: Floats) -> Codes:
        """Of each threshold the place of its counts, -1 where nobody reaches it."""
        return np.searchsorted(-self.thresholds, -thresholds, side="right").astype(np.int64) - 1

    def thinned(self) -> Ranking:
        """Far fewer points, of which every one is exact: those of `GRID` + 1 evenly spaced thresholds, each per cent
        of hits and of alarms, the first few ranks, and all at which any costs are the least.
        """
        if len(self.thresholds) <= _FEW:
            return self
        places = np.unique(
            np.concatenate([self._even(), self._parts(), self._first(), hull(self.alarms, self.hits)])
        )
        return Ranking(self.thresholds[places], self.hits[places], self.alarms[places])

    def _even(self) -> Codes:
        low, high = float(self.thresholds[-1]), float(self.thresholds[0])
        span = (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)
        return np.maximum(self.at(np.arange(GRID + 1) / GRID * (span[1] - span[0]) + span[0]), 0)

    def _parts(self) -> Codes:
        """Between two of them no more than one per cent of the hits and of the alarms."""
        steps = np.linspace(0, 1, _PART + 1)
        found = [np.searchsorted(counts, steps * counts[-1]) for counts in (self.hits, self.alarms)]
        return np.concatenate(found).astype(np.int64)

    def _first(self) -> Codes:
        """Where precision changes most."""
        ranks = np.geomspace(1, len(self.thresholds), _FIRST).astype(np.int64)
        return ranks - 1


def rank_rows(scores: Floats, positive: npt.NDArray[np.bool_]) -> Ranking:
    """Counts hits and false alarms at every threshold, as `sklearn.metrics.roc_curve` does.

    Args:
        scores: shape (n,), finite.
        positive: shape (n,).
    """
    order = np.argsort(scores)[::-1]
    ordered = scores[order]
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    hits = np.cumsum(positive[order], dtype=np.int64)[last]
    return Ranking(ordered[last], hits, last + 1 - hits)


def hull(alarms: Codes, hits: Codes) -> Codes:
    """The places of the points on the upper convex hull of a ROC curve that begins at (0, 0).

    Costs are linear in both counts, so at one of these points, or at the very beginning, they are the least: for any
    costs whatever (Provost and Fawcett 2001), as long as a hit costs less than a miss.
    """
    x, y = np.append(0, alarms), np.append(0, hits)
    kept, parts = {len(x) - 1}, [(0, len(x) - 1)]
    while parts:
        a, b = parts.pop()
        if b - a < 2:
            continue
        above = (y[a + 1 : b] - y[a]) * (x[b] - x[a]) - (x[a + 1 : b] - x[a]) * (y[b] - y[a])
        best = int(np.argmax(above))
        if above[best] > 0:
            middle = a + 1 + best
            kept.add(middle)
            parts += [(a, middle), (middle, b)]
    return np.array(sorted(kept), dtype=np.int64) - 1
