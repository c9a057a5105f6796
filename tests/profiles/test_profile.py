"""Summaries of data: what they say, that they merge, and what they promise."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nbmlops.errors import ValueRefusedError
from nbmlops.profiles import profile, profile_from_doc, profile_to_doc, sampled_profile
from nbmlops.records.log_histogram import MAX_BUCKETS
from nbmlops.records.profiles import KEPT_VALUES

MIXED = pa.table(
    {
        "number": pa.array([1.5, None, -2.0, 1.5]),
        "whole": pa.array([1, 2, 3, None], pa.int64()),
        "flag": pa.array([True, None, False, True]),
        "text": pa.array(["b", "a", "b", None]),
        "when": pa.array([0, 86_400_000_000, None, 5], pa.timestamp("us")),
        "span": pa.array([1, -1, None, 7], pa.duration("s")),
        "day": pa.array([1, None, 3, 2], pa.date32()),
    }
)
HOLDERS = {
    "arrow": lambda table: table,
    "pandas": lambda table: table.to_pandas(),
    "arrow-backed pandas": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    "polars": pl.from_arrow,
}
FLOATS = st.floats(allow_nan=True, allow_infinity=True)


def numbers(values):
    (column,) = profile(np.array(values, dtype=float)).columns
    return column.numbers


@pytest.mark.parametrize("holder", ["arrow", "arrow-backed pandas", "polars"])
def test_columns_are_summarised_alike_whatever_holds_them(holder):
    found = profile(HOLDERS[holder](MIXED))
    assert found.rows == 4
    by_name = {column.name: column for column in found.columns}
    assert [column.missing for column in found.columns] == [1] * 7
    number = by_name["number"].numbers
    assert (number.count, number.min, number.max, number.mean) == (3, -2.0, 1.5, 1 / 3)
    assert number.std == pytest.approx(np.std([1.5, -2.0, 1.5], ddof=1))
    assert (by_name["whole"].kind, by_name["whole"].numbers.max) == ("number", 3.0)
    assert by_name["flag"].values.frequent == {"True": 2, "False": 1}
    assert by_name["text"].values.frequent == {"b": 2, "a": 1}
    assert by_name["text"].values.distinct == 2
    assert by_name["when"].span == (0, 86_400_000_000_000)
    assert by_name["span"].span == (-(10**9), 7 * 10**9)
    assert by_name["day"].span == (86_400 * 10**9, 3 * 86_400 * 10**9)


def test_plain_pandas_columns_are_summarised_too():
    frame = pd.DataFrame(
        {
            "float": [1.0, np.nan, 3.0],
            "Int64": pd.array([1, None, 3], dtype="Int64"),
            "boolean": pd.array([True, None, False], dtype="boolean"),
            "object": np.array(["a", None, "a"], dtype=object),
            "category": pd.Categorical(["x", None, "x"], categories=["y", "x"]),
            "zoned": pd.to_datetime(["2020-01-01", None, "2021-01-01"]).tz_localize("Europe/Berlin"),
            "list": [[1], None, [2]],
            "numbers": np.array([1, None, 2.5], dtype=object),
        }
    )
    found = profile(frame)
    assert [column.missing for column in found.columns] == [1] * 8
    assert [column.kind for column in found.columns] == [
        "number", "number", "boolean", "text", "text", "time", "other", "number",
    ]  # fmt: skip
    assert found.column("category").values.frequent == {"x": 2}
    assert found.column("zoned").span[0] == pd.Timestamp("2019-12-31T23:00").value
    assert found.column("numbers").numbers.max == 2.5


def test_rows_stored_one_after_another_are_summarised_as_columns_are():
    matrix = np.random.default_rng(0).normal(size=(70_000, 9))
    matrix[5, 3] = np.nan
    by_rows = profile(matrix)
    by_columns = profile(pd.DataFrame(matrix.copy(order="F")))
    assert [c.missing for c in by_rows.columns] == [0, 0, 0, 1, 0, 0, 0, 0, 0]
    for one, other in zip(by_rows.columns, by_columns.columns, strict=True):
        assert (one.name, one.numbers.count) == (other.name, other.numbers.count)
        assert one.numbers.histogram == other.numbers.histogram
        assert one.numbers.mean == pytest.approx(other.numbers.mean)


@given(hnp.arrays(np.float64, st.integers(0, 300), elements=FLOATS))
def test_counts_and_extremes_of_any_floats_are_exact(values):
    found = numbers(values)
    finite = values[np.isfinite(values)]
    assert (found.count, found.infinite) == (len(finite), int(np.isinf(values).sum()))
    assert found.histogram.total == len(finite)
    if len(finite):
        assert (found.min, found.max) == (finite.min(), finite.max())


@given(hnp.arrays(np.float64, st.integers(1, 300), elements=st.floats(-1e6, 1e6)), st.floats(0, 1))
def test_a_quantile_is_as_near_as_promised(values, share):
    found = numbers(values).histogram
    exact = np.quantile(values, share, method="lower")
    near = np.isclose(found.quantile(share), values, rtol=2.0 ** -(found.bits + 1) * 1.01, atol=1e-300)
    assert exact in values[near] or near[values == exact].any()


@given(
    hnp.arrays(np.float64, st.integers(0, 200), elements=FLOATS),
    hnp.arrays(np.float64, st.integers(0, 200), elements=FLOATS),
)
def test_merged_profiles_are_the_profile_of_all_rows(one, other):
    merged = profile(one).merge(profile(other))
    whole = profile(np.concatenate([one, other]))
    assert merged.rows == whole.rows
    (mine,), (expected,) = merged.columns, whole.columns
    assert (mine.count, mine.missing) == (expected.count, expected.missing)
    assert mine.numbers.histogram == expected.numbers.histogram
    for name in ("count", "infinite", "min", "max"):
        assert repr(getattr(mine.numbers, name)) == repr(getattr(expected.numbers, name))
    finite = np.concatenate([one, other])
    finite = finite[np.isfinite(finite)]
    if len(finite) and np.abs(finite).max() < 1e100:
        scale = max(np.abs(finite).max(), 1e-300)
        assert mine.numbers.mean == pytest.approx(finite.mean(), abs=1e-9 * scale)
        assert mine.numbers.m2 == pytest.approx(
            ((finite - finite.mean()) ** 2).sum(), abs=1e-9 * scale**2 * len(finite)
        )


def test_a_wide_range_costs_precision_and_no_space():
    values = np.exp(np.random.default_rng(0).uniform(-600, 600, 200_000))
    found = numbers(values).histogram
    assert len(found.counts) <= MAX_BUCKETS
    assert found.bits < 5
    assert found.total == 200_000
    half = numbers(values[:7]).merged(numbers(values[7:])).histogram
    assert half == found


def test_whole_numbers_below_64_are_counted_exactly():
    values = np.random.default_rng(0).integers(-63, 64, 10_000)
    found = profile(values).columns[0].numbers.histogram
    lows = {min(found.edges(bucket), key=abs): count for bucket, count in found.counts.items()}
    expected = dict(zip(*np.unique(values, return_counts=True), strict=True))
    assert {value: count for value, count in lows.items() if count} == expected


def test_a_mean_far_from_zero_keeps_its_deviation():
    values = 1e9 + np.random.default_rng(0).normal(size=100_000)
    assert numbers(values).std == pytest.approx(values.std(ddof=1), rel=1e-6)


def test_bins_share_out_all_values():
    found = numbers(np.random.default_rng(0).normal(size=50_000)).histogram
    edges = np.linspace(-3, 3, 21).tolist()
    bins = found.bins(edges)
    assert sum(bins) == pytest.approx(50_000)
    exact, _ = np.histogram(np.clip(np.random.default_rng(0).normal(size=50_000), -3, 3), edges)
    assert np.abs(np.array(bins) - exact).max() < 300


def test_many_distinct_texts_are_estimated_and_few_are_counted():
    few = profile(pd.Series([f"v{i % 200}" for i in range(5_000)])).columns[0].values
    assert (few.distinct, few.is_exact, few.error) == (200, True, 25)
    many = profile(pd.Series([f"v{i}" for i in range(50_000)])).columns[0].values
    assert many.distinct == pytest.approx(50_000, rel=0.2)
    assert not many.is_exact


@given(st.lists(st.integers(0, 60)), st.lists(st.integers(0, 60)))
def test_frequent_values_stay_within_their_error_when_merged(one, other):
    def of(values):
        return profile(pd.Series([f"v{v}" for v in values], dtype=object)).merge

    merged = of(one)(profile(pd.Series([f"v{v}" for v in other], dtype=object))).columns[0]
    if merged.values is None:
        return
    exact = pd.Series([f"v{v}" for v in one + other], dtype=object).value_counts()
    assert len(merged.values.frequent) <= KEPT_VALUES
    for text, count in exact.items():
        low = merged.values.frequent.get(text, 0)
        assert low <= count <= low + merged.values.error


@pytest.mark.parametrize("texts", [["a", "ü", "", "x" * 300], ["𝄞" * 9, "b" * 8, "b" * 16]])
def test_texts_count_the_same_in_every_library(texts):
    found = [profile(made(texts)).columns[0].values for made in (
        lambda t: pd.Series(t, dtype=object), pd.Series, pl.Series, pa.array, lambda t: pd.Series(t, dtype="category"),
        np.array,
    )]  # fmt: skip
    assert len({(one.hashes, tuple(sorted(one.frequent.items()))) for one in found}) == 1


def test_a_profile_comes_back_from_json():
    frame = HOLDERS["pandas"](MIXED).assign(inf=[np.inf, -np.inf, 1e300, np.nan], none=[None] * 4)
    found = profile(frame)
    again = profile_from_doc(json.loads(json.dumps(profile_to_doc(found), allow_nan=False)))
    assert repr(again) == repr(found)


def test_a_profile_of_a_newer_release_is_refused_in_words():
    doc = profile_to_doc(profile(np.arange(3))) | {"format": 2}
    with pytest.raises(Exception, match="newer nbmlops"):
        profile_from_doc(doc)


def test_profiles_of_other_columns_do_not_merge():
    with pytest.raises(ValueRefusedError, match="'b'"):
        profile(pd.DataFrame({"a": [1]})).merge(profile(pd.DataFrame({"b": [1]})))
    with pytest.raises(ValueRefusedError, match="'a' is number in one profile and text in the other"):
        profile(pd.DataFrame({"a": [1]})).merge(profile(pd.DataFrame({"a": ["x"]})))


def test_a_column_without_values_merges_with_any():
    nothing = profile(pd.DataFrame({"a": [None, None]}, dtype=object))
    merged = nothing.merge(profile(pd.DataFrame({"a": ["x", "y"]}))).columns[0]
    assert (merged.kind, merged.count, merged.missing, merged.values.distinct) == ("text", 4, 2, 2)


@pytest.mark.parametrize(
    "make", [pd.DataFrame, lambda m: pl.DataFrame(m), lambda m: m, lambda m: pa.table(pd.DataFrame(m))]
)
def test_a_sample_says_so_and_is_spread_over_all_rows(make):
    matrix = np.arange(30_000.0).reshape(10_000, 3)
    found = sampled_profile(make(matrix), 1_000)
    assert found.rows == 10_000
    assert 800 <= found.sampled <= 1_100
    assert found.columns[0].numbers.mean == pytest.approx(15_000, rel=0.05)
    assert sampled_profile(make(matrix), 10_000).sampled is None


def test_only_the_first_200_columns_are_summarised():
    found = profile(np.zeros((3, 250)))
    assert (len(found.columns), found.omitted) == (200, 50)


def test_what_has_no_columns_is_refused():
    with pytest.raises(ValueRefusedError, match="dict"):
        profile({"a": 1})


def test_empty_data_have_profiles():
    assert profile(pd.DataFrame({"a": []})).columns[0].count == 0
    assert math.isnan(profile(np.zeros((0, 2))).columns[1].numbers.mean)
    assert profile(pl.DataFrame({"s": []}, schema={"s": pl.String})).columns[0].values.distinct == 0


def test_profiling_loads_no_data_library(ask_python):
    code = "import sys, json, numpy as np\nfrom nbmlops.profiles import profile\nprofile(np.arange(5))\n"
    code += "print(json.dumps([m for m in ('pandas', 'polars', 'pyarrow', 'scipy') if m in sys.modules]))"
    assert ask_python(code) == []
