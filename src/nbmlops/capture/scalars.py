"""Numbers in whatever library they come: Python, NumPy, tensors. Nothing is imported for it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, cast

from nbmlops.capture.plain import numpy_class

_LAZY_MODULES = frozenset(
    {"dask", "ibis", "pyspark", "unittest"}
)  # asking them for a value computes, or lies


def float_scalar(value: object) -> float | None:
    """The float in a float, a NumPy float scalar, or a 0-d float array or tensor of any library."""
    kind = type(value)
    if kind is float:
        return cast(float, value)
    floating = numpy_class("floating")
    if floating is not None and issubclass(kind, floating):
        return float(value.item())  # type: ignore[attr-defined]
    if kind in (int, bool, str, type(None), dict, list, tuple) or issubclass(kind, type):
        return None
    return _zero_dimensional(value)


def number(value: object) -> float | None:
    """As `float_scalar`, for integers and booleans too."""
    kind = type(value)
    if kind in (int, bool):
        return _as_float(value)
    whole = [known for name in ("integer", "bool_") if (known := numpy_class(name)) is not None]
    if issubclass(kind, tuple(whole)):
        return _as_float(value.item())  # type: ignore[attr-defined]
    return float_scalar(value)


def _zero_dimensional(value: Any) -> float | None:
    try:
        module = type(value).__module__.partition(".")[0]
        shape = getattr(value, "shape", None)
        if module in _LAZY_MODULES or shape is None or len(shape) != 0:
            return None
        if "float" not in str(value.dtype):
            return None
        item = value.item() if hasattr(value, "item") else value.numpy().item()
        return item if type(item) is float else None
    except Exception:  # noqa: BLE001 - duck typing asks objects that never meant to answer
        return None


def _as_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def dict_numbers(value: Any, *, levels: int = 2) -> Iterator[tuple[str, float]]:
    """The numbers of a dict, two levels deep, as `train.acc`; what is no number is left out."""
    for name, item in dict.items(value):
        if not issubclass(type(name), str | int | float | tuple):
            continue
        scalar = number(item)
        if scalar is not None:
            yield str(name), scalar
        elif is_dict(item) and levels > 1:
            yield from ((f"{name}.{part}", inner) for part, inner in dict_numbers(item, levels=levels - 1))


def is_dict(value: object) -> bool:
    """Not `isinstance`: a proxy's `__class__` may run the user's code."""
    return issubclass(type(value), dict)
