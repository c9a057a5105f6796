"""A curve in a terminal, drawn with Braille dots: two across and four down in each character."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from nbmlops.views.numbers import format_column, format_number

_BLANK = 0x2800
_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))  # by column, from the top
_HEIGHT = 8
_LEAST_POINTS = 2


def plot_lines(
    steps: Sequence[int], values: Sequence[float], *, width: int, height: int = _HEIGHT
) -> list[tuple[str, str]]:
    """The lines of a plot, each its label and its dots; none where there is nothing to draw.

    Args:
        steps: x, in any order.
        values: y; points that aren't finite leave gaps.
        width: of label and dots together, in characters.
        height: of the dots, in characters.
    """
    points = [(float(x), y) for x, y in zip(steps, values, strict=True) if math.isfinite(y)]
    if len(points) < _LEAST_POINTS:
        return []
    low, high = min(y for _, y in points), max(y for _, y in points)
    labels = _labels(low, high, height)
    margin = max(map(len, labels))
    columns = max(10, width - margin - 1)
    grid = [[_BLANK] * columns for _ in range(height)]
    for x, y in _dots(points, (low, high), columns * 2, height * 4):
        grid[y // 4][x // 2] |= _BITS[x % 2][y % 4]
    lines = [
        (f"{label:>{margin}} ", "".join(map(chr, row)).rstrip(chr(_BLANK)))
        for label, row in zip(labels, grid, strict=True)
    ]
    return [*lines, (_axis(points, margin, columns), "")]


def _labels(low: float, high: float, height: int) -> list[str]:
    top, bottom = format_column([high, low])
    if low == high:
        return [""] * (height // 2) + [top] + [""] * (height - height // 2 - 1)
    return [top, *[""] * (height - 2), bottom]


def _axis(points: Sequence[tuple[float, float]], margin: int, columns: int) -> str:
    first, last = (format_number(x) for x in _span(points))
    middle = " step "
    gap = max(1, columns - len(first) - len(last) - len(middle))
    return f"{' ' * margin} {first}{' ' * (gap // 2)}{middle}{' ' * (gap - gap // 2)}{last}"


def _span(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    xs = [x for x, _ in points]
    return min(xs), max(xs)


def _dots(
    points: Sequence[tuple[float, float]], bounds: tuple[float, float], across: int, down: int
) -> Iterator[tuple[int, int]]:
    """Every dot of the curve: for each column what lies in it, joined to the column before."""
    left, right = _span(points)
    spans: dict[int, tuple[int, int]] = {}
    for x, y in sorted(points):
        column = round((x - left) / (right - left or 1) * (across - 1))
        row = _row(y, bounds, down)
        top, bottom = spans.get(column, (row, row))
        spans[column] = min(top, row), max(bottom, row)
    before: tuple[int, int] | None = None
    for column, (top, bottom) in sorted(spans.items()):
        yield from ((column, row) for row in range(top, bottom + 1))
        if before is not None:
            yield from _joined(before, (column, (top + bottom) // 2))
        before = column, (top + bottom) // 2


def _row(y: float, bounds: tuple[float, float], down: int) -> int:
    low, high = bounds
    if low == high:
        return down // 2
    # Halved first: the difference of two huge numbers would overflow.
    share = (high / 2 - y / 2) / (high / 2 - low / 2)
    return min(down - 1, max(0, round(share * (down - 1))))


def _joined(start: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[int, int]]:
    (x0, y0), (x1, y1) = start, end
    length = max(abs(x1 - x0), abs(y1 - y0))
    for at in range(1, length):
        yield x0 + round(at * (x1 - x0) / length), y0 + round(at * (y1 - y0) / length)
