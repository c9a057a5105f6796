"""Which parameters a metric depends on, told from the runs that there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from nbmlops.evaluation.predictions import Floats

LEAST_RUNS: Final = 10
_MOST_PARAMS: Final = 60
_FOLDS: Final = 5
_TREES: Final = 60
_SHUFFLES: Final = 4


@dataclass(frozen=True, slots=True)
class Influence:
    """What one parameter does to a metric.

    Attributes:
        share: of the metric's variance, as far as the forest foresees it, that is lost when the parameter is
            shuffled; 0 where shuffling it does no harm.
        deviation: of the share, over the folds.
        correlation: Spearman's rank correlation with the metric; None for what has no order.
        values: how many distinct ones there are.
    """

    key: str
    share: float
    deviation: float
    correlation: float | None
    values: int


@dataclass(frozen=True, slots=True)
class Influences:
    """What the parameters of some runs do to a metric, the strongest first.

    Attributes:
        explained: the share of the metric's variance that the forest foresees in runs that it has not seen; at or
            below zero it foresees nothing.
        runs: how many were used.
    """

    explained: float
    runs: int
    params: tuple[Influence, ...]


def weigh(metric: Floats, params: Mapping[str, Sequence[Any]]) -> Influences | None:
    """Trains a random forest on four fifths of the runs, and shuffles one parameter after the other in the rest.

    What the forest has learnt by heart so counts for nothing. The same runs always give the same answer.

    Args:
        metric: finite, one value a run.
        params: by key, a value for each run, None where it has none.

    Returns:
        None where there are too few runs to tell, or nothing differs between them.
    """
    columns = _encoded(params)
    if len(metric) < LEAST_RUNS or not columns or float(np.ptp(metric)) == 0:
        return None
    table = np.column_stack([codes for codes, _ in columns.values()])
    explained, losses = _losses(table, metric)
    found = [
        Influence(
            key,
            share=max(0.0, float(loss.mean())),
            deviation=float(loss.std()),
            correlation=_rank_correlation(codes, metric) if ordered else None,
            values=len(np.unique(codes[~np.isnan(codes)])),
        )
        for (key, (codes, ordered)), loss in zip(columns.items(), losses.T, strict=True)
    ]
    ranked = sorted(found, key=lambda one: (-one.share, -abs(one.correlation or 0), one.key))
    return Influences(explained, len(metric), tuple(ranked))


def _encoded(params: Mapping[str, Sequence[Any]]) -> dict[str, tuple[Floats, bool]]:
    """By key, a number for each run and whether the numbers have an order. What is the same in all runs is left out,
    and so are texts that are another one in nearly every run: names and paths.
    """
    found: dict[str, tuple[Floats, bool]] = {}
    for key, values in params.items():
        codes, ordered = _codes(values)
        distinct = len(set(codes[~np.isnan(codes)].tolist())) + bool(np.isnan(codes).any())
        if distinct > 1 and (ordered or distinct <= max(2, len(values) // 2)):
            found[key] = codes, ordered
        if len(found) == _MOST_PARAMS:
            break
    return found


def _codes(values: Sequence[Any]) -> tuple[Floats, bool]:
    if all(value is None or (isinstance(value, int | float)) for value in values):
        return np.array([np.nan if value is None else float(value) for value in values]), True
    names = sorted({str(value) for value in values if value is not None})
    place = {name: float(at) for at, name in enumerate(names)}
    return np.array([np.nan if value is None else place[str(value)] for value in values]), False


def _losses(table: Floats, metric: Floats) -> tuple[float, Floats]:
    """The share that is foreseen, and how much of it each column takes along, fold by fold."""
    from sklearn.ensemble import RandomForestRegressor

    chance = np.random.default_rng(0)
    folds = np.array_split(chance.permutation(len(metric)), _FOLDS)
    spread = float(np.var(metric))
    missed, losses = 0.0, []
    for fold in folds:
        rest = np.setdiff1d(np.arange(len(metric)), fold)
        forest = RandomForestRegressor(_TREES, min_samples_leaf=2, random_state=0, n_jobs=1)
        forest.fit(table[rest], metric[rest])
        error = np.mean((metric[fold] - forest.predict(table[fold])) ** 2)
        missed += error * len(fold) / len(metric)
        shuffled = [_shuffled(table[fold], at, chance) for at in range(table.shape[1])]
        foreseen = forest.predict(np.concatenate(shuffled)).reshape(table.shape[1], _SHUFFLES, len(fold))
        losses.append((np.mean((metric[fold] - foreseen) ** 2, axis=(1, 2)) - error) / spread)
    return float(1 - missed / spread), np.array(losses)


def _shuffled(table: Floats, column: int, chance: np.random.Generator) -> Floats:
    copies = []
    for _ in range(_SHUFFLES):
        copy = table.copy()
        copy[:, column] = chance.permutation(copy[:, column])
        copies.append(copy)
    return np.concatenate(copies)


def _rank_correlation(codes: Floats, metric: Floats) -> float | None:
    known = ~np.isnan(codes)
    if known.sum() < LEAST_RUNS:
        return None
    first, second = _ranks(codes[known]), _ranks(metric[known])
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    return float(np.corrcoef(first, second)[0, 1])


def _ranks(values: Floats) -> Floats:
    """Places in order; those of equal values are their mean."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse].astype(np.float64)
