"""Estimators that a cell fitted, known by how they behave: nothing here imports scikit-learn."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nbmlops.capture.literals import call_name
from nbmlops.capture.plain import plain_value, shortened
from nbmlops.capture.scope import CellScope, reachable_reads
from nbmlops.capture.walk import Binding
from nbmlops.records import Param

_LOADERS = frozenset(
    {"load", "loads", "load_model", "read_pickle", "from_pretrained", "clone", "deepcopy", "copy"}
)
_NOT_ASSIGNED = frozenset({"loop", "with", "except", "match", "import", "function", "class", "deleted"})
_PARTS = frozenset({"steps", "transformers", "transformer_list"})  # their members come as keys of their own
_MAX_DICT_ITEMS = 20
_MISSING = object()

EstimatorState = Mapping[int, frozenset[tuple[str, int]]]
"""Of each estimator (by `id`) the names and `id`s of its fitted attributes."""


@dataclass(frozen=True, slots=True)
class FittedEstimator:
    """An estimator that the cell fitted, under the first name that is bound to it."""

    name: str
    estimator: object


def estimator_state(scope: CellScope, before: Mapping[str, object]) -> EstimatorState:
    """How the estimators that the cell may fit stand before it runs; holds no reference to them."""
    names = reachable_reads(scope, before) | scope.bindings.keys()
    found = (before[name] for name in names if name in before)
    return {id(value): _fitted_attributes(value) for value in found if is_estimator(value)}


def fitted_estimators(
    scope: CellScope, *, before_state: EstimatorState, after: Mapping[str, object]
) -> tuple[FittedEstimator, ...]:
    """The estimators that the cell fitted and that a top-level name is bound to when it ends.

    One object counts once. The `best_estimator_` of a search counts as the search.
    """
    found: dict[int, FittedEstimator] = {}
    for name in _candidates(scope, after):
        value = after.get(name)
        if id(value) in found or not (is_estimator(value) and is_fitted(value)):
            continue
        if _fitted_here(name, value, scope, before_state):
            found[id(value)] = FittedEstimator(name, value)
    inner = {id(_attribute(item.estimator, "best_estimator_")) for item in found.values()}
    return tuple(item for key, item in found.items() if key not in inner)


def estimator_params(name: str, estimator: object) -> tuple[Param, ...]:
    """Everything `get_params` tells, keys prefixed with `name`; chosen values are shown, defaults are not.

    The first one is `name` itself with the name of the class; `best_params_` of a search follow last.
    """
    values = _get_params(estimator)
    params = [Param(name, type(estimator).__name__, origin="estimator")]
    chosen = _Chosen(estimator, values)
    for key in sorted(values, key=str):
        ok, value = _plain(values[key])
        if ok and key.rpartition("__")[2] not in _PARTS:
            params.append(Param(f"{name}.{key}", value, "estimator", shown=chosen.is_chosen(key)))
    best = _attribute(estimator, "best_params_")
    for key, item in _items(best):
        ok, value = _plain(item)
        if ok:
            params.append(Param(f"{name}.best_params_.{key}", value, "estimator"))
    return tuple(params)


def is_estimator(value: object) -> bool:
    """Whether `value` is an instance with scikit-learn's `fit` and `get_params`, of whatever library."""
    kind = type(value)
    try:
        if issubclass(kind, type):
            return False
        base = getattr(sys.modules.get("sklearn.base"), "BaseEstimator", None)
        if base is not None and issubclass(kind, base) and hasattr(kind, "fit"):
            return True
        # Looked up on the class: a mock or a lazy proxy answers to every name of an instance.
        return callable(getattr(kind, "fit", None)) and callable(getattr(kind, "get_params", None))
    except Exception:  # noqa: BLE001 - a metaclass may raise anything: then it is none of ours
        return False


def is_fitted(estimator: object) -> bool:
    """As `check_is_fitted`, without raising: by the estimator's own word, else by `x_` attributes."""
    for method in ("__sklearn_is_fitted__", "is_fitted"):
        if callable(getattr(type(estimator), method, None)):
            try:
                return getattr(estimator, method)() is True
            except Exception:  # noqa: BLE001 - some raise when they are not fitted
                return False
    return bool(_fitted_attributes(estimator))


# Fitted in this cell --------------------------------------------------------------------------------


def _candidates(scope: CellScope, after: Mapping[str, object]) -> list[str]:
    """Names to look at, those that the cell binds first, in its order."""
    assigned = [
        name
        for name, bindings in scope.bindings.items()
        if not name.startswith("_") and bindings[-1].how not in _NOT_ASSIGNED
    ]
    others = sorted((scope.calls_fit | reachable_reads(scope, after)) - scope.bindings.keys())
    return [*assigned, *(name for name in others if not name.startswith("_"))]


def _fitted_here(name: str, value: object, scope: CellScope, before_state: EstimatorState) -> bool:
    if name in scope.calls_fit:
        return True
    known = before_state.get(id(value))
    if known is not None:
        return known != _fitted_attributes(value)
    return any(_makes_one(binding) for binding in scope.bindings.get(name, ()))


def _makes_one(binding: Binding) -> bool:
    """Whether the bound expression calls something that may fit, rather than fetches or copies."""
    calls = [node for node in ast.walk(binding.value) if isinstance(node, ast.Call)] if binding.value else []
    return bool(calls) and call_name(calls[0]) not in _LOADERS


def _fitted_attributes(estimator: object) -> frozenset[tuple[str, int]]:
    attributes = _attribute(estimator, "__dict__")
    if type(attributes) is not dict:
        return frozenset()
    return frozenset((key, id(item)) for key, item in attributes.items() if _is_fitted_name(key))


def _is_fitted_name(key: object) -> bool:
    return isinstance(key, str) and key.endswith("_") and not key.startswith("__")


def _attribute(value: object, name: str) -> Any:
    try:
        return getattr(value, name, None)
    except Exception:  # noqa: BLE001 - properties of estimators raise when they are not fitted
        return None


# Parameters -----------------------------------------------------------------------------------------


def _get_params(estimator: Any) -> dict[str, Any]:
    for deep in (True, False):
        try:
            values = estimator.get_params(deep=deep)
        except Exception:  # noqa: BLE001 - one bad nested object must not lose the rest
            continue
        if isinstance(values, dict):
            return {key: value for key, value in values.items() if isinstance(key, str)}
    return {}


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
    return type(value).__module__ != "builtins", type(value).__name__


def _qualified_name(value: object) -> str:
    for attribute in ("__qualname__", "__name__"):  # NumPy's functions have the first since 2.2
        name = _attribute(value, attribute)
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
