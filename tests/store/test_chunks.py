from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nbmlops.errors import StoreError
from nbmlops.store import chunks
from nbmlops.store.chunks import Points

bits = hnp.arrays(np.uint64, st.integers(0, 50))


def same_bits(a: Points, b: Points) -> bool:
    return all(
        np.array_equal(getattr(a, name).view("<u8"), getattr(b, name).view("<u8"))
        for name in ("steps", "values", "times")
    )


@st.composite
def points(draw: st.DrawFn) -> Points:
    n = draw(st.integers(0, 60))
    columns = [draw(hnp.arrays(np.uint64, n)) for _ in range(3)]
    return Points(columns[0].view("<i8"), columns[1].view("<f8"), columns[2].view("<f8"))


@given(points())
def test_any_bits_come_back_as_they_were(given_points):
    back = chunks.unpack(chunks.pack(given_points))
    assert same_bits(back, given_points)
    assert (back.steps.dtype, back.values.dtype, back.times.dtype) == ("<i8", "<f8", "<f8")


def test_payloads_of_nan_signs_of_zero_and_infinities_are_kept():
    odd = np.array(
        [0x7FF8000000000001, 0xFFF8000000000000, 0x7FF0000000000000, 0xFFF0000000000000, 1 << 63, 1],
        np.uint64,
    )
    given_points = Points.of(np.arange(6), odd.view("<f8"), odd.view("<f8"))
    assert same_bits(chunks.unpack(chunks.pack(given_points)), given_points)


def test_steps_may_jump_from_one_end_to_the_other():
    ends = [-(2**63), 2**63 - 1, 0, -1, 2**63 - 1, -(2**63)]
    given_points = Points.of(ends, np.zeros(6), np.zeros(6))
    assert chunks.unpack(chunks.pack(given_points)).steps.tolist() == ends


def test_no_points_are_a_chunk_too():
    assert len(chunks.unpack(chunks.pack(Points.of([], [], [])))) == 0


def test_columns_with_gaps_between_their_values_are_packed_as_what_they_show():
    table = np.arange(60.0).reshape(20, 3)
    given_points = Points.of(np.arange(40)[::2], table[:, 1], table[::-1, 2])
    back = chunks.unpack(chunks.pack(given_points))
    assert np.array_equal(back.values, table[:, 1])
    assert np.array_equal(back.times, table[::-1, 2])


def test_a_part_of_points_can_be_packed():
    given_points = Points.of(np.arange(10), np.arange(10.0), np.arange(10.0))
    assert chunks.unpack(chunks.pack(given_points[3:7])).values.tolist() == [3, 4, 5, 6]


@given(points(), st.data())
def test_a_chunk_that_was_cut_is_refused(given_points, data):
    packed = chunks.pack(given_points)
    with pytest.raises(StoreError):
        chunks.unpack(packed[: data.draw(st.integers(0, len(packed) - 1))])


@given(points(), st.data())
def test_a_changed_chunk_gives_a_store_error_or_points_but_nothing_else(given_points, data):
    packed = bytearray(chunks.pack(given_points))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        chunks.unpack(bytes(packed))
    except StoreError:
        pass


def test_a_chunk_of_a_newer_format_says_to_upgrade():
    packed = bytearray(chunks.pack(Points.of([0], [1.0], [2.0])))
    packed[0] = 9
    with pytest.raises(StoreError, match="format 9: upgrade"):
        chunks.unpack(bytes(packed))


def test_a_million_random_values_take_less_than_ten_bytes_a_point():
    values = np.random.default_rng(0).normal(size=1_000_000)
    given_points = Points.of(np.arange(1_000_000), values, np.full(1_000_000, 1.79e9))
    packed = chunks.pack(given_points)
    assert len(packed) < 10 * 1_000_000
    assert same_bits(chunks.unpack(packed), given_points)


def test_a_slowly_falling_loss_takes_less_room_than_raw():
    loss = np.round(np.exp(-np.linspace(0, 3, 100_000)), 4)
    times = 1.79e9 + np.arange(100_000) * 1e-3
    assert len(chunks.pack(Points.of(np.arange(100_000), loss, times))) < 800_000
