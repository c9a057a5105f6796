"""What the value of a cell's last expression offers as metrics."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, cast

from nbmlops.capture.literals import call_name
from nbmlops.capture.scalars import dict_numbers, float_scalar, is_dict
from nbmlops.capture.scope import CellScope
from nbmlops.capture.sources import TRANSPARENT

_UNWRAPPED = frozenset({"float", "round", "abs"})


def final_values(
    scope: CellScope, result: object, *, only_floats: bool = False
) -> Iterator[tuple[str, object]]:
    """The keys and values that the last expression offers as metrics."""
    if scope.last is None or result is None:
        return
    try:
        if is_dict(result):
            yield from list(dict_numbers(cast("dict[Any, object]", result)))
            return
        name = name_of(scope.last.node)
        if name and (not only_floats or float_scalar(result) is not None):
            yield name, result
    except Exception:  # noqa: BLE001 - a dict of the user's hostile objects: no metrics from it
        return


def name_of(node: ast.expr) -> str:
    """What the value of a bare expression is called: a variable, or the function called."""
    match node:
        case ast.Await(value=inner):
            return name_of(inner)
        case ast.Name(id=name):
            return "" if name.startswith("_") else name
        case ast.Call(func=ast.Name(id=name), args=[ast.Call() as inner, *_]) if name in _UNWRAPPED:
            return name_of(inner)
        case ast.Call(func=ast.Attribute(attr=name, value=ast.Call() as inner)) if name in TRANSPARENT:
            return name_of(inner)  # `cross_val_score(...).mean()` is no "mean"
        case ast.Call():
            return call_name(node)
    return ""
