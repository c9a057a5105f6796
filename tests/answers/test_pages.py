"""What the front end is told: pages of runs, columns, curves; over a real store."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbmlops.answers.changes import RunChanges
from nbmlops.answers.curves import Curves
from nbmlops.answers.pages import RunPages
from nbmlops.answers.runs import SingleRuns
from nbmlops.answers.store import AskedStore
from nbmlops.answers.thinning import Wanted, series_data, thin
from nbmlops.answers.views import Views
from nbmlops.config import StoreLocation
from nbmlops.errors import NotFoundError, ValueRefusedError, WhereError
from nbmlops.records import Series
from nbmlops.records.wire.errors import wire_error
from nbmlops.records.wire.values import MOST_ROWS
from nbmlops.workspace import Workspace


class Seeded:
    """A store, who logs into it, and who reads it."""

    def __init__(self, folder: Path) -> None:
        self.location = StoreLocation(folder / "store")
        self.writer = Workspace(self.location, mask=lambda value: value, on_trouble=pytest.fail)
        self.reader = Workspace(self.location, mask=lambda value: value, on_trouble=pytest.fail)
        asked = AskedStore(self.reader, _masked)
        self.pages, self.single, self.curves = RunPages(asked), SingleRuns(asked), Curves(asked)
        self.changes, self.views = RunChanges(asked), Views(asked)

    def run(
        self,
        name: str,
        *,
        experiment: str = "churn",
        params: dict[str, Any] | None = None,
        metrics: dict[str, float] | None = None,
        tags: dict[str, str] | None = None,
        **columns: Any,
    ) -> str:
        run = self.writer.start_run(name, experiment=experiment, tags=tags, reads_context=False, **columns)
        with run:
            run.log_params(params or {})
            run.log_metrics(metrics or {})
        return run.id

    def names(self, **query: Any) -> list[str]:
        return [row["name"] for row in self.pages.page(query)["rows"]]

    def column(self, name: str, **query: Any) -> Any:
        group, _, key = name.partition(".")
        found = [c for c in self.pages.page(query)["columns"] if (c["group"], c["key"]) == (group, key)]
        return found[0] if found else None


def _masked(value: Any) -> Any:
    return json.loads(json.dumps(value).replace("hunter2", "***"))


@pytest.fixture
def seeded(tmp_path: Path) -> Any:
    made = Seeded(tmp_path)
    yield made
    made.writer.drain.close()
    made.reader.database.reset()
    made.writer.database.reset()


@pytest.fixture
def three(seeded: Seeded) -> Seeded:
    seeded.run(
        "forest", params={"max_depth": 8, "seed": 0}, metrics={"accuracy": 0.93}, tags={"team": "growth"}
    )
    seeded.run(
        "boosting", params={"max_depth": 4, "seed": 0}, metrics={"accuracy": 0.95}, tags={"team": "core"}
    )
    seeded.run("linear", params={"C": 1.0, "seed": 0}, metrics={"accuracy": 0.90})
    return seeded


def test_the_newest_run_comes_first(three: Seeded) -> None:
    assert three.names() == ["linear", "boosting", "forest"]


def test_a_page_is_cut_out_of_what_was_found(three: Seeded) -> None:
    page = three.pages.page({"offset": 1, "limit": 1})
    assert [row["name"] for row in page["rows"]] == ["boosting"]
    assert (page["total"], page["offset"]) == (3, 1)


def test_runs_without_a_value_come_last_either_way(three: Seeded) -> None:
    assert three.names(order_by="params.max_depth") == ["boosting", "forest", "linear"]
    assert three.names(order_by="params.max_depth", descending=True) == ["forest", "boosting", "linear"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"where": "metrics.accuracy > 0.92"}, ["boosting", "forest"]),
        ({"text": "FOREST"}, ["forest"]),
        ({"text": "growth"}, ["forest"]),
        ({"text": "chu boost"}, ["boosting"]),
        ({"text": "100%"}, []),
        ({"experiment": "fraud"}, []),
        ({"order_by": "metrics.accuracy", "descending": True}, ["boosting", "forest", "linear"]),
        ({"order_by": "name"}, ["boosting", "forest", "linear"]),
    ],
)
def test_a_query_finds(three: Seeded, query: dict[str, Any], names: list[str]) -> None:
    assert three.names(**query) == names


def test_a_fault_in_where_points_at_its_place(three: Seeded) -> None:
    with pytest.raises(WhereError) as refused:
        three.pages.page({"where": "metrics.accuracy >"})
    error = wire_error(refused.value)
    assert error["code"] == "where"
    assert "\n" not in error["message"]
    assert error["column"] >= len("metrics.accuracy")


@pytest.mark.parametrize(
    "query",
    [
        {"limit": -1},
        {"offset": "0"},
        {"where": 3},
        {"cells": "abc"},
        {"ids": [1]},
        {"order_by": "nonsense"},
        {"drop": "tables"},
    ],
)
def test_what_is_no_query_is_refused(three: Seeded, query: Any) -> None:
    with pytest.raises(ValueRefusedError):
        three.pages.page(query)


def test_a_page_never_has_more_rows_than_it_may(three: Seeded) -> None:
    assert len(three.pages.page({"limit": 10**9})["rows"]) == 3
    assert MOST_ROWS <= 1000


def test_columns_tell_what_differs_and_which_is_best(three: Seeded) -> None:
    depth, seed, accuracy = (three.column(n) for n in ("params.max_depth", "params.seed", "metrics.accuracy"))
    assert depth["differs"]
    assert (depth["runs"], depth["low"], depth["high"]) == (2, 4, 8)
    assert (seed["differs"], seed["value"]) == (False, 0)
    assert (accuracy["direction"], accuracy["best"]) == ("max", 0.95)
    assert three.column("metrics.accuracy", where="params.max_depth == 8")["best"] == 0.93


def test_runs_of_two_experiments_have_no_best(three: Seeded) -> None:
    three.run("other", experiment="fraud", metrics={"accuracy": 0.99})
    assert three.column("metrics.accuracy")["best"] is None
    assert three.column("metrics.accuracy", experiment="churn")["best"] == 0.95


def test_a_goal_tells_the_direction(three: Seeded) -> None:
    three.run("odd", metrics={"cost": 3.0})
    assert three.column("metrics.cost", experiment="churn")["direction"] is None
    three.writer.experiments.declare("churn", goal="cost <= 2")
    assert three.column("metrics.cost", experiment="churn")["direction"] == "min"


def test_a_failed_run_is_never_the_best(three: Seeded) -> None:
    run = three.writer.start_run("broken", experiment="churn", reads_context=False)
    with pytest.raises(ZeroDivisionError), run:
        run.log_metric("accuracy", 1.0)
        raise ZeroDivisionError
    assert three.names()[0] == "broken"
    assert three.column("metrics.accuracy")["best"] == 0.95


def test_numbers_that_json_lacks_arrive(seeded: Seeded) -> None:
    seeded.run(
        "odd", params={"big": 2**60, "nan": math.nan}, metrics={"a": math.nan, "b": math.inf, "c": -math.inf}
    )
    page = seeded.pages.page({})
    (row,) = page["rows"]
    assert row["metrics"] == {"a": "NaN", "b": "Infinity", "c": "-Infinity"}
    assert row["params"] == {"big": str(2**60), "nan": "NaN"}
    json.dumps(page, allow_nan=False)
    json.dumps(seeded.single.details(row["id"]), allow_nan=False)


def test_the_revision_stays_until_something_is_written(three: Seeded) -> None:
    before = three.pages.page({})["revision"]
    assert three.pages.revision()["revision"] == before
    assert three.pages.page({})["revision"] == before
    changes: list[Callable[[], Any]] = [
        lambda: three.run("new"),
        lambda: three.writer.runs.rename(three.writer.finder.resolve("forest"), "woods"),
        lambda: three.writer.runs.bin([three.writer.finder.resolve("linear")]),
        lambda: three.writer.experiments.declare("churn", goal="accuracy > 0.5"),
        lambda: three.changes.change([three.reader.finder.resolve("boosting")], tags={"seen": "yes"}),
    ]
    for change in changes:
        change()
        after = three.pages.revision()["revision"]
        assert after != before
        before = after
    assert three.names() == ["new", "boosting", "woods"]


def test_a_run_under_way_is_counted(seeded: Seeded) -> None:
    run = seeded.writer.start_run("long", reads_context=False)
    assert seeded.pages.revision()["running"] == 1
    with run:
        pass
    assert seeded.pages.revision()["running"] == 0


def test_a_renamed_notebook_keeps_its_runs_and_a_copy_gets_none(seeded: Seeded, tmp_path: Path) -> None:
    old, new, copy = (str(tmp_path / f"{name}.ipynb") for name in ("old", "new", "copy"))
    Path(new).touch()
    Path(copy).touch()
    seeded.run("before the renaming", kind="cell", notebook=old, cell_id="c1")
    seeded.run("in the notebook", kind="cell", notebook=new, cell_id="c1")
    seeded.run("nobody knew where", kind="cell", cell_id="c2")
    seeded.run("in another", kind="cell", notebook=copy, cell_id="c3")
    found = seeded.names(notebook=new, cells=["c1", "c2"])
    assert found == ["nobody knew where", "in the notebook", "before the renaming"]
    assert seeded.names(notebook=new) == ["in the notebook"]
    assert "in the notebook" not in seeded.names(notebook=copy, cells=["c1", "c3"])
    assert seeded.names(cell="c3") == ["in another"]


def test_thousands_of_runs_are_judged_by_a_sample_that_says_so(seeded: Seeded) -> None:
    for number in range(520):
        seeded.run(f"r{number}", params={"n": number, "same": "x"}, metrics={"accuracy": number / 1000})
    seeded.reader.sync()  # a page waits two seconds for who writes, and then shows what is there
    page = seeded.pages.page({"limit": 5})
    assert (page["total"], len(page["rows"])) == (520, 5)
    assert page["judged"] == 300
    assert seeded.column("params.n")["differs"]
    assert not seeded.column("params.same")["differs"]
    assert seeded.column("metrics.accuracy")["best"] == 0.519
    assert seeded.names(offset=519) == ["r0"]


def test_the_more_keys_the_fewer_of_thousands_of_runs_are_looked_at(seeded: Seeded) -> None:
    for number in range(501):
        seeded.run(f"r{number}", params=dict.fromkeys((f"p{at}" for at in range(60)), number))
    seeded.reader.sync()
    page = seeded.pages.page({"limit": 1})
    assert (page["total"], page["judged"]) == (501, 100)
    assert len([one for one in page["columns"] if one["group"] == "params"]) == 60


def test_curves_of_runs_that_have_them(three: Seeded) -> None:
    run = three.writer.start_run("curve", reads_context=False)
    with run:
        run.log_series("loss", [3.0, math.nan, 1.0])
    other = three.run("none")
    three.pages.revision()  # takes in what was logged
    (curve,) = three.curves.series([run.id, other], "loss")
    assert (curve["steps"], curve["values"]) == ([0, 1, 2], [3.0, None, 1.0])
    assert (curve["count"], curve["thinned"], curve["nonfinite"]) == (3, False, 1)
    with pytest.raises(ValueRefusedError):
        three.curves.series([run.id] * 201, "loss")


def test_a_thinned_curve_keeps_its_ends_and_its_peaks() -> None:
    values = np.sin(np.arange(100_000) / 500)
    values[54_321], values[777] = 50.0, -50.0
    curve = series_data("r", Series("k", np.arange(100_000), values, np.zeros(100_000)), Wanted(1000))
    assert curve["thinned"]
    assert curve["count"] == 100_000
    assert 500 < len(curve["values"]) <= 1000
    assert (curve["steps"][0], curve["steps"][-1]) == (0, 99_999)
    assert {50.0, -50.0} <= set(curve["values"])
    assert curve["values"][curve["steps"].index(54_321)] == 50.0


def test_a_stretch_of_nan_is_a_gap_in_the_thinned_curve() -> None:
    values = np.ones(1000)
    values[300:700] = np.nan
    kept = thin(values, 100)
    assert np.isnan(values[kept]).any()
    assert thin(np.full(1000, np.nan), 50).size > 2


def test_points_logged_out_of_order_are_drawn_in_order() -> None:
    curve = series_data(
        "r", Series("k", np.array([2, 0, 1]), np.array([2.0, 0.0, 1.0]), np.zeros(3)), Wanted(10)
    )
    assert (curve["steps"], curve["values"]) == ([0, 1, 2], [0.0, 1.0, 2.0])


def test_details_have_what_the_table_has_and_more(three: Seeded) -> None:
    run_id = three.pages.page({"text": "boosting"})["rows"][0]["id"]
    details = three.single.details(run_id)
    assert details["row"]["params"] == {"max_depth": 4, "seed": 0}
    assert details["metrics"][0]["last"] == 0.95
    with pytest.raises(NotFoundError):
        three.single.details("0" * 32)


def test_a_fault_of_ours_tells_its_kind_and_nothing_else() -> None:
    error = wire_error(KeyError("hunter2"))
    assert error["code"] == "fault"
    assert "hunter2" not in json.dumps(error)
