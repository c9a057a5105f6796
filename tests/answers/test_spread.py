"""Columns of many runs at once, and what a metric depends on, asked over a real store."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nbmlops.answers.spread import Spreads
from nbmlops.answers.store import AskedStore
from nbmlops.config import StoreLocation
from nbmlops.errors import ValueRefusedError, WhereError
from nbmlops.workspace import Workspace


class Searched:
    """A store with a search in it, and who answers about it."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace(
            StoreLocation(folder / "store"), mask=lambda value: value, on_trouble=pytest.fail
        )
        self.spreads = Spreads(AskedStore(self.workspace, lambda value: value))

    def run(self, name: str, params: dict[str, Any], metrics: dict[str, float], **tags: str) -> str:
        run = self.workspace.start_run(name, experiment="search", tags=tags, reads_context=False)
        with run:
            run.log_params(params)
            run.log_metrics(metrics)
        return run.id

    def spread(self, *columns: str, **query: Any) -> Any:
        found = self.spreads.spread(query, list(columns))  # type: ignore[arg-type]
        return json.loads(json.dumps(found, allow_nan=False))

    def values(self, column: str, **query: Any) -> Any:
        found = self.spread(column, **{"order_by": "name"} | query)
        return dict(zip(found["names"], found["columns"][0]["values"], strict=True))


@pytest.fixture
def searched(tmp_path: Path) -> Iterator[Searched]:
    made = Searched(tmp_path)
    yield made
    made.workspace.drain.close()
    made.workspace.database.reset()


@pytest.fixture
def three(searched: Searched) -> Searched:
    searched.run("a", {"depth": 3, "solver": "saga", "warm": True}, {"auc": 0.9}, team="core")
    searched.run("b", {"depth": 5, "solver": None, "warm": False}, {"auc": math.nan})
    searched.run("c", {"solver": ["x", 1]}, {"auc": 0.8, "loss": math.inf})
    return searched


def test_a_column_has_a_value_for_each_run_or_none(three: Searched) -> None:
    assert three.values("params.depth") == {"a": 3, "b": 5, "c": None}
    assert three.values("metrics.auc") == {"a": 0.9, "b": None, "c": 0.8}
    assert three.values("metrics.loss") == {"a": None, "b": None, "c": None}
    assert three.values("tags.team") == {"a": "core", "b": None, "c": None}
    assert three.values("status") == dict.fromkeys("abc", "FINISHED")
    assert three.values("experiment") == dict.fromkeys("abc", "search")
    assert all(started > 1e9 for started in three.values("started").values())


def test_what_is_no_number_somewhere_is_text_everywhere(three: Searched) -> None:
    found = three.spread("params.solver", "params.depth", "params.warm", order_by="name")
    assert [column["kind"] for column in found["columns"]] == ["text", "numeric", "text"]
    assert found["columns"][0]["values"] == ["saga", None, "['x', 1]"]
    assert found["columns"][2]["values"] == [True, False, None]


def test_the_query_chooses_and_orders_the_runs(three: Searched) -> None:
    found = three.spread("metrics.auc", where="metrics.auc > 0.5", order_by="metrics.auc", limit=1)
    assert (found["names"], found["total"]) == (["c", "a"], 2)
    assert len(found["ids"][0]) == 32


def test_what_cannot_be_asked_is_refused(three: Searched) -> None:
    with pytest.raises(ValueRefusedError, match="no column 'colour'"):
        three.spread("colour")
    with pytest.raises(ValueRefusedError, match="51 columns"):
        three.spread(*[f"params.{at}" for at in range(51)])
    with pytest.raises(WhereError):
        three.spread("started", where="metrics.auc >")


def test_columns_of_thousands_of_runs_are_read_key_by_key(searched: Searched) -> None:
    for at in range(600):
        searched.run(f"run {at}", {"depth": at}, {"auc": at / 600})
    found = searched.spread("params.depth", "metrics.auc", order_by="metrics.auc")
    assert found["total"] == len(found["ids"]) == 600
    assert found["columns"][0]["values"] == list(range(600))


def test_the_metric_depends_on_what_moves_it(searched: Searched) -> None:
    for at in range(40):
        depth = at % 8
        searched.run(f"{at}", {"depth": depth, "seed": at, "solver": "saga"}, {"auc": 0.5 + depth / 20})
    found = searched.spreads.importance({}, "auc")
    assert (found["runs"], found["params"][0]["key"]) == (40, "depth")
    assert found["params"][0]["correlation"] == pytest.approx(1)
    assert found["explained"] is not None
    assert found["explained"] > 0.9
    assert "solver" not in {one["key"] for one in found["params"]}
    assert json.dumps(found, allow_nan=False)


def test_few_runs_tell_nothing(three: Searched) -> None:
    found = three.spreads.importance({}, "auc")
    assert (found["runs"], found["least"], found["explained"], found["params"]) == (2, 10, None, [])
    assert three.spreads.importance({}, "absent")["runs"] == 0
