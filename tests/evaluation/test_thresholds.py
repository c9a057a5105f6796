"""Counts over thresholds: held against scikit-learn, and against counting by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

from nbmlops.evaluation.thresholds import GRID, Ranking, hull, rank_rows

ROWS = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=2, max_size=60)


def ranked(rows: list[tuple[int, bool]]) -> tuple[np.ndarray, np.ndarray, Ranking]:
    scores = np.array([score / 20 for score, _ in rows])
    positive = np.array([hit for _, hit in rows])
    return scores, positive, rank_rows(scores, positive)


@pytest.fixture(scope="module")
def many() -> tuple[np.ndarray, np.ndarray, Ranking]:
    chance = np.random.default_rng(0)
    positive = chance.random(50_000) < 0.05
    scores = 1 / (1 + np.exp(-(chance.normal(size=50_000) + 2 * positive - 3)))
    return scores, positive, rank_rows(scores, positive)


@given(ROWS)
def test_the_counts_are_those_of_scikit_learn(rows: list[tuple[int, bool]]) -> None:
    scores, positive, ranking = ranked(rows)
    if not positive.any() or positive.all():
        assert ranking.auc() is None
        return
    fpr, tpr, thresholds = roc_curve(positive, scores, drop_intermediate=False)
    assert np.array_equal(ranking.thresholds, thresholds[1:])
    assert np.allclose(ranking.hits / ranking.positives, tpr[1:])
    assert np.allclose(ranking.alarms / ranking.negatives, fpr[1:])
    precision, _, _ = precision_recall_curve(positive, scores)
    assert np.allclose(ranking.hits / (ranking.hits + ranking.alarms), precision[:-1][::-1])
    assert ranking.auc() == pytest.approx(roc_auc_score(positive, scores))
    assert ranking.average_precision() == pytest.approx(average_precision_score(positive, scores))


@given(ROWS)
def test_an_order_turned_round_has_the_rest_of_the_area(rows: list[tuple[int, bool]]) -> None:
    scores, positive, ranking = ranked(rows)
    area, other = ranking.auc(), rank_rows(-scores, positive).auc()
    assert (area is None) == (other is None)
    if area is not None and other is not None:
        assert 0 <= area <= 1
        assert area + other == pytest.approx(1)


@given(ROWS, st.floats(0, 50), st.floats(0, 50), st.floats(-50, 0))
@settings(deadline=None)
def test_no_threshold_costs_less_than_the_best_on_the_hull(
    rows: list[tuple[int, bool]], alarm: float, miss: float, hit: float
) -> None:
    _, _, ranking = ranked(rows)

    def cost(hits: np.ndarray, alarms: np.ndarray) -> np.ndarray:
        return alarm * alarms + miss * (ranking.positives - hits) + hit * hits

    everywhere = cost(np.append(0, ranking.hits), np.append(0, ranking.alarms))
    places = np.append(0, hull(ranking.alarms, ranking.hits) + 1)
    assert everywhere[places].min() == pytest.approx(everywhere.min(), abs=1e-9)


@pytest.mark.parametrize("step", [0, 1, 37, 62, 100, 199, GRID])
def test_a_thinned_ranking_is_exact_at_evenly_spaced_thresholds(
    many: tuple[np.ndarray, np.ndarray, Ranking], step: int
) -> None:
    scores, positive, ranking = many
    thin, threshold = ranking.thinned(), step / GRID
    (at,) = thin.at(np.array([threshold]))
    hits, alarms = (0, 0) if at < 0 else (thin.hits[at], thin.alarms[at])
    assert hits == np.sum(positive & (scores >= threshold))
    assert alarms == np.sum(~positive & (scores >= threshold))


def test_a_thinned_ranking_is_short_and_loses_no_corner(many: tuple[np.ndarray, np.ndarray, Ranking]) -> None:
    _, _, ranking = many
    thin = ranking.thinned()
    assert len(thin.thresholds) < 800 < len(ranking.thresholds)
    places = np.searchsorted(-thin.thresholds, -ranking.thresholds, side="right") - 1
    for whole, kept in ((ranking.hits, thin.hits), (ranking.alarms, thin.alarms)):
        assert np.all(whole - np.append(kept, 0)[places] <= whole[-1] / 100 + 1)
    assert set(hull(ranking.alarms, ranking.hits)) <= set(ranking.at(thin.thresholds))


def test_few_thresholds_are_all_kept() -> None:
    ranking = rank_rows(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True]))
    assert ranking.thinned() is ranking
    assert (ranking.positives, ranking.negatives) == (2, 2)
