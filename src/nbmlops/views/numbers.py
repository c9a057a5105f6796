"""Numbers as people read them: as many digits as tell them apart, units, directions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from nbmlops.records.runs import Direction

THIN_SPACE = "\u2009"
MINUS = "\u2212"
MISSING = "\u2013"

_LEAST_DIGITS = 3
_MOST_DIGITS = 7
_WIDEST_DECIMALS = 9
_LARGEST_PLAIN = 1e12
_EXPONENT_RATIO = 1e5
_GROUPED_FROM = 10_000
_RELATIVE_DAYS = 30


def format_number(value: float | None, digits: int = 4) -> str:
    """One number alone, with up to `digits` significant digits and thin-spaced thousands.

    Example:
        >>> format_number(0.9473684210526315), format_number(-0.00001234), format_number(float("nan"))
        ('0.9474', '−1.234e−5', 'NaN')
    """
    if value is None:
        return MISSING
    if (word := _non_finite(value)) is not None:
        return word
    if isinstance(value, int) or float(value).is_integer():
        return _integer(int(value)) if abs(value) < _LARGEST_PLAIN else _exponent(float(value), digits)
    size = math.floor(math.log10(abs(value)))
    if size < -4 or abs(value) >= _LARGEST_PLAIN:
        return _exponent(value, digits)
    text = _fixed(value, max(0, digits - 1 - size))
    return text.rstrip("0").rstrip(".") if "." in text else text


def format_exact(value: float) -> str:
    """A number with every digit that tells it from its neighbours.

    Example:
        >>> format_exact(0.1), format_exact(0.30000000000000004), format_exact(float("nan")), format_exact(3.0)
        ('0.1', '0.30000000000000004', 'NaN', '3')
    """
    if (word := _non_finite(value)) is not None:
        return word
    return repr(float(value)).removesuffix(".0").replace("-", MINUS)


def format_column(values: Sequence[float | None]) -> list[str]:
    """Numbers of one column: the same decimals in all, as many as tell its distinct values apart.

    Example:
        >>> format_column([0.9473684210526315, 0.956140350877193, None])
        ['0.947', '0.956', '–']
    """
    finite = [float(v) for v in values if v is not None and math.isfinite(v)]
    nonzero = [abs(v) for v in finite if v]
    if all(v.is_integer() for v in finite) or _spans_magnitudes(nonzero):
        return [format_number(v) for v in values]
    decimals = column_decimals(finite)
    return [
        format_number(v) if v is None or not math.isfinite(v) else _fixed(float(v), decimals) for v in values
    ]


def column_decimals(values: Sequence[float]) -> int:
    """How many decimals tell these finite numbers apart: 3 to 6 significant digits of the largest."""
    largest = max((abs(v) for v in values), default=0.0)
    if largest == 0.0:
        return 0
    size = math.floor(math.log10(largest))
    decimals = [
        min(max(0, digits - 1 - size), _WIDEST_DECIMALS) for digits in range(_LEAST_DIGITS, _MOST_DIGITS)
    ]
    told = [_told_apart(values, places) for places in decimals]
    return decimals[told.index(told[-1])]


def _told_apart(values: Sequence[float], places: int) -> tuple[int, int]:
    rounded = [round(v, places) for v in values]
    return len(set(rounded)), rounded.count(0.0)  # what isn't zero shouldn't look like it


def format_delta(delta: float, direction: Direction | None, decimals: int | None = None) -> str:
    """A difference with its judgement: ▲ better, ▼ worse; only signed when no direction is known.

    Example:
        >>> format_delta(-0.02, "min", 2), format_delta(-0.02, "max", 2), format_delta(0.5, None)
        ('▲ −0.02', '▼ −0.02', '+0.5')
    """
    if math.isnan(delta):
        return "NaN"
    if delta == 0:
        return "="
    amount = format_number(abs(delta), 2) if decimals is None else _fixed(abs(delta), decimals)
    if decimals is not None and not float(amount.replace(THIN_SPACE, "") or 0):
        amount = format_number(abs(delta), 1)
    signed = f"{'+' if delta > 0 else MINUS}{amount}"
    if direction is None:
        return signed
    return f"{'▲' if is_better(delta, direction) else '▼'} {signed}"


def is_better(delta: float, direction: Direction) -> bool:
    """Whether a change by `delta` is one for the better."""
    return delta > 0 if direction == "max" else delta < 0


def format_duration(seconds: float | None) -> str:
    """A span of time in its two largest units: `340 ms`, `4.2 s`, `1 m 12 s`, `2 h 5 m`, `3 d 4 h`."""
    if seconds is None or not math.isfinite(seconds):
        return MISSING
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms" if seconds >= 0.001 else "under 1 ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    for size, unit, part, part_unit in ((86400, "d", 3600, "h"), (3600, "h", 60, "m"), (60, "m", 1, "s")):
        if whole >= size:
            rest = whole % size // part
            return f"{whole // size} {unit} {rest} {part_unit}" if rest else f"{whole // size} {unit}"
    return f"{whole} s"


def format_relative(then: datetime, now: datetime) -> str:
    """How long ago, in one unit; the date alone after a month. Both need a time zone, or neither."""
    seconds = (now - then).total_seconds()
    if seconds < 45:
        return "just now" if seconds > -45 else format_moment(then)
    for limit, size, unit in ((2700, 60, "min"), (79200, 3600, "h")):
        if seconds < limit:
            return f"{max(1, round(seconds / size))} {unit} ago"
    days = max(1, round(seconds / 86400))
    if days > _RELATIVE_DAYS:
        return then.strftime("%Y-%m-%d")
    return "yesterday" if days == 1 else f"{days} days ago"


def format_moment(when: datetime) -> str:
    """A point in time to the second, with its zone if it has one."""
    return when.strftime("%Y-%m-%d %H:%M:%S %Z").rstrip()


def format_bytes(count: int | None) -> str:
    """Decimal units with three digits: `512 B`, `1.21 MB`."""
    if count is None:
        return MISSING
    size, unit = float(count), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 999.5 or unit == "TB":
            break
        size /= 1000
    return f"{count} B" if unit == "B" else f"{size:.3g} {unit}"


def format_shape(shape: Sequence[int]) -> str:
    """Rows, columns and further axes: `1 000 000 × 10`; empty for what has no shape."""
    return " × ".join(_integer(axis) for axis in shape)


def count_of(count: int, noun: str, plural: str | None = None) -> str:
    """`1 run`, `12 runs`."""
    return f"{_integer(count)} {noun if count == 1 else plural or noun + 's'}"


def _integer(value: int) -> str:
    text = f"{abs(value):,}".replace(",", THIN_SPACE) if abs(value) >= _GROUPED_FROM else str(abs(value))
    return MINUS + text if value < 0 else text


def _fixed(value: float, decimals: int) -> str:
    text = f"{abs(value):,.{decimals}f}"
    text = text.replace(",", THIN_SPACE if abs(value) >= _GROUPED_FROM else "")
    is_zero = not any(digit in text for digit in "123456789")
    return MINUS + text if value < 0 and not is_zero else text


def _exponent(value: float, digits: int) -> str:
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{int(power)}".replace("-", MINUS)


def _non_finite(value: float) -> str | None:
    if isinstance(value, int) or math.isfinite(value):
        return None
    if math.isnan(value):
        return "NaN"
    return "+inf" if value > 0 else f"{MINUS}inf"


def _spans_magnitudes(nonzero: Sequence[float]) -> bool:
    return bool(nonzero) and (
        max(nonzero) / min(nonzero) > _EXPONENT_RATIO or max(nonzero) >= _LARGEST_PLAIN or max(nonzero) < 1e-4
    )
