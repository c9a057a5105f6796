"""The estimators that a cell fits or evaluates, and that a name is bound to."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nbmlops.capture.estimator_interface import (
    fitted_attributes,
    is_estimator,
    is_fitted,
    is_stateless,
    part_ids,
)
from nbmlops.capture.literals import call_name
from nbmlops.capture.nested import CROSS_VALIDATIONS
from nbmlops.capture.scope import CellScope, reachable_reads
from nbmlops.capture.walk import Binding

_LOADERS = frozenset(
    {"load", "loads", "load_model", "read_pickle", "from_pretrained", "clone", "deepcopy", "copy"}
)
_NOT_ASSIGNED = frozenset({"loop", "with", "except", "match", "import", "function", "class", "deleted"})

EstimatorState = Mapping[int, frozenset[tuple[str, int]]]
"""Of each estimator (by `id`) the names and `id`s of its fitted attributes."""


@dataclass(frozen=True, slots=True)
class NamedEstimator:
    """An estimator that the cell worked with, under the first name that is bound to it.

    Attributes:
        fitted: the cell fitted it, so that it is a model to keep; otherwise only clones of it were fitted,
            or fitting it failed, and it has parameters alone.
    """

    name: str
    estimator: object
    fitted: bool = True


def estimator_state(scope: CellScope, before: Mapping[str, object]) -> EstimatorState:
    """How the estimators that the cell may fit stand before it runs; holds no reference to them."""
    names = reachable_reads(scope, before) | scope.bindings.keys()
    found = (before[name] for name in names if name in before)
    return {id(value): fitted_attributes(value) for value in found if is_estimator(value)}


def named_estimators(
    scope: CellScope, *, before_state: EstimatorState, after: Mapping[str, object]
) -> tuple[NamedEstimator, ...]:
    """The estimators that the cell fitted or evaluated and that a top-level name is bound to when it ends.

    One object counts once, and what is a part of another (a step of a pipeline, the `best_estimator_` of a
    search) counts as that one.

    Args:
        scope: what the cell does with names; of a failed cell `scope.up_to(line)`.
        before_state: as `estimator_state` told when the cell began.
        after: the namespace when it ended.
    """
    named: dict[int, tuple[str, object]] = {}
    for name in _candidates(scope, after):
        value = after.get(name)
        if is_estimator(value):
            named.setdefault(id(value), (name, value))
    fitted = {
        key for key, (name, value) in named.items() if _is_fitted_here(name, value, scope, before_state)
    }
    whole = fitted - _parts(named[key][1] for key in fitted) if len(named) > 1 else fitted
    evaluated = {
        key for key, (name, value) in named.items() if key not in fitted and _is_evaluated(name, value, scope)
    }
    if evaluated:
        # A step of a pipeline is handed to `make_pipeline`, which evaluates nothing.
        made = (value for name, value in named.values() if name in scope.bindings or id(value) in fitted)
        evaluated -= _parts([*made, *(named[key][1] for key in evaluated)])
    return tuple(
        NamedEstimator(name, value, fitted=key in fitted)
        for key, (name, value) in named.items()
        if key in whole or key in evaluated
    )


def _candidates(scope: CellScope, after: Mapping[str, object]) -> list[str]:
    """Names to look at, those that the cell binds first, in its order."""
    assigned = [
        name
        for name, bindings in scope.bindings.items()
        if not name.startswith("_") and bindings[-1].how not in _NOT_ASSIGNED
    ]
    others = sorted((scope.calls_fit | reachable_reads(scope, after)) - scope.bindings.keys())
    return [*assigned, *(name for name in others if not name.startswith("_"))]


def _parts(estimators: Iterable[object]) -> set[int]:
    return {part for estimator in estimators for part in part_ids(estimator)}


def _is_fitted_here(name: str, value: object, scope: CellScope, before_state: EstimatorState) -> bool:
    if not is_fitted(value):
        return False
    if name in scope.calls_fit:
        return True
    if is_stateless(value):
        return False
    known = before_state.get(id(value))
    if known is not None:
        return known != fitted_attributes(value)
    return any(_makes_one(binding) for binding in scope.bindings.get(name, ()))


def _makes_one(binding: Binding) -> bool:
    """Whether the bound expression calls something that may fit, rather than fetches or copies."""
    calls = [node for node in ast.walk(binding.value) if isinstance(node, ast.Call)] if binding.value else []
    return bool(calls) and call_name(calls[0]) not in _LOADERS


def _is_evaluated(name: str, value: object, scope: CellScope) -> bool:
    """Whether the cell gives it to a cross-validation; one that it makes and doesn't fit, to any function.

    Of a fitted one, or one from an earlier cell, `evaluate(clf)` says nothing: that may just predict.
    """
    fresh = name in scope.bindings and not is_fitted(value)
    return any(use.name == name and (fresh or use.by in CROSS_VALIDATIONS) for use in scope.uses)
