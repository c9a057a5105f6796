"""What a run's page asks: how it stands, its data, its artifacts, code, checks; over a real store."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nbmlops.answers.checks import MOST_AT_ONCE
from nbmlops.answers.desk import Desk
from nbmlops.answers.store import AskedStore
from nbmlops.config import StoreLocation
from nbmlops.errors import NotFoundError, ValueRefusedError
from nbmlops.records import Need, SliceCell
from nbmlops.records.usage import Usage
from nbmlops.tracking.proofs import keep_slice
from nbmlops.tracking.run import Run
from nbmlops.workspace import Workspace


class Asked:
    """A store, who logs into it, and who asks."""

    def __init__(self, folder: Path) -> None:
        location = StoreLocation(folder / "store")
        self.writer = Workspace(location, mask=lambda value: value, on_trouble=pytest.fail)
        reader = Workspace(location, mask=lambda value: value, on_trouble=pytest.fail)
        self.desk = Desk(AskedStore(reader, lambda value: value))

    def start(self, name: str = "forest", *, experiment: str = "churn", **columns: Any) -> Run:
        return self.writer.start_run(name, experiment=experiment, reads_context=False, **columns)

    def ask(self, question: str, run: Run, **arguments: Any) -> Any:
        self.writer.drain.drain(timeout=5)
        self.desk.ask("revision", {})
        answer = self.desk.ask(question, {"run_id": run.id, **arguments})
        return json.loads(json.dumps(answer, allow_nan=False))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Asked]:
    asked = Asked(tmp_path)
    yield asked
    asked.writer.drain.close()


def test_a_run_stands_beside_the_best_and_among_the_runs_of_its_cell(store: Asked) -> None:
    made = []
    for accuracy in (0.9, 0.95, 0.92):
        with store.start(notebook="/w/a.ipynb", cell_id="c1") as run:
            run.log_metrics({"accuracy": accuracy, "colour": 3.0})
        made.append(run)
    with store.start("other", notebook="/w/a.ipynb", cell_id="c2") as other:
        other.log_metric("accuracy", float("nan"))
    store.writer.experiments.declare("churn", goal="accuracy >= 0.93")
    found = store.ask("standing", made[2])
    assert [one["id"] for one in found["siblings"]] == [run.id for run in made]
    assert (found["count"], found["place"], found["metric"]) == (3, 2, "accuracy")
    assert (found["goal"], found["goal_met"]) == ("accuracy >= 0.93", False)
    (best,) = found["best"]
    assert (best["id"], best["better"], best["change"]) == (made[1].id, False, "\u22120.03")
    assert store.ask("standing", made[1])["best"][0]["better"] is True
    assert store.ask("standing", other)["best"][0]["better"] is None


def test_a_run_knows_what_it_is_a_part_of(store: Asked) -> None:
    with store.start("whole") as whole, store.start("part", parent=whole) as part:
        part.log_metric("accuracy", 0.5)
    assert [one["id"] for one in store.ask("standing", whole)["parts"]] == [part.id]
    assert store.ask("standing", part)["parent"]["name"] == "whole"


def test_data_are_told_of_column_by_column_with_who_else_read_them(store: Asked) -> None:
    from nbmlops.capture.data import describe
    from nbmlops.store.documents import input_to_doc

    frame = pd.DataFrame({"age": [1.0, 2.0, np.nan, 4.0], "city": ["Bern", "Basel", "Bern", "Bern"]})
    (item,) = store.writer.data.with_profiles([describe("frame", frame)], {"frame": frame})
    made = []
    for _ in range(2):
        with store.start() as run:
            run.write_inputs([input_to_doc(item)])
        made.append(run)
    found = store.ask("data", made[0], name="frame")
    age, city = found["columns"]
    assert (found["rows"], age["missing"], age["least"], age["greatest"]) == (4, 0.25, "1", "4")
    assert sum(age["bars"]) == pytest.approx(1)
    assert city["top"][0] == {"text": "Bern", "share": 0.75}
    assert [reader["id"] for reader in found["readers"]] == [made[1].id]
    with pytest.raises(NotFoundError, match="no input 'other'"):
        store.ask("data", made[0], name="other")


def test_a_lineage_is_laid_out(store: Asked) -> None:
    with store.start() as run:
        run.log_metric("accuracy", 0.5)
    cells = (
        SliceCell("x = load()", "a", 1, "x is read"),
        SliceCell("fit(x)", "b", 2, needs=(Need(0, ("x",)),)),
    )
    keep_slice(store.writer.recorder, run.id, cells)
    found = store.ask("lineage", run)
    assert [card["key"] for card in found["cards"]][:2] == ["cell:0", "cell:1"]
    assert "x" in [line["title"] for line in found["lines"]]
    details = store.ask("details", run)
    assert details["needs"] == [{"cell": 0, "names": ["x"]}]


def test_use_over_time_is_kept_and_garbage_leaves_it(store: Asked) -> None:
    with store.start() as run:
        run.keep_usage(Usage((0.1, 0.2), (1.0, 0.5), (100, 200), (7, 8)))
    with store.start() as short:
        short.keep_usage(Usage())
    found = store.ask("usage", run)
    assert found == {"seconds": [0.1, 0.2], "cpus": [1.0, 0.5], "memory": [100.0, 200.0], "gpu": [7.0, 8.0]}
    assert store.ask("usage", short)["seconds"] == []
    assert store.writer.garbage.find().young == 0


# -- previews ----------------------------------------------------------------------------------------


@pytest.fixture
def kept(store: Asked, tmp_path: Path) -> Any:
    """Keeps a file with a run of its own, and looks at it."""

    def look(name: str, data: bytes | str, **arguments: Any) -> Any:
        path = tmp_path / "files" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        with store.start() as run:
            run.log_artifact(path)
        return store.ask("preview", run, name=name, **arguments)

    return look


def test_tables_are_shown_by_their_first_rows(kept: Any, tmp_path: Path) -> None:
    found = kept("a.csv", "name;value\n" + "".join(f"n{i};{i}\n" for i in range(300)))
    assert found["kind"] == "table"
    assert found["table"]["columns"] == ["name", "value"]
    assert (len(found["table"]["rows"]), found["table"]["total"]) == (100, 300)
    path = tmp_path / "b.parquet"
    pd.DataFrame({"x": np.arange(1000), "y": [None] * 1000}).to_parquet(path)
    table = kept("b.parquet", path.read_bytes())["table"]
    assert (table["total"], table["rows"][2], table["dtypes"][0]) == (1000, ["2", ""], "int64")


def test_of_a_large_text_the_beginning_is_read(kept: Any) -> None:
    found = kept("run.log", "line\n" * 1_000_000)  # kept packed
    assert (found["kind"], found["cut"], len(found["text"])) == ("text", True, 200_000)
    found = kept("large.csv", "a,b\n" + "1,2\n" * 1_000_000)
    assert (found["table"]["total"], found["table"]["rows"][99]) == (None, ["1", "2"])


def test_predictions_are_shown_row_by_row(store: Asked) -> None:
    with store.start() as run:
        run.log_predictions([0, 1, 1], [0, 1, 0], [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    found = store.ask("preview", run, name="predictions")
    assert found["table"]["columns"] == ["y_true", "y_pred", "proba[0]", "proba[1]"]
    assert found["table"]["rows"][2] == ["1", "0", "0.6", "0.4"]


def test_a_notebook_is_shown_with_its_outputs_and_bounded(kept: Any) -> None:
    html = {"text/html": ["<b>", "x</b>"], "text/plain": "x"}
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["a", "b"]},
        {"output_type": "display_data", "data": {"image/png": "AAAA\n", "text/plain": "fig"}, "metadata": {}},
        {"output_type": "execute_result", "data": html, "metadata": {}, "execution_count": 1},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["one", "two"]},
        {"output_type": "display_data", "data": {"image/png": "A" * 3_000_000}, "metadata": {}},
    ]
    cell = {"cell_type": "code", "source": "1 + 1", "execution_count": 3, "outputs": outputs}
    found = kept("a.ipynb", json.dumps({"nbformat": 4, "cells": [cell]}))
    (shown,) = found["cells"]
    assert [one["kind"] for one in shown["outputs"]] == ["text", "image", "html", "error", "text"]
    assert [one["text"] for one in shown["outputs"][:3]] == ["ab", "AAAA", "<b>x</b>"]
    assert found["cut"]


@pytest.mark.parametrize("name", ["a.ipynb", "a.parquet", "a.npz", "a.feather", "a.csv"])
@pytest.mark.parametrize("data", [b"", b"\x00\x01broken", b"PK\x03\x04", b"[1, 2]"])
def test_a_broken_file_says_so_and_breaks_nothing(kept: Any, name: str, data: bytes) -> None:
    found = kept(name, data)
    assert found["kind"] in ("none", "table")
    assert found["note"] or found["table"]


def test_nothing_is_unpickled(kept: Any, tmp_path: Path) -> None:
    array = tmp_path / "objects.npy"
    np.save(array, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    assert "Python objects" in kept("objects.npy", array.read_bytes())["note"]
    assert kept("model.pkl", b"cos\nsystem\n")["kind"] == "none"


def test_an_archive_that_would_fill_the_memory_is_left_alone(kept: Any, tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    np.savez_compressed(path, a=np.zeros(30_000_000))
    assert path.stat().st_size < 1_000_000
    assert "too large" in kept("bomb.npz", path.read_bytes())["note"]


def test_a_folder_is_looked_into_by_the_paths_that_it_names_alone(store: Asked, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "a.txt").write_text("words")
    with store.start() as run:
        run.log_artifact(folder)
    assert [one["path"] for one in store.ask("preview", run, name="report")["files"]] == ["deep/a.txt"]
    assert store.ask("preview", run, name="report", path="deep/a.txt")["text"] == "words"
    for path in ("../../etc/passwd", "/etc/passwd", "deep", "deep/../deep/a.txt", ""):
        with pytest.raises(NotFoundError, match="holds no file"):
            store.ask("preview", run, name="report", path=path)
    with pytest.raises(NotFoundError, match="what it kept: report"):
        store.ask("preview", run, name="../report")


def test_a_model_says_what_it_is(store: Asked) -> None:
    from sklearn.linear_model import LinearRegression

    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1, 2, 4]})
    with store.start() as run:
        run.log_model(LinearRegression().fit(frame, [1.0, 2.0, 3.0]), input_example=frame)
    facts = {one["name"]: one["text"] for one in store.ask("preview", run, name="model")["facts"]}
    assert facts["class"].endswith("LinearRegression")
    assert facts["takes"] == "a: double, b: long"
    assert "scikit-learn" in facts["requirements"]


# -- code and checks ---------------------------------------------------------------------------------


def test_code_takes_a_run_up_again(store: Asked) -> None:
    with store.start() as run:
        run.log_params({"max_depth": 3, "class": "x", "path": 'a"b'})
    snippets = {one["title"]: one["code"] for one in store.ask("code", run)}
    scope: dict[str, Any] = {}
    exec(snippets["Its parameters"], scope)
    assert (scope["max_depth"], scope["path"], scope["params"]) == (3, 'a"b', {"class": "x"})
    compile(snippets["Read the run"], "<snippet>", "exec")
    assert snippets["Check it again"] == f"nbmlops reproduce {run.id}"


def test_a_slice_is_taken_along_as_a_notebook(store: Asked) -> None:
    with store.start("a/../b <x>", kind="cell") as run:
        run.log_metric("accuracy", 1.0)
    with pytest.raises(ValueRefusedError, match="outside of a notebook"):
        store.ask("slice_notebook", run)
    keep_slice(store.writer.recorder, run.id, (SliceCell("x = 1", "a", 1), SliceCell("%%track\nx", "b", 2)))
    found = store.ask("slice_notebook", run)
    assert found["name"] == f"a-b-x-{run.id[:8]}.ipynb"
    assert [cell["source"] for cell in found["notebook"]["cells"]][1:] == ["x = 1", "%%track\nx"]


def wait_for(store: Asked, run: Run, state: str) -> Any:
    until = time.monotonic() + 60
    while (found := store.ask("reproduction", run))["state"] == "running" and time.monotonic() < until:
        time.sleep(0.2)
    assert found["state"] == state
    return found


def test_a_check_is_begun_once_and_leaves_its_verdict(store: Asked) -> None:
    with store.start() as run:
        run.log_metric("accuracy", 1.0)
    assert store.ask("reproduction", run)["state"] == "none"
    first = store.ask("reproduce", run)
    assert first["state"] == "running"
    assert store.ask("reproduce", run)["since"] == first["since"]
    wait_for(store, run, "done")
    assert store.ask("details", run)["row"]["verdict"] == "CANNOT"  # it has no cells


def test_a_check_can_be_cancelled_and_there_are_never_many(store: Asked) -> None:
    made = []
    for _ in range(MOST_AT_ONCE + 1):
        with store.start() as run:
            run.log_metric("accuracy", 1.0)
        made.append(run)
    for run in made[:-1]:
        store.ask("reproduce", run)
    with pytest.raises(ValueRefusedError, match="as many as this server does at once"):
        store.ask("reproduce", made[-1])
    assert store.ask("stop_reproduction", made[0])["state"] == "stopped"
    assert store.ask("details", made[0])["row"]["verdict"] is None
    store.ask("stop_reproduction", made[1])
    with pytest.raises(NotFoundError):
        store.desk.ask("reproduce", {"run_id": "0" * 32})


def test_the_beginning_of_a_packed_file_is_that_of_its_content(tmp_path: Path) -> None:
    store = Asked(tmp_path)
    data = bytes(range(256)) * 4 + b"text " * 100_000
    digest = store.writer.blobs.put_packed(data)
    assert store.writer.blobs.path(digest).stat().st_size < len(data) / 10
    assert store.writer.blobs.head(digest, 1000) == (data[:1000], False)
    small = store.writer.blobs.put(b"nbmlops packed 1\nnot packed")
    assert store.writer.blobs.head(small, 9) == (b"nbmlops p", False)
    assert store.writer.blobs.head(small, 100) == (b"nbmlops packed 1\nnot packed", True)
    with pytest.raises(NotFoundError):
        store.writer.blobs.head("00" * 32, 10)
