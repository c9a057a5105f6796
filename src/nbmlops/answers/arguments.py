"""The arguments of a question, checked: whoever sent them may have sent anything."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from inspect import signature
from typing import Any, Literal, Union

from nbmlops.errors import ValueRefusedError

_WORDS: Mapping[Any, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "an object",
    list: "a list",
    type(None): "null",
}


def check_arguments(question: str, answer: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
    """Holds arguments against what a method declares.

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
    hints = _hints(getattr(answer, "__func__", answer))
    for name, value in arguments.items():
        if not is_of(value, hints[name]):
            raise ValueRefusedError(f"{name!r} of the question {question!r} is {in_words(hints[name])}")


@cache
def _hints(answer: Callable[..., Any]) -> Mapping[str, Any]:
    return typing.get_type_hints(answer)


def is_of(value: Any, wanted: Any) -> bool:
    """Whether a value out of JSON is of a type, as far down as lists and unions go."""
    origin, inner = typing.get_origin(wanted), typing.get_args(wanted)
    if wanted is Any:
        return True
    if origin in (Union, types.UnionType):
        return any(is_of(value, one) for one in inner)
    if origin is Literal:
        return value in inner
    if origin in (list, Sequence):
        return isinstance(value, list | tuple) and all(is_of(item, inner[0]) for item in value)
    if origin in (dict, Mapping) or typing.is_typeddict(wanted):
        return isinstance(value, Mapping)
    if wanted in (int, float) and isinstance(value, bool):
        return False
    return isinstance(value, (int, float) if wanted is float else wanted)


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
