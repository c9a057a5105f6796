"""Which parameters a metric depends on: known dependencies, found again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nbmlops.evaluation.influence import LEAST_RUNS, Influences, weigh


def searched(count: int = 200) -> tuple[np.ndarray, dict[str, list[Any]]]:
    """Depth matters much, the solver a little, the seed not at all."""
    chance = np.random.default_rng(0)
    depth = chance.integers(1, 12, count)
    solver = chance.choice(["lbfgs", "saga"], count)
    seed = chance.integers(0, 1_000, count)
    metric = 1 - 0.05 * depth + 0.05 * (solver == "saga") + chance.normal(0, 0.01, count)
    return metric, {"seed": seed.tolist(), "solver": solver.tolist(), "max_depth": depth.tolist()}


def by_key(found: Influences | None) -> dict[str, Any]:
    assert found is not None
    return {one.key: one for one in found.params}


def test_the_strongest_parameter_comes_first_and_the_seed_counts_for_nothing() -> None:
    found = weigh(*searched())
    assert [one.key for one in found.params] == ["max_depth", "solver", "seed"]  # type: ignore[union-attr]
    params = by_key(found)
    assert params["max_depth"].share > 10 * params["solver"].share > 0
    assert params["seed"].share < 0.01
    assert found.explained > 0.9  # type: ignore[union-attr]


def test_the_correlation_has_a_sign_and_only_what_has_an_order_has_one() -> None:
    params = by_key(weigh(*searched()))
    assert params["max_depth"].correlation < -0.9
    assert abs(params["seed"].correlation) < 0.2
    assert params["solver"].correlation is None


def test_the_rank_correlation_is_that_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    metric, params = searched()
    expected = stats.spearmanr(params["max_depth"], metric).statistic
    assert by_key(weigh(metric, params))["max_depth"].correlation == pytest.approx(expected)


def test_the_same_runs_give_the_same_answer() -> None:
    assert weigh(*searched(60)) == weigh(*searched(60))


def test_a_metric_of_chance_is_foreseen_by_nothing() -> None:
    _, params = searched()
    found = weigh(np.random.default_rng(5).normal(size=200), params)
    assert found is not None
    assert found.explained <= 0.1


def test_parameters_that_some_runs_lack_count_too() -> None:
    metric, params = searched()
    params["C"] = [None if at % 2 else 1.0 for at in range(200)]
    metric = metric + np.array([0.0 if value is None else 1.0 for value in params["C"]])
    assert by_key(weigh(metric, params))["C"].share > 0.3


def test_names_that_are_another_in_each_run_are_no_parameters() -> None:
    metric, params = searched()
    params["path"] = [f"/data/{at}.csv" for at in range(200)]
    assert "path" not in by_key(weigh(metric, params))


def test_too_few_runs_tell_nothing() -> None:
    metric, params = searched(LEAST_RUNS - 1)
    assert weigh(metric, params) is None
    assert weigh(np.ones(50), {"a": list(range(50))}) is None
    assert weigh(np.arange(50.0), {"a": [1] * 50}) is None
