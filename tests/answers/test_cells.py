"""What the badges beside cells are told; over a real store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nbmlops.answers.cells import NotebookCells
from nbmlops.answers.source_marks import digest_of, mark_of, what_counts
from nbmlops.answers.store import AskedStore
from nbmlops.config import StoreLocation
from nbmlops.records import SliceCell
from nbmlops.tracking.proofs import keep_slice
from nbmlops.workspace import Workspace


class Tracked:
    """A store in which cells of one notebook leave runs."""

    def __init__(self, folder: Path) -> None:
        location = StoreLocation(folder / "store")
        self.writer = Workspace(location, mask=_masked, on_trouble=pytest.fail)
        self.reader = Workspace(location, mask=_masked, on_trouble=pytest.fail)
        self.notebook = str(folder / "train.ipynb")
        Path(self.notebook).touch()
        self.answers = NotebookCells(AskedStore(self.reader, _masked, root=folder))

    def run(self, cell: str, *slice_cells: SliceCell, **given: Any) -> str:
        metrics = given.pop("metrics", {})
        columns = {"kind": "cell", "notebook": self.notebook, "cell_id": cell, "source": "fit()"} | given
        with self.writer.start_run(columns.pop("name", None), reads_context=False, **columns) as run:
            run.log_metrics(metrics)
            if slice_cells:
                keep_slice(self.writer.recorder, run.id, slice_cells)
        return run.id

    def cells(self, *cells: str, notebook: str = "") -> dict[str, Any]:
        return {state["cell_id"]: state for state in self.answers.cells(notebook or self.notebook, cells)}


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(item) for item in value]
    return value.replace("hunter2", "***") if isinstance(value, str) else value


@pytest.fixture
def tracked(tmp_path: Path) -> Iterator[Tracked]:
    made = Tracked(tmp_path)
    yield made
    made.writer.drain.close()
    made.reader.database.reset()
    made.writer.database.reset()


def test_each_cell_has_its_last_run_how_many_there_are_and_the_one_before(tracked: Tracked) -> None:
    first, second = tracked.run("a", name="one"), tracked.run("a", name="two")
    other = tracked.run("b")
    found = tracked.cells("a", "b", "never ran")
    assert set(found) == {"a", "b"}
    assert (found["a"]["run_id"], found["a"]["previous"], found["a"]["runs"]) == (second, first, 2)
    assert (found["b"]["run_id"], found["b"]["previous"], found["b"]["runs"]) == (other, None, 1)


def test_a_new_run_is_told_of_at_once_and_a_deleted_one_no_more(tracked: Tracked) -> None:
    first = tracked.run("a")
    assert tracked.cells("a")["a"]["run_id"] == first
    second = tracked.run("a")
    assert tracked.cells("a")["a"]["run_id"] == second
    tracked.reader.runs.bin([second])
    assert tracked.cells("a")["a"]["run_id"] == first


def test_a_renamed_notebook_keeps_its_runs_and_a_copy_has_none(tracked: Tracked) -> None:
    tracked.run("a")
    copy = tracked.notebook.replace("train", "copy")
    assert not tracked.cells("a", notebook=copy)
    Path(tracked.notebook).unlink()
    assert tracked.cells("a", notebook=copy)


def test_runs_that_a_tracked_cell_itself_began_are_parts_of_its_run(tracked: Tracked) -> None:
    outer = tracked.run("a", name="all folds")
    parent = type("Parent", (), {"id": outer, "experiment": "default"})
    tracked.run("a", name="fold", kind="script", parent=parent)
    assert (tracked.cells("a")["a"]["name"], tracked.cells("a")["a"]["runs"]) == ("all folds", 1)


def test_the_metric_that_tells_most_stands_beside_the_best_of_the_others(tracked: Tracked) -> None:
    tracked.run("b", metrics={"accuracy": 0.95})
    tracked.run("a", metrics={"a_count": 3, "train_accuracy": 0.99, "accuracy": 0.9})
    expected = {"key": "accuracy", "value": 0.9, "direction": "max", "best": 0.95}
    assert tracked.cells("a")["a"]["metric"] == expected
    tracked.reader.experiments.declare("default", goal="a_count <= 2")
    assert tracked.cells("a")["a"]["metric"]["key"] == "a_count"
    assert tracked.cells("a")["a"]["metric"]["direction"] == "min"


def test_needs_are_the_last_versions_of_the_earlier_cells(tracked: Tracked) -> None:
    tracked.run(
        "a",
        SliceCell("x = 1", "x", 1),
        SliceCell("old", "a", 2),
        SliceCell("y = 1", "y", 3),
        SliceCell("x = 2", "x", 4),
        SliceCell("login('hunter2')", None, None),
        SliceCell("%%track\nfit(x)", "a", 5),
    )
    state = tracked.cells("a")["a"]
    assert [(need["cell_id"], need["execution_count"]) for need in state["needs"]] == [
        ("y", 3), ("x", 4), (None, None)
    ]  # fmt: skip
    assert [need["source"] for need in state["needs"]] == [
        mark_of("y = 1"), mark_of("x = 2"), {"digest": "", "pattern": "login('***')"}
    ]  # fmt: skip
    assert state["source"] == mark_of("fit(x)")
    assert state["execution_count"] == 5


@pytest.mark.parametrize(
    "source",
    ["%%track\nfit()", "%%track forest -e churn\nfit()\n\n", "#| track\nfit()", "fit()  ", "%%track a\n%%track b\nfit()"],
)  # fmt: skip
def test_what_asks_for_tracking_and_blanks_at_the_end_change_nothing(source: str) -> None:
    assert digest_of(source) == digest_of("fit()")
    assert what_counts("%%time\n%%track\nfit()") == "%%time\nfit()"
    assert digest_of("fit() ; x") != digest_of("fit()")


def test_a_notebook_is_found_from_the_servers_root_and_nothing_outside_of_it(
    tracked: Tracked, tmp_path: Path
) -> None:
    place = tracked.answers.notebook_place
    assert place(tracked.notebook) == {"path": "train.ipynb"}
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "x.ipynb").touch()
    assert place(str(tmp_path / "a b" / "x.ipynb")) == {"path": "a b/x.ipynb"}
    for outside in (
        "/etc/passwd",
        str(tmp_path / ".." / "up.ipynb"),
        "train.ipynb",
        str(tmp_path / "gone.ipynb"),
    ):
        assert place(outside) == {"path": None}  # fmt: skip
