"""Rows that two tables share."""

from __future__ import annotations

import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbmlops.capture.overlap import row_hashes, shared_count, shared_rows


def frame(n=100, seed=0):
    rng = np.random.default_rng(seed)
    stamps = pd.date_range("2020-01-01", periods=n)
    return pd.DataFrame(
        {"x": rng.random(n), "i": rng.integers(0, 9, n), "s": [f"w{k}" for k in range(n)], "t": stamps}
    )


def test_a_sample_of_the_rows_is_found_whole():
    whole = frame()
    part = whole.sample(30, random_state=0)
    assert shared_rows(part, whole) == shared_rows(whole, part) == 30


def test_rows_that_differ_in_one_value_are_not_shared():
    whole = frame()
    part = whole.head(10).copy()
    part.loc[3, "x"] += 1e-12
    part.loc[5, "s"] = "other"
    part.loc[7, "t"] += pd.Timedelta(1, "us")
    assert shared_rows(part, whole) == 7


def test_other_data_share_nothing():
    assert shared_rows(frame(seed=0)[["x"]], frame(seed=1)[["x"]]) == 0


def test_order_of_columns_and_rows_does_not_matter():
    whole = frame()
    assert shared_rows(whole[["t", "s", "i", "x"]].iloc[::-1], whole) == 100


def test_values_swapped_between_columns_are_other_rows():
    assert shared_rows(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[2.0, 1.0], [3.0, 4.0]])) == 1


def test_values_count_and_types_do_not():
    ints, floats = np.array([[1, 0], [2, 5]]), np.array([[1.0, -0.0], [2.5, 5.0]])
    assert shared_rows(ints, floats) == 1
    objects = pd.DataFrame({"a": pd.Series([1, "x"], dtype=object)})
    assert shared_rows(objects, pd.DataFrame({"a": [1.0, 2.0]})) == 1


def test_missing_values_are_equal_to_each_other():
    one = pd.DataFrame({"a": [np.nan, 1.0], "s": ["x", None]})
    assert shared_rows(one, one.astype(object)) == 2
    assert shared_rows(one.astype({"a": "Float64"}), one) == 2


def test_large_integers_are_told_apart():
    assert shared_rows(np.array([[2**60], [5]]), np.array([[2**60 + 1], [5]])) == 1


def test_polars_arrow_and_pandas_compare():
    whole = frame()
    for other in (pl.from_pandas(whole), pa.Table.from_pandas(whole, preserve_index=False)):
        assert shared_rows(whole.head(10)[["x", "i", "s"]], _select(other, ["x", "i", "s"])) == 10


def _select(table, names):
    return table.select(names)


def test_columns_of_one_name_are_compared_in_turn():
    one = pd.DataFrame([[1, 2], [3, 4]], columns=["x", "x"])
    assert shared_rows(one, pd.DataFrame([[1, 2], [4, 3]], columns=["x", "x"])) == 1


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (frame(), frame()[["x"]]),
        (np.ones((3, 2)), np.ones((3, 3))),
        (np.ones(3), np.ones(3)),
        ([1, 2], [1, 2]),
        (frame(), 5),
        (np.ones((1_000_001, 2)), np.ones((5, 2))),
        (pd.DataFrame({"a": [[1]]}), pd.DataFrame({"a": [[1]]})),
        (pd.DataFrame(), pd.DataFrame()),
        (None, None),
    ],
    ids=["names", "widths", "1-d", "lists", "number", "budget", "unhashable", "no columns", "nothing"],
)
def test_what_cannot_be_compared_is_none(a, b):
    assert shared_rows(a, b) is None


def test_empty_tables_share_nothing():
    assert shared_rows(frame().head(0), frame()) == 0


def test_two_million_cells_are_quick():
    table = np.random.default_rng(0).random((100_000, 10))
    began = time.perf_counter()
    assert shared_rows(table, table[::2]) == 50_000
    assert time.perf_counter() - began < 2


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-3, 3), st.sampled_from("ab"))),
    st.lists(st.tuples(st.integers(-3, 3), st.sampled_from("ab"))),
)
def test_the_count_is_that_of_plain_python(one, other):
    frames = [pd.DataFrame(rows, columns=["i", "s"]).astype({"i": int, "s": object}) for rows in (one, other)]
    smaller, larger = (one, other) if len(one) <= len(other) else (other, one)
    assert shared_rows(*frames) == sum(row in set(larger) for row in smaller)


def test_a_table_is_hashed_without_knowing_the_other():
    ints = np.array([[1, 2], [2**60 + 1, 4], [2**63 - 1, 0]])
    for other in (ints.astype(object), ints.astype(np.uint64)):
        assert shared_count(row_hashes(ints), row_hashes(other)) == 3
    assert shared_count(row_hashes(ints), row_hashes(ints.astype(float))) == 1
    objects = np.array([[Decimal(1), True], [Fraction(1, 3), "x"]], dtype=object)
    same = np.array([[1.0, 1], [Fraction(1, 3), "x"]], dtype=object)
    assert shared_count(row_hashes(objects), row_hashes(same)) == 2


def test_times_of_any_unit_compare():
    stamps = np.array(["1970-01-01", "2020-05-05T01:02:03.5", "NaT", "1910-01-01"], dtype="M8[ms]")[:, None]
    for unit in ("us", "ns"):
        assert shared_rows(stamps, stamps.astype(f"M8[{unit}]")) == 4
    assert shared_rows(stamps, stamps + np.timedelta64(1, "us")) == 1  # NaT stays


def test_a_table_over_the_budget_has_no_hashes():
    assert row_hashes(np.ones((1_000_001, 2))) is None
