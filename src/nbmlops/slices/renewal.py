"""Changes that do not matter when a cell runs again: an estimator's `fit` begins anew, a generator goes on."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any, Final

_RENEWS: Final = (".fit(…)", ".fit_transform(…)", ".fit_predict(…)", ".fit_resample(…)", ".set_params(…)")
_MAX_ITEMS: Final = 50


def begins_anew(value: object, how: str) -> bool:
    """Whether a change by a call begins anew each time, or draws from a generator, which a seed rules.

    Args:
        value: what is changed.
        how: the call as text, its arguments left out: `model.fit(…)`.
    """
    if _is_generator(value):
        return True
    if not how.endswith(_RENEWS):
        return False
    return all(_is_estimator(item) for item in _items(value))


def _is_generator(value: object) -> bool:
    kind = type(value)  # not isinstance(), for which a proxy may run the user's code
    return issubclass(kind, random.Random) or (
        kind.__module__.partition(".")[0] in ("numpy", "torch", "torch._C")
        and kind.__name__ in ("Generator", "RandomState")
    )


def _items(value: Any) -> Iterable[Any]:
    """What a container holds; of all else the thing itself."""
    if type(value) is dict:
        return list(value.values())[:_MAX_ITEMS]
    return value[:_MAX_ITEMS] if type(value) in (list, tuple) else [value]


def _is_estimator(value: Any) -> bool:
    """One of scikit-learn's kind: it has parameters, and `fit` forgets what it had learned."""
    if type(value) is tuple and len(value) == 2:  # (name, estimator)
        value = value[1]
    kind = type(value)
    if not (callable(getattr(kind, "get_params", None)) and callable(getattr(kind, "fit", None))):
        return False
    try:
        state = object.__getattribute__(value, "__dict__")
    except AttributeError:
        state = {}
    return not (isinstance(state, dict) and state.get("warm_start"))
