"""Any one change gives another fingerprint; any way to hold the same values gives the same content."""

# ruff: noqa: DTZ001 - naive times are data like any other
from __future__ import annotations

import datetime as dt
import math
import struct

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from nbmlops.capture.fingerprints import fingerprint

STAMPS = st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30))
KINDS = {
    "int": (pa.int64(), st.integers(-(2**63) + 1, 2**63 - 1)),
    "float": (pa.float64(), st.floats(allow_nan=False) | st.none()),
    "text": (pa.large_string(), st.text(st.characters(codec="utf-8"), max_size=5) | st.none()),
    "bytes": (pa.binary(), st.binary(max_size=5) | st.none()),
    "bool": (pa.bool_(), st.booleans() | st.none()),
    "naive": (pa.timestamp("us"), STAMPS | st.none()),
    "zoned": (pa.timestamp("us", "UTC"), STAMPS.map(lambda t: t.replace(tzinfo=dt.UTC)) | st.none()),
    "date": (pa.date32(), st.dates() | st.none()),
    "duration": (pa.duration("us"), st.timedeltas(dt.timedelta(-(10**5)), dt.timedelta(10**5)) | st.none()),
    "decimal": (pa.decimal128(20, 4), st.decimals(-(10**9), 10**9, places=4) | st.none()),
    "list": (pa.list_(pa.int64()), st.lists(st.integers(-9, 9), max_size=3) | st.none()),
    "nullable": (pa.int64(), st.integers(-(2**63) + 1, 2**63 - 1) | st.none()),
}
IN_PLAIN_PANDAS = sorted(set(KINDS) - {"nullable"})  # which become floats there


@st.composite
def columns(draw, kinds=tuple(KINDS)):
    """Some columns as (name, kind, values), of one length."""
    rows = draw(st.integers(1, 6))
    chosen = draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=4))
    names = draw(st.lists(st.text(max_size=3), min_size=len(chosen), max_size=len(chosen), unique=True))
    cells = [draw(st.lists(KINDS[kind][1], min_size=rows, max_size=rows)) for kind in chosen]
    return list(zip(names, chosen, cells, strict=True))


def table(parts):
    arrays = [pa.array(values, KINDS[kind][0]) for _, kind, values in parts]
    return pa.table(arrays, names=[name for name, _, _ in parts])


def same(one, other):
    """Whether two cells are one value, floats bit by bit."""
    if isinstance(one, float) and isinstance(other, float):
        return struct.pack("<d", one) == struct.pack("<d", other)
    return type(one) is type(other) and one == other


HOLDERS = {
    "pandas": lambda found: found.to_pandas(),
    "arrow-backed pandas": lambda found: found.to_pandas(types_mapper=pd.ArrowDtype),
    "polars": pl.from_arrow,
    "arrow": lambda found: found,
}


def check_a_changed_value(parts, data, holder):
    hold = HOLDERS[holder]
    which = data.draw(st.integers(0, len(parts) - 1))
    name, kind, values = parts[which]
    row = data.draw(st.integers(0, len(values) - 1))
    other = data.draw(KINDS[kind][1])
    assume(not same(values[row], other))
    changed = [*values[:row], other, *values[row + 1 :]]
    new = [*parts[:which], (name, kind, changed), *parts[which + 1 :]]
    assert fingerprint(hold(table(parts))).content != fingerprint(hold(table(new))).content


def kinds_for(holder):
    return tuple(IN_PLAIN_PANDAS if holder == "pandas" else KINDS)


@pytest.mark.parametrize("holder", HOLDERS)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_one_value_changed_is_another_content(holder, data):
    check_a_changed_value(data.draw(columns(kinds_for(holder))), data, holder)


@pytest.mark.slow
@pytest.mark.parametrize("holder", HOLDERS)
@settings(max_examples=2500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_one_value_changed_is_another_content_ten_thousand_times(holder, data):
    check_a_changed_value(data.draw(columns(kinds_for(holder))), data, holder)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(parts=columns(IN_PLAIN_PANDAS))
def test_content_is_the_same_whatever_holds_the_values(parts):
    base = table(parts)
    assert len({fingerprint(hold(base)).content for hold in HOLDERS.values()}) == 1


@settings(max_examples=100, deadline=None)
@given(parts=columns(IN_PLAIN_PANDAS), data=st.data())
def test_one_name_changed_is_another_schema_and_the_same_content(parts, data):
    check_a_changed_name(parts, data)


def check_a_changed_name(parts, data):
    frame = table(parts).to_pandas()
    place = data.draw(st.integers(0, len(parts) - 1))
    name = data.draw(st.text(max_size=3))
    assume(name != parts[place][0])
    renamed = frame.set_axis([name if i == place else old for i, old in enumerate(frame.columns)], axis=1)
    assert fingerprint(renamed).content == fingerprint(frame).content
    assert fingerprint(renamed).schema != fingerprint(frame).schema


NUMPY_DTYPES = [
    "i1",
    "i8",
    "u1",
    "u8",
    "f2",
    "f4",
    "f8",
    "?",
    "c8",
    "c16",
    "U3",
    "S3",
    "O",
    "M8[s]",
    "M8[ns]",
    "m8[s]",
]
PANDAS_DTYPES = ["Int8", "Int64", "UInt8", "Float32", "Float64", "boolean", "string", "category", "object"]


def typed(values, dtype):
    """The same zeros and ones under another type."""
    if dtype in NUMPY_DTYPES:
        return np.array(values).astype(dtype)
    return pd.Series(np.array(values, dtype=bool if dtype == "boolean" else int)).astype(dtype)


@settings(max_examples=200, deadline=None)
@given(
    values=st.lists(st.integers(0, 1), min_size=1, max_size=5),
    pair=st.lists(st.sampled_from(NUMPY_DTYPES + PANDAS_DTYPES), min_size=2, max_size=2, unique=True),
)
def test_one_dtype_changed_is_another_fingerprint(values, pair):
    assert fingerprint(typed(values, pair[0])) != fingerprint(typed(values, pair[1]))


@settings(max_examples=50, deadline=None)
@given(
    zones=st.lists(
        st.sampled_from(["UTC", "Europe/Berlin", "Europe/Paris", "Asia/Tokyo", "America/New_York", None]),
        min_size=2, max_size=2, unique=True,
    )
)  # fmt: skip
def test_one_zone_changed_is_another_fingerprint(zones):
    frames = [pd.DataFrame({"t": pd.date_range("2020-01-01", periods=3, tz=zone)}) for zone in zones]
    assert fingerprint(frames[0]) != fingerprint(frames[1])


ZONES = ["UTC", "Europe/Berlin", "Europe/Paris", "Asia/Tokyo", "America/New_York", None]


def check_a_changed_type(data):
    values = data.draw(st.lists(st.integers(0, 1), min_size=1, max_size=5))
    one, other = data.draw(
        st.lists(st.sampled_from(NUMPY_DTYPES + PANDAS_DTYPES), min_size=2, max_size=2, unique=True)
    )
    place, width = data.draw(st.integers(0, 2)), 3
    frames = [
        pd.DataFrame({f"c{n}": typed(values, dtype if n == place else "f8") for n in range(width)})
        for dtype in (one, other)
    ]
    # pandas holds some types as others: a frame has no two-byte text.
    assume([*frames[0].dtypes] != [*frames[1].dtypes])
    assert fingerprint(frames[0]) != fingerprint(frames[1])


def check_a_changed_zone(data):
    one, other = data.draw(st.lists(st.sampled_from(ZONES), min_size=2, max_size=2, unique=True))
    stamps = data.draw(
        st.lists(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2030, 1, 1)), min_size=1, max_size=4)
    )
    hold = data.draw(st.sampled_from(["pandas", "polars", "arrow"]))
    tables = [
        pa.table({"x": range(len(stamps)), "t": pa.array(stamps, pa.timestamp("us", zone))})
        for zone in (one, other)
    ]
    assert fingerprint(HOLDERS[hold](tables[0])) != fingerprint(HOLDERS[hold](tables[1]))


@pytest.mark.slow
@pytest.mark.parametrize("what", ["name", "type", "zone"])
@settings(
    max_examples=3_500,  # of each kind: more than ten thousand in all
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_one_name_type_or_zone_changed_is_another_fingerprint(what, data):
    if what == "name":
        check_a_changed_name(data.draw(columns(IN_PLAIN_PANDAS)), data)
    else:
        {"type": check_a_changed_type, "zone": check_a_changed_zone}[what](data)


IN_PLACE = {
    "pandas": (lambda: pd.DataFrame({"a": np.arange(2000.0), "s": ["x"] * 2000}), lambda f: f.isetitem(0, f["a"].mask(f.index == 1999, -1.0))),
    "pandas, one value": (lambda: pd.DataFrame(np.arange(6000.0).reshape(2000, 3)), lambda f: f.__setitem__(1, f[1].replace(4.0, -1.0))),
    "pandas at a place": (lambda: pd.DataFrame({"a": np.arange(2000), "b": 1.5}), lambda f: f.iloc.__setitem__((7, 0), -1)),
    "pandas text": (lambda: pd.DataFrame({"s": ["x"] * 2000}), lambda f: f.loc.__setitem__((1999, "s"), "y")),
    "series": (lambda: pd.Series(np.arange(2000)), lambda s: s.iloc.__setitem__(1999, -1)),
    "array": (lambda: np.arange(200_000.0), lambda a: a.__setitem__(199_999, -1)),
    "array through a view": (lambda: np.zeros((1000, 30)), lambda a: a[::-1].T.__setitem__((29, 0), 1)),
    "big array": (lambda: np.zeros((400_000, 5)), lambda a: a.__setitem__((399_999, 4), 1e-300)),
    "objects": (lambda: np.array(["a", "b", None], dtype=object), lambda a: a.__setitem__(0, "c")),
    "polars": (lambda: pl.DataFrame({"a": np.arange(2000)}), lambda f: f.__setitem__((1999, "a"), -1)),
    "list": (lambda: [1, [2, 3]], lambda v: v[1].__setitem__(0, 9)),
}  # fmt: skip


@pytest.mark.parametrize("name", IN_PLACE)
def test_one_value_changed_in_place_is_seen(name):
    make, change = IN_PLACE[name]
    obj = make()
    before = fingerprint(obj)
    assert fingerprint(obj) == before
    change(obj)
    assert fingerprint(obj).content != before.content


@settings(max_examples=200, deadline=None)
@given(bits=st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=4), data=st.data())
def test_one_bit_of_a_float_changed_is_another_content(bits, data):
    floats = np.array(bits, dtype=np.uint64)
    place, bit = data.draw(st.integers(0, len(bits) - 1)), data.draw(st.integers(0, 63))
    changed = floats.copy()
    changed[place] ^= np.uint64(1 << bit)
    assert fingerprint(floats.view(float)).content != fingerprint(changed.view(float)).content


@settings(max_examples=200, deadline=None)
@given(shape=st.lists(st.integers(0, 4), min_size=1, max_size=4), data=st.data())
def test_strides_and_order_are_no_content(shape, data):
    dtype = data.draw(st.sampled_from(["f8", "i4", "M8[s]", "?", "U4", "O"]))
    base = np.arange(math.prod(shape)).astype(dtype).reshape(shape)
    axes = data.draw(st.permutations(range(len(shape))))
    moved = np.ascontiguousarray(base.transpose(axes)).transpose(np.argsort(axes))
    doubled = np.repeat(base, 2, axis=0)[::2]
    flipped = base[::-1].copy()[::-1]
    assert (
        len({fingerprint(array) for array in (base, moved, doubled, flipped, np.asfortranarray(base))}) == 1
    )


NESTED = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=3)
    | st.binary(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
        | st.tuples(inner)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(one=NESTED.filter(lambda v: v is not None), other=NESTED.filter(lambda v: v is not None))
def test_python_values_have_one_content_exactly_when_they_are_one_value(one, other):
    assert (fingerprint(one).content == fingerprint(other).content) == (canonical(one) == canonical(other))


def canonical(value):
    """An independent way to tell values apart: types and contents, dicts without order."""
    if isinstance(value, dict):
        return "dict", frozenset((canonical(key), canonical(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return type(value).__name__, tuple(canonical(item) for item in value)
    return type(value).__name__, struct.pack("<d", value) if isinstance(value, float) else value
