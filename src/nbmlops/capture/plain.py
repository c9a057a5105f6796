"""User values as plain ones that JSON can hold. Nothing is compared, and nothing is imported for it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from pathlib import PurePath
from typing import Any

MAX_BYTES = 4096
_MAX_DEPTH = 3
_MAX_ITEMS = 20
_MAX_DICT = 1000
_MAX_INT_BITS = 8 * MAX_BYTES  # `json` refuses to print longer ones anyway

# Subclasses become what they are made of without their own `__str__` or `__float__` being asked.
_UNDER: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (str, str.__str__),
    (int, int.__int__),
    (float, float.__float__),
)


def flatten(name: str, value: object) -> Iterator[tuple[str, Any]]:
    """Keys and plain values of a setting: dicts and config objects three levels deep as `cfg.lr`.

    What is no setting (a model, a frame, a long list) gives nothing. Never raises, never compares.
    """
    try:
        yield from list(_flatten(name, value))
    except Exception:  # noqa: BLE001 - a user's __iter__ or __getattr__ may raise anything: one value less
        return


def numpy_class(name: str) -> type | None:
    """A class of NumPy; None where nobody has loaded it, or another thread is about to."""
    found: type | None = getattr(sys.modules.get("numpy"), name, None)
    return found


def plain_scalar(value: object) -> tuple[bool, Any]:
    """Whether `value` is one scalar that JSON can hold, and it as a plain Python object.

    NumPy scalars become Python's, paths strings, enum members their values. NaN and infinities stay.
    """
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return True, value
    generic = numpy_class("generic")
    if generic is not None and issubclass(kind, generic):
        item = value.item()  # type: ignore[attr-defined]
        return (True, item) if type(item) in (bool, int, float, str) else (False, None)
    if issubclass(kind, Enum):
        return plain_scalar(value.value)  # type: ignore[attr-defined]
    if issubclass(kind, PurePath):
        return True, str(value)
    for base, plain in _UNDER:
        if issubclass(kind, base):
            return True, plain(value)
    return False, None


def plain_value(value: object) -> tuple[bool, Any]:
    """As `plain_scalar`, and for lists, tuples and sets of at most 20 scalars (nested ones counted)."""
    ok, scalar = plain_scalar(value)
    if ok:
        return True, scalar
    budget = [_MAX_ITEMS]
    try:
        return True, _plain_items(value, budget, _MAX_DEPTH)
    except _NotPlainError:
        return False, None


def shortened(value: Any) -> Any:
    """`value`, or its digest and size when it takes more than 4 kB."""
    if isinstance(value, int) and value.bit_length() > _MAX_INT_BITS:
        text = hex(value)
    else:
        text = value if isinstance(value, str) else json.dumps(value)
    data = text.encode("utf-8", "surrogatepass")
    if len(data) <= MAX_BYTES:
        return value
    return f"sha256:{hashlib.sha256(data).hexdigest()} ({len(data):,} bytes)"


class _NotPlainError(Exception):
    pass


def _plain_items(value: object, budget: list[int], depth: int) -> Any:
    ok, scalar = plain_scalar(value)
    if ok:
        budget[0] -= 1
        if budget[0] < 0:
            raise _NotPlainError
        return scalar
    if depth == 0 or type(value) not in (list, tuple, set, frozenset) or len(value) > _MAX_ITEMS:  # type: ignore[arg-type]
        raise _NotPlainError
    items = [_plain_items(item, budget, depth - 1) for item in value]  # type: ignore[attr-defined]
    return sorted(items, key=repr) if isinstance(value, set | frozenset) else items


def _flatten(key: str, value: object, above: tuple[int, ...] = ()) -> Iterator[tuple[str, Any]]:
    ok, plain = plain_value(value)
    if ok:
        if plain != []:  # an empty list is a place to put results, no setting
            yield key, shortened(plain)
        return
    fields = _fields(value)
    if fields is None or len(above) == _MAX_DEPTH or len(fields) > _MAX_DICT or id(value) in above:
        return
    for name, item in fields.items():
        ok, part = plain_scalar(name)
        if ok:
            yield from _flatten(f"{key}.{part}", item, (*above, id(value)))


def _fields(value: object) -> Mapping[Any, object] | None:
    """The items of a dict or of a config object; None for any other thing."""
    kind = type(value)
    if issubclass(kind, dict):
        return dict(dict.items(value))  # type: ignore[arg-type]
    if dataclasses.is_dataclass(kind):
        return {item.name: getattr(value, item.name) for item in dataclasses.fields(kind)}
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return dict(zip(kind._fields, value, strict=False))  # type: ignore[call-overload]
    argparse = sys.modules.get("argparse")
    if kind is types.SimpleNamespace or (argparse is not None and kind is argparse.Namespace):
        return dict(vars(value))
    return None
