"""What is recorded of the data that a cell reads."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse as sp

from nbmlops.capture.data import describe, describe_file, is_data
from nbmlops.capture.fingerprints import fingerprint
from nbmlops.records import Column


class Raises:
    def __getattr__(self, name):
        raise RuntimeError(name)

    def __len__(self):
        raise RuntimeError


class FakeFrame:
    @property
    def __class__(self):
        return pd.DataFrame


class LyingArray(np.ndarray):
    @property
    def shape(self):
        return ("many", "rows")


class RaisingArray(np.ndarray):
    @property
    def nbytes(self):
        raise RuntimeError

    def __array__(self, *args, **kwargs):
        raise RuntimeError

    def __eq__(self, other):
        raise RuntimeError

    __hash__ = None


class RaisingFrame(pd.DataFrame):
    @property
    def columns(self):
        raise RuntimeError("no columns today")


@pytest.mark.parametrize(
    ("obj", "kind", "shape"),
    [
        (pd.DataFrame({"a": [1, 2]}), "dataframe", (2, 1)),
        (pd.Series([1, 2]), "series", (2,)),
        (pd.Index([1, 2]), "series", (2,)),
        (np.ones((3, 2)), "array", (3, 2)),
        (pl.DataFrame({"a": [1, 2]}), "dataframe", (2, 1)),
        (pl.Series([1, 2]), "series", (2,)),
        (pa.table({"a": [1, 2]}), "table", (2, 1)),
        (pa.array([1, 2]), "array", (2,)),
        (sp.csr_array((3, 2)), "sparse", (3, 2)),
        (pd.DataFrame(), "dataframe", (0, 0)),
    ],
    ids=lambda value: type(value).__module__ if not isinstance(value, str | tuple) else None,
)
def test_data_are_described_with_kind_shape_and_fingerprint(obj, kind, shape):
    found = describe("x", obj)
    assert is_data(obj)
    assert (found.name, found.kind, found.shape, found.source) == ("x", kind, shape, "variable")
    assert found.fingerprint == fingerprint(obj)
    assert found.nbytes is not None
    assert found.note == ""


@pytest.mark.parametrize(
    "obj",
    [
        1,
        1.5,
        "text",
        None,
        [1, 2, 3],
        {"a": 1},
        np.float64(1),
        np.array(1.0),
        np.array([1.0]),
        pa.array([1]),
        object(),
    ],
)
def test_single_values_and_plain_python_are_no_data(obj):
    assert not is_data(obj)
    assert describe("x", obj) is None


def test_a_data_class_itself_is_no_data():
    assert not is_data(pd.DataFrame)
    assert not is_data(pd)


def test_columns_are_named_with_their_types_up_to_200():
    found = describe("x", pd.DataFrame({"a": [1], 7: ["x"]}))
    assert found.columns[0] == Column("a", "int64")
    assert found.columns[1].name == "7"
    assert describe("x", pa.table({"a": [1]})).columns == (Column("a", "int64"),)
    assert describe("x", pl.DataFrame({"a": [1]})).columns == (Column("a", "Int64"),)
    wide = describe("x", pd.DataFrame(np.ones((2, 300))))
    assert len(wide.columns) == 200
    assert wide.shape == (2, 300)


def test_what_cannot_be_hashed_is_recorded_with_the_reason():
    found = describe("x", pd.DataFrame({"odd": [object()]}))
    assert found.fingerprint is None
    assert "odd" in found.note
    assert found.shape == (1, 1)


def test_an_interrupt_skips_the_hash_and_not_the_cell():
    def interrupt(fraction):
        raise KeyboardInterrupt

    found = describe("x", np.ones(10), on_progress=interrupt)
    assert found.fingerprint is None
    assert "interrupted" in found.note
    assert found.shape == (10,)


def test_a_database_query_is_named_and_not_run(tmp_path):
    relation = duckdb.sql("select error('it ran') as a, 2 as b")
    found = describe("q", relation)
    assert (found.kind, found.shape, found.fingerprint) == ("table", (), None)
    assert [column.name for column in found.columns] == ["a", "b"]
    assert "query" in found.note


@pytest.mark.parametrize("hostile", [Raises(), FakeFrame(), Raises], ids=["raises", "fake class", "class"])
def test_a_hostile_object_is_no_data(hostile):
    assert not is_data(hostile)
    assert describe("x", hostile) is None


@pytest.mark.parametrize("cls", [LyingArray, RaisingArray])
def test_a_hostile_array_is_described_as_far_as_it_goes(cls):
    found = describe("x", np.ones(5).view(cls))
    assert found is None or found.note or found.fingerprint


def test_a_frame_that_raises_is_described_as_far_as_it_goes():
    found = describe("x", RaisingFrame({"a": [1, 2]}))
    assert found.kind == "dataframe"
    assert found.fingerprint is None
    assert "no columns today" in found.note


def test_a_frame_with_a_cycle_is_described(tmp_path):
    cyclic: list = []
    cyclic.append(cyclic)
    assert "cycle" in describe("x", pd.Series([cyclic], name="c")).note


def test_a_file_is_named_relative_to_the_root(tmp_path):
    file = tmp_path / "data" / "train.csv"
    file.parent.mkdir()
    file.write_text("a\n1\n")
    found = describe_file(file, root=tmp_path)
    assert (found.name, found.kind, found.source) == ("data/train.csv", "file", "file")
    assert (found.path, found.nbytes, found.shape) == (str(file), 4, ())
    assert found.fingerprint == fingerprint(path=file)
    assert describe_file(file, root=None).name == str(file)
    assert describe_file(file, root=tmp_path / "elsewhere").name == str(file)


def test_a_relative_path_counts_from_the_working_directory(tmp_path, monkeypatch):
    (tmp_path / "x.csv").write_text("1")
    monkeypatch.chdir(tmp_path)
    assert describe_file("x.csv", root=tmp_path) == describe_file(tmp_path / "x.csv", root=tmp_path)


def test_a_directory_is_described_as_one(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "0.bin").write_bytes(b"12345")
    found = describe_file(tmp_path / "parts", root=tmp_path)
    assert (found.name, found.kind, found.nbytes) == ("parts", "directory", 5)
    assert found.fingerprint is not None


@pytest.mark.parametrize("path", ["missing.csv", "null\0byte"])
def test_a_missing_file_is_recorded_with_the_reason(tmp_path, path):
    found = describe_file(str(tmp_path / path), root=tmp_path)
    assert found.fingerprint is None
    assert "not read" in found.note


def test_looking_for_data_loads_nothing():
    code = (
        "import sys\n"
        "from nbmlops.capture.data import describe, is_data\n"
        "assert not is_data([1]) and describe('x', {'a': 1}) is None\n"
        "heavy = ('pandas', 'numpy', 'polars', 'pyarrow', 'blake3')\n"
        "raise SystemExit(any(module in sys.modules for module in heavy))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=30).returncode == 0


def test_the_source_imports_no_data_library_by_name():
    source = Path(sys.modules["nbmlops.capture.data"].__file__).read_text()
    assert "import pandas" not in source
    assert "import numpy" not in source


def _is_locked_for_others(file):
    """Another process tries to write: SQLite's locks belong to a process."""
    code = (
        "import sqlite3, sys\n"
        "db = sqlite3.connect(sys.argv[1], timeout=0)\n"
        "try: db.execute('insert into t values (2)')\n"
        "except sqlite3.OperationalError as error: assert 'locked' in str(error)\n"
        "else: raise SystemExit(1)\n"
    )
    return subprocess.run([sys.executable, "-c", code, str(file)], timeout=30).returncode == 0


@pytest.mark.parametrize(("name", "kind"), [("x.db", "file"), ("x.thing", "database"), ("x.thing", "file")])
def test_a_database_that_is_open_keeps_its_locks(tmp_path, name, kind):
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / name
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("create table t (a)")
        db.execute("begin immediate")
        db.execute("insert into t values (1)")
        assert _is_locked_for_others(file)
        found = describe_file(file, root=tmp_path, kind=kind)
        folder = describe_file(file.parent, root=tmp_path, kind="directory")
        assert _is_locked_for_others(file)
    assert (found.kind, found.path, found.nbytes) == ("database", str(file), file.stat().st_size)
    assert found.fingerprint is None
    assert found.note.startswith("an open database: not hashed; last modified 20")
    assert (folder.kind, folder.fingerprint) == ("directory", None)


def test_a_file_that_is_open_and_no_database_is_hashed(tmp_path):
    (tmp_path / "x.csv").write_text("a" * 100)
    with (tmp_path / "x.csv").open():
        assert describe_file(tmp_path / "x.csv", root=tmp_path).fingerprint is not None


def test_what_lies_elsewhere_keeps_its_masked_address(tmp_path):
    found = describe_file("https://bob:pw@h/x.csv", root=tmp_path, kind="remote")
    assert (found.name, found.path) == ("https://bob:***@h/x.csv", "https://bob:***@h/x.csv")
    assert (found.kind, found.source, found.note) == ("file", "file", "remote: not hashed")
