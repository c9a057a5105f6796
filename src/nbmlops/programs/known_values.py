"""Values that can be told from their source without running it."""

from __future__ import annotations

import ast
import datetime as dt
import decimal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nbmlops.capture.literals import literal_value
from nbmlops.programs.choices import EnumMember
from nbmlops.programs.names import Names

_CLASSES: Mapping[str, Callable[..., Any]] = {
    "datetime.date": dt.date,
    "datetime.datetime": dt.datetime,
    "datetime.time": dt.time,
    "datetime.date.fromisoformat": dt.date.fromisoformat,
    "datetime.datetime.fromisoformat": dt.datetime.fromisoformat,
    "decimal.Decimal": decimal.Decimal,
    "pathlib.Path": Path,
}


def known_value(node: ast.expr, names: Names) -> tuple[bool, Any]:
    """Whether the value of `node` can be told, and the value.

    Beside literals these are members of enumerations (`Color.RED`), and dates, paths and decimals made of
    literals (`date(2026, 1, 31)`).
    """
    match node:
        case ast.Attribute(value=ast.Name(id=enum), attr=name) if enum in names.enums:
            return _member(enum, name, names)
        case ast.Call(func=ast.Name() | ast.Attribute() as function) if names.path_of(function) in _CLASSES:
            return _made(_CLASSES[names.path_of(function)], node)
    return literal_value(node)


def _member(enum: str, name: str, names: Names) -> tuple[bool, Any]:
    for member, value in names.enums[enum].members:
        if member == name:
            return True, EnumMember(enum, name, value)
    return False, None


def _made(make: Callable[..., Any], node: ast.Call) -> tuple[bool, Any]:
    arguments = [literal_value(argument) for argument in node.args]
    options = {k.arg: literal_value(k.value) for k in node.keywords if k.arg}
    if not all(known for known, _ in [*arguments, *options.values()]) or len(options) < len(node.keywords):
        return False, None
    try:
        return True, make(
            *(value for _, value in arguments), **{k: value for k, (_, value) in options.items()}
        )
    except (TypeError, ValueError, ArithmeticError):
        return False, None  # the notebook will say so
