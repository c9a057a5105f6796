from __future__ import annotations

import math
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from io import BytesIO
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import nbmlops
from nbmlops.errors import StoreBusyError
from nbmlops.session import _Holder, session

LOGGING = {
    "log_metric": lambda run: run.log_metric("a", 1),
    "log_metrics": lambda run: run.log_metrics({"a": 1}),
    "log_series": lambda run: run.log_series("a", [1, 2]),
    "log_param": lambda run: run.log_param("a", 1),
    "log_params": lambda run: run.log_params({"a": 1}),
    "log_artifact": lambda run: run.log_artifact(__file__),
    "log_figure": lambda run: run.log_figure(Image.new("RGB", (2, 2))),
    "log_model": lambda run: run.log_model(a_model()),
    "log_predictions": lambda run: run.log_predictions([1], [1]),
    "set_tag": lambda run: run.set_tag("a", 1),
    "note": lambda run: run.note("a"),
}
CANARY = "hunter2-Canary-9f3e1c"


def a_model() -> Any:
    from sklearn.linear_model import LogisticRegression

    X = np.arange(20.0).reshape(-1, 1)
    return LogisticRegression().fit(X, X[:, 0] > 9)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Generator[Path]:
    """A session and a store of the test's own, in whose folder it works."""
    monkeypatch.setenv("NBMLOPS_STORE", str(tmp_path / "store"))
    monkeypatch.delenv("NBMLOPS_RUN_ID", raising=False)
    monkeypatch.delenv("NBMLOPS_RUN_STORE", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_Holder, "session", None)
    yield tmp_path
    workspace = session().workspace
    if workspace.location.exists:
        workspace.context.wait()
    workspace.drain.close()
    workspace.database.reset()


# Runs ---------------------------------------------------------------------------------------------------


def test_a_run_holds_what_was_logged_to_it():
    with nbmlops.start_run("baseline", experiment="churn", tags={"team": "growth"}) as run:
        nbmlops.log_params({"depth": 3, "lr": 0.1})
        nbmlops.log_param("lr", 0.2)
        for n in range(5):
            nbmlops.log_metric("loss", 1 / (n + 1))
        nbmlops.log_metrics({"acc": 0.9, "f1": np.float32(0.5)}, step=7)
        nbmlops.log_series("curve", (n * n for n in range(4)))
        nbmlops.set_tag("stage", "trial")
        nbmlops.note("as agreed")
        assert nbmlops.active_run() is run
    info = nbmlops.run_info(run.id[:10])
    assert (info.id, info.name, info.experiment, info.status) == (run.id, "baseline", "churn", "FINISHED")
    assert info.params == {"depth": 3, "lr": 0.2}
    assert info.metrics == {"loss": 0.2, "acc": 0.9, "f1": 0.5, "curve": 9}
    assert info.tags == {"team": "growth", "stage": "trial"}
    assert info.note == "as agreed"
    assert info.kind == "script"
    assert info.started.tzinfo is UTC
    assert 0 <= (info.duration or -1) < 60
    assert info.environment is not None
    assert info.environment.packages["numpy"] == np.__version__
    assert info.degraded == ()


def test_a_table_of_runs_has_the_columns_that_were_promised():
    with nbmlops.start_run("a", experiment="e", tags={"t": "x"}):
        nbmlops.log_params({"p": 1})
        nbmlops.log_metric("m", 0.5)
    frame = nbmlops.runs()
    assert list(frame) == [
        "id",
        "name",
        "experiment",
        "status",
        "started",
        "duration",
        "params.p",
        "metrics.m",
        "tags.t",
        "verdict",
        "findings",
        "note",
    ]
    assert isinstance(frame["started"].dtype, pd.DatetimeTZDtype)
    assert frame.loc[0, "metrics.m"] == 0.5
    assert list(nbmlops.runs(experiment="other")) == [
        "id",
        "name",
        "experiment",
        "status",
        "started",
        "duration",
        "verdict",
        "findings",
        "note",
    ]


def test_an_empty_store_has_an_empty_table():
    assert nbmlops.runs().empty
    assert nbmlops.experiments() == []


def test_a_run_sees_what_it_has_logged_so_far():
    with nbmlops.start_run("a") as run:
        nbmlops.log_metric("m", 1)
        assert nbmlops.history(run.id, "m")["value"].tolist() == [1]
        nbmlops.log_metric("m", 2)
        assert nbmlops.history(run.id, "m")["value"].tolist() == [1, 2]
        assert nbmlops.run_info(run.id).status == "RUNNING"
        assert nbmlops.run_info(run.id).duration is None


def test_a_history_is_a_frame_of_steps_values_and_times():
    with nbmlops.start_run("a") as run:
        nbmlops.log_metric("m", math.nan)
        nbmlops.log_metric("m", math.inf, step=5)
        nbmlops.log_metric("m", -0.0)
    frame = nbmlops.history(run.id, "m")
    assert {name: str(dtype) for name, dtype in frame.dtypes.items() if name != "time"} == {
        "step": "int64",
        "value": "float64",
    }
    assert frame["time"].dt.tz is not None
    assert frame["step"].tolist() == [0, 5, 6]
    assert math.isnan(frame["value"][0])
    assert math.copysign(1, frame["value"][2]) == -1
    assert frame["time"].is_monotonic_increasing


def test_a_million_points_come_back_bit_for_bit():
    values = np.random.default_rng(0).normal(size=1_000_000)
    values[:2] = [math.nan, -0.0]
    with nbmlops.start_run("a") as run:
        nbmlops.log_series("m", values)
    found = nbmlops.history(run.id, "m")["value"].to_numpy()
    assert np.array_equal(found.view("u8"), values.view("u8"))


def test_a_run_within_another_is_part_of_it_and_the_outer_one_goes_on():
    with nbmlops.start_run("outer", experiment="e") as outer:
        with nbmlops.start_run("inner") as inner:
            nbmlops.log_metric("m", 1)
        nbmlops.log_metric("m", 2)
    assert nbmlops.run_info(inner.id).parent == outer.id
    assert nbmlops.run_info(inner.id).experiment == "e"
    assert (nbmlops.run_info(inner.id).metrics, nbmlops.run_info(outer.id).metrics) == ({"m": 1}, {"m": 2})


@pytest.mark.parametrize(
    ("exception", "status"),
    [
        (ValueError("bad"), "FAILED"),
        (KeyboardInterrupt(), "KILLED"),
        (SystemExit(3), "FAILED"),
        (SystemExit(0), "FINISHED"),
    ],
)
def test_how_a_block_ends_is_how_its_run_ends(exception, status):
    with pytest.raises(type(exception)), nbmlops.start_run("a") as run:
        raise exception
    info = nbmlops.run_info(run.id)
    assert info.status == status
    assert type(exception).__name__ in info.traceback
    with pytest.raises(nbmlops.NoActiveRunError):
        nbmlops.log_metric("a", 1)


def test_an_exception_that_can_not_say_what_it_is_does_not_hide_itself():
    class Hostile(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no text for you")

    with pytest.raises(Hostile), nbmlops.start_run("a") as run:
        raise Hostile
    assert nbmlops.run_info(run.id).error == "Hostile"


# Without a run, after its end -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", LOGGING)
def test_without_a_run_nothing_is_logged_and_the_remedy_is_named(name, folder):
    with pytest.raises(nbmlops.NoActiveRunError, match=r"%%track.*with nbmlops\.start_run"):
        LOGGING[name](nbmlops)
    assert not (folder / "store").exists()


@pytest.mark.parametrize("name", LOGGING)
def test_after_its_end_a_run_takes_nothing_more(name):
    run = nbmlops.start_run("a")
    run.log_metric("a", 0)
    run.end()
    run.end()
    with pytest.raises(nbmlops.RunClosedError, match="has ended"):
        LOGGING[name](run)
    assert nbmlops.run_info(run.id).metrics == {"a": 0}


# Wrong values ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "step"),
    [
        ("a", "0.5", None), ("a", "text", None), ("a", None, None), ("a", [1, 2], None), ("a", 1j, None), ("a", len, None),
        ("a", np.arange(3), None), ("", 1, None), ("  ", 1, None), (5, 1, None),
        (["a"], 1, None), (None, 1, None), ("k" * 501, 1, None), ("a", 1, 0.5), ("a", 1, "x"), ("a", 1, 2**63),
        ("a", 10**400, None),
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_metric_is_refused(key, value, step):
    with nbmlops.start_run("a") as run:
        for _ in range(2):
            with pytest.raises(nbmlops.ValueRefusedError):
                nbmlops.log_metric(key, value, step)
    assert nbmlops.run_info(run.id).metrics == {}


@pytest.mark.parametrize(
    "value", [True, 3, np.float64(0.5), np.int64(4), np.float32(0.25), np.array(2.0), 0.1]
)
def test_numbers_of_all_kinds_are_metrics(value):
    with nbmlops.start_run("a") as run:
        nbmlops.log_metric("m", value, step=np.int64(3))
        nbmlops.log_metric("m", value, step=4.0)
    assert nbmlops.history(run.id, "m")["value"].tolist() == [float(value)] * 2
    assert nbmlops.history(run.id, "m")["step"].tolist() == [3, 4]


@pytest.mark.parametrize(
    ("values", "steps"),
    [
        ("text", None),
        ([[1, 2]], None),
        ([1, 2], [0]),
        ([1], [0.5]),
        ([None, "x"], None),
        (5, None),
        ([1j], None),
    ],
)
def test_what_is_no_series_is_refused(values, steps):
    with nbmlops.start_run("a"), pytest.raises(nbmlops.ValueRefusedError):
        nbmlops.log_series("m", values, steps)


@pytest.mark.parametrize(
    "values", [range(3), [0, 1, 2], (0, 1, 2), np.arange(3), pd.Series([0, 1, 2], index=[5, 6, 7])]
)
def test_series_of_all_kinds_are_taken(values):
    with nbmlops.start_run("a") as run:
        nbmlops.log_series("m", values, steps=[2, 1, 0])
        nbmlops.log_series("empty", [])
    frame = nbmlops.history(run.id, "m")
    assert (frame["value"].tolist(), frame["step"].tolist()) == ([0, 1, 2], [2, 1, 0])


def test_huge_parameters_become_digests():
    with nbmlops.start_run("a") as run:
        nbmlops.log_params(
            {"text": "x" * 10_000, "list": list(range(5000)), "int": 7**20_000, "short": "x" * 4000}
        )
    params = nbmlops.run_info(run.id).params
    assert all(params[key].startswith("sha256:") for key in ("text", "list", "int"))
    assert "(10,000 bytes)" in params["text"]
    assert params["short"] == "x" * 4000


def test_parameters_of_odd_kinds_become_plain():
    class Odd:
        def __repr__(self) -> str:
            raise RuntimeError

    given = {
        "path": Path("a/b"),
        "numpy": np.float32(0.5),
        "set": {1},
        "odd": Odd(),
        "half": "\ud800",
        "none": None,
        "tuple": (1, 2),
    }
    with nbmlops.start_run("a") as run:
        nbmlops.log_params(given)
    params = nbmlops.run_info(run.id).params
    assert params.keys() == given.keys()
    assert (params["path"], params["numpy"], params["none"], params["tuple"]) == ("a/b", 0.5, None, [1, 2])


def test_nested_parameters_are_kept_as_they_are():
    given = {
        "cfg": {"lr": 0.1, "layers": [{"size": 3}, {"size": 4}]},
        "long": list(range(100)),
        "odd": {1: Path("a")},
    }
    cyclic: list[Any] = []
    cyclic.append(cyclic)
    with nbmlops.start_run("a") as run:
        nbmlops.log_params(given | {"cyclic": cyclic})
    params = dict(nbmlops.run_info(run.id).params)
    assert params.pop("cyclic")
    assert params == given | {"odd": {"1": "a"}}


def test_values_that_look_like_code_stay_text(folder):
    texts: dict[str, Any] = {
        "a": f"__import__('pathlib').Path('{folder}/ran').touch()",
        "b": "'); DROP TABLE runs; --",
        "c": "{7*7}${HOME}",
    }
    with nbmlops.start_run("a") as run:
        nbmlops.log_params(texts)
    assert nbmlops.run_info(run.id).params == texts
    assert not (folder / "ran").exists()


# Artifacts --------------------------------------------------------------------------------------------------


def kept(run: Any) -> dict[str, Any]:
    return {artifact.name: artifact for artifact in nbmlops.run_info(run.id).artifacts}


def content(artifact: Any) -> bytes:
    return session().workspace.blobs.get(artifact.digest)


def test_files_and_folders_are_kept(folder):
    (folder / "data").mkdir()
    (folder / "data" / "a.csv").write_text("a,b\n")
    with nbmlops.start_run("a") as run:
        nbmlops.log_artifact("data/a.csv")
        nbmlops.log_artifact(folder / "data", name="all of it")
        with pytest.raises(nbmlops.ValueRefusedError, match="looked from"):
            nbmlops.log_artifact("nothing.csv")
    (folder / "data" / "a.csv").write_text("changed")
    found = kept(run)
    assert found.keys() == {"a.csv", "all of it"}
    assert (found["a.csv"].media_type, found["a.csv"].size, found["a.csv"].is_dir) == ("text/csv", 4, False)
    assert content(found["a.csv"]) == b"a,b\n"
    session().workspace.blobs.restore_folder(found["all of it"].digest, folder / "back")
    assert (folder / "back" / "a.csv").read_text() == "a,b\n"


def test_figures_of_all_kinds_are_kept():
    import matplotlib.pyplot as plt

    class Svg:
        def _repr_svg_(self) -> str:
            return "<svg/>"

    figure, axes = plt.subplots()
    with nbmlops.start_run("a") as run:
        nbmlops.log_figure(figure, "figure")
        nbmlops.log_figure(axes, "axes")
        nbmlops.log_figure(Image.new("RGB", (3, 2)), "image")
        nbmlops.log_figure(Svg(), "svg")
        with pytest.raises(nbmlops.ValueRefusedError, match="is no picture"):
            nbmlops.log_figure("text")
    plt.close(figure)
    found = kept(run)
    assert {name: a.media_type for name, a in found.items()} == {
        "figure": "image/png", "axes": "image/png", "image": "image/png", "svg": "image/svg+xml",
    }  # fmt: skip
    assert Image.open(BytesIO(content(found["image"]))).size == (3, 2)
    assert Image.open(BytesIO(content(found["axes"]))).size[0] > 100


def test_a_model_comes_back_and_predicts_the_same():
    model = a_model()
    X = np.linspace(0, 20, 50).reshape(-1, 1)
    with nbmlops.start_run("a") as run:
        nbmlops.log_model(model, "classifier", input_example=X[:3])
    assert kept(run)["classifier"].is_dir
    assert np.array_equal(nbmlops.load_model(run.id[:8]).predict_proba(X), model.predict_proba(X))
    with pytest.raises(nbmlops.NotFoundError, match="classifier"):
        nbmlops.load_model(run.id, "another")


def test_predictions_are_kept_without_pickles():
    with nbmlops.start_run("a") as run:
        nbmlops.log_predictions(
            pd.Series(["x", "y"]), np.array(["x", "x"], dtype=object), [[0.1, 0.9], [0.5, 0.5]]
        )
        with pytest.raises(nbmlops.ValueRefusedError, match="one length"):
            nbmlops.log_predictions([1, 2], [1])
        with pytest.raises(nbmlops.ValueRefusedError):
            nbmlops.log_predictions(1, 1)
    archive = np.load(BytesIO(content(kept(run)["predictions"])), allow_pickle=False)
    assert {name: archive[name].tolist() for name in archive} == {
        "y_true": ["x", "y"], "y_pred": ["x", "x"], "proba": [[0.1, 0.9], [0.5, 0.5]],
    }  # fmt: skip
    assert zipfile.is_zipfile(BytesIO(content(kept(run)["predictions"])))


# Afterwards -------------------------------------------------------------------------------------------------


def test_runs_are_mended_afterwards_by_a_short_id():
    with nbmlops.start_run("a") as run:
        nbmlops.note("first")
    nbmlops.rename(run.id[:8], "better")
    nbmlops.set_tag("t", 1, run=run.id[:8])
    nbmlops.set_tag("gone", 1, run=run.id)
    nbmlops.set_tag("gone", None, run=run.id)
    nbmlops.note("second", run=run.id[:8])
    info = nbmlops.run_info(run.id)
    assert (info.name, info.tags, info.note) == ("better", {"t": "1"}, "first\nsecond")


def test_a_deleted_run_is_in_the_bin_until_it_is_restored():
    ids = []
    for name in "ab":
        with nbmlops.start_run(name) as run:
            ids.append(run.id)
    nbmlops.delete(*ids)
    assert nbmlops.runs().empty
    assert sorted(nbmlops.runs(deleted=True)["name"]) == ["a", "b"]
    with pytest.raises(nbmlops.NotFoundError):
        nbmlops.delete(ids[0])
    nbmlops.restore(ids[0][:12])
    assert nbmlops.runs()["name"].tolist() == ["a"]


def test_an_experiment_has_a_goal_and_asks_for_tags():
    declared = nbmlops.experiment("churn", goal="accuracy >= 0.9", required_tags=["team"])
    assert str(declared.goal) == "accuracy >= 0.9"
    assert nbmlops.experiment("churn") == declared
    assert [e.name for e in nbmlops.experiments()] == ["churn"]
    with pytest.raises(nbmlops.NotFoundError):
        nbmlops.experiment("nothing")
    with pytest.raises(nbmlops.ValueRefusedError):
        nbmlops.experiment("churn", goal="be good")


def test_runs_can_be_chosen_and_ordered():
    for n in range(4):
        with nbmlops.start_run(f"r{n}"):
            nbmlops.log_metric("val/acc", n / 4)
    assert nbmlops.runs(where="metrics.val/acc >= 0.25", order_by="-metrics.val/acc", limit=2)[
        "name"
    ].tolist() == ["r3", "r2"]
    with pytest.raises(nbmlops.WhereError):
        nbmlops.runs(where="metrics.acc >")


def test_a_shared_name_is_the_newest_to_read_and_ambiguous_to_change():
    for at in range(3):
        with nbmlops.start_run("forest") as run:
            nbmlops.log_series("loss", [at, at + 1])
            nbmlops.log_model(a_model())
    assert nbmlops.run_info("forest").id == run.id
    assert nbmlops.history("forest", "loss")["value"].tolist() == [2, 3]
    assert nbmlops.load_model("forest").n_features_in_ == 1
    for change in (
        lambda: nbmlops.rename("forest", "x"),
        lambda: nbmlops.delete("forest"),
        lambda: nbmlops.set_tag("a", "b", run="forest"),
        lambda: nbmlops.note("a", run="forest"),
    ):
        with pytest.raises(nbmlops.AmbiguousIdError, match=f"3 runs are named 'forest':\n  {run.id[:8]}  "):
            change()
    nbmlops.delete(run.id)
    assert nbmlops.run_info("forest").metrics["loss"] == 2
    assert len(nbmlops.runs()) == 2


def test_parameters_that_nobody_chose_are_columns_when_they_are_asked_for():
    with nbmlops.start_run("a") as run:
        run.write_params([("depth", 3, "estimator", True), ("leaf", 1, "estimator", False)])
        nbmlops.log_metric("m", 1)
        nbmlops.set_tag("t", "x")
    front = ["id", "name", "experiment", "status", "started", "duration"]
    assert list(nbmlops.runs()) == [
        *front,
        "params.depth",
        "metrics.m",
        "tags.t",
        "verdict",
        "findings",
        "note",
    ]
    with_all = [*front, "params.depth", "params.leaf", "metrics.m", "tags.t", "verdict", "findings", "note"]
    assert list(nbmlops.runs(defaults=True)) == with_all
    assert nbmlops.run_info("a").params == {"depth": 3, "leaf": 1}


def test_a_condition_or_an_order_on_a_mistyped_key_says_what_may_be_meant():
    assert nbmlops.runs(where="metrics.acurracy > 0.5", order_by="metrics.acurracy").empty
    with nbmlops.start_run():
        nbmlops.log_metric("accuracy", 0.9)
    with pytest.raises(nbmlops.WhereError, match=r"did you mean metrics\.accuracy") as raised:
        nbmlops.runs(where="status = 'finished' and metrics.acurracy > 0.5")
    assert raised.value.column == len("status = 'finished' and ")
    with pytest.raises(nbmlops.ValueRefusedError, match=r"did you mean metrics\.accuracy"):
        nbmlops.runs(order_by="-metrics.acurracy")
    with pytest.raises(nbmlops.WhereError, match="RUNNING, FINISHED, FAILED, KILLED, LOST") as raised:
        nbmlops.runs(where="status = 'interrupted'")
    assert raised.value.column == len("status = ")
    assert nbmlops.runs(where="metrics.val_loss < 1").empty


def test_a_change_of_folder_moves_no_run(folder, monkeypatch):
    monkeypatch.delenv("NBMLOPS_STORE")
    with nbmlops.start_run("a"):
        (folder / "sub").mkdir()
        monkeypatch.chdir(folder / "sub")
        nbmlops.log_metric("m", 1)
    with nbmlops.start_run("b"):
        pass
    assert sorted(nbmlops.runs()["name"]) == ["a", "b"]
    assert (folder / ".nbmlops").is_dir()
    assert not (folder / "sub" / ".nbmlops").exists()


# Secrets ----------------------------------------------------------------------------------------------------


def every_byte(folder: Path) -> bytes:
    return b"".join(str(path).encode() + path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("state", ["in the journal", "in the tables"])
def test_a_secret_stands_nowhere_in_the_store(folder, monkeypatch, state):
    monkeypatch.setenv("CANARY_TOKEN", CANARY)
    assert nbmlops.secret("CANARY_TOKEN") == CANARY
    (folder / "file.txt").write_text("harmless")
    with (
        pytest.raises(ValueError, match="Canary"),
        nbmlops.start_run(f"run {CANARY}", experiment=f"e {CANARY}", tags={"t": CANARY}) as run,
    ):
        nbmlops.log_params(
            {"plain": CANARY, "nested": {"a": [CANARY]}, CANARY: 1, "url": f"https://u:{CANARY}@host/"}
        )
        nbmlops.log_param("password", "another-Canary-77aa")
        nbmlops.log_params({"cfg": {"api_key": "another-Canary-77aa"}})
        nbmlops.log_metric(f"m {CANARY}", 1)
        nbmlops.log_metric(f"m {CANARY}", 2)
        nbmlops.log_series(f"s {CANARY}", [1, 2])
        nbmlops.set_tag("tag", f"x{CANARY}x")
        nbmlops.set_tag("token", "another-Canary-77aa")
        nbmlops.note(f"use {CANARY}")
        nbmlops.log_artifact("file.txt", name=CANARY)
        nbmlops.log_figure(Image.new("RGB", (2, 2)), CANARY)
        run.describe_metric(f"m {CANARY}", direction="max", origin="explicit")
        # An error's text is cut: not in the middle of a secret, whose half would not be known.
        raise ValueError("x" * (500 - len("ValueError: ") - len(CANARY) // 2) + CANARY)
    if state == "in the tables":
        nbmlops.rename(run.id, f"renamed {CANARY}")
        nbmlops.note(f"again {CANARY}", run=run.id)
        nbmlops.set_tag("later", CANARY, run=run.id)
        nbmlops.set_tag("password", "another-Canary-77aa", run=run.id)
        session().workspace.context.wait()
        session().workspace.sync()
        info = nbmlops.run_info(run.id)
        assert info.params["password"] == "***"
        assert info.metrics["m ***"] == 2
        session().workspace.database.reset()
        with sqlite3.connect(folder / "store" / "store.db") as connection:
            connection.execute("PRAGMA wal_checkpoint")
        connection.close()
    stored = every_byte(folder / "store")
    assert b"another-Canary" not in stored
    for size in (len(CANARY), 12):
        assert CANARY[:size].encode() not in stored
    assert b"FAILED" in stored


# What belongs to the process ----------------------------------------------------------------------------


def handed_down() -> tuple[str | None, str | None]:
    return os.environ.get("NBMLOPS_RUN_ID"), os.environ.get("NBMLOPS_RUN_STORE")


def test_each_run_is_handed_down_while_it_is_the_innermost_and_what_stood_there_comes_back(
    monkeypatch, folder
):
    job, store = "1" * 32, str(folder / "store")
    monkeypatch.setenv("NBMLOPS_RUN_ID", job)
    monkeypatch.setenv("NBMLOPS_RUN_STORE", store)
    with nbmlops.start_run("outer") as outer:
        assert outer.parent == job
        assert handed_down() == (outer.id, store)
        with nbmlops.start_run("inner") as inner:
            assert handed_down() == (inner.id, store)
        assert handed_down() == (outer.id, store)
    assert handed_down() == (job, store)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_runs_that_overlap_leave_nothing_behind_in_the_environment(order):
    runs = [session().start_run(str(n), nested=False) for n in range(3)]
    open_runs = list(runs)
    for n in order:
        runs[n].end()
        open_runs.remove(runs[n])
        assert handed_down()[0] == (open_runs[-1].id if open_runs else None)
    assert handed_down() == (None, None)


def test_an_experiment_keeps_no_secret_in_its_name_or_tags(monkeypatch, folder):
    session().secrets.register(CANARY, name="password")
    found = nbmlops.experiment(f"login {CANARY}", required_tags=["team", f"key {CANARY}"])
    assert (found.name, found.required_tags) == ("login ***", ("team", "key ***"))
    assert nbmlops.experiment(f"login {CANARY}").name == "login ***"


def test_a_run_killed_under_a_database_url_waits_for_that_database(folder, monkeypatch, run_python):
    url = f"sqlite:///{folder / 'team.db'}"
    code = "import nbmlops, os; nbmlops.start_run('killed').log_metric('a', 1); os._exit(9)"
    subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=os.environ | {"NBMLOPS_STORE": url}, check=False
    )
    spool = folder / ".nbmlops"
    monkeypatch.setenv("NBMLOPS_STORE", str(spool))
    assert nbmlops.runs().empty
    session().workspace.database.reset()
    monkeypatch.setenv("NBMLOPS_STORE", url)
    assert list(nbmlops.runs()["name"]) == ["killed"]


def test_another_store_in_the_same_process_does_not_lose_a_run_that_is_open(folder, monkeypatch):
    url = f"sqlite:///{folder / 'team.db'}"
    monkeypatch.setenv("NBMLOPS_STORE", url)
    run = nbmlops.start_run("open")
    first = session().workspace
    monkeypatch.setenv("NBMLOPS_STORE", f"{url}?timeout=7")  # the same database, in another workspace
    assert list(nbmlops.runs()["status"]) == ["RUNNING"]
    assert session().workspace is not first
    assert subprocess.run([sys.executable, "-c", "import nbmlops; print(nbmlops.runs()['status'][0])"], env=os.environ,
                          capture_output=True, text=True, check=True).stdout.strip() == "RUNNING"  # fmt: skip
    run.end()
    assert list(nbmlops.runs()["status"]) == ["FINISHED"]
    first.drain.close()
    first.database.reset()


def test_the_line_after_a_cell_does_not_wait_for_who_holds_the_database(folder):
    with nbmlops.start_run("r") as run:
        run.log_metric("a", 1)
    workspace = session().workspace
    workspace.sync()
    holder = sqlite3.connect(workspace.folder.database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    run_2 = nbmlops.start_run("s")
    run_2.log_metric("a", 1)
    begun = time.monotonic()
    with pytest.raises(StoreBusyError):
        workspace.standing(run_2)
    assert time.monotonic() - begun < 3
    holder.execute("ROLLBACK")
    holder.close()
    run_2.end()


def test_the_line_after_a_cell_does_not_wait_for_the_drain():
    with nbmlops.start_run("r") as run:
        run.log_metric("a", 1)
    workspace = session().workspace
    with workspace.drain.paused():
        begun = time.monotonic()
        with pytest.raises(StoreBusyError):
            workspace.standing(run)
        assert time.monotonic() - begun < 3
    assert workspace.standing(run).metrics[0].last == 1


def test_a_child_forked_while_another_thread_held_a_lock_can_begin_a_run(folder):
    state = session()
    state.start_run("before").end()
    locks = [state._mutex, state.current._mutex, _Holder.mutex]
    ready, done = threading.Event(), threading.Event()

    def hold() -> None:
        with locks[0], locks[1], locks[2]:
            ready.set()
            done.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    ready.wait(30)
    if not (pid := os.fork()):
        signal.alarm(20)  # ends the child where it hangs
        with _Holder.mutex:
            state.start_run("child").end()
        os._exit(0)
    done.set()
    thread.join()
    assert os.waitpid(pid, 0)[1] == 0


def test_a_context_that_takes_long_is_not_waited_for_without_end(folder):
    release = threading.Event()
    context = session().workspace.context
    context._last = ThreadPoolExecutor(1).submit(release.wait, 30)
    context.wait(0.05)
    release.set()


def test_the_run_of_another_process_leaves_no_table_of_metrics_behind(monkeypatch):
    for n in range(3):
        monkeypatch.setenv("NBMLOPS_RUN_ID", f"{n:032x}")
        nbmlops.log_metric("a", n)
    assert list(session().workspace.journal._series) == [f"{2:032x}"]
