"""Content fingerprints: what changes them, and what must not."""

# ruff: noqa: DTZ001 - naive times are data like any other
from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
import time
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse as sp

from nbmlops.capture.fingerprints import fingerprint
from nbmlops.errors import FingerprintError


def content(obj, **options):
    return fingerprint(obj, **options).content


def schema(obj):
    return fingerprint(obj).schema


def mixed_columns():
    return {
        "i": [3, -1, 2**40],
        "f": [0.5, float("inf"), -0.0],
        "s": ["a", "", "äöü €"],
        "b": [True, False, True],
        "t": [dt.datetime(2020, 1, 1, 12, 30, 1, 5), dt.datetime(1969, 7, 20), dt.datetime(2100, 1, 1)],
    }


class TestFormat:
    def test_hashes_carry_their_version_and_32_digits(self):
        found = fingerprint(np.arange(3))
        for text, version in ((found.content, "b3c1"), (found.schema, "b3s1")):
            prefix, _, digits = text.partition(":")
            assert prefix == version
            assert len(digits) == 32
            assert int(digits, 16)

    @pytest.mark.parametrize(
        ("obj", "expected"),
        [
            (np.arange(5), "b3c1:b08c2e27885a5d1f053ab1d0e0a10ccf"),
            (pd.DataFrame({"x": [1.5, np.nan], "s": ["ä", None]}), "b3c1:bc42059acf3e9edd30965c6b47041caf"),
            ({"a": [1, 2.5, None, "x"], "b": np.eye(2)}, "b3c1:dfb693383a1b780c16bcc4a4fadd79c8"),
        ],
        ids=["array", "frame", "value"],
    )
    def test_the_stored_format_is_the_one_of_its_version(self, obj, expected):
        assert content(obj) == expected

    def test_nothing_and_two_things_are_refused(self, tmp_path):
        with pytest.raises(FingerprintError, match="Nothing to hash"):
            fingerprint()
        with pytest.raises(FingerprintError, match="two things"):
            fingerprint([1], path=tmp_path)
        with pytest.raises(FingerprintError, match="path="):
            fingerprint(tmp_path)


class TestAcrossLibraries:
    def test_a_mixed_table_is_the_same_in_pandas_polars_and_arrow(self):
        table = pa.table(mixed_columns())
        frames = [table, table.to_batches()[0], table.to_pandas(), pd.DataFrame(mixed_columns())]
        frames += [
            pl.DataFrame(mixed_columns()),
            pl.from_arrow(table),
            table.to_pandas(types_mapper=pd.ArrowDtype),
        ]
        assert len({content(frame) for frame in frames}) == 1
        assert schema(table) != schema(frames[2]) != schema(frames[4])

    @pytest.mark.parametrize(
        "values",
        [
            pa.array([1, None, 3]),
            pa.array([1, None, 255], pa.uint8()),
            pa.array([2**64 - 1, None, 0], pa.uint64()),
            pa.array(["x", None, ""]),
            pa.array(["x", None, ""], pa.large_string()),
            pa.array([None, None], pa.string()),
            pa.array([b"x", None, b""]),
            pa.array([True, None, False]),
            pa.array([dt.date(2020, 2, 29), None]),
            pa.array([dt.time(1, 2, 3, 4), None], pa.time64("us")),
            pa.array([dt.datetime(2020, 1, 1), None], pa.timestamp("ms")),
            pa.array([dt.datetime(2020, 1, 1), None], pa.timestamp("us", "Europe/Berlin")),
            pa.array([dt.timedelta(seconds=3), None], pa.duration("s")),
            pa.array([Decimal("1.10"), None], pa.decimal128(10, 2)),
            pa.array(["a", "b", None, "a"]).dictionary_encode(),
            pa.array([[1, 2], None, []]),
            pa.array([{"a": 1, "b": "x"}, None]),
            pa.array([None, None], pa.null()),
            pa.array([], pa.float64()),
            pa.array([], pa.string()),
        ],
        ids=lambda array: str(array.type),
    )
    def test_arrow_values_are_the_same_in_polars_and_in_arrow_backed_pandas(self, values):
        expected = content(values)
        assert content(pl.from_arrow(values)) == expected
        assert content(pa.chunked_array([values[:1], values[1:]])) == expected
        if not pa.types.is_dictionary(values.type):
            assert content(pd.Series(values.to_pandas(types_mapper=pd.ArrowDtype))) == expected

    @pytest.mark.parametrize(
        "values",
        [
            pa.array(["x", None, ""]),
            pa.array([b"x", None, b""]),
            pa.array([True, None, False]),
            pa.array([1.5, None]),
            pa.array([1.5, None], pa.float32()),
            pa.array([dt.date(2020, 2, 29), None]),
            pa.array([dt.datetime(2020, 1, 1), None], pa.timestamp("us")),
            pa.array([dt.datetime(2020, 1, 1), None], pa.timestamp("us", "UTC")),
            pa.array([Decimal("1.10"), None], pa.decimal128(10, 2)),
            pa.array(["a", "b", None, "a"]).dictionary_encode(),
            pa.array([[1, 2], None, []]),
        ],
        ids=lambda array: str(array.type),
    )
    def test_arrow_values_are_the_same_in_plain_pandas(self, values):
        assert content(values.to_pandas()) == content(values)

    def test_nullable_integers_without_nulls_are_integers(self):
        expected = content(np.array([1, 2]))
        assert content(pd.Series([1, 2], dtype="Int8")) == expected
        assert content(pl.Series([1, 2], dtype=pl.UInt16)) == expected
        assert content(pd.Series([1, None], dtype="Int64")) == content(pa.array([1, None]))
        assert content(pd.Series([1, None], dtype="Int64")) == content(pl.Series([1, None]))

    def test_integers_of_128_bits_are_integers(self):
        assert content(pl.Series([1, 2], dtype=pl.Int128)) == content(np.array([1, 2]))
        assert content(pl.Series([1, None], dtype=pl.Int128)) == content(pa.array([1, None]))
        assert content(pl.Series([2**100], dtype=pl.Int128)) != content(pl.Series([2**101], dtype=pl.Int128))

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (pl.Series(["a", "b"], dtype=pl.Enum(["b", "a"])), pa.array(["a", "b"])),
            (pl.Series(["a", None], dtype=pl.Categorical), pa.array(["a", None])),
            (pl.Series([[1.0]], dtype=pl.Array(pl.Float64, 1)), pa.array([[1.0]])),
            (pa.array([b"ab", None], pa.binary(2)), pa.array([b"ab", None])),
            (pa.array(["x", None], pa.string_view()), pa.array(["x", None])),
            (pa.RunEndEncodedArray.from_arrays([2, 3], ["a", "b"]), pa.array(["a", "a", "b"])),
            (pa.array([dt.date(2020, 1, 1), None], pa.date64()), pa.array([dt.date(2020, 1, 1), None])),
            (pa.array([Decimal("1.5")], pa.decimal256(40, 5)), pl.Series([Decimal("1.50")])),
            (pa.array(["a", "bb", None, "c"]).slice(1, 2), pa.array(["bb", None])),
            (pa.array([True, None, False]).slice(1), pa.array([None, False])),
            (pa.array([np.float16(1.5), None], pa.float16()), np.array([1.5, np.nan], np.float16)),
            (pd.Categorical(["a", "b"]), np.array(["a", "b"])),
        ],
        ids=lambda value: str(getattr(value, "type", getattr(value, "dtype", ""))),
    )
    def test_physical_forms_of_equal_values_share_content(self, one, other):
        assert content(one) == content(other)

    def test_the_value_under_a_mask_is_no_content(self):
        one = pd.arrays.IntegerArray(np.array([1, 7]), np.array([False, True]))
        other = pd.arrays.IntegerArray(np.array([1, 9]), np.array([False, True]))
        assert content(pd.Series(one)) == content(pd.Series(other))

    def test_a_null_in_a_float_column_is_the_nan_of_pandas(self):
        expected = content(pd.Series([1.0, np.nan]))
        assert content(pa.array([1.0, None])) == expected
        assert content(pl.Series([1.0, None])) == expected
        assert content(pd.Series([1.0, None], dtype="Float64")) == expected

    def test_text_is_the_same_whatever_holds_it(self):
        words = ["a", "bc", "", "日本"]
        expected = content(pa.array(words))
        assert content(np.array(words)) == expected
        assert content(np.array(words, dtype=object)) == expected
        assert content(np.array(words, dtype=np.dtypes.StringDType())) == expected
        for dtype in ("string[python]", "string[pyarrow]", "category", object):
            assert content(pd.Series(words, dtype=dtype)) == expected, dtype

    def test_text_is_the_same_with_and_without_arrow(self, monkeypatch):
        frame = pd.DataFrame(
            {"a": ["x", None, "äö"] * 5, "e": [""] * 15, "m": ["x", 1, None] * 5}, dtype=object
        )
        kind = pd.CategoricalDtype(pd.Index(["x", "y"], dtype=object))
        frame["c"] = pd.Categorical(["x", None, "y"] * 5, dtype=kind)
        with_arrow = fingerprint(frame)
        monkeypatch.delitem(sys.modules, "pyarrow")
        assert fingerprint(frame) == with_arrow

    def test_polars_needs_no_arrow(self, monkeypatch):
        frame = pl.DataFrame({**mixed_columns(), "n": [None, "x", "y"], "l": [[1], [], None]})
        with_arrow = fingerprint(frame)
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        assert fingerprint(frame) == with_arrow

    def test_a_null_character_in_a_polars_name_is_a_name(self):
        one, other = pl.DataFrame({"\0a": ["x"]}), pl.DataFrame({"\0b": ["x"]})
        assert content(one) == content(other)
        assert schema(one) != schema(other)

    def test_what_polars_cannot_hand_over_is_refused(self):
        with pytest.raises(FingerprintError, match="column 'a'"):
            fingerprint(pl.DataFrame({"a": [{"\0": 1}]}))

    def test_lone_surrogates_are_text_too(self):
        one, other = pd.Series(["\ud800", "a"], dtype=object), pd.Series(["\ud801", "a"], dtype=object)
        assert content(one) != content(other)

    def test_time_units_do_not_matter_but_values_do(self):
        stamps = np.array(["2020-01-01T00:00:00", "NaT"], dtype="M8[s]")
        expected = content(stamps)
        for unit in ("ms", "us", "ns"):
            assert content(pd.Series(stamps.astype(f"M8[{unit}]"))) == expected
        assert content(np.array(["2020-01-01", "NaT"], dtype="M8[D]")) == expected
        far = np.array(["3020-01-01", "NaT"], dtype="M8[D]")
        assert content(far) == content(far.astype("M8[s]")) == content(far.astype("M8[us]")) != expected

    def test_a_lazy_frame_is_refused_with_the_remedy(self):
        with pytest.raises(FingerprintError, match=r"collect\(\)"):
            fingerprint(pl.LazyFrame({"a": [1]}))

    def test_a_duckdb_relation_has_the_content_of_its_rows(self):
        import duckdb

        table = pa.table(
            {"a": [1, None, 3], "s": ["x", "y", None], "t": pa.array([1, 2, None], pa.timestamp("us"))}
        )
        with duckdb.connect() as connection:
            relation = connection.from_arrow(table).order("a")
            found = fingerprint(relation)
            assert found.content == fingerprint(relation.to_arrow_table()).content
            assert found.content == fingerprint(table.take([0, 2, 1])).content
            assert fingerprint(relation.filter("a = 1")).content != found.content
            assert found.schema != fingerprint(table).schema


class TestArrays:
    def test_memory_layout_is_no_content(self):
        base = np.arange(60.0).reshape(3, 4, 5)
        wide = np.zeros((6, 8, 10))
        wide[::2, ::2, ::2] = base
        same = [
            np.asfortranarray(base),
            wide[::2, ::2, ::2],
            base[::-1].copy()[::-1],
            base.astype(">f8"),
            base.copy(),
        ]
        assert {content(array) for array in same} == {content(base)}

    def test_a_big_strided_array_equals_its_copy(self):
        base = np.random.default_rng(0).random((300_000, 3))
        assert content(base[:, 1]) == content(base[:, 1].copy())
        assert content(base.T) == content(base.T.copy())
        assert content(np.broadcast_to(base[:1], (1000, 3))) == content(np.repeat(base[:1], 1000, axis=0))

    def test_shape_and_order_of_axes_are_content(self):
        base = np.arange(6)
        shapes = [base, base.reshape(2, 3), base.reshape(3, 2), base.reshape(6, 1), base.reshape(1, 6)]
        assert len({content(array) for array in shapes}) == 5
        assert content(np.ones((2, 2))) == content(np.ones((2, 2)).T)
        assert content(np.array(5)) != content(np.array([5]))

    def test_every_bit_of_a_float_counts(self):
        nan = np.array([0x7FF8000000000000, 0xFFF8000000000000, 0x7FF8000000000001], dtype=np.uint64).view(
            float
        )
        floats = [*nan, 0.0, -0.0, np.inf, -np.inf, 1.0, np.nextafter(1.0, 2)]
        assert len({content(np.array([value])) for value in floats}) == len(floats)

    def test_widths_of_integers_are_schema_and_of_floats_content(self):
        small, large = np.array([1, 2], dtype=np.int8), np.array([1, 2])
        assert content(small) == content(large)
        assert schema(small) != schema(large)
        assert content(np.array([1, 2], np.float32)) != content(np.array([1.0, 2.0]))
        assert content(np.array([1, 2])) != content(np.array([1.0, 2.0]))
        assert content(np.array([1, 0])) != content(np.array([True, False]))
        assert content(np.array([2**63], np.uint64)) != content(np.array([-(2**63)]))

    def test_other_dtypes_have_content(self):
        pairs = [
            (np.array([1 + 2j]), np.array([1 + 3j])),
            (np.array([1 + 2j], np.complex64), np.array([1 + 2j])),
            (np.array([1.1], np.longdouble), np.nextafter(np.array([1.1], np.longdouble), np.longdouble(2))),
            (np.array([1.5], np.float16), np.array([1.25], np.float16)),
            (np.array([(1, 2.0)], "i4,f8"), np.array([(1, 2.5)], "i4,f8")),
            (np.array([b"ab"], "V2"), np.array([b"ac"], "V2")),
            (np.array([1, 2], "m8[s]"), np.array([1, 3], "m8[s]")),
            (np.ma.array([1, 2], mask=[0, 1]), np.ma.array([1, 2], mask=[1, 0])),
            (np.array([{"a": 1}], object), np.array([{"a": 2}], object)),
        ]
        for one, other in pairs:
            assert content(one) == content(one.copy())
            assert content(one) != content(other), one.dtype

    def test_field_names_are_schema(self):
        one, other = np.zeros(2, [("a", "i4"), ("b", "f8")]), np.zeros(2, [("a", "i4"), ("c", "f8")])
        assert content(one) == content(other)
        assert schema(one) != schema(other)

    def test_sparse_formats_share_content(self):
        dense = np.array([[0, 1.5, 0], [2, 0, 0], [0, 0, 0]])
        formats = [sp.csr_matrix(dense), sp.csc_array(dense), sp.coo_array(dense), sp.dok_array(dense)]
        formats += [sp.lil_array(dense), sp.bsr_array(dense), sp.dia_array(dense)]
        assert len({content(matrix) for matrix in formats}) == 1
        assert len({schema(matrix) for matrix in formats}) == len(formats)
        repeated = sp.coo_array(([1.0, 0.5, 2.0], ([0, 0, 1], [1, 1, 0])), shape=(3, 3))
        assert content(repeated) == content(formats[0])
        assert content(sp.csr_array((3, 4))) != content(sp.csr_array((4, 3)))
        moved = sp.csr_array(np.roll(dense, 1, axis=1))
        assert content(moved) != content(formats[0])

    def test_hashing_a_sparse_matrix_leaves_it_as_it_was(self):
        matrix = sp.coo_array(([1.0, 0.5], ([1, 1], [1, 1])), shape=(3, 3))
        fingerprint(matrix)
        assert matrix.nnz == 2

    @pytest.mark.torch
    def test_torch_tensors_share_content_with_arrays(self):
        import torch

        array = np.arange(6.0).reshape(2, 3)
        assert content(torch.from_numpy(array)) == content(array)


class TestPandas:
    @pytest.fixture
    def frame(self):
        return pd.DataFrame(mixed_columns())

    def test_a_default_index_is_nothing(self, frame):
        assert content(frame.reset_index(drop=True)) == content(frame)
        assert content(frame.set_axis([0, 1, 5])) != content(frame)
        assert content(frame.set_axis(pd.RangeIndex(1, 4))) != content(frame)
        assert fingerprint(frame.rename_axis("id")) != fingerprint(frame)

    def test_index_values_are_content_and_names_are_schema(self, frame):
        one, other = frame.set_index("s"), frame.set_index("s").rename_axis("t2")
        assert content(one) == content(other)
        assert schema(one) != schema(other)
        assert content(one) != content(frame)

    def test_every_level_of_a_multiindex_counts(self, frame):
        def indexed(*levels):
            return frame.set_axis(pd.MultiIndex.from_tuples(levels, names=["u", "v"]))

        base = indexed((1, "a"), (1, "b"), (2, "a"))
        assert content(base) == content(indexed((1, "a"), (1, "b"), (2, "a")))
        assert content(base) != content(indexed((1, "a"), (1, "b"), (2, "c")))
        assert schema(base) != schema(base.rename_axis(["u", "w"]))
        assert content(base.index) != content(base.index[::-1])

    def test_column_names_are_schema_and_of_a_type(self, frame):
        renamed = frame.rename(columns={"i": "j"})
        assert content(renamed) == content(frame)
        assert schema(renamed) != schema(frame)
        assert schema(pd.DataFrame([[1.0]], columns=[0])) != schema(pd.DataFrame([[1.0]], columns=["0"]))

    def test_order_of_columns_and_rows_is_content(self, frame):
        assert content(frame[["f", "i", "s", "b", "t"]]) != content(frame)
        assert content(frame.iloc[::-1].reset_index(drop=True)) != content(frame)

    def test_columns_of_one_name_all_count(self):
        def doubled(last):
            return pd.DataFrame([[1, "a", last], [2, "b", 4]], columns=["x", "y", "x"])

        assert content(doubled(3)) == content(doubled(3))
        assert content(doubled(3)) != content(doubled(5))

    def test_how_the_blocks_lie_is_no_content(self):
        values = np.random.default_rng(0).random((5000, 7))
        together = pd.DataFrame(values)
        viewed = pd.DataFrame(values, copy=False)
        apart = pd.DataFrame({i: values[:, i].copy() for i in range(7)}, copy=False)
        inserted = pd.DataFrame(values[:, 1:], columns=range(1, 7))
        inserted.insert(0, 0, values[:, 0])
        shuffled = pd.DataFrame(values[:, ::-1], columns=range(6, -1, -1))[list(range(7))]
        table = pa.table({str(i): values[:, i] for i in range(7)})
        frames = [together, viewed, apart, inserted, shuffled, together.copy(), together.iloc[:, :], table]
        assert len({content(frame) for frame in frames}) == 1

    def test_rows_stored_one_after_another_hash_as_their_columns_do(self):
        values = np.random.default_rng(0).random((200_000, 3))
        assert content(pd.DataFrame(values, copy=False)) == content(pd.DataFrame(np.asfortranarray(values)))

    def test_empty_frames_differ_by_what_they_have(self):
        frames = [
            pd.DataFrame(),
            pd.DataFrame({"a": []}),
            pd.DataFrame({"a": [], "b": []}),
            pd.DataFrame(index=range(3)),
            pd.DataFrame({"a": pd.Series([], dtype=int)}),
        ]
        assert len({fingerprint(frame) for frame in frames}) == len(frames)
        assert content(pd.DataFrame({"a": pd.Series([], dtype=float)})) == content(
            pl.DataFrame({"a": []}, {"a": float})
        )

    def test_categoricals_are_their_values_and_keep_their_order_in_the_schema(self):
        plain = pd.Series(["b", "a", None], dtype=object)
        one = plain.astype("category")
        other = plain.astype(pd.CategoricalDtype(["b", "a"]))
        ordered = plain.astype(pd.CategoricalDtype(["a", "b"], ordered=True))
        assert content(one) == content(other) == content(ordered) == content(plain)
        assert len({schema(one), schema(other), schema(ordered), schema(plain)}) == 4

    def test_categories_of_numbers_and_dates_decode(self):
        assert content(pd.Series([3, 1, 3]).astype("category")) == content(np.array([3, 1, 3]))
        assert content(pd.Series([3, None]).astype("Int64").astype("category")) == content(
            pa.array([3, None])
        )
        stamps = pd.Series(pd.to_datetime(["2020-01-01", None]))
        assert content(stamps.astype("category")) == content(stamps)
        assert content(pd.Series([1.5, None]).astype("category")) == content(np.array([1.5, np.nan]))
        assert content(pd.Series([True, False]).astype("category")) == content(np.array([True, False]))
        assert content(pd.Series([None, None]).astype("category")) == content(
            pd.Series([None, None], dtype=object)
        )

    def test_categories_of_mixed_type_decode(self):
        mixed = pd.Series([1, "a", None, 1], dtype=object)
        assert content(mixed.astype("category")) == content(mixed)

    def test_zones_count(self):
        naive = pd.Series(pd.date_range("2020-01-01", periods=3))
        utc, berlin = naive.dt.tz_localize("UTC"), naive.dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin")
        assert content(naive) != content(utc)
        assert content(utc) == content(berlin)
        assert schema(utc) != schema(berlin)

    def test_periods_intervals_and_sparse_columns_have_content(self):
        for make in (
            lambda shift: pd.Series(pd.period_range("2020-01", periods=3, freq="M") + shift),
            lambda shift: pd.Series(pd.interval_range(shift, shift + 3)),
            lambda shift: pd.Series(pd.arrays.SparseArray([0.0, 0.0, 1.0 + shift])),
        ):
            assert content(make(0)) == content(make(0))
            assert content(make(0)) != content(make(1))

    def test_objects_of_mixed_type_are_told_apart_by_type(self):
        cells = [
            1,
            1.0,
            True,
            "1",
            b"1",
            None,
            (1,),
            [1],
            {1},
            {"a": 1},
            Decimal(1),
            dt.date(1, 1, 1),
            1j,
            10**30,
        ]
        found = {content(pd.Series([cell, object.__name__, 5], dtype=object)) for cell in cells}
        assert len(found) == len(cells)

    def test_nan_and_none_are_both_missing_among_text(self):
        expected = content(pd.Series(["a", None], dtype=object))
        assert content(pd.Series(["a", np.nan], dtype=object)) == expected
        assert content(pd.Series(["a", pd.NA], dtype=object)) == expected

    def test_nested_arrays_in_cells_count(self):
        def nested(last):
            return pd.Series([np.array([1.0, 2.0]), np.array([3.0, last])], dtype=object)

        assert content(nested(4.0)) == content(nested(4.0)) == content(pa.array([[1.0, 2.0], [3.0, 4.0]]))
        assert content(nested(4.0)) != content(nested(5.0))

    def test_an_unknown_object_is_refused_by_column_and_type(self):
        frame = pd.DataFrame({"fine": [1], "odd": [threading.Lock()]})
        with pytest.raises(FingerprintError, match=r"column 'odd'.*lock"):
            fingerprint(frame)


class TestValues:
    def test_equal_values_are_equal_and_others_are_not(self):
        values = [
            1, 1.0, True, "1", b"1", [], (), {}, set(), [1], (1,), {"a": 1}, {"a": [1, 2]}, {"a": (1, 2)},
            [[1], 2], [1, [2]], [[], []], ["ab", "c"], ["a", "bc"], -1, 255, 256, 2**200, float("nan"),
            [None], [np.float32(1)], {"x": np.arange(3)}, {"x": np.arange(3.0)}, {"x": pd.Series([1])},
            dt.timedelta(1), np.datetime64("2020"),
        ]  # fmt: skip
        assert len({content(value) for value in values}) == len(values)

    def test_a_dict_has_no_order(self):
        assert fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1})
        assert fingerprint({"a", "b", "c"}) == fingerprint({"c", "b", "a"})

    def test_what_a_dict_holds_is_in_its_schema(self):
        assert schema({"x": np.arange(3)}) != schema({"x": np.arange(3, dtype=np.int8)})

    def test_a_cycle_is_refused(self):
        cyclic = [1]
        cyclic.append({"again": cyclic})
        with pytest.raises(FingerprintError, match="cycle"):
            fingerprint(cyclic)
        with pytest.raises(FingerprintError, match="cycle"):
            fingerprint(pd.DataFrame({"x": [cyclic, 1]}))

    def test_too_deep_a_value_is_refused(self):
        deep: list = []
        for _ in range(100_000):
            deep = [deep]
        with pytest.raises(FingerprintError, match="deeper"):
            fingerprint(deep)
        while deep:  # freed level by level, or its destructor recurses
            deep = deep.pop()

    def test_a_value_that_shares_parts_is_walked_once(self):
        shared: list = [1]
        for _ in range(60):
            shared = [shared, shared]
        assert content(shared) == content(shared)

    def test_an_unknown_object_is_named_with_its_place(self):
        with pytest.raises(FingerprintError, match=r"'model'.*builtins\.object"):
            fingerprint({"model": object()})


class TestPaths:
    def test_a_file_is_its_bytes(self, tmp_path):
        one, other = tmp_path / "one.csv", tmp_path / "other.csv"
        one.write_bytes(b"a,b\n1,2\n")
        other.write_bytes(b"a,b\n1,2\n")
        assert fingerprint(path=one) == fingerprint(path=str(other))
        other.write_bytes(b"a,b\n1,3\n")
        assert fingerprint(path=one) != fingerprint(path=other)

    def test_a_directory_is_its_files_and_their_names(self, tmp_path):
        for name in ("one", "other"):
            (tmp_path / name / "sub").mkdir(parents=True)
            (tmp_path / name / "sub" / "x.txt").write_text("x")
            (tmp_path / name / "y.txt").write_text("y")
        one, other = tmp_path / "one", tmp_path / "other"
        assert fingerprint(path=one) == fingerprint(path=other)
        (other / "y.txt").rename(other / "z.txt")
        assert fingerprint(path=one) != fingerprint(path=other)
        (one / "round").symlink_to(one)
        assert fingerprint(path=one).content

    def test_what_is_no_file_is_refused(self, tmp_path):
        with pytest.raises(FingerprintError, match="can't be read"):
            fingerprint(path=tmp_path / "missing")
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(FingerprintError, match="neither"):
            fingerprint(path=tmp_path / "pipe")


class TestProgress:
    def test_progress_rises_to_one_and_is_not_told_too_often(self):
        told: list[float] = []
        began = time.monotonic()
        fingerprint(pd.DataFrame(np.ones((400_000, 10))), on_progress=told.append)
        assert told == sorted(told)
        assert told[-1] == 1.0
        assert all(0 <= fraction <= 1 for fraction in told)
        assert len(told) <= 2 + 10 * (time.monotonic() - began)

    def test_progress_is_told_during_long_work(self):
        told: list[float] = []
        rows = [[number] for number in range(150_000)]
        fingerprint(pd.Series(rows, dtype=object), on_progress=told.append)
        assert len(told) > 1

    def test_an_interrupt_passes_through(self):
        def interrupt(fraction):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            fingerprint(np.ones(10), on_progress=interrupt)


class TestProcesses:
    def test_a_forked_child_can_hash_what_its_parent_hashed(self):
        code = (
            "import os, numpy as np\n"
            "from nbmlops.capture.fingerprints import fingerprint\n"
            "big = np.ones(1_000_000)\n"
            "expected = fingerprint(big)\n"
            "child = os.fork()\n"
            "if child == 0:\n"
            "    os._exit(0 if fingerprint(big) == expected else 1)\n"
            "raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
        )
        assert subprocess.run([sys.executable, "-c", code], timeout=30).returncode == 0

    def test_hashing_loads_no_data_library(self):
        code = (
            "import sys, numpy as np\n"
            "from nbmlops.capture.fingerprints import fingerprint\n"
            "fingerprint({'a': np.ones(3), 'b': ['x']})\n"
            "heavy = ('pandas', 'polars', 'pyarrow', 'scipy', 'torch')\n"
            "raise SystemExit(any(module in sys.modules for module in heavy))\n"
        )
        assert subprocess.run([sys.executable, "-c", code], timeout=30).returncode == 0
