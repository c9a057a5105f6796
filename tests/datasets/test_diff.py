"""What differs between two datasets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbmlops.datasets.diff import compare_data
from nbmlops.datasets.sides import Side, of_file, of_variable
from nbmlops.errors import NotFoundError, ValueRefusedError
from nbmlops.profiles import profile
from nbmlops.records.data import Column
from nbmlops.records.data_changes import Dataset

RNG = np.random.default_rng(0)
BASE = pd.DataFrame(
    {"id": range(1000), "x": RNG.normal(size=1000), "kind": RNG.choice(["a", "b", "c"], 1000)}
)


def compare(before, after, key=()):
    return compare_data(of_variable("before", before), of_variable("after", after), key)


def rows(change):
    return change.rows.added, change.rows.removed, change.rows.changed


@pytest.mark.parametrize("hold", [lambda f: f, pl.from_pandas, pa.Table.from_pandas])
def test_rows_are_matched_by_their_values_in_every_library(hold):
    after = BASE.copy()
    after.loc[[3, 500], "x"] = 7.0
    after = pd.concat([after.drop(index=[10, 11, 900]), BASE.head(2).assign(id=[-1, -2])], ignore_index=True)
    change = compare(hold(BASE), hold(after))
    assert rows(change) == (2, 3, 2)
    assert (change.rows.before, change.rows.after) == (1000, 999)
    assert change.equal is False


def test_rows_put_in_another_order_are_the_same_rows():
    assert rows(compare(BASE, BASE.sample(frac=1, random_state=0).reset_index(drop=True))) == (0, 0, 0)


def test_rows_that_repeat_count_as_often_as_they_are_there():
    one, other = pd.DataFrame({"a": [1, 1, 2]}), pd.DataFrame({"a": [1, 2, 2, 2]})
    added, removed, changed = rows(compare(one, other))
    assert (added + changed, removed + changed) == (2, 1)


def test_with_a_key_rows_are_matched_wherever_they_stand_and_cells_are_counted():
    after = BASE.sample(frac=1, random_state=0).reset_index(drop=True)
    after.loc[after["id"].isin([1, 2, 3]), "x"] += 1
    after.loc[after["id"] == 3, "kind"] = "new"
    change = compare(BASE, after[after["id"] != 50], ["id"])
    assert rows(change) == (0, 1, 3)
    assert {column.name: column.changed for column in change.columns} == {"x": 3, "kind": 1, "id": None}


def test_a_key_may_be_of_several_columns():
    one = pd.DataFrame({"a": [1, 1, 2], "b": [1, 2, 1], "v": [0, 0, 0]})
    assert rows(compare(one, one.assign(v=[0, 5, 0]), ["a", "b"])) == (0, 0, 1)


def test_a_key_that_does_not_tell_rows_apart_is_refused():
    with pytest.raises(ValueRefusedError, match="--key kind: 997 rows of the data before"):
        compare(BASE, BASE.head(3), ["kind"])
    with pytest.raises(NotFoundError, match="not both have a column 'nope'"):
        compare(BASE, BASE.head(3), ["nope"])


def test_the_schema_tells_columns_that_are_new_gone_or_of_another_type():
    change = compare(BASE, BASE.drop(columns="kind").assign(new=1, id=BASE["id"].astype(float)))
    assert change.added == (Column("new", "int64"),)
    assert change.removed == (Column("kind", "str" if pd.__version__ >= "3" else "object"),)
    assert change.retyped == (("id", "int64", "float64"),)
    assert rows(change) == (0, 0, 0)  # in the columns that both have


def test_equal_values_held_in_another_way_are_said_to_be_so():
    change = compare(BASE, pl.from_pandas(BASE))
    assert (change.equal, change.same_content) == (False, True)
    assert compare(BASE, BASE.copy()).equal is True


def test_columns_that_differ_stand_first_and_say_by_how_much():
    after = BASE.assign(x=BASE["x"] + 10, kind=np.where(BASE.index < 100, "new", BASE["kind"]))
    change = compare(BASE, after)
    assert [column.name for column in change.columns] == ["x", "kind", "id"]
    by_name = {column.name: column for column in change.columns}
    assert by_name["x"].moved > 0.85
    assert by_name["kind"].moved == pytest.approx(0.1)
    assert (by_name["id"].moved, by_name["id"].differs) == (0.0, False)


def test_a_sample_of_the_same_moves_little():
    one, other = (pd.DataFrame({"x": np.random.default_rng(seed).normal(size=20_000)}) for seed in (1, 2))
    assert compare(one, other).columns[0].moved < 0.03


def test_missing_values_count_as_a_value_of_their_own():
    gone = BASE.assign(x=BASE["x"].where(BASE.index >= 250))
    assert compare(BASE, gone).columns[0].moved == pytest.approx(0.25, abs=0.03)


def test_of_data_that_are_not_kept_profiles_are_compared_and_rows_are_unknown():
    kept = Side(Dataset("X of forest", shape=(1000, 3)), None, lambda: profile(BASE))
    change = compare_data(kept, of_variable("df", BASE.assign(x=0.0)))
    assert (change.rows.before, change.rows.after, change.rows.added) == (1000, 1000, None)
    assert change.columns[0].name == "x"
    assert any("X of forest is not kept" in note for note in change.notes)
    assert change.equal is None


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.csv", lambda f, p: f.to_csv(p, index=False)),
        ("a.tsv", lambda f, p: f.to_csv(p, index=False, sep="\t")),
        ("a.parquet", lambda f, p: f.to_parquet(p)),
        ("a.feather", lambda f, p: f.to_feather(p)),
        ("a.json", lambda f, p: f.to_json(p)),
        ("a.jsonl", lambda f, p: f.to_json(p, orient="records", lines=True)),
    ],
)
def test_files_of_every_kind_are_read_as_tables(tmp_path, name, write):
    frame = BASE.round(6)
    write(frame, tmp_path / name)
    assert rows(compare_data(of_file(tmp_path / name), of_variable("df", frame))) == (0, 0, 0)


def test_a_file_that_is_no_table_is_refused_in_words(tmp_path):
    (tmp_path / "a.parquet").write_text("no")
    (tmp_path / "a.txt").write_text("no")
    with pytest.raises(ValueRefusedError, match="can't be read as a table"):
        of_file(tmp_path / "a.parquet")
    with pytest.raises(ValueRefusedError, match="none of csv, tsv"):
        of_file(tmp_path / "a.txt")
    with pytest.raises(NotFoundError):
        of_file(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.arange(6.0), np.arange(7.0)),
        (pd.Series(np.arange(6.0)), pd.Series(np.arange(7.0))),
        (pl.Series(np.arange(6.0)), pl.Series(np.arange(7.0))),
        (pa.array(np.arange(6.0)), pa.array(np.arange(7.0))),
        (np.arange(12.0).reshape(6, 2), np.arange(14.0).reshape(7, 2)),
        (np.arange(24.0).reshape(6, 2, 2), np.arange(28.0).reshape(7, 2, 2)),
    ],
)
def test_columns_and_arrays_are_compared_too(one, other):
    assert rows(compare(one, other)) == (1, 0, 0)


def test_an_index_that_says_something_is_compared():
    one = pd.DataFrame({"v": [1, 2]}, index=["a", "b"])
    assert rows(compare(one, one.set_axis(["a", "c"]))) == (0, 0, 1)
    assert rows(compare(one.rename_axis("k"), one.rename_axis("k").iloc[::-1], ["k"])) == (0, 0, 0)


@given(st.lists(st.integers(0, 5), max_size=30), st.lists(st.integers(0, 5), max_size=30))
def test_the_numbers_of_rows_add_up(one, other):
    change = compare(pd.DataFrame({"a": np.array(one, int)}), pd.DataFrame({"a": np.array(other, int)}))
    added, removed, changed = rows(change)
    shared = sum(min(one.count(value), other.count(value)) for value in range(6))
    assert removed + changed == len(one) - shared
    assert added + changed == len(other) - shared
    assert min(added, removed, changed) >= 0
