"""The data that a cell reads."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pandas as pd
import pytest

from nbmlops.capture import overlap
from nbmlops.capture.files import OpenedFile
from nbmlops.tracking.inputs import describe_files, leaks


def _split(rows=100, *, seed=0):
    whole = pd.DataFrame(np.random.default_rng(seed).random((rows, 3)), columns=list("abc"))
    return {"X": whole, "X_train": whole.iloc[: rows * 3 // 4], "X_test": whole.iloc[rows * 3 // 4 :]}


def test_test_rows_in_what_a_model_is_fitted_on_are_told():
    tables = _split()
    assert leaks(["X", "X_test"], tables) == ["Every row of X_test is also in X: metrics may be too good."]
    tables["X_test"] = pd.concat([tables["X_test"].head(20), _split(seed=1)["X"].head(5)])
    assert leaks(["X", "X_test"], tables) == [
        "20 of 25 rows of X_test are also in X: metrics may be too good."
    ]


def test_the_whole_that_was_split_is_no_leak():
    assert leaks(["X", "X_train", "X_test"], _split()) == []


def test_one_row_that_both_halves_hold_makes_the_whole_no_leak():
    whole = _split()["X"].copy()
    whole.iloc[-1] = whole.iloc[0]
    tables = {"X": whole, "X_train": whole.iloc[:75], "X_test": whole.iloc[75:]}
    assert leaks(["X", "X_train", "X_test"], tables) == []


def test_a_leak_between_the_halves_shows_beside_the_whole():
    tables = _split()
    tables["X_train"] = tables["X"].iloc[10:]
    assert "Every row of X_test is also in X_train: metrics may be too good." in leaks([*tables], tables)


def test_other_data_beside_a_leak_do_not_hide_it():
    tables = _split() | {"other": _split(seed=3)["X"]}
    assert len(leaks(["X", "X_test", "other"], tables)) == 1


def test_each_table_is_hashed_once_and_large_ones_never(monkeypatch):
    hashed = []
    combined = overlap._combined
    monkeypatch.setattr(overlap, "_combined", lambda found: hashed.append(len(found)) or combined(found))
    tables = {f"t{k}": np.random.default_rng(k).random((50, k + 2)) for k in range(4)}
    tables["huge"] = np.broadcast_to(np.zeros((1, 3)), (1_000_000, 3))
    assert leaks([*tables], tables) == []
    assert hashed == [2, 3, 4, 5]


def test_a_remote_file_keeps_its_address_without_the_password(tmp_path):
    opened = OpenedFile("https://bob:pw@h/x.csv", "r", kind="remote")
    (found,) = describe_files([opened], tmp_path, lambda _: None)
    assert (found.name, found.path) == ("https://bob:***@h/x.csv", "https://bob:***@h/x.csv")
    assert (found.kind, found.note) == ("file", "remote: not hashed")


def test_a_database_is_not_hashed(tmp_path):
    file = tmp_path / "odd.thing"
    with closing(sqlite3.connect(file)) as db:
        db.execute("create table t (a)")
    opened = OpenedFile(str(file), "r", kind="database")
    (found,) = describe_files([opened], tmp_path, lambda _: None)
    assert (found.name, found.kind, found.fingerprint) == ("odd.thing", "database", None)


@pytest.mark.parametrize("change", [True, False])
def test_a_file_that_changed_since_it_was_opened_says_so(tmp_path, change):
    file = tmp_path / "x.csv"
    file.write_text("1")
    state = file.stat()
    if change:
        file.write_text("12")
    opened = OpenedFile(str(file), "r", state.st_mtime_ns, state.st_size)
    (found,) = describe_files([opened], tmp_path, lambda _: None)
    assert found.note.startswith("changed") is change
