"""Whether what was called probable came to pass as often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from nbmlops.evaluation.predictions import Codes, Floats

BINS: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Rows put together by their probability, in ten equal stretches; those without rows are left out.

    Attributes:
        said: the mean probability of each.
        seen: the share of those that came to pass.
        counts: how many rows.
    """

    said: Floats
    seen: Floats
    counts: Codes

    def error(self) -> float:
        """The expected calibration error: the mean distance of what was said and seen, weighted by the rows."""
        return float(np.sum(np.abs(self.said - self.seen) * self.counts) / np.sum(self.counts))


def calibrate(probabilities: Floats, happened: npt.NDArray[np.bool_]) -> Calibration:
    """Holds probabilities against what happened, in the bins of `sklearn.calibration.calibration_curve`.

    Args:
        probabilities: shape (n,), from 0 to 1.
        happened: shape (n,).
    """
    edges = np.linspace(0.0, 1.0, BINS + 1)[1:-1]
    places = np.searchsorted(edges, probabilities)
    counts = np.bincount(places, minlength=BINS)
    said = np.bincount(places, weights=probabilities, minlength=BINS)
    seen = np.bincount(places, weights=happened, minlength=BINS)
    there = counts > 0
    return Calibration(
        said[there] / counts[there], seen[there] / counts[there], counts[there].astype(np.int64)
    )


def brier(probabilities: Floats, truth: Codes) -> float:
    """The mean squared distance of probabilities and truth, as `sklearn.metrics.brier_score_loss` scales it.

    Args:
        probabilities: shape (n, classes).
        truth: shape (n,), places of classes.
    """
    rows, classes = probabilities.shape
    squares = np.einsum("ij,ij->", probabilities, probabilities)
    told = probabilities[np.arange(rows), truth]
    total = float((squares - 2 * np.sum(told)) / rows + 1)
    return total / 2 if classes == 2 else total
