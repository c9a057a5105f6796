"""Which way a metric is better, told by its name."""

from __future__ import annotations

import pytest

from nbmlops.records import known_direction


@pytest.mark.parametrize("key", ["loss", "val/loss", "valLoss", "test_rmse", "log_loss", "mean error"])
def test_losses_and_errors_go_down(key: str) -> None:
    assert known_direction(key) == "min"


@pytest.mark.parametrize(
    "key", ["accuracy", "f1_macro", "test.r2", "roc_auc", "balanced-accuracy", "best_score"]
)
def test_scores_go_up(key: str) -> None:
    assert known_direction(key) == "max"


@pytest.mark.parametrize("key", ["neg_mean_absolute_error", "neg_mae", "test_neg_log_loss"])
def test_a_negated_loss_goes_up(key: str) -> None:
    assert known_direction(key) == "max"


@pytest.mark.parametrize(
    "key",
    ["score_time", "fit_time", "std_r2", "accuracy_std", "n_errors", "error_count", "lr", "error_score"],
)
def test_spreads_times_and_counts_have_no_direction(key: str) -> None:
    assert known_direction(key) is None
