"""Calibration, confusion, means over classes, residuals: held against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    brier_score_loss,
    confusion_matrix,
    f1_score,
    mean_absolute_error,
    r2_score,
    roc_auc_score,
    root_mean_squared_error,
)

from nbmlops.evaluation.averages import average
from nbmlops.evaluation.calibration import brier, calibrate
from nbmlops.evaluation.confusion import accuracy, confusion, folded, macro_f1, shown_labels
from nbmlops.evaluation.predictions import ClassPredictions, predictions_of
from nbmlops.evaluation.residuals import histogram, measure
from nbmlops.evaluation.thresholds import rank_rows


@pytest.fixture(scope="module")
def digits() -> ClassPredictions:
    """Predictions of four classes, some of them wrong."""
    chance = np.random.default_rng(1)
    truth = chance.integers(0, 4, 800)
    scores = chance.random((800, 4)) + np.eye(4)[truth] * 0.6
    scores /= scores.sum(axis=1, keepdims=True)
    found = predictions_of({"y_true": truth, "y_pred": scores.argmax(axis=1), "proba": scores})
    assert isinstance(found, ClassPredictions)
    return found


def test_calibration_is_that_of_scikit_learn() -> None:
    chance = np.random.default_rng(2)
    said = chance.random(3_000)
    seen = chance.random(3_000) < said**1.5
    found = calibrate(said, seen)
    expected_seen, expected_said = calibration_curve(seen, said, n_bins=10)
    assert np.allclose(found.said, expected_said)
    assert np.allclose(found.seen, expected_seen)
    assert found.counts.sum() == 3_000
    assert found.error() == pytest.approx(np.abs(said.mean() - seen.mean()), abs=0.02)


def test_brier_is_that_of_scikit_learn(digits: ClassPredictions) -> None:
    assert digits.scores is not None
    assert brier(digits.scores, digits.truth) == pytest.approx(brier_score_loss(digits.truth, digits.scores))
    two = np.array([0.2, 0.7, 0.9])
    truth = np.array([0, 1, 0])
    assert brier(np.column_stack([1 - two, two]), truth) == pytest.approx(brier_score_loss(truth, two))


def test_confusion_is_that_of_scikit_learn(digits: ClassPredictions) -> None:
    matrix = confusion(digits)
    assert np.array_equal(matrix, confusion_matrix(digits.truth, digits.predicted))
    assert accuracy(matrix) == pytest.approx(accuracy_score(digits.truth, digits.predicted))
    assert macro_f1(matrix) == pytest.approx(f1_score(digits.truth, digits.predicted, average="macro"))


def test_means_over_classes_are_those_of_scikit_learn(digits: ClassPredictions) -> None:
    assert digits.scores is not None
    mean = average([rank_rows(digits.scores[:, at], digits.truth == at) for at in range(4)])
    assert mean.auc == pytest.approx(roc_auc_score(digits.truth, digits.scores, multi_class="ovr"))
    assert mean.average_precision == pytest.approx(
        average_precision_score(digits.truth, digits.scores, average="macro")
    )
    assert (mean.tpr[0] >= 0, mean.tpr[-1]) == (True, pytest.approx(1))
    assert np.all(np.diff(mean.tpr) >= 0)


def test_classes_beyond_thirty_are_put_together() -> None:
    counts = np.arange(50) + 1
    labels = [f"class {at}" for at in range(50)]
    shown, others = shown_labels([(labels, counts)])
    assert (len(shown), others) == (29, 21)
    assert "class 49" in shown
    assert "class 0" not in shown
    matrix = folded(np.diag(counts), labels, shown, others=True)
    assert matrix.shape == (30, 30)
    assert matrix.sum() == counts.sum()
    assert matrix[-1, -1] == counts[:21].sum()


def test_labels_that_are_numbers_stand_in_their_order() -> None:
    assert shown_labels([(["10", "2"], np.array([1, 1])), (["a"], np.array([1]))])[0] == ["2", "10", "a"]


def test_residuals_are_those_of_scikit_learn() -> None:
    chance = np.random.default_rng(3)
    truth = chance.normal(50, 10, 5_000)
    predicted = truth + chance.normal(1, 3, 5_000)
    found = predictions_of({"y_true": truth, "y_pred": predicted})
    figures = measure(found)  # type: ignore[arg-type]
    assert figures.mae == pytest.approx(mean_absolute_error(truth, predicted))
    assert figures.rmse == pytest.approx(root_mean_squared_error(truth, predicted))
    assert figures.r2 == pytest.approx(r2_score(truth, predicted))
    assert figures.over + figures.under == pytest.approx(figures.mae)
    assert figures.under - figures.over == pytest.approx(figures.bias)
    assert len(figures.drawn) <= 1_000
    assert np.abs(truth - predicted).argmax() in figures.drawn


@given(st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=1, max_size=200), st.integers(0, 4))
@example([5e-324], 0)
@example([1e-320, 1e-310, 0.0], 1)
def test_every_residual_is_in_its_bin_however_wide(values: list[float], wider: int) -> None:
    fine = histogram(np.array(values))
    coarse = fine.coarser(fine.power + wider)
    assert coarse.counts.sum() == len(values)
    edges = (np.arange(len(coarse.counts) + 1) + coarse.first) * coarse.width
    places = np.searchsorted(edges, values, side="right") - 1
    assert coarse.counts.tolist() == np.bincount(places, minlength=len(coarse.counts)).tolist()


@pytest.mark.parametrize("values", [[0.0], [3.0, 3.0], [1e-300, 0.0], [1e6] * 99 + [-1e6]])
def test_a_histogram_has_few_bins_whatever_it_is_of(values: list[float]) -> None:
    assert 1 <= len(histogram(np.array(values)).counts) <= 200
