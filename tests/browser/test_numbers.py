"""The front end writes numbers as Python does: one table for both, tried in the built widget."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nbmlops.views.numbers import format_column, format_duration, format_number, format_relative
from nbmlops.widgets import front_end

pytestmark = pytest.mark.browser

LOAD = """async code => {
    const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    window.numbers = (await import(address)).numbers;
}"""
NUMBERS = [
    0.9473684210526315, 0.5, 12, 1234, 1234567, 1234567.891, -0.25, 0.00001234, 3e20, 0.0, -0.0, None,
    math.nan, math.inf, -math.inf, 1000.0, 999.96, 0.1 + 0.2, 1e-300, 123456789012345.0, -9999.5, 1e12, 2**53,
]  # fmt: skip
COLUMNS: list[list[float | None]] = [
    [0.9473684210526315, 0.956140350877193],
    [0.99437, 0.99421, 0.9],
    [0.5, None, math.nan],
    [1e-6, 2000.0],
    [3.0, 40.0],
    [0.1 + 0.2, 0.3],
    [-0.0001, 0.5],
    [],
    [1234567.8, 1234567.9],
    [2.5, 0.125],
]
DURATIONS = [None, 0.0001, 0.34, 0.9996, 4.2, 9.96, 72, 59.7, 7500, 3600, 273600, 86400]
AGES = [0, 44, 46, 200, 3000, 80000, 90000, 3 * 86400]


@pytest.fixture(scope="module")
def page(browser: Any) -> Any:
    if not front_end.is_built():
        pytest.skip("the front end is not built: pip install .")
    opened = browser.new_page()
    opened.evaluate(LOAD, front_end.code())
    yield opened
    opened.close()


@pytest.mark.parametrize("value", NUMBERS)
def test_one_number(page: Any, value: float | None) -> None:
    assert page.evaluate("value => numbers.formatNumber(value)", value) == format_number(value)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column(page: Any, column: list[float | None]) -> None:
    assert page.evaluate("values => numbers.formatColumn(values)", column) == format_column(column)


def test_many_columns(page: Any) -> None:
    chance = random.Random(0)
    columns = [
        [round(chance.uniform(-1, 1) * 10 ** chance.randint(-6, 9), chance.randint(0, 9)) for _ in range(5)]
        for _ in range(500)
    ]
    written = page.evaluate("columns => columns.map(values => numbers.formatColumn(values))", columns)
    assert written == [format_column(column) for column in columns]


@pytest.mark.parametrize("seconds", DURATIONS)
def test_a_duration(page: Any, seconds: float | None) -> None:
    assert page.evaluate("seconds => numbers.formatDuration(seconds)", seconds) == format_duration(seconds)


@pytest.mark.parametrize("age", AGES)
def test_an_age(page: Any, age: float) -> None:
    now = datetime.fromtimestamp(1e9, UTC)
    written = page.evaluate("age => numbers.formatRelative(1e9 - age, 1e9)", age)
    assert written == format_relative(now - timedelta(seconds=age), now)
