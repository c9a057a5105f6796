"""The parameters of estimators, as runs record them."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

from nbmlops.capture.estimator_interface import (
    attribute,
    is_estimator,
    is_estimator_class,
    read_params,
)
from nbmlops.capture.literals import call_path, literal_value
from nbmlops.capture.nested import CROSS_VALIDATIONS
from nbmlops.capture.plain import plain_value, shortened
from nbmlops.capture.scope import CellScope
from nbmlops.records import Param

_PARTS = frozenset({"steps", "transformers", "transformer_list"})  # their members come as keys of their own
_MAX_DICT_ITEMS = 20
_MISSING = object()


def estimator_params(name: str, estimator: object) -> tuple[Param, ...]:
    """Everything `get_params` tells, keys prefixed with `name`; chosen values are shown, defaults are not.

    The first one is `name` itself with the name of the class; `best_params_` of a search follow last.
    """
    values = read_params(estimator)
    params = [Param(name, type(estimator).__name__, origin="estimator")]
    chosen = _Chosen(estimator, values)
    for key in sorted(values, key=str):
        ok, value = _plain(values[key])
        if ok and key.rpartition("__")[2] not in _PARTS:
            params.append(Param(f"{name}.{key}", value, "estimator", shown=chosen.is_chosen(key)))
    best = attribute(estimator, "best_params_")
    for key, item in _items(best):
        ok, value = _plain(item)
        if ok:
            params.append(Param(f"{name}.best_params_.{key}", value, "estimator"))
    return tuple(params)


def inline_params(scope: CellScope, after: Mapping[str, object]) -> tuple[Param, ...]:
    """What stands in `cross_val_score(RandomForestClassifier(max_depth=3), X, y)`: keyed by the class.

    Only literals are read. A parameter that stands there with two values is left out: which was it?
    """
    found: dict[str, list[Any]] = {}
    for use in scope.uses:
        if use.by in CROSS_VALIDATIONS and use.name is None:
            for key, value in _written(use.value, after):
                found.setdefault(key, []).append(value)
    return tuple(
        Param(key, values[0], "estimator")
        for key, values in found.items()
        if all(_same(value, values[0]) for value in values)
    )


def _written(node: ast.expr, after: Mapping[str, object]) -> Iterator[tuple[str, Any]]:
    """The keyword arguments of every estimator that is made in the expression, by class and name."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and (cls := _called_class(call, after)):
            for keyword in call.keywords:
                is_literal, value = literal_value(keyword.value)
                ok, plain = _plain(value)
                if keyword.arg and is_literal and ok:
                    yield f"{cls}.{keyword.arg}", plain


def _called_class(call: ast.Call, after: Mapping[str, object]) -> str:
    """The name of the estimator class that is called by its name or out of a module; else empty."""
    first, *rest = call_path(call.func) or ("",)
    found = after.get(first)
    for name in rest:
        found = attribute(found, name) if type(found) is ModuleType else None
    return found.__name__ if isinstance(found, type) and is_estimator_class(found) else ""


def _plain(value: object) -> tuple[bool, Any]:
    """A parameter as JSON holds it: nested estimators by class, functions by their qualified name."""
    ok, plain = plain_value(value)
    if ok:
        return True, shortened(plain)
    if type(value) is dict:
        items = (
            {str(key): _plain(item) for key, item in value.items()} if len(value) <= _MAX_DICT_ITEMS else {}
        )
        return bool(items) and all(ok for ok, _ in items.values()), {
            key: item for key, (_, item) in items.items()
        }
    if callable(value) and not is_estimator(value):
        return True, _qualified_name(value)
    return type(value).__module__ != "builtins", _distribution(value) or type(value).__name__


def _distribution(value: object) -> str:
    """A distribution of scipy's as it was written, `randint(1, 9)`; empty for everything else."""
    if not str(type(value).__module__).startswith("scipy.stats"):
        return ""
    name, args = attribute(attribute(value, "dist"), "name"), attribute(value, "args")
    ok, plain = plain_value([args, [*_items(attribute(value, "kwds"))]])
    if not (ok and isinstance(name, str) and isinstance(args, tuple)):
        return ""
    positional, named = plain
    return f"{name}({', '.join([*map(repr, positional), *(f'{key}={item!r}' for key, item in named)])})"


def _qualified_name(value: object) -> str:
    for one in ("__qualname__", "__name__"):  # NumPy's functions have the first since 2.2
        name = attribute(value, one)
        if isinstance(name, str):
            return name
    return type(value).__name__


class _Chosen:
    """Tells the parameters that differ from the defaults of the class that they belong to."""

    def __init__(self, estimator: object, values: Mapping[str, Any]) -> None:
        self._estimator = estimator
        self._values = values
        self._defaults: dict[type, dict[str, Any]] = {}  # reading a signature costs 0.1 ms

    def is_chosen(self, key: str) -> bool:
        owner_key, _, leaf = key.rpartition("__")
        owner = self._values.get(owner_key) if owner_key else self._estimator
        if owner_key and not is_estimator(owner):
            return True
        kind = type(owner)
        if kind not in self._defaults:
            self._defaults[kind] = _defaults(kind)
        default = self._defaults[kind].get(leaf, _MISSING)
        value = self._values[key]
        if default is _MISSING:  # taken by `**kwargs`, or without a default
            return value is not None
        return not _same(value, default)


def _defaults(kind: type) -> dict[str, Any]:
    """Defaults of the constructor; where it takes `**kwargs`, of those above it too (xgboost)."""
    defaults: dict[str, Any] = {}
    for cls in _constructors(kind):
        try:
            signature = inspect.signature(cls.__dict__["__init__"])
        except (TypeError, ValueError):
            break
        for parameter in signature.parameters.values():
            if parameter.default is not parameter.empty:
                defaults.setdefault(parameter.name, parameter.default)
        if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in signature.parameters.values()):
            break
    return defaults


def _constructors(kind: type) -> Iterator[type]:
    return (cls for cls in kind.__mro__[:-1] if "__init__" in cls.__dict__)


def _same(value: object, default: object) -> bool:
    """Equality that runs no one's `==` but the builtin types'; NaN equals NaN."""
    if value is default:
        return True
    (left_ok, left), (right_ok, right) = plain_value(value), plain_value(default)
    return left_ok and right_ok and (left == right or repr(left) == repr(right))


def _items(value: object) -> Iterable[tuple[Any, Any]]:
    return sorted(value.items(), key=str) if type(value) is dict else ()
