"""Arguments of questions as a request says them; the texts of a query string become what the question takes."""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Mapping, Sequence
from inspect import signature
from typing import Any

from nbmlops.answers.desk import WHO
from nbmlops.errors import ValueRefusedError
from nbmlops.server.routes import Route

_TRUE, _FALSE = ("true", "1"), ("false", "0")


def from_request(route: Route, said: Mapping[str, Any]) -> dict[str, Any]:
    """What a request says: a body as it is, a query string by the types that the question declares.

    Raises:
        ValueRefusedError: a number is none, or there is no such argument.
    """
    if not route.in_address:
        return dict(said)
    answer = getattr(WHO[route.question], route.question)
    kinds = typing.get_type_hints(answer)
    if route.whole:
        kinds = typing.get_type_hints(kinds[route.whole])
    elif unknown := sorted(set(said) - set(signature(answer).parameters)):
        raise ValueRefusedError(f"There is no argument {unknown[0]!r} here")
    found = {key: _value(key, kinds.get(key, str), texts) for key, texts in said.items()}
    return {route.whole: found} if route.whole else found


def _value(key: str, wanted: Any, texts: Sequence[str]) -> Any:
    kinds = [one for one in _alternatives(wanted) if one is not type(None)]
    if any(typing.get_origin(one) in (list, Sequence) for one in kinds):
        return list(texts)
    text = texts[-1]
    if bool in kinds:
        if text.lower() not in (*_TRUE, *_FALSE):
            raise ValueRefusedError(f"{key!r} is true or false, not {text!r}")
        return text.lower() in _TRUE
    if str not in kinds and (number := next((one for one in (int, float) if one in kinds), None)):
        return _number(key, number, text)
    return text


def _alternatives(wanted: Any) -> Sequence[Any]:
    if typing.get_origin(wanted) in (typing.Union, types.UnionType):
        return typing.get_args(wanted)
    return (wanted,)


def _number(key: str, kind: type[int] | type[float], text: str) -> int | float:
    try:
        value = kind(text)
    except ValueError as exc:
        raise ValueRefusedError(f"{key!r} is a number, not {text!r}") from exc
    if not math.isfinite(value):
        raise ValueRefusedError(f"{key!r} is a finite number")
    return value
