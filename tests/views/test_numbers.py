from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbmlops.views.numbers import (
    format_bytes,
    format_column,
    format_delta,
    format_duration,
    format_number,
    format_relative,
    format_shape,
)

NOW = datetime(2025, 3, 4, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.9473684210526315, "0.9474"),
        (0.5, "0.5"),
        (12, "12"),
        (1234, "1234"),
        (1234567, "1\u2009234\u2009567"),
        (1234567.891, "1\u2009234\u2009568"),
        (-0.25, "\u22120.25"),
        (0.00001234, "1.234e\u22125"),
        (3e20, "3e20"),
        (0.0, "0"),
        (-0.0, "0"),
        (float("nan"), "NaN"),
        (float("inf"), "+inf"),
        (float("-inf"), "\u2212inf"),
        (None, "\u2013"),
    ],
)
def test_one_number_is_short_and_spelled_out(value: float | None, text: str) -> None:
    assert format_number(value) == text


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([0.9473684210526315, 0.956140350877193], ["0.947", "0.956"]),
        ([0.99437, 0.99421, 0.9], ["0.9944", "0.9942", "0.9000"]),
        ([0.5, None, math.nan], ["0.500", "\u2013", "NaN"]),
        ([1e-6, 2000.0], ["1e\u22126", "2000"]),
        ([3.0, 40.0], ["3", "40"]),
        ([0.1 + 0.2, 0.3], ["0.300", "0.300"]),
        ([-0.0001, 0.5], ["\u22120.0001", "0.5000"]),
        ([], []),
    ],
)
def test_a_column_has_the_digits_that_tell_its_values_apart(
    values: list[float | None], texts: list[str]
) -> None:
    assert format_column(values) == texts


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=8))
def test_every_float_has_a_short_text(values: list[float]) -> None:
    texts = format_column(values)
    assert len(texts) == len(values)
    assert all(0 < len(text) <= 24 for text in texts)


@pytest.mark.parametrize(
    ("delta", "direction", "text"),
    [
        (0.02, "max", "▲ +0.02"),
        (-0.02, "max", "▼ \u22120.02"),
        (-0.02, "min", "▲ \u22120.02"),
        (0.02, "min", "▼ +0.02"),
        (0.02, None, "+0.02"),
        (0.0, "max", "="),
    ],
)
def test_a_change_is_judged_by_direction_and_not_by_sign(
    delta: float, direction: str | None, text: str
) -> None:
    assert format_delta(delta, direction) == text  # type: ignore[arg-type]


def test_a_change_too_small_for_the_columns_decimals_is_still_told() -> None:
    assert format_delta(0.00004, "max", 3) == "▲ +4e\u22125"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0001, "under 1 ms"),
        (0.34, "340 ms"),
        (0.9999, "1.0 s"),
        (4.21, "4.2 s"),
        (9.97, "10 s"),
        (59.6, "1 m"),
        (72, "1 m 12 s"),
        (3600, "1 h"),
        (7500, "2 h 5 m"),
        (273600, "3 d 4 h"),
        (None, "\u2013"),
    ],
)
def test_a_duration_has_its_two_largest_units(seconds: float | None, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(hours=25), "yesterday"),
        (timedelta(days=12), "12 days ago"),
        (timedelta(days=63), "2024-12-31"),
        (timedelta(hours=-2), "2025-03-04 14:00:00 UTC"),
    ],
)
def test_a_moment_is_told_by_how_long_ago_it_was(ago: timedelta, text: str) -> None:
    assert format_relative(NOW - ago, NOW) == text


def test_sizes_and_shapes_carry_units_and_groups() -> None:
    assert [format_bytes(n) for n in (512, 48_213, 999_600, 3_400_000_000)] == [
        "512 B",
        "48.2 kB",
        "1 MB",
        "3.4 GB",
    ]
    assert format_shape((1_000_000, 10)) == "1\u2009000\u2009000 × 10"
    assert format_shape(()) == ""
