"""Data that are kept come back as they were, and versions share what they have in common."""

# ruff: noqa: DTZ001 - naive times are data like any other
from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbmlops.capture.fingerprints import fingerprint
from nbmlops.datasets import KeptData
from nbmlops.datasets.manifest import Runs
from nbmlops.errors import NotFoundError, ValueRefusedError
from nbmlops.store.blobs import BlobStore
from nbmlops.store.folder import StoreFolder
from nbmlops.store.kept_index import KeptIndex


class Place:
    """Kept data in a folder of their own."""

    def __init__(self, root: Path) -> None:
        self.folder = StoreFolder(root / "store")
        self.folder.ensure()
        self.blobs = BlobStore(self.folder)
        self.data = KeptData(self.blobs, KeptIndex(self.folder.kept))

    def keep(self, obj):
        return self.data.keep(obj, fingerprint(obj))

    def size(self) -> int:
        return sum(path.stat().st_size for path in self.folder.root.rglob("*") if path.is_file())


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path)


def pandas_frame() -> pd.DataFrame:
    days = pd.date_range("2020-01-01", periods=4, freq="D")
    return pd.DataFrame(
        {
            "float": [1.0, np.nan, -0.0, np.inf],
            "float32": np.array([1, 2, 3, 4], dtype="f4"),
            "uint8": np.array([1, 2, 3, 255], dtype="u1"),
            "uint64": np.array([1, 2, 3, 2**64 - 1], dtype="u8"),
            "bool": [True, False, True, True],
            "text": ["a", "ü", "", None],
            "object": pd.Series(["a", None, "b", ""], dtype=object),
            "bytes": [b"a", b"", None, b"\x00"],
            "Int64": pd.array([1, None, 3, 2**62], dtype="Int64"),
            "boolean": pd.array([True, None, False, True], dtype="boolean"),
            "category": pd.Categorical(["b", None, "a", "b"], categories=["z", "b", "a"], ordered=True),
            "numbers": pd.Categorical([3, 1, 3, 1]),
            "seconds": days.astype("M8[s]"),
            "zoned": days.tz_localize("Europe/Berlin"),
            "span": pd.to_timedelta([1, None, 3, 4], unit="s"),
            "period": days.to_period("M"),
            "interval": pd.interval_range(0, 4),
            "date": [dt.date(2020, 1, 1), None, dt.date(1600, 1, 1), dt.date(2020, 1, 2)],
            "decimal": [Decimal("1.10"), None, Decimal(-3), Decimal(0)],
            "list": [[1, 2], [], None, [3]],
            "arrow": pd.Series(["x", None, "y", "z"], dtype=pd.ArrowDtype(pa.string())),
        }
    )


SUBJECTS = {
    "pandas, every dtype": pandas_frame,
    "pandas without lists": lambda: pandas_frame().drop(columns="list"),
    "pandas with an index": lambda: pandas_frame().set_index("text"),
    "pandas with two index levels": lambda: pandas_frame().set_index(["category", "zoned"]),
    "pandas with a sliced index": lambda: pandas_frame().iloc[::2],
    "pandas with numbers for names": lambda: pd.DataFrame(np.eye(3)),
    "pandas with names of two levels": lambda: pd.DataFrame(np.eye(2), columns=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])),
    "empty pandas": lambda: pd.DataFrame({"a": np.zeros(0), "c": pd.Categorical([])}),
    "pandas series": lambda: pd.Series([1.5, 2.5], name="y", index=[5, 7]),
    "pandas series without a name": lambda: pd.Series(["a", "b"]),
    "pandas index": lambda: pd.Index([1, 5], name="i"),
    "polars": lambda: pl.DataFrame(
        {
            "a": [1, None, 3],
            "s": ["x", None, ""],
            "c": pl.Series(["u", "v", "u"], dtype=pl.Categorical),
            "e": pl.Series(["u", "v", "u"], dtype=pl.Enum(["v", "u", "w"])),
            "t": [dt.datetime(2020, 1, 1), None, dt.datetime(1, 1, 1)],
            "h": [dt.time(1), None, dt.time(23, 59)],
            "l": [[1], [], None],
        }
    ),
    "polars series": lambda: pl.Series("s", ["a", None]),
    "arrow": lambda: pa.table(
        {
            "seconds": pa.array([1, None], pa.timestamp("s", "Asia/Tokyo")),
            "half": pa.array(np.array([1, 2], dtype="f2")),
            "d": pa.array(["a", None]).dictionary_encode(),
            "fixed": pa.array([b"ab", None], pa.binary(2)),
            "n": pa.nulls(2),
        }
    ),
    "arrow batch": lambda: pa.record_batch({"a": [1, 2]}),
    "arrow array": lambda: pa.array(["a", None]),
    "arrow chunks": lambda: pa.chunked_array([[1], [2, None]]),
    "one axis": lambda: np.arange(5, dtype="i2"),
    "two axes": lambda: np.random.default_rng(0).random((6, 3)),
    "images": lambda: np.random.default_rng(0).integers(0, 255, (5, 4, 4, 3), dtype="u1"),
    "times": lambda: np.array(["2020-01-01", "NaT"], dtype="M8[D]"),
    "complex": lambda: np.array([1 + 2j, np.nan]),
    "unicode": lambda: np.array(["ab", "ü"]),
    "records": lambda: np.array([(1, 2.5), (3, 4.5)], dtype=[("a", "i4"), ("b", "f8")]),
    "big-endian": lambda: np.arange(4, dtype=">f8"),
    "no rows": lambda: np.zeros((0, 3)),
}  # fmt: skip


@pytest.mark.parametrize("name", SUBJECTS)
def test_data_come_back_with_their_fingerprint_and_their_type(place, name):
    obj = SUBJECTS[name]()
    again = place.data.load(place.keep(obj))
    assert type(again) is type(obj)
    assert fingerprint(again) == fingerprint(obj)


@pytest.mark.parametrize(
    ("obj", "said"),
    [
        (pd.DataFrame({"a": [object()]}), "object"),
        (pd.DataFrame({"a": [1, "x"]}, dtype=object), "x"),
        (np.array([1, None], dtype=object), "without pickle"),
        ({"a": 1}, "dict"),
    ],
)
def test_what_can_not_be_kept_is_refused_in_words(place, obj, said):
    with pytest.raises(ValueRefusedError, match=said):
        place.data.keep(obj, fingerprint([1]))


def test_what_would_come_back_as_another_is_not_kept(place):
    with pytest.raises(ValueRefusedError, match="same fingerprint"):
        place.data.keep(pd.DataFrame({"a": [1]}), fingerprint(pd.DataFrame({"a": [2]})))


def wide(rows: int, rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame(
        {
            **{f"x{i}": rng.random(rows) for i in range(6)},
            "k": rng.integers(0, 1000, rows),
            "s": [f"user {v}" for v in rng.integers(0, 10**6, rows)],
            "c": pd.Categorical(rng.choice(list("abc"), rows)),
        }
    )


def changed(frame: pd.DataFrame, how: str, rng: np.random.Generator) -> pd.DataFrame:
    rows, part = len(frame), len(frame) // 100
    start = int(rng.integers(0, rows - part))
    if how == "scattered":
        frame = frame.copy()
        frame.loc[rng.choice(rows, part, replace=False), "x0"] = rng.random(part)
        return frame
    if how == "one after another":
        frame = frame.copy()
        frame.loc[start : start + part - 1, "x0"] = rng.random(part)
        return frame
    if how == "put in between":
        return pd.concat([frame.iloc[:start], wide(part, rng), frame.iloc[start:]], ignore_index=True)
    kept = frame.drop(index=rng.choice(rows, part // 2, replace=False))
    return pd.concat([kept, wide(part // 2, rng)], ignore_index=True)


@pytest.mark.parametrize(
    "how",
    [
        "scattered",
        pytest.param("one after another", marks=pytest.mark.slow),
        pytest.param("put in between", marks=pytest.mark.slow),
        pytest.param("some gone, some new", marks=pytest.mark.slow),
    ],
)
def test_ten_versions_that_differ_in_one_percent_cost_about_one_and_a_tenth(place, how):
    rng = np.random.default_rng(0)
    frame = wide(100_000, rng)
    digests, frames = [place.keep(frame)], [frame]
    one = place.size()
    for _ in range(9):
        frame = changed(frame, how, rng)
        digests.append(place.keep(frame))
        frames.append(frame)
    assert place.size() / one < 1.15
    for digest, version in zip(digests, frames, strict=True):
        pd.testing.assert_frame_equal(place.data.load(digest), version)


@pytest.mark.parametrize("how", ["polars", "numpy"])
def test_versions_of_other_libraries_share_rows_too(place, how):
    rng = np.random.default_rng(0)
    matrix = rng.random((50_000, 5))
    make = pl.DataFrame if how == "polars" else np.array
    place.keep(make(matrix))
    one = place.size()
    for _ in range(9):
        matrix[rng.choice(50_000, 500, replace=False), 1] = 0.5
        place.keep(make(matrix))
    assert place.size() / one < 1.15


def test_the_same_data_are_kept_once(place):
    frame = wide(1_000, np.random.default_rng(0))
    first = place.keep(frame)
    size = place.size()
    assert place.keep(frame.copy()) == first
    assert place.size() == size


def test_two_halves_of_one_schema_do_not_hide_each_other(place):
    rng = np.random.default_rng(0)
    train, test = wide(50_000, rng), wide(50_000, rng)
    place.keep(train)
    place.keep(test)
    size = place.size()
    place.keep(changed(train, "scattered", rng))
    place.keep(changed(test, "scattered", rng))
    assert place.size() < size * 1.05


def test_labels_that_repeat_cost_little_and_come_back(place):
    rng = np.random.default_rng(0)
    labels = pd.Series(rng.integers(0, 2, 100_000), name="y")
    place.keep(labels)
    one = place.size()
    longer = pd.concat([labels.iloc[:500], pd.Series([1] * 10), labels.iloc[500:]], ignore_index=True).rename(
        "y"
    )
    assert fingerprint(place.data.load(place.keep(longer))) == fingerprint(longer)
    assert place.size() < 2.2 * one


def test_categories_may_differ_between_versions(place):
    one = pd.DataFrame({"x": np.arange(5_000), "c": pd.Categorical(["a", "b"] * 2_500)})
    other = one.assign(c=pd.Categorical(["a", "b"] * 2_499 + ["a", "new"], categories=["new", "b", "a"]))
    for frame in (one, other):
        assert fingerprint(place.data.load(place.keep(frame))) == fingerprint(frame)
    packs = [path for path in place.blobs.all() if path.read_bytes()[:4] == b"PAR1"]
    assert min(path.stat().st_size for path in packs) < 2_000


def test_a_version_whose_rows_were_removed_is_stored_anew(place):
    frame = wide(2_000, np.random.default_rng(0))
    place.keep(frame)
    for path in place.blobs.all():
        path.unlink()
    other = frame.assign(x0=0.0, x1=frame["x1"])
    other.loc[5:, "x0"] = frame["x0"]
    assert fingerprint(place.data.load(place.keep(other))) == fingerprint(other)


def test_rows_that_are_gone_are_said(place):
    digest = place.keep(wide(100, np.random.default_rng(0)))
    for path in place.blobs.all():
        if place.blobs.digest(path) != digest:
            path.unlink()
    with pytest.raises(NotFoundError, match="holds no blob"):
        place.data.load(digest)


def test_a_damaged_index_costs_nothing_but_space(place):
    frame = wide(100, np.random.default_rng(0))
    place.keep(frame)
    for path in place.folder.kept.iterdir():
        path.write_text("{]")
    assert fingerprint(place.data.load(place.keep(frame.assign(x0=1.0)))) == fingerprint(frame.assign(x0=1.0))


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=60))
def test_runs_come_back_as_they_were(rows):
    packs, places = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    again = Runs.unpacked(Runs.of_rows(packs, places).packed()).rows()
    assert np.array_equal(again[0], packs)
    assert np.array_equal(again[1], places)


@settings(max_examples=60)
@given(st.lists(st.integers(0, 4), max_size=40), st.lists(st.integers(0, 4), max_size=40))
def test_any_two_versions_come_back(tmp_path_factory, one, other):
    place = Place(tmp_path_factory.mktemp("kept"))
    for values in (one, other):
        frame = pd.DataFrame({"a": np.array(values, dtype=float), "b": [f"t{v // 2}" for v in values]})
        assert fingerprint(place.data.load(place.keep(frame))) == fingerprint(frame)


def test_without_pyarrow_it_says_what_to_install(run_python):
    code = """
import sys
sys.modules["pyarrow"] = None
import numpy as np
from nbmlops.datasets.forms import to_table
from nbmlops.errors import ValueRefusedError
try:
    to_table(np.arange(3))
except ValueRefusedError as error:
    print(error)
"""
    assert 'pip install "nbmlops[data]"' in run_python(code).stdout
