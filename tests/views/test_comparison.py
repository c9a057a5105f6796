from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from samples import DATA, ENVIRONMENT, ERROR, GOAL, LEAK, STARTED, frame, loss_series, make_run, twelve_runs

from nbmlops.errors import AmbiguousIdError, NotFoundError
from nbmlops.records import Environment, Finding, Goal, Metric, Param, RunInfo, RunStatus, proof
from nbmlops.views.compare_html import comparison_html
from nbmlops.views.compared import MetricColumn
from nbmlops.views.comparison import Comparison, compare_runs


def row(c: Comparison, label: str) -> int:
    return next(i for i, candidate in enumerate(c.rows) if candidate.label == label)


def metric_named(c: Comparison, key: str) -> MetricColumn:
    return next(metric for metric in c.metrics if metric.key == key)


@pytest.fixture
def twelve() -> Comparison:
    runs = twelve_runs()
    return compare_runs(runs, loss_series(runs), goals=[GOAL])


def test_the_best_trustworthy_run_stands_first_and_is_named(twelve: Comparison) -> None:
    assert twelve.rows[0].label == "boosting-slow"
    assert twelve.verdict.headline == "Best: boosting-slow, accuracy 0.974"
    assert metric_named(twelve, "accuracy").best == {0}


def test_a_run_with_findings_is_marked_and_may_still_be_best() -> None:
    stale = Finding("NB101", "X_train came from a cell that was changed afterwards.", "X_train")
    best = make_run("best", {"accuracy": 0.9}, findings=(stale,), verdict=proof.Verdict.DIFFERS)
    c = compare_runs([make_run("a", {"accuracy": 0.8}), best])
    place = row(c, "best")
    assert metric_named(c, "accuracy").best == {place}
    assert c.rows[place].remarks[0] == "NB101 X_train came from a cell that was changed afterwards"
    assert "best was checked: its metrics came out otherwise (DIFFERS)." in c.verdict.grounds
    assert "1 finding speaks against best: NB101." in c.verdict.grounds
    html = comparison_html(c)
    assert "≠ DIFFERS" in html
    assert "NB101 X_train came from a cell" in html


def test_of_identical_runs_the_worst_verdict_is_shown() -> None:
    runs = [
        make_run("a", {"accuracy": 0.9}, identity="x", started=STARTED + timedelta(hours=n), verdict=verdict)
        for n, verdict in enumerate((None, proof.Verdict.REPRODUCED, proof.Verdict.DIFFERS))
    ]
    (only,) = compare_runs(runs).rows
    assert (len(only.members), only.verdict) == (3, proof.Verdict.DIFFERS)


def test_a_leaking_run_is_never_best_but_its_better_value_is_told(twelve: Comparison) -> None:
    leaking = row(twelve, "forest-all")
    assert twelve.rows[leaking].standing == "doubtful"
    assert twelve.rows[leaking].reasons == (LEAK,)
    assert metric_named(twelve, "accuracy").unranked_better == {leaking}
    assert any(caution.title == "forest-all is not counted" for caution in twelve.cautions)
    assert (
        "Reads X and y, which no other run reads, and not X_train and y_train."
        in twelve.rows[leaking].remarks
    )


def test_a_failed_run_stands_last_with_its_error(twelve: Comparison) -> None:
    assert twelve.rows[-1].label == "logistic-l1"
    assert twelve.rows[-1].reasons == (ERROR,)


@pytest.mark.parametrize("status", [RunStatus.FAILED, RunStatus.KILLED, RunStatus.LOST, RunStatus.RUNNING])
def test_a_run_that_did_not_finish_is_never_best(status: RunStatus) -> None:
    c = compare_runs([make_run("a", {"accuracy": 0.8}), make_run("b", {"accuracy": 0.9}, status=status)])
    assert metric_named(c, "accuracy").best == {row(c, "a")}


def test_nothing_is_best_where_no_direction_is_known() -> None:
    c = compare_runs([make_run("a", {"n_leaves": 3.0}), make_run("b", {"n_leaves": 4.0})])
    assert metric_named(c, "n_leaves").best == frozenset()
    assert c.verdict.best is None


def test_a_goal_gives_its_metric_a_direction_and_the_first_place() -> None:
    runs = [make_run("a", {"accuracy": 0.9, "leaves": 3.0}), make_run("b", {"accuracy": 0.8, "leaves": 2.0})]
    c = compare_runs(runs, goals=[Goal("leaves", "<=", 2)])
    assert c.metrics[0].key == "leaves"
    assert c.rows[c.verdict.best or 0].label == "b"
    assert "Goal leaves <= 2: met by 1 of 2 ranked runs." in c.verdict.grounds


def test_runs_that_disagree_on_a_direction_have_none() -> None:
    a, b = make_run("a", {"gain": 1.0}), make_run("b", {"gain": 2.0})
    a = replace(a, metric_details=(Metric("gain", 1, 1, 1, direction="max"),))
    b = replace(b, metric_details=(Metric("gain", 2, 2, 2, direction="min"),))
    assert metric_named(compare_runs([a, b]), "gain").direction is None


def test_nan_is_never_best_and_ties_share_the_place() -> None:
    runs = [make_run(name, {"accuracy": v}) for name, v in (("a", math.nan), ("b", 0.9), ("c", 0.9))]
    c = compare_runs(runs)
    assert metric_named(c, "accuracy").best == {row(c, "b"), row(c, "c")}
    assert "tied" in c.verdict.headline


def test_identical_runs_become_one_row_with_the_spread_of_their_results() -> None:
    runs = [make_run("a", {"accuracy": 0.9 + i / 100}, identity="same") for i in range(3)]
    c = compare_runs([*runs, make_run("b", {"accuracy": 0.5})])
    assert [len(r.members) for r in c.rows] == [3, 1]
    assert metric_named(c, "accuracy").spreads == {0: (0.9, 0.92)}
    assert c.run_count == 4


def test_a_failed_repetition_is_not_folded_into_the_run_that_worked() -> None:
    ran = make_run("a", {"accuracy": 0.9}, identity="same")
    failed = make_run("a", identity="same", status=RunStatus.FAILED, error="boom")
    assert len(compare_runs([ran, failed]).rows) == 2


def test_parameters_that_differ_are_told_from_those_that_agree() -> None:
    a = make_run(
        "a",
        {"accuracy": 0.8},
        params={"lr": 0.1, "seed": 0, "flag": True, "size": 1},
        defaults={"verbose": 0},
    )
    b = make_run(
        "b", {"accuracy": 0.9}, params={"lr": 0.2, "seed": 0, "flag": 1, "size": 1.0}, defaults={"verbose": 0}
    )
    c = compare_runs([a, b])
    assert {column.key for column in c.params} == {"lr", "flag"}
    assert set(c.same_params) == {"seed", "size"}
    assert c.default_params == 1


def test_a_default_that_a_newer_library_changed_is_a_difference() -> None:
    a = make_run("a", {"accuracy": 0.8}, defaults={"gamma": "auto"})
    b = make_run("b", {"accuracy": 0.8}, defaults={"gamma": "scale"})
    assert [column.key for column in compare_runs([a, b]).params] == ["gamma"]


def test_a_parameter_chosen_in_one_run_and_a_default_in_another_is_a_difference() -> None:
    a = make_run("a", {"accuracy": 0.8}, params={"depth": 3})
    b = make_run("b", {"accuracy": 0.8}, defaults={"depth": None})
    assert [column.values for column in compare_runs([b, a]).params] in ([(3, None)], [(None, 3)])


def test_parameters_without_details_are_compared_too() -> None:
    runs = [RunInfo(f"{i}" * 32, f"r{i}", "e", RunStatus.FINISHED, DATE, params={"lr": i}) for i in (1, 2)]
    assert [column.key for column in compare_runs(runs).params] == ["lr"]


def test_different_test_data_are_marked_and_not_ranked_together() -> None:
    other = (*DATA[:2], frame("X_test", 57, content="other"), frame("y_test", 57, 0, content="other y"))
    runs = [make_run(n, {"accuracy": 0.8}) for n in "ab"] + [make_run("c", {"accuracy": 0.99}, inputs=other)]
    c = compare_runs(runs)
    caution = next(caution for caution in c.cautions if "X_test" in caution.text)
    assert caution.title == "Not the same data"
    assert "X_test (" in caution.text
    assert caution.text.endswith("57 × 30) and y_test (" + c.data[1].versions[1].text + ") in c.")
    assert c.rows[row(c, "c")].standing == "other data"
    assert row(c, "c") not in metric_named(c, "accuracy").best


def test_the_baselines_data_are_the_measure() -> None:
    other = (*DATA[:2], frame("X_test", 57, content="other"), frame("y_test", 57, 0, content="other y"))
    runs = [make_run(n, {"accuracy": 0.8}) for n in "ab"] + [make_run("c", {"accuracy": 0.7}, inputs=other)]
    c = compare_runs(runs, baseline="c")
    assert c.rows[row(c, "c")].standing == "ranked"
    assert c.rows[row(c, "a")].standing == "other data"


def test_other_features_of_the_same_test_rows_are_said_and_stay_ranked() -> None:
    scaled = (
        frame("X_train", 455, content="scaled"),
        DATA[1],
        frame("X_test", 114, 12, content="scaled"),
        DATA[3],
    )
    c = compare_runs([make_run("a", {"accuracy": 0.8}), make_run("b", {"accuracy": 0.9}, inputs=scaled)])
    assert [caution.title for caution in c.cautions] == ["Not the same data"]
    assert c.rows[row(c, "b")].standing == "ranked"


def test_other_training_data_are_no_reason_to_doubt() -> None:
    more = (frame("X_train", 900, content="more"), frame("y_train", 900, 0, content="more"), *DATA[2:])
    c = compare_runs([make_run("a", {"accuracy": 0.8}), make_run("b", {"accuracy": 0.9}, inputs=more)])
    assert c.cautions == ()
    assert [line.name for line in c.data if not line.same] == ["X_train", "y_train"]


def test_without_test_names_inputs_of_one_name_must_be_the_same() -> None:
    runs = [make_run(n, {"accuracy": 0.8}, inputs=(frame("df", 100, content=n),)) for n in "ab"]
    assert [caution.title for caution in compare_runs(runs).cautions] == ["Not the same data"]


def test_test_data_of_another_name_are_known_by_their_content() -> None:
    renamed = (*DATA[:2], frame("X_te", 114, content="X_test"), frame("y_te", 114, 0, content="y_test"))
    c = compare_runs([make_run("a", {"accuracy": 0.8}), make_run("b", {"accuracy": 0.9}, inputs=renamed)])
    assert c.cautions == ()
    assert {r.standing for r in c.rows} == {"ranked"}


def test_a_run_that_never_read_the_test_data_is_not_ranked() -> None:
    c = compare_runs([make_run("a", {"accuracy": 0.8}), make_run("b", {"accuracy": 1.0}, inputs=DATA[:2])])
    assert c.rows[row(c, "b")].standing == "other data"
    assert "b did not read X_test and y_test." in [caution.text for caution in c.cautions]


def test_data_without_a_fingerprint_are_not_taken_for_the_same() -> None:
    unknown = (*DATA[:2], replace(DATA[2], fingerprint=None, note="interrupted"), DATA[3])
    c = compare_runs([make_run("a", {"accuracy": 0.8}), make_run("b", {"accuracy": 0.9}, inputs=unknown)])
    assert [caution.title for caution in c.cautions] == ["Data not checked"]


def test_the_same_values_in_another_library_are_the_same_data() -> None:
    polars = tuple(
        replace(i, fingerprint=replace(i.fingerprint, schema="s1:polars")) for i in DATA if i.fingerprint
    )
    c = compare_runs([make_run("a", {"accuracy": 0.8}), make_run("b", {"accuracy": 0.9}, inputs=polars)])
    assert c.cautions == ()


@pytest.mark.parametrize("name", ["X_test", "Xval", "yTest", "data/holdout.parquet", "df_validation"])
def test_names_of_test_data_are_recognised(name: str) -> None:
    c = compare_runs([make_run("a", {"accuracy": 0.8}, inputs=(frame(name, 10),))])
    assert c.data[0].is_test


@pytest.mark.parametrize("name", ["X_train", "tests/fixtures/train.csv", "latest", "contest", "values"])
def test_other_names_are_not_taken_for_test_data(name: str) -> None:
    c = compare_runs([make_run("a", {"accuracy": 0.8}, inputs=(frame(name, 10),))])
    assert not c.data[0].is_test


def test_a_notice_is_shown_and_takes_nobody_out_of_the_ranking() -> None:
    c = compare_runs([make_run("a", {"accuracy": 0.8}, notices=("loss: not a finite number.",))])
    assert c.rows[0].standing == "ranked"
    assert c.rows[0].remarks == ("loss: not a finite number.",)


def test_a_lead_within_the_sampling_error_is_called_that(twelve: Comparison) -> None:
    assert twelve.verdict.grounds[0] == (
        "0.0088 ahead of boosting (0.965): 1 of 114 test rows, within the sampling error of about ±0.015."
    )


def test_a_clear_lead_is_not_talked_down() -> None:
    c = compare_runs([make_run("a", {"accuracy": 0.6}), make_run("b", {"accuracy": 0.9})])
    assert c.verdict.grounds[0] == "0.3 ahead of a (0.600)."


@pytest.mark.parametrize("wanted", ["tree", "prefix", "id"])
def test_the_baseline_is_found_by_name_prefix_or_id(wanted: str) -> None:
    runs = twelve_runs()
    tree = next(run for run in runs if run.name == "tree")
    c = compare_runs(runs, baseline={"tree": "tree", "prefix": tree.id[:6], "id": tree.id}[wanted])
    assert c.baseline is not None
    assert c.rows[c.baseline].label == "tree"
    assert {diff.old for diff in c.sources} == {"tree"}


def test_a_baseline_that_is_not_there_or_not_unique_is_an_error() -> None:
    runs = [make_run("a", {"accuracy": 0.8}), make_run("a", {"accuracy": 0.9})]
    with pytest.raises(NotFoundError, match="not among the compared runs"):
        compare_runs(runs, baseline="zzz")
    with pytest.raises(AmbiguousIdError, match="fits several"):
        compare_runs(runs, baseline="a")


def test_runs_of_one_name_are_told_apart_by_their_ids() -> None:
    runs = [make_run("a", {"accuracy": 0.8}), make_run("a", {"accuracy": 0.9})]
    assert sorted(r.label for r in compare_runs(runs).rows) == sorted(f"a {run.short_id}" for run in runs)


def test_versions_that_differ_are_named_with_their_runs() -> None:
    newer = Environment(ENVIRONMENT.python, ENVIRONMENT.platform, {**ENVIRONMENT.packages, "numpy": "2.3.0"})
    c = compare_runs([make_run("a", {"accuracy": 0.8}), make_run("b", {"accuracy": 0.9}, environment=newer)])
    assert [setting.name for setting in c.environment] == ["numpy"]
    assert {version.text for version in c.environment[0].versions} == {"2.2.1", "2.3.0"}


def test_the_source_diff_is_the_real_one() -> None:
    a = make_run("a", {"accuracy": 0.8}, source="x = 1\ny = 2\n")
    b = make_run("b", {"accuracy": 0.7}, source="x = 1\ny = 3\n")
    (diff,) = compare_runs([a, b]).sources
    assert [line for line in diff.lines if line[:1] in "+-"] == ["-y = 2", "+y = 3"]


def test_no_runs_and_one_run_are_compared_without_fuss() -> None:
    assert compare_runs([]).verdict.headline == "No runs to compare"
    assert compare_runs([make_run("a", {"accuracy": 0.8})]).verdict.headline == (
        "a, accuracy 0.800: nothing to compare it with"
    )


def test_a_parameter_that_json_does_not_know_is_compared_all_the_same() -> None:
    cyclic: list[object] = []
    cyclic.append(cyclic)
    runs = [make_run("a", {"accuracy": 0.8}), make_run("b", {"accuracy": 0.9})]
    runs = [
        replace(run, params={"p": cyclic, "q": math.nan}, param_details=(Param("p", cyclic),)) for run in runs
    ]
    assert set(compare_runs(runs).same_params) == {"p", "q"}


DATE = twelve_runs()[0].started
