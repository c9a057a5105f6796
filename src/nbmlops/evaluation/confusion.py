"""Who was taken for whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from nbmlops.evaluation.predictions import ClassPredictions, Codes

MOST_SHOWN: Final = 30


def confusion(found: ClassPredictions) -> Codes:
    """How often a class (row) was called another (column), in the order of its labels."""
    size = len(found.labels)
    flat = np.bincount(found.truth * size + found.predicted, minlength=size * size)
    return flat.reshape(size, size).astype(np.int64)


def accuracy(matrix: Codes) -> float:
    """The share that was called by its name."""
    return float(np.trace(matrix) / matrix.sum())


def macro_f1(matrix: Codes) -> float:
    """The mean over the classes of the harmonic mean of precision and recall; each class counts the same."""
    right = np.diag(matrix)
    total = matrix.sum(axis=0) + matrix.sum(axis=1)
    there = total > 0
    return float(np.mean(2 * right[there] / total[there]))


def shown_labels(sides: Sequence[tuple[Sequence[str], Codes]]) -> tuple[list[str], int]:
    """The labels of several matrices in one order, and how many are left out: those of the fewest rows.

    Args:
        sides: labels, and how many rows are of each.
    """
    total: dict[str, int] = {}
    for labels, counts in sides:
        for label, count in zip(labels, counts.tolist(), strict=True):
            total[label] = total.get(label, 0) + count
    every = sorted(total, key=_natural)
    if len(every) <= MOST_SHOWN:
        return every, 0
    greatest = set(sorted(every, key=lambda label: -total[label])[: MOST_SHOWN - 1])
    return [label for label in every if label in greatest], len(every) - len(greatest)


def folded(matrix: Codes, labels: Sequence[str], shown: Sequence[str], *, others: bool) -> Codes:
    """A matrix brought into the order of `shown`; what is not shown becomes its last row and column.

    Args:
        matrix: in the order of `labels`.
        labels: its own.
        shown: in the order that is wanted.
        others: whether there is a place for those that are not shown.
    """
    place: dict[str, int] = {label: at for at, label in enumerate(shown)}
    places = np.array([place.get(label, len(shown)) for label in labels], dtype=np.intp)
    size = len(shown) + (1 if others else 0)
    found: npt.NDArray[Any] = np.zeros((size, size), dtype=np.int64)
    np.add.at(found, (places[:, None], places[None, :]), matrix)
    return found


def _natural(label: str) -> tuple[int, float, str]:
    """2 before 10, numbers before texts."""
    try:
        return 0, float(label), label
    except ValueError:
        return 1, 0.0, label
