"""Which of several metrics tells best from worse, in the order that comparisons have."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from nbmlops.records.directions import known_direction
from nbmlops.records.runs import Direction

_TRAINING = re.compile(r"(^|[^a-z])train", re.IGNORECASE)


class MetricTrace(NamedTuple):
    """A metric of one run: its key, which way it is better as far as the run says, and its number of points."""

    key: str
    direction: Direction | None
    points: int


def main_metric(traces: Iterable[MetricTrace]) -> tuple[str, Direction] | None:
    """The metric that runs are ranked by where no goal names one, and which way it is better.

    Args:
        traces: of some runs that are like all others.

    Example:
        >>> main_metric([MetricTrace("train_loss", None, 1), MetricTrace("auc", None, 1), MetricTrace("rows", None, 1)])
        ('auc', 'max')
    """
    ways: dict[str, Direction] = {}
    present: dict[str, int] = {}
    curves: set[str] = set()
    for key, said, points in traces:
        if way := said or known_direction(key):
            ways.setdefault(key, way)
            present[key] = present.get(key, 0) + 1
            curves |= {key} if points > 1 else set()
    best = min(
        ways,
        key=lambda key: (bool(_TRAINING.search(key)), -present[key], key in curves, key),
        default=None,
    )
    return (best, ways[best]) if best is not None else None
