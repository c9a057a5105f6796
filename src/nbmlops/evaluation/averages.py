"""Curves of several classes, each against all others, as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from nbmlops.evaluation.predictions import Floats
from nbmlops.evaluation.thresholds import Ranking

STEPS: Final = 100


@dataclass(frozen=True, slots=True, eq=False)
class AverageCurves:
    """Every class counts the same, however many rows are of it.

    Attributes:
        steps: from 0 to 1: of the false positive rate, and of the recall.
        tpr: the mean true positive rate over them.
        precision: the mean precision over them.
        auc: the mean area under the ROC curves; None where there is no class with both.
        average_precision: the mean of theirs.
    """

    steps: Floats
    tpr: Floats
    precision: Floats
    auc: float | None
    average_precision: float | None


def average(rankings: Sequence[Ranking]) -> AverageCurves:
    """The curves' mean over the classes that some rows are of, and some not."""
    told = [ranking for ranking in rankings if ranking.positives and ranking.negatives]
    steps = np.linspace(0, 1, STEPS + 1)
    if not told:
        empty = np.zeros(0)
        return AverageCurves(empty, empty, empty, None, None)
    return AverageCurves(
        steps,
        np.mean([_tpr(ranking, steps) for ranking in told], axis=0),
        np.mean([_precision(ranking, steps) for ranking in told], axis=0),
        float(np.mean([ranking.auc() for ranking in told])),
        float(np.mean([ranking.average_precision() for ranking in told])),
    )


def _tpr(ranking: Ranking, steps: Floats) -> Floats:
    fpr = np.append(0, ranking.alarms) / ranking.negatives
    found: Floats = np.interp(steps, fpr, np.append(0, ranking.hits) / ranking.positives)
    return found


def _precision(ranking: Ranking, steps: Floats) -> Floats:
    """At the first threshold that reaches a recall: between two, no precision lies on a straight line."""
    places = np.searchsorted(ranking.hits, np.ceil(steps * ranking.positives - 1e-9))
    found: Floats = ranking.hits[places] / (ranking.hits[places] + ranking.alarms[places])
    return found
