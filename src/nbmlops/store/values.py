"""Parameter values as columns, and back."""

from __future__ import annotations

import json
import math
from hashlib import sha256
from typing import Any

_KEY_CHARACTERS = 500  # PostgreSQL's indexes take 2,700 bytes, a character has up to four


def encode_value(value: Any) -> tuple[str, float | None, str | None]:
    """`(type, num, text)` as the `params` table keeps a JSON-like value."""
    match value:
        case None:
            return "n", None, None
        case bool():
            return "b", float(value), None
        case int():
            return "i", _as_double(value), str(value)
        case float():
            # SQLite has no NaN: it stands as text.
            return "f", None if math.isnan(value) else value, "nan" if math.isnan(value) else None
        case str():
            return "s", None, value
    return "j", None, json.dumps(value)


def _as_double(value: int) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None


def decode_value(kind: str, num: float | None, text: str | None) -> Any:
    """The value that `encode_value` was given."""
    match kind:
        case "f":
            return math.nan if num is None else num
        case "i":
            return int(text or 0)
        case "s":
            return text
        case "b":
            return bool(num)
        case "j":
            return json.loads(text or "null")
    return None


def short_key(key: str) -> str:
    """A key that every database can index: a very long one is cut, and still differs from others cut so."""
    if len(key) <= _KEY_CHARACTERS:
        return key
    return f"{key[:480]}…{sha256(key.encode('utf-8', 'replace')).hexdigest()[:16]}"


def decode_metric(value: float | None) -> float:
    """A metric's column as a float: NULL stands for NaN."""
    return math.nan if value is None else value


def encode_metric(value: float) -> float | None:
    """A float as a metric's column."""
    return None if math.isnan(value) else value
