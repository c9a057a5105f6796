"""The arguments of a question, checked: whoever sent them may have sent anything."""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from inspect import signature
from typing import Any, Final, Literal, Union

from nbmlops.errors import ValueRefusedError

_WORDS: Final[Mapping[Any, str]] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "an object",
    list: "a list",
    type(None): "null",
}
_DEEPEST: Final = 30


def checked(question: str, answer: Callable[..., Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a question, as far down as the method declares them; texts as a database can hold them.

    Args:
        question: its name, for the refusal.
        answer: the method that answers.
        arguments: by name, as JSON gave them.

    Raises:
        ValueRefusedError: one is missing, is too many, or of a wrong type.
    """
    try:
        signature(answer).bind(**arguments)
    except TypeError as exc:
        raise ValueRefusedError(f"The question {question!r}: {exc}") from exc
    found: dict[str, Any] = _clean(arguments)
    hints = _hints(getattr(answer, "__func__", answer))
    for name, value in found.items():
        fault = next(_faults(value, hints[name], name), None)
        if fault:
            raise ValueRefusedError(f"{fault[0]!r} of the question {question!r} is {fault[1]}")
    return found


@cache
def _hints(answer: Callable[..., Any]) -> Mapping[str, Any]:
    return typing.get_type_hints(answer)


@cache
def _fields(kind: Any) -> Mapping[str, Any]:
    return typing.get_type_hints(kind)


@cache
def required_fields(kind: Any) -> frozenset[str]:
    """The fields that a message must have. Python 3.11 itself does not see a `NotRequired` that is a text."""
    hints = typing.get_type_hints(kind, include_extras=True)
    spared = {name for name, hint in hints.items() if typing.get_origin(hint) is typing.NotRequired}
    return frozenset(kind.__required_keys__ - spared)


def _clean(value: Any, depth: int = 0) -> Any:
    """The same without NUL and halves of characters, which no database can hold."""
    if depth > _DEEPEST:
        raise ValueRefusedError("What a question is asked is nested too deeply")
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {_clean(key): _clean(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item, depth + 1) for item in value]
    return value


def _faults(value: Any, wanted: Any, place: str) -> Iterator[tuple[str, str]]:
    """Where a value out of JSON is not of a type, and what it ought to be there."""
    origin, inner = typing.get_origin(wanted), typing.get_args(wanted)
    if typing.is_typeddict(wanted) and isinstance(value, Mapping):
        yield from _faults_of_object(value, wanted, place)
    elif origin in (list, Sequence) and isinstance(value, list | tuple):
        for at, item in enumerate(value):
            yield from _faults(item, inner[0], f"{place}[{at}]")
    elif origin in (dict, Mapping) and isinstance(value, Mapping):
        for key, item in value.items():
            yield from _faults(item, inner[1], f"{place}.{key}")
    elif not is_of(value, wanted):
        yield place, in_words(wanted)


def _faults_of_object(value: Mapping[str, Any], wanted: Any, place: str) -> Iterator[tuple[str, str]]:
    fields = _fields(wanted)
    for key, item in value.items():
        if key in fields:
            yield from _faults(item, fields[key], f"{place}.{key}")
        else:
            yield f"{place}.{key}", "not known"
    for key in sorted(required_fields(wanted) - set(value)):
        yield f"{place}.{key}", f"missing: it is {in_words(fields[key])}"


def is_of(value: Any, wanted: Any) -> bool:
    """Whether a value out of JSON is of a type, all the way down."""
    origin, inner = typing.get_origin(wanted), typing.get_args(wanted)
    if wanted is Any:
        return True
    if origin in (Union, types.UnionType):
        return any(is_of(value, one) for one in inner)
    if origin is Literal:
        return value in inner
    if origin in (list, Sequence):
        return isinstance(value, list | tuple) and all(is_of(item, inner[0]) for item in value)
    if origin in (dict, Mapping):
        return isinstance(value, Mapping) and all(is_of(item, inner[1]) for item in value.values())
    if typing.is_typeddict(wanted):
        return isinstance(value, Mapping) and not any(_faults_of_object(value, wanted, ""))
    if wanted in (int, float) and (isinstance(value, bool) or not _is_finite(value)):
        return False
    return isinstance(value, (int, float) if wanted is float else wanted)


def _is_finite(value: Any) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def in_words(wanted: Any) -> str:
    """A type as a reader of JSON calls it: `a list of texts`."""
    origin, inner = typing.get_origin(wanted), typing.get_args(wanted)
    if origin in (Union, types.UnionType):
        return " or ".join(in_words(one) for one in inner)
    if origin is Literal:
        return "one of " + ", ".join(map(repr, inner))
    if origin in (list, Sequence):
        return f"a list, and what it holds is {in_words(inner[0])}"
    return _WORDS.get(wanted, "an object")
