"""What is offered to somebody who writes a condition; over a real store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nbmlops.answers.completion import Completion
from nbmlops.answers.store import AskedStore
from nbmlops.config import StoreLocation
from nbmlops.errors import WhereError
from nbmlops.records.where import parse_where
from nbmlops.workspace import Workspace


@pytest.fixture
def completion(tmp_path: Path) -> Iterator[Completion]:
    workspace = Workspace(StoreLocation(tmp_path / "store"), mask=lambda value: value, on_trouble=pytest.fail)
    for number in range(5):
        run = workspace.start_run(
            f"run {number}", experiment="churn", tags={"team": "it's"}, reads_context=False
        )
        with run:
            run.log_params({"kernel": "rbf" if number else "linear", "C": number / 2, "bias": True, "n": 10})
            run.log_metrics({"accuracy": number / 10, "val loss": 1.0})
        workspace.recorder.context(run.id, columns={"findings": "NB101 NB203" if number else "NB101"})
    yield Completion(AskedStore(workspace, lambda value: value))
    workspace.drain.close()
    workspace.database.reset()


def offered(completion: Completion, field: str) -> list[str]:
    return [one["written"] for one in completion.where_values(field)]


def test_keys_are_offered_by_group(completion: Completion) -> None:
    keys = completion.where_keys()
    assert (keys["metrics"], keys["tags"]) == (["accuracy", "val loss"], ["team"])
    assert keys["params"] == ["C", "bias", "kernel", "n"]
    assert keys["fields"]["started"] == "moment"
    assert keys["choices"]["verdict"] == ["REPRODUCED", "DIFFERS", "CANNOT"]


def test_values_come_with_the_most_frequent_first(completion: Completion) -> None:
    assert completion.where_values("params.kernel") == [
        {"written": "'rbf'", "note": "4 runs"},
        {"written": "'linear'", "note": "1 run"},
    ]
    assert offered(completion, "params.bias") == ["true"]
    assert offered(completion, "params.n") == ["10"]
    assert offered(completion, "tags.team") == ["'it''s'"]
    assert offered(completion, "experiment") == ["'churn'"]
    assert offered(completion, "findings") == ["'NB101'", "'NB203'"]


def test_of_a_metric_the_spread_is_offered(completion: Completion) -> None:
    assert [(one["written"], one["note"]) for one in completion.where_values("metrics.accuracy")] == [
        ("0", "the least"),
        ("0.1", "the lower quartile"),
        ("0.2", "the median"),
        ("0.3", "the upper quartile"),
        ("0.4", "the greatest"),
    ]


@pytest.mark.parametrize(
    "field",
    ["params.kernel", "params.C", "params.bias", "tags.team", "experiment", "started", "duration", "status",
     'metrics."val loss"', "min(metrics.accuracy)"],
)  # fmt: skip
def test_what_is_offered_can_be_read(completion: Completion, field: str) -> None:
    found: list[Any] = completion.where_values(field)
    assert found
    for one in found:
        assert parse_where(f"{field} == {one['written']}")


def test_a_field_that_is_none_is_refused(completion: Completion) -> None:
    with pytest.raises(WhereError):
        completion.where_values("colour")
