"""One column of a profile in a few words, and its distribution as bars: as text and as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from nbmlops.records.profiles import ColumnProfile, Numbers
from nbmlops.views.markup import plain
from nbmlops.views.numbers import format_number

BARS = 12
_BLOCKS = " ▁▂▃▄▅▆▇█"
_TOP = 2
_MOSTLY = 0.9
_NANO = 10**9


def summary(column: ColumnProfile | None) -> str:
    """What the values are like: `3.2 ± 1.1`, `a 52 %, b 48 %`, a span of time."""
    if column is None:
        return "–"
    if not column.count or column.missing == column.count:
        return "no values"
    if column.numbers is not None:
        return _numbers(column.numbers)
    if column.values is not None:
        top = sorted(column.values.frequent.items(), key=lambda pair: (-pair[1], pair[0]))[:_TOP]
        present = column.count - column.missing
        if column.kind == "text" and top and top[0][1] * 50 < present:
            return f"{distinct(column)} texts"
        return ", ".join(f"{plain(text, 16) or repr(text)} {percent(count / present)}" for text, count in top)
    if column.span is not None:
        return f"{moment(column, 0)} to {moment(column, 1)}"
    return ""


def _numbers(numbers: Numbers) -> str:
    if not numbers.count:
        return f"{numbers.infinite} infinite"
    if numbers.min == numbers.max:
        return f"all {format_number(numbers.min)}"
    return f"{format_number(numbers.mean, 3)} ± {format_number(numbers.std, 2)}"


def extremes(column: ColumnProfile | None) -> str:
    """The least and the greatest number, or how many texts there are."""
    if column is None:
        return ""
    if column.numbers is not None and column.numbers.count:
        return f"{format_number(column.numbers.min, 3)} to {format_number(column.numbers.max, 3)}"
    return f"{distinct(column)} distinct" if column.values is not None else ""


def distinct(column: ColumnProfile) -> str:
    """How many values there are, `about` where it is an estimate."""
    if column.values is None:
        return ""
    count = column.values.distinct
    return format_number(count) if column.values.is_exact else f"about {format_number(float(f'{count:.2g}'))}"


def missing(column: ColumnProfile | None) -> str:
    """The share of rows without a value, empty where all have one."""
    return percent(column.missing / column.count) if column is not None and column.missing else ""


def percent(share: float) -> str:
    """A share as people read it: never 0 % of something, nor 100 % where some are left out."""
    if 0 < share < 0.01:
        return "<1 %"
    return f"{min(share * 100, 99.0) if share < 1 else 100:.0f} %"


def moment(column: ColumnProfile, place: int) -> str:
    """The first or last of a column of times, as a date where it is one."""
    if column.span is None:
        return ""
    nanoseconds = column.span[place]
    if column.kind == "duration":
        return str(timedelta(microseconds=nanoseconds // 1000))
    try:
        when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:
        return f"{nanoseconds // _NANO} s"
    return (
        when.date().isoformat() if nanoseconds % (86_400 * _NANO) == 0 else when.strftime("%Y-%m-%d %H:%M:%S")
    )


def bars(*columns: ColumnProfile | None) -> list[list[float]]:
    """Of each column the shares of its rows in the same bins; empty where a column has nothing to draw."""
    numbers = [column.numbers for column in columns if column is not None and column.numbers is not None]
    if any(found.count for found in numbers):
        return _number_bars(columns, numbers)
    if any(column is not None and column.values is not None for column in columns):
        return _value_bars(columns)
    return [[] for _ in columns]


def _number_bars(columns: Sequence[ColumnProfile | None], numbers: Sequence[Numbers]) -> list[list[float]]:
    known = [found for found in numbers if found.count]
    # A single outlier must not press all else into one bar; the outer bars take what lies beyond.
    low = min(max(found.min, _stretched(found, 0.01, 0.25)) for found in known)
    high = max(min(found.max, _stretched(found, 0.99, 0.75)) for found in known)
    if not math.isfinite(high - low) or high <= low:
        return [[] for _ in columns]  # one value alone
    edges = [low + (high - low) * place / BARS for place in range(BARS + 1)]
    drawn = []
    for column in columns:
        found = column.numbers if column is not None else None
        counts = found.histogram.bins(edges) if found is not None and found.count else []
        total = sum(counts)
        drawn.append([count / total for count in counts] if total else [])
    return drawn


def _stretched(numbers: Numbers, tail: float, middle: float) -> float:
    """A far quantile, three times as far out as it lies from a near one."""
    end, near = numbers.histogram.quantile(tail), numbers.histogram.quantile(middle)
    return end + (end - near) / 2


def _value_bars(columns: Sequence[ColumnProfile | None]) -> list[list[float]]:
    weights: dict[str, float] = {}
    for column in columns:
        if column is not None and column.values is not None:
            for text, count in column.values.frequent.items():
                weights[text] = weights.get(text, 0.0) + count / max(column.count, 1)
    texts = sorted(weights, key=lambda text: (-weights[text], text))[: BARS - 1]
    drawn: list[list[float]] = []
    for column in columns:
        values = column.values if column is not None else None
        if column is None or values is None or column.missing == column.count:
            drawn.append([])
            continue
        present = column.count - column.missing
        shares = [values.frequent.get(text, 0) / present for text in texts]
        drawn.append([*shares, max(1 - sum(shares), 0.0)])
    rest = max((shares[-1] for shares in drawn if shares), default=0.0)
    if rest > _MOSTLY:  # nearly all texts are different ones: there is no shape to see
        return [[] for _ in drawn]
    return [shares[:-1] for shares in drawn] if rest < 1e-9 else drawn


def spark(shares: Sequence[float], highest: float | None = None) -> str:
    """Bars as block characters."""
    top = highest or max(shares, default=0.0)
    if not top:
        return ""
    return "".join(_BLOCKS[math.ceil(share / top * (len(_BLOCKS) - 1))] for share in shares)


def svg(shares: Sequence[float], other: Sequence[float] = (), *, label: str = "") -> str:
    """Bars as a small drawing; `other`'s outline stands behind them, to compare."""
    from html import escape

    width, height, count = 96, 22, max(len(shares), len(other), 1)
    top = max([*shares, *other], default=0.0)
    if not top:
        return ""
    step = min(width / count, 18.0)
    drawn = "".join(_bar(place, share / top, step, height) for place, share in enumerate(shares) if share)
    outline = _outline([share / top for share in other], step, height) if other else ""
    return (
        f'<svg class="nbm-bars" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(label)}">{drawn}{outline}</svg>'
    )


def _bar(place: int, share: float, step: float, height: int) -> str:
    tall = max(share * (height - 2), 1.0)
    return (
        f'<rect x="{place * step + 0.5:.1f}" y="{height - tall:.1f}" width="{step - 1:.1f}" height="{tall:.1f}" '
        'fill="#2b7fb0"/>'
    )


def _outline(shares: Sequence[float], step: float, height: int) -> str:
    points = []
    for place, share in enumerate(shares):
        y = height - share * (height - 2)
        points += [f"{place * step:.1f},{y:.1f}", f"{(place + 1) * step:.1f},{y:.1f}"]
    return f'<polyline points="{" ".join(points)}" fill="none" stroke="#8a94a0" stroke-width="1.2"/>'
