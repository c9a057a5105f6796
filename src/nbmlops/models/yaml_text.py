"""JSON-like values as YAML that people like to read: a writer only, for documents of our own."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_PLAIN: Final = re.compile(r"[A-Za-z_][\w./-]*", re.ASCII)
_SPECIAL: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def to_yaml(document: Mapping[str, Any]) -> str:
    """A document of mappings, lists, texts, numbers, booleans and None.

    Raises:
        TypeError: for a value of any other type.

    Example:
        >>> print(to_yaml({"python": "3.11", "steps": ["a", {"b": None}]}), end="")
        python: "3.11"
        steps:
        - a
        - b: null
    """
    return "".join(f"{line}\n" for line in _mapping(document))


def _mapping(values: Mapping[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        name = _scalar(str(key))
        if isinstance(value, Mapping) and value:
            yield f"{name}:"
            yield from (f"  {line}" for line in _mapping(value))
        elif isinstance(value, list | tuple) and value:
            yield f"{name}:"
            yield from _sequence(value)
        else:
            yield f"{name}: {_scalar(value)}"


def _sequence(values: list[Any] | tuple[Any, ...]) -> Iterator[str]:
    for value in values:
        if isinstance(value, Mapping) and value:
            lines = list(_mapping(value))
        elif isinstance(value, list | tuple) and value:
            lines = list(_sequence(value))
        else:
            lines = [_scalar(value)]
        yield f"- {lines[0]}"
        yield from (f"  {line}" for line in lines[1:])


def _scalar(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(int(value))
        case float():
            return _number(value)
        case str():
            return value if _is_plain(value) else _quoted(value)
    if isinstance(value, Mapping | list | tuple) and not value:
        return "{}" if isinstance(value, Mapping) else "[]"
    raise TypeError(f"a {type(value).__name__} can't be written as YAML")


def _number(value: float) -> str:
    if math.isfinite(value):
        # YAML 1.1 takes `1e-05` for a text: its floats have a dot.
        mantissa, exponent, power = f"{float(value)!r}".partition("e")
        return (mantissa if "." in mantissa else f"{mantissa}.0") + exponent + power
    return ".nan" if math.isnan(value) else (".inf" if value > 0 else "-.inf")


def _is_plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None and text.lower() not in _SPECIAL


def _quoted(text: str) -> str:
    """Double quotes, where YAML's escapes are JSON's; what can't be printed becomes a code point."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in quoted)
