from __future__ import annotations

import copy
import inspect
import pickle
import pkgutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cloudpickle
import duckdb
import h5py
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset
import pyarrow.feather
import pyarrow.json
import pyarrow.orc
import pyarrow.parquet
import pytest

from nbmlops.capture import readers
from nbmlops.capture.files import FileWatch, OpenedFile

FRAME = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    FRAME.to_csv(folder / "a.csv", index=False)
    FRAME.to_parquet(folder / "a.parquet")
    FRAME.to_feather(folder / "a.feather")
    FRAME.to_orc(folder / "a.orc")
    FRAME.to_json(folder / "a.json", orient="records")
    FRAME.to_json(folder / "a.jsonl", orient="records", lines=True)
    pl.DataFrame({"a": [1]}).write_avro(folder / "a.avro")
    (folder / "parts").mkdir()
    for part in ("1", "2"):
        FRAME.to_parquet(folder / "parts" / f"{part}.parquet")
    with h5py.File(folder / "a.h5", "w") as file:
        file["x"] = [1, 2]
    np.save(folder / "a.npy", np.arange(3))
    with duckdb.connect(str(folder / "a.duckdb")) as connection:
        connection.execute("create table t as select 1 as a")
    return folder


@pytest.fixture(scope="module")
def process_watch() -> FileWatch:
    watch = FileWatch()
    readers.install(watch)
    return watch


@pytest.fixture
def watch(process_watch: FileWatch, data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileWatch]:
    monkeypatch.chdir(data)
    process_watch.start()
    yield process_watch
    while process_watch.active:
        process_watch.stop()


def paths(opened: tuple[OpenedFile, ...], data: Path) -> list[str]:
    return [str(Path(file.path).relative_to(data)) for file in opened]


NATIVE: dict[str, tuple[Callable[[], Any], list[str]]] = {
    "pandas parquet": (lambda: pd.read_parquet("a.parquet"), ["a.parquet"]),
    "pandas keyword": (lambda: pd.read_parquet(path="a.parquet"), ["a.parquet"]),
    "pandas path object": (lambda: pd.read_parquet(Path("a.parquet")), ["a.parquet"]),
    "pandas csv": (lambda: pd.read_csv("a.csv"), ["a.csv"]),
    "pandas csv by arrow": (lambda: pd.read_csv("a.csv", engine="pyarrow"), ["a.csv"]),
    "pandas feather": (lambda: pd.read_feather("a.feather"), ["a.feather"]),
    "pandas orc": (lambda: pd.read_orc("a.orc"), ["a.orc"]),
    "pandas folder": (lambda: pd.read_parquet("parts"), ["parts"]),
    "arrow parquet": (lambda: pa.parquet.read_table("a.parquet"), ["a.parquet"]),
    "arrow parquet file": (lambda: pa.parquet.ParquetFile("a.parquet").read(), ["a.parquet"]),
    "arrow parquet data set": (lambda: pa.parquet.ParquetDataset("parts").read(), ["parts"]),
    "arrow feather": (lambda: pa.feather.read_table("a.feather"), ["a.feather"]),
    "arrow csv": (lambda: pa.csv.read_csv("a.csv"), ["a.csv"]),
    "arrow csv in pieces": (lambda: pa.csv.open_csv("a.csv").read_all(), ["a.csv"]),
    "arrow json": (lambda: pa.json.read_json("a.jsonl"), ["a.jsonl"]),
    "arrow orc": (lambda: pa.orc.read_table("a.orc"), ["a.orc"]),
    "arrow data set": (lambda: pa.dataset.dataset("parts").to_table(), ["parts"]),
    "arrow list": (
        lambda: pa.dataset.dataset(["a.parquet", "parts/1.parquet"]),
        ["a.parquet", "parts/1.parquet"],
    ),
    "arrow memory map": (lambda: pa.memory_map("a.feather"), ["a.feather"]),
    "polars csv": (lambda: pl.read_csv("a.csv"), ["a.csv"]),
    "polars keyword": (lambda: pl.read_csv(source="a.csv"), ["a.csv"]),
    "polars lazy csv": (lambda: pl.scan_csv("a.csv").collect(), ["a.csv"]),
    "polars parquet": (lambda: pl.read_parquet("a.parquet"), ["a.parquet"]),
    "polars pattern": (
        lambda: pl.scan_parquet("parts/*.parquet").collect(),
        ["parts/1.parquet", "parts/2.parquet"],
    ),
    "polars ipc": (lambda: pl.read_ipc("a.feather"), ["a.feather"]),
    "polars ndjson": (lambda: pl.read_ndjson("a.jsonl"), ["a.jsonl"]),
    "polars json": (lambda: pl.read_json("a.json"), ["a.json"]),
    "polars avro": (lambda: pl.read_avro("a.avro"), ["a.avro"]),
    "duckdb csv": (lambda: duckdb.read_csv("a.csv").fetchall(), ["a.csv"]),
    "duckdb parquet": (lambda: duckdb.read_parquet("a.parquet").fetchall(), ["a.parquet"]),
    "duckdb json": (lambda: duckdb.read_json("a.json").fetchall(), ["a.json"]),
    "duckdb connection reader": (lambda: duckdb.connect().read_csv("a.csv").fetchall(), ["a.csv"]),
    "duckdb database": (lambda: duckdb.connect("a.duckdb").close(), ["a.duckdb"]),
    "h5py": (lambda: h5py.File("a.h5")["x"][:], ["a.h5"]),
    "h5py by keyword": (lambda: h5py.File(name="a.h5", mode="r"), ["a.h5"]),
    "numpy": (lambda: np.load("a.npy"), ["a.npy"]),
    "numpy memory map": (lambda: np.memmap("a.npy", mode="r"), ["a.npy"]),
}


@pytest.mark.parametrize("reader", NATIVE)
def test_every_reader_is_seen(reader: str, watch: FileWatch, data: Path) -> None:
    read, expected = NATIVE[reader]
    read()
    assert paths(watch.stop(), data) == expected


def test_what_was_read_is_what_would_have_been_read(watch: FileWatch) -> None:
    pd.testing.assert_frame_equal(pd.read_parquet("a.parquet"), FRAME)
    assert duckdb.sql("select sum(a) from 'a.csv'").fetchall() == [(3,)]


def test_files_that_are_written_are_no_inputs(watch: FileWatch, tmp_path: Path) -> None:
    with h5py.File(tmp_path / "new.h5", "w") as file:
        file["x"] = 1
    duckdb.connect(":memory:").close()
    assert watch.stop() == ()


def test_a_url_is_noted_without_its_secrets_and_never_fetched(watch: FileWatch) -> None:
    lazy = pl.scan_parquet("s3://bucket/data.parquet?token=tok3n")
    assert lazy is not None
    with pytest.raises(Exception):  # noqa: B017, PT011 - there is no such host; how that is told is pandas' affair
        pd.read_csv("https://ann:s3cret@localhost:1/data.csv")
    assert [(file.path, file.kind) for file in watch.stop() if file.kind == "remote"] == [
        ("s3://bucket/data.parquet?token=***", "remote"),
        ("https://ann:***@localhost:1/data.csv", "remote"),
    ]


def test_literal_text_that_is_no_path_is_passed_through(watch: FileWatch) -> None:
    import io

    assert len(pd.read_csv(io.StringIO("a\n1"))) == 1
    assert len(pl.read_csv(b"a\n1")) == 1
    assert duckdb.sql("select 'no file' as a").fetchall() == [("no file",)]
    with pytest.raises(FileNotFoundError):
        pd.read_parquet("missing.parquet")
    assert watch.stop() == ()


def test_a_hostile_argument_reaches_the_reader_unharmed(watch: FileWatch) -> None:
    class Hostile:
        def __fspath__(self) -> str:
            raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        pd.read_parquet(Hostile())  # type: ignore[call-overload]
    with pytest.raises(TypeError):
        pd.read_parquet()  # type: ignore[call-overload]


def test_signature_help_and_classes_stay(process_watch: FileWatch) -> None:
    assert "engine" in inspect.signature(pd.read_parquet).parameters
    assert inspect.getdoc(pd.read_parquet).startswith("Load a parquet")
    assert inspect.isfunction(pd.read_parquet)
    assert isinstance(pa.parquet.ParquetFile, type)
    assert isinstance(h5py.File, type)
    assert "def read_parquet" in inspect.getsource(pd.read_parquet)


@pytest.mark.parametrize(
    "address",
    [
        "pandas:read_parquet",
        "pyarrow.parquet:read_table",
        "pyarrow.csv:read_csv",
        "polars:read_csv",
        "duckdb:read_csv",
    ],
)
def test_wrapped_functions_are_copied_and_pickled_as_functions_are(
    process_watch: FileWatch, address: str
) -> None:
    wrapped = pkgutil.resolve_name(address)
    assert type(wrapped).__name__ == "NotingReader"
    assert copy.deepcopy(wrapped) is wrapped
    assert copy.copy(wrapped) is wrapped
    assert pickle.loads(pickle.dumps(wrapped)) is wrapped
    assert pickle.loads(cloudpickle.dumps(wrapped)) is wrapped


def test_a_pickled_reader_works_where_nbmlops_was_never_loaded(process_watch: FileWatch, data: Path) -> None:
    code = (
        "import pickle, sys\nread = pickle.loads(sys.stdin.buffer.read())\nprint(len(read(sys.argv[1])))\n"
        "assert not any(name.startswith('nbmlops') for name in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(data / "a.parquet")],
        input=pickle.dumps(pd.read_parquet),
        capture_output=True,
        check=True,
    )
    assert done.stdout.strip() == b"2"


def test_installing_again_wraps_nothing_twice_and_takes_the_new_watch(
    process_watch: FileWatch, data: Path
) -> None:
    before = pd.read_parquet
    other = FileWatch()
    readers.install(other)
    try:
        assert pd.read_parquet is before
        other.start()
        pl.read_csv(data / "a.csv")
        assert paths(other.stop(), data) == ["a.csv"]
    finally:
        readers.install(process_watch)


def test_installing_imports_nothing_and_later_imports_are_wrapped(data: Path) -> None:
    code = """
import sys
from nbmlops.capture import readers
from nbmlops.capture.files import FileWatch
watch = FileWatch()
readers.install(watch)
heavy = {"pandas", "polars", "pyarrow", "duckdb", "h5py", "numpy"} & set(sys.modules)
assert not heavy, heavy
import importlib.resources
import polars as pl
from polars import read_csv
assert importlib.resources.files("polars").joinpath("__init__.py").is_file()
watch.start()
read_csv(sys.argv[1])
print(*[file.path for file in watch.stop()])
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(data / "a.csv")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.strip() == str(data / "a.csv")


def test_every_reader_in_the_table_exists_in_the_present_releases() -> None:
    absent = {("polars", "read_csv_batched")}
    for reader in readers.READERS:
        found: Any = sys.modules[reader.module]
        for step in reader.name.split("."):
            found = getattr(found, step, None)
        assert found is not None or (reader.module, reader.name) in absent, reader


def test_a_frame_named_in_sql_is_found_where_the_user_has_it(watch: FileWatch) -> None:
    frames_of_mine = FRAME
    connection = duckdb.connect()
    for ask in (duckdb.sql, duckdb.query, duckdb.execute, connection.sql, connection.execute):
        assert ask("select sum(a) from frames_of_mine").fetchall() == [(3,)]
        assert ask("select sum(a) from FRAME").fetchall() == [(3,)]
    assert len(frames_of_mine) == 2


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("duckdb.sql(\"select * from 'a.csv' where b = 'x'\")", ["a.csv"]),
        ("duckdb.sql('from \"a.csv\"')", ["a.csv"]),
        (
            "con.execute(\"from read_parquet('parts/*.parquet')\")",
            ["parts/1.parquet", "parts/2.parquet"],
        ),
        ("def f():\n    return duckdb.sql(f\"select {n} from 'a.csv'\")", ["a.csv"]),
        ('query = """\nselect *\nfrom \'a.csv\'\n"""', ["a.csv"]),
        ("get_ipython().run_cell_magic('time', '', 'duckdb.sql(\"from \\'a.csv\\'\")\\n')", ["a.csv"]),
        ("duckdb.sql(\"attach 'a.duckdb' as x\")", ["a.duckdb"]),
        ("duckdb.sql(\"attach 'a.npy' as x\")", []),
        ("duckdb.sql(\"copy (select 1) to 'a.csv'\"); duckdb.sql(\"from 'a.csv'\")", []),
        ("duckdb.sql(\"from 'missing.csv' join 'https://h/x.csv' join 'parts'\")", []),
        ("print('a.csv', \"'a.csv'\")", []),
        ("duckdb.sql(", []),
        ("\0", []),
        ("duckdb.sql(\"from 'a\\0.csv'\")", []),
    ],
)
def test_files_named_in_queries_are_read_off_the_source(
    source: str, expected: list[str], data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data)
    assert readers.paths_in_source(source) == tuple(data / name for name in expected)


def test_without_duckdb_no_query_is_looked_at(data: Path) -> None:
    code = """
import sys
from nbmlops.capture.readers import paths_in_source
query = "sql(\\"select * from 'a.csv'\\")"
assert paths_in_source(query) == ()
assert len(paths_in_source("from duckdb import sql\\n" + query)) == 1
assert len(paths_in_source("import pandas, duckdb as d\\n" + query)) == 1
assert "duckdb" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=data)
