"""All experiments at a glance, over a real store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from nbmlops.answers.desk import Desk
from nbmlops.answers.jobs import count_cells
from nbmlops.answers.store import AskedStore
from nbmlops.config import StoreLocation
from nbmlops.records import Finding, Reproduction, Verdict
from nbmlops.records.runs import RunStatus
from nbmlops.tracking.proofs import keep_findings, keep_reproduction
from nbmlops.workspace import Workspace

WHEN = datetime(2026, 11, 20, tzinfo=UTC)


class Asked:
    """A store, who logs into it, and the desk."""

    def __init__(self, location: StoreLocation) -> None:
        self.workspace = Workspace(location, mask=lambda value: value, on_trouble=pytest.fail)
        self.desk = Desk(AskedStore(self.workspace, lambda value: value))

    def run(self, experiment: str, name: str = "", *, fails: bool = False, **metrics: float) -> Any:
        run = self.workspace.start_run(name or "run", experiment=experiment, reads_context=False)
        run.log_metrics(metrics)
        run.end(RunStatus.FAILED if fails else RunStatus.FINISHED, error="ValueError" if fails else "")
        return run

    def item(self, name: str) -> Any:
        (found,) = [one for one in self.desk.ask("fleet", {})["items"] if one["name"] == name]
        return found


@pytest.fixture
def asked(store_location: StoreLocation) -> Iterator[Asked]:
    made = Asked(store_location)
    made.workspace.sync()  # whoever asks does not wait for a server that nobody is connected with yet
    yield made
    made.workspace.drain.close()
    made.workspace.database.reset()


def test_an_experiment_tells_its_best_run_its_goal_and_its_trend(asked: Asked) -> None:
    for value in (0.8, 0.9, 0.85):
        asked.run("churn", f"run {value}", auc=value, train_auc=1.0, rows=9000)
    asked.workspace.experiments.declare("churn", goal="auc >= 0.88")
    item = asked.item("churn")
    assert (item["metric"], item["direction"], item["target"], item["met"]) == ("auc", "max", 0.88, True)
    assert (item["best"]["name"], item["best"]["value"]) == ("run 0.9", 0.9)
    assert item["newest"]["name"] == "run 0.85"
    assert item["trend"] == [0.8, 0.9, 0.85]
    assert item["marks"] == ["met", "unchecked"]
    asked.workspace.experiments.declare("churn", goal="auc >= 0.95")
    assert asked.item("churn")["marks"] == ["unmet", "unchecked"]


def test_without_a_goal_the_metric_that_comparisons_rank_by_counts(asked: Asked) -> None:
    asked.run("prices", train_rmse=0.1, rmse=3.0, seconds=9.0)
    asked.run("prices", train_rmse=0.2, rmse=2.0, seconds=7.0)
    item = asked.item("prices")
    assert (item["metric"], item["direction"], item["best"]["value"]) == ("rmse", "min", 2.0)
    assert item["met"] is None
    asked.run("counts", rows=3)
    assert (asked.item("counts")["metric"], asked.item("counts")["best"]) == ("", None)


def test_what_fails_is_marked_by_its_last_run_or_by_half_of_the_recent(asked: Asked) -> None:
    for number in range(12):
        asked.run("half", auc=0.5, fails=number % 2 == 0)
    asked.run("once", fails=True)
    for _ in range(3):
        asked.run("once", auc=0.5)
    asked.run("last", auc=0.5)
    asked.run("last", fails=True)
    assert [asked.item(name)["failed"] for name in ("half", "once", "last")] == [5, 1, 1]
    assert [("failing" in asked.item(name)["marks"]) for name in ("half", "once", "last")] == [
        True,
        False,
        True,
    ]
    assert asked.item("last")["recent"] == ["FINISHED", "FAILED"]
    assert asked.item("half")["trend"] == [0.5] * 6


def test_a_run_under_way_a_check_that_differs_and_findings_are_marked(asked: Asked) -> None:
    best = asked.run("churn", auc=0.9)
    keep_findings(best._recorder, best.id, [Finding("NB203", "no seed", "numpy")])
    newest = asked.run("churn", auc=0.8)
    keep_reproduction(newest._recorder, newest.id, Reproduction(Verdict.DIFFERS, WHEN))
    under_way = asked.workspace.start_run("long", experiment="fraud", reads_context=False)
    item = asked.item("churn")
    assert item["marks"] == ["differs", "doubtful", "unchecked"]
    assert (item["best"]["findings"], item["newest"]["verdict"]) == (["NB203"], "DIFFERS")
    assert asked.item("fraud")["marks"] == ["running"]
    under_way.end(RunStatus.FINISHED)
    assert asked.item("fraud")["marks"] == []


def test_what_is_in_the_bin_is_not_there_and_a_goal_without_runs_is(asked: Asked) -> None:
    run = asked.run("churn", auc=0.9)
    asked.workspace.sync()
    asked.workspace.runs.bin([run.id])
    asked.workspace.experiments.declare("planned", goal="auc >= 0.9")
    fleet = asked.desk.ask("fleet", {})
    assert [one["name"] for one in fleet["items"]] == ["planned"]
    assert (fleet["items"][0]["runs"], fleet["items"][0]["met"], fleet["newest"]) == (0, None, [])


def test_numbers_that_json_lacks_are_no_best(asked: Asked) -> None:
    asked.run("odd", auc=float("inf"))
    asked.run("odd", auc=float("nan"))
    asked.run("odd", auc=0.5)
    fleet = asked.desk.ask("fleet", {})
    json.dumps(fleet, allow_nan=False)
    assert asked.item("odd")["best"]["value"] == 0.5


def test_three_hundred_experiments_cost_a_handful_of_statements(tmp_path: Path) -> None:
    asked = Asked(StoreLocation(tmp_path / "store"))
    for number in range(600):
        asked.run(f"model {number % 300}", auc=number / 600, loss=1.0)
    said: list[str] = []
    asked.workspace.sync()
    event.listen(asked.workspace.database.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    fleet = asked.desk.ask("fleet", {})
    assert (len(fleet["items"]), len(fleet["newest"])) == (300, 8)
    assert all(one["best"] and len(one["trend"]) == 2 for one in fleet["items"])
    selects = [statement for statement in said if statement.startswith("SELECT")]
    assert 0 < len(selects) < 20
    asked.workspace.drain.close()
    asked.workspace.database.reset()


def test_jobs_are_listed_with_the_runs_that_their_cells_made(asked: Asked, tmp_path: Path) -> None:
    job = asked.workspace.start_job("nightly", experiment="churn", notebook=str(tmp_path / "train.ipynb"))
    part = asked.workspace.start_run("forest", parent=job, reads_context=False)
    part.end(RunStatus.FINISHED)
    executed = tmp_path / "train.ipynb"
    executed.write_text(json.dumps(_notebook("completed", "failed", "pending")))
    job.log_artifact(executed, "train.ipynb")
    job.end(RunStatus.FAILED, error="Cell 2 failed: ValueError")
    asked.run("churn", auc=0.9)
    answer = asked.desk.ask("jobs", {})
    (found,) = answer["jobs"]
    assert answer["total"] == 1
    assert (found["name"], found["status"], found["error"]) == (
        "nightly",
        "FAILED",
        "Cell 2 failed: ValueError",
    )
    assert found["cells"] == {"total": 3, "completed": 1, "failed": 2}
    assert [(one["name"], one["status"]) for one in found["parts"]] == [("forest", "FINISHED")]
    assert asked.desk.ask("jobs", {"offset": 1})["jobs"] == []


@pytest.mark.parametrize("notebook", [None, [], {}, {"cells": 3}, {"cells": [3, {"cell_type": "code"}]}])
def test_what_is_no_executed_notebook_has_no_cells_to_count(notebook: Any) -> None:
    assert count_cells(notebook) is None


def _notebook(*statuses: str) -> dict[str, Any]:
    cells = [{"cell_type": "code", "metadata": {"nbmlops": {"status": status}}} for status in statuses]
    return {"cells": [{"cell_type": "markdown", "metadata": {}}, *cells]}
