"""What predictions say of their runs, asked at the desk over a real store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from nbmlops.answers.evaluation import MOST_RUNS, Evaluations
from nbmlops.answers.store import AskedStore
from nbmlops.config import StoreLocation
from nbmlops.errors import ValueRefusedError
from nbmlops.workspace import Workspace

CHANCE = np.random.default_rng(0)
TRUTH = CHANCE.choice(["ham", "spam"], 400, p=[0.8, 0.2])
SURE = np.clip((TRUTH == "spam") * 0.4 + CHANCE.random(400) * 0.6, 0, 1)


class Kept:
    """A store, runs with predictions in it, and who answers about them."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace(
            StoreLocation(folder / "store"), mask=lambda value: value, on_trouble=pytest.fail
        )
        self.evaluations = Evaluations(AskedStore(self.workspace, lambda value: value))

    def run(self, name: str, *predictions: Any, called: str = "predictions") -> str:
        run = self.workspace.start_run(name, experiment="mail", reads_context=False)
        with run:
            if predictions:
                run.log_predictions(*predictions, name=called)
        return run.id

    def ask(self, *ids: str, **asked: Any) -> Any:
        return json.loads(json.dumps(self.evaluations.evaluation(list(ids), **asked), allow_nan=False))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    made = Kept(tmp_path)
    yield made
    made.workspace.drain.close()
    made.workspace.database.reset()


def called(scores: Any) -> Any:
    return np.where(scores >= 0.5, "spam", "ham")


def test_two_classes_are_told_by_the_second(kept: Kept) -> None:
    found = kept.ask(kept.run("a", TRUTH, called(SURE), SURE))
    assert (found["task"], found["labels"], found["of"]) == ("classes", ["ham", "spam"], "spam")
    figures = found["runs"][0]["classes"]
    assert figures["auc"] == pytest.approx(roc_auc_score(TRUTH == "spam", SURE))
    curve = figures["curve"]
    assert curve["hits"][-1] == curve["positives"] == int(np.sum(TRUTH == "spam"))
    assert figures["called_hits"] == figures["confusion"][1][1]


def test_the_first_class_can_be_looked_at_instead(kept: Kept) -> None:
    run = kept.run("a", TRUTH, called(SURE), np.column_stack([1 - SURE, SURE]))
    ham, spam = (kept.ask(run, of=label)["runs"][0]["classes"] for label in ("ham", "spam"))
    assert ham["curve"]["positives"] == spam["curve"]["negatives"]
    assert ham["auc"] == pytest.approx(spam["auc"])


def test_more_classes_are_told_by_their_mean_until_one_is_chosen(kept: Kept) -> None:
    truth = CHANCE.integers(0, 3, 300)
    scores = CHANCE.dirichlet([1, 1, 1], 300)
    run = kept.run("a", truth, scores.argmax(axis=1), scores)
    found = kept.ask(run)
    assert found["of"] == ""
    assert found["runs"][0]["classes"]["curve"] is None
    assert len(found["runs"][0]["classes"]["average"]["tpr"]) == 101
    assert kept.ask(run, of="1")["runs"][0]["classes"]["curve"]["positives"] == int(np.sum(truth == 1))


def test_labels_alone_give_confusion_alone(kept: Kept) -> None:
    (run,) = kept.ask(kept.run("a", TRUTH, called(SURE)))["runs"]
    assert run["classes"]["confusion"][0][0] > 0
    assert (run["classes"]["curve"], run["classes"]["auc"], run["note"]) == (None, None, "")


def test_other_test_rows_have_another_digest(kept: Kept) -> None:
    first, second, third = kept.ask(
        kept.run("a", TRUTH, called(SURE)),
        kept.run("b", TRUTH, called(1 - SURE)),
        kept.run("c", TRUTH[::-1], called(SURE)),
    )["runs"]
    assert first["digest"] == second["digest"] != third["digest"]


def test_residuals_of_all_runs_share_their_bins(kept: Kept) -> None:
    truth = CHANCE.normal(size=500)
    near, far = (
        kept.run("near", truth, truth + 0.1 * CHANCE.normal(size=500)),
        kept.run("far", truth, truth + 5 * CHANCE.normal(size=500)),
    )
    found = kept.ask(near, far)
    assert found["task"] == "numbers"
    assert found["width"] > 0.1
    assert [sum(run["numbers"]["bins"]) for run in found["runs"]] == [500, 500]
    assert len(found["runs"][0]["numbers"]["bins"]) < len(found["runs"][1]["numbers"]["bins"])


def test_who_kept_nothing_says_so_and_the_others_are_shown(kept: Kept) -> None:
    without, other = kept.run("none"), kept.run("other", [1.5, 2.5], [1.0, 2.0])
    found = kept.ask(without, kept.run("a", TRUTH, called(SURE)), kept.run("b", TRUTH, called(SURE)), other)
    notes = {run["id"]: run["note"] for run in found["runs"]}
    assert notes[without] == "no predictions of this name"
    assert notes[other] == "these are predictions of numbers"
    assert kept.ask(without)["task"] == "none"


def test_the_name_that_most_runs_have_is_shown_first(kept: Kept) -> None:
    runs = [kept.run("a", TRUTH, called(SURE), None, called="valid") for _ in range(2)]
    runs.append(kept.run("b", TRUTH, called(SURE), None, called="test"))
    found = kept.ask(*runs)
    assert (found["name"], found["names"]) == ("valid", ["valid", "test"])
    assert [bool(run["classes"]) for run in kept.ask(*runs, name="test")["runs"]] == [False, False, True]


def test_predictions_that_cannot_be_read_are_named_and_stop_nobody(kept: Kept) -> None:
    broken = kept.workspace.start_run("broken", experiment="mail", reads_context=False)
    with broken:
        kept.workspace.recorder.artifact_bytes(
            broken.id, "predictions", "predictions", "application/x-npz", b"none"
        )
    found = kept.ask(broken.id, kept.run("a", TRUTH, called(SURE)))
    assert "can't be read" in found["runs"][0]["note"]
    assert found["runs"][1]["classes"]


def test_more_than_thirty_classes_are_folded(kept: Kept) -> None:
    truth = np.repeat(np.arange(40), np.arange(40) + 1)
    found = kept.ask(kept.run("a", truth, np.roll(truth, 1)))
    assert (len(found["labels"]), found["folded"], found["labels"][-1]) == (30, 11, "11 others")
    assert sum(map(sum, found["runs"][0]["classes"]["confusion"])) == len(truth)


@pytest.mark.parametrize("asked", [{"of": "eggs"}, {"name": "absent", "of": "x"}])
def test_a_class_that_there_is_not_is_refused(kept: Kept, asked: dict[str, str]) -> None:
    run = kept.run("a", TRUTH, called(SURE))
    if "name" in asked:
        assert kept.ask(run, **asked)["task"] == "none"
        return
    with pytest.raises(ValueRefusedError, match="no class 'eggs'"):
        kept.ask(run, **asked)


def test_no_run_and_too_many_are_refused(kept: Kept) -> None:
    with pytest.raises(ValueRefusedError):
        kept.ask()
    with pytest.raises(ValueRefusedError, match="50"):
        kept.ask(*[f"{at:032d}" for at in range(MOST_RUNS + 1)])


def test_a_run_that_is_gone_stops_nobody(kept: Kept) -> None:
    gone, there = kept.ask("0" * 32, kept.run("a", TRUTH, called(SURE)))["runs"]
    assert gone["note"]
    assert there["classes"]


def test_a_million_rows_are_few_points_and_not_worked_out_twice(kept: Kept) -> None:
    truth = CHANCE.random(1_000_000) < 0.1
    scores = np.clip(truth * 0.3 + CHANCE.random(1_000_000) * 0.7, 0, 1)
    run = kept.run("large", truth, scores >= 0.5, scores)
    found = kept.ask(run)
    curve = found["runs"][0]["classes"]["curve"]
    assert len(curve["thresholds"]) < 1_500
    assert found["runs"][0]["rows"] == 1_000_000
    blob = kept.workspace.runs.info(run).artifacts[0].digest
    kept.workspace.blobs.path(blob).unlink()
    assert kept.ask(run) == found
