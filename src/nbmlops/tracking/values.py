"""Keys and values as a run takes them."""

from __future__ import annotations

from typing import Any

from nbmlops.capture.plain import plain_value, shortened
from nbmlops.errors import ValueRefusedError

_MAX_KEY = 500
_MAX_DEPTH = 10


def check_key(key: object, noun: str) -> str:
    """The key, when it can name a metric, parameter, tag or artifact.

    Raises:
        ValueRefusedError: it is no text, empty, or over 500 characters.
    """
    if not isinstance(key, str) or not key.strip():
        raise ValueRefusedError(f"{key!r:.80} can't name a {noun}: give a text that is not empty")
    if len(key) > _MAX_KEY:
        raise ValueRefusedError(
            f"The name {key[:40]!r}... of a {noun} has {len(key)} characters, the limit is {_MAX_KEY}"
        )
    # A lone surrogate can't be written as UTF-8.
    return key.encode("utf-8", "replace").decode()


def param_value(value: object) -> Any:
    """The value as JSON can hold it: what has no plain form becomes its text, over 4 kB a digest."""
    return shortened(_json_form(value, _MAX_DEPTH))


def _json_form(value: object, depth: int) -> Any:
    plain, simple = plain_value(value)
    if plain:
        return simple
    if depth and isinstance(value, dict):
        return {_text_of(key): _json_form(item, depth - 1) for key, item in value.items()}
    if depth and isinstance(value, (list, tuple)):
        return [_json_form(item, depth - 1) for item in value]
    return _text_of(value)


def _text_of(value: object) -> str:
    try:
        return str(value)
    except Exception as exc:  # noqa: BLE001 - a user's __str__ may raise anything
        return f"<{type(value).__name__}: its text can't be made, {type(exc).__name__}>"
