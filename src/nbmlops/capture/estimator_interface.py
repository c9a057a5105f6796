"""The interface of scikit-learn's estimators, known by how they behave: nothing here imports scikit-learn."""

from __future__ import annotations

import sys
from typing import Any


def is_estimator(value: object) -> bool:
    """Whether `value` is an instance with scikit-learn's `fit` and `get_params`, of whatever library."""
    return is_estimator_class(type(value))


def is_estimator_class(kind: type) -> bool:
    """Whether the instances of `kind` are estimators."""
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
    return bool(fitted_attributes(estimator))


def is_stateless(estimator: object) -> bool:
    """Whether it says that it learns nothing from data (`FunctionTransformer`), so that it is no model."""
    try:
        return estimator.__sklearn_tags__().requires_fit is False  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001 - other libraries have no tags, and tags of users' classes may raise
        return False


def fitted_attributes(estimator: object) -> frozenset[tuple[str, int]]:
    """Names and `id`s of what `fit` left: `coef_`, `classes_`."""
    attributes = attribute(estimator, "__dict__")
    if type(attributes) is not dict:
        return frozenset()
    return frozenset((key, id(item)) for key, item in attributes.items() if _is_fitted_name(key))


def _is_fitted_name(key: object) -> bool:
    return isinstance(key, str) and key.endswith("_") and not key.startswith("__")


def attribute(value: object, name: str) -> Any:
    """The attribute; None where there is none, or where reading it raises."""
    try:
        return getattr(value, name, None)
    except Exception:  # noqa: BLE001 - properties of estimators raise when they are not fitted
        return None


def read_params(estimator: Any) -> dict[str, Any]:
    """What `get_params` tells, nested estimators included where that works; empty where nothing does."""
    for deep in (True, False):
        try:
            values = estimator.get_params(deep=deep)
        except Exception:  # noqa: BLE001 - one bad nested object must not lose the rest
            continue
        if isinstance(values, dict):
            return {key: value for key, value in values.items() if isinstance(key, str)}
    return {}


def part_ids(estimator: object) -> frozenset[int]:
    """The `id`s of the estimators inside this one: the steps of a pipeline, what a search found best."""
    found: set[int] = set()
    for whole in (estimator, attribute(estimator, "best_estimator_")):
        found |= {id(value) for value in (whole, *read_params(whole).values()) if is_estimator(value)}
    return frozenset(found - {id(estimator)})
