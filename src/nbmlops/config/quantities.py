"""Spans of time and amounts of memory as people write them."""

from __future__ import annotations

import re

_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_BYTES = {"b": 1} | {
    f"{letter}{unit}": base**power
    for power, letter in enumerate("kmgt", 1)
    for unit, base in (("", 1000), ("b", 1000), ("i", 1024), ("ib", 1024))
}
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d|sec|min|hours?|days?)(?![a-z])\s*", re.IGNORECASE)
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?i?b?)", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def parse_duration(text: str) -> float:
    """Seconds of a span of time: "90", "90s", "10m", "1h 30m", "2d".

    Raises:
        ValueError: it is none, or none longer than zero.

    Example:
        >>> parse_duration("10m"), parse_duration("1h30m")
        (600.0, 5400.0)
    """
    text = text.strip()
    if _NUMBER.fullmatch(text):
        seconds = float(text)
    else:
        parts = list(_DURATION_PART.finditer(text))
        if not parts or "".join(part[0] for part in parts) != text:
            raise ValueError(f"{text!r} is no span of time: write 90s, 10m, 1h 30m or 2d")
        seconds = sum(float(part[1]) * _SECONDS[part[2][0].lower()] for part in parts)
    if seconds <= 0:
        raise ValueError(f"{text!r} is no time at all")
    return seconds


def parse_size(text: str) -> int:
    """Bytes of an amount of memory: "4GB" (decimal units), "4GiB" (binary ones), "512M", "1000000".

    Raises:
        ValueError: it is none, or none larger than zero.

    Example:
        >>> parse_size("4GB"), parse_size("4GiB")
        (4000000000, 4294967296)
    """
    found = _SIZE.fullmatch(text.strip())
    if found is None or (found[2] and found[2].lower() not in _BYTES):
        raise ValueError(f"{text!r} is no amount of memory: write 512MB, 4GB or 4GiB")
    size = int(float(found[1]) * _BYTES[found[2].lower() or "b"])
    if size <= 0:
        raise ValueError(f"{text!r} is no memory at all")
    return size
