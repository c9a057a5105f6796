"""Times and durations as people write them in a `where=` expression."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_PART: Final = re.compile(r"\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(ms|min|s|m|h|d)\s*", re.IGNORECASE)
_DAY: Final = re.compile(r"\d{4}-?\d{2}-?\d{2}$")
_MINUTE: Final = re.compile(r"[T ]\d{2}:?\d{2}(?:Z|[+-]\d{2}:?\d{2})?$")
_FRACTION: Final = re.compile(r":\d{2}[.,]\d")


def parse_duration(value: object) -> float:
    """Seconds, from a number of them or a text such as `90s`, `10m`, `1h30m`, `500ms`, `2d`.

    Raises:
        ValueError: it is neither.

    Example:
        >>> parse_duration("1h30m")
        5400.0
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if value != value:  # noqa: PLR0124  # NaN
            raise ValueError("a duration is never nan; a run that goes on has none: say `is none`")
        return float(value)
    text = value if isinstance(value, str) else ""
    seconds, at = 0.0, 0
    while (part := _PART.match(text, at)) is not None:
        seconds += float(part[1]) * _UNITS[part[2].lower()]
        at = part.end()
    if at == 0 or at != len(text):
        raise ValueError("a duration is a number of seconds or a text such as '90s', '10m', '1h30m', '2d'")
    return seconds


def parse_moment(value: object) -> tuple[float, float]:
    """The span that a date or a time names: a day, a minute, a second or an instant.

    Args:
        value: an ISO 8601 text; without an offset it is local time.

    Returns:
        Start (inclusive) and end (exclusive), seconds since the epoch.

    Raises:
        ValueError: it is no such text.

    Example:
        >>> start, end = parse_moment("2026-11-01T12:00+00:00")
        >>> start, end - start
        (1793534400.0, 60.0)
    """
    try:
        begin = datetime.fromisoformat(value if isinstance(value, str) else "")
        end = begin + _length(str(value))
        return begin.timestamp(), end.timestamp()
    except (ValueError, OverflowError, OSError):
        raise ValueError("a time is a text such as '2026-11-01' or '2026-11-01 14:30'") from None


def _length(text: str) -> timedelta:
    """How much the shortest part that was written spans."""
    if _DAY.match(text):
        return timedelta(days=1)
    if _MINUTE.search(text):
        return timedelta(minutes=1)
    return timedelta(microseconds=1) if _FRACTION.search(text) else timedelta(seconds=1)
