"""From the names that a cell reads to those that the user's functions among them read."""

from __future__ import annotations

import dis
import functools
import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_GLOBAL_LOADS = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_GLOBALS"})
_REACH_LIMIT = 10_000
# Where builtin wrappers keep the function that they wrap.
_INSIDE: dict[type, tuple[str, ...]] = {
    classmethod: ("__func__",),
    functools.partial: ("func",),
    property: ("fget", "fset"),
    staticmethod: ("__func__",),
    type(functools.cache(len)): ("__wrapped__",),
    types.MethodType: ("__func__", "__self__"),
}


def reach(reads: Iterable[str], namespace: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The names of `namespace` reached from `reads`, with their values."""
    seen: set[str] = set()
    waiting = sorted(name for name in reads if name in namespace)
    while waiting and len(seen) < _REACH_LIMIT:
        name = waiting.pop()
        if name in seen or name == "get_ipython":
            continue
        seen.add(name)
        yield name, namespace[name]
        for code in codes_of(namespace[name], namespace):
            waiting.extend(_globals_of(code, namespace) - seen)


def _globals_of(code: types.CodeType, namespace: Mapping[str, object]) -> set[str]:
    # co_names holds attributes too: only where one could be a name of the user's is it worth a look.
    if not any(name in namespace for name in code.co_names):
        return set()
    loads = {item.argval for item in dis.get_instructions(code) if item.opname in _GLOBAL_LOADS}
    return {name for name in loads if name in namespace}


def codes_of(value: object, namespace: Mapping[str, object]) -> Iterator[types.CodeType]:
    """The code of a user's function, class, or instance of a user's class, nested code included."""
    seen: set[int] = set()
    waiting = [value]
    while waiting and len(seen) < _REACH_LIMIT:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        if type(item) is types.CodeType:
            yield item
            waiting.extend(const for const in item.co_consts if isinstance(const, types.CodeType))
        else:
            waiting.extend(_parts_of(item, namespace))


def _parts_of(value: object, namespace: Mapping[str, object]) -> list[Any]:
    # type(), not isinstance(): a proxy's `__class__` may run the user's code.
    kind = type(value)
    if kind is types.FunctionType:
        return _function_parts(value, namespace)  # type: ignore[arg-type]
    if kind in _INSIDE:
        return [getattr(value, name) for name in _INSIDE[kind]]
    if issubclass(kind, type):
        return _class_parts(value)  # type: ignore[arg-type]
    return _class_parts(kind)


def _function_parts(function: types.FunctionType, namespace: Mapping[str, object]) -> list[Any]:
    own = function.__globals__ is namespace or function.__module__ == "__main__"
    # A decorator from a library wraps the user's function: it lies in the closure.
    inner = [cell.cell_contents for cell in function.__closure__ or () if _is_filled(cell)]
    functions = [item for item in inner if type(item) is types.FunctionType]
    return [function.__code__, *functions] if own else functions


def _is_filled(cell: types.CellType) -> bool:
    try:
        _ = cell.cell_contents
    except ValueError:
        return False
    return True


def _class_parts(cls: type) -> list[Any]:
    kinds = (types.FunctionType, staticmethod, classmethod, property)
    own = [
        base
        for base in type.__dict__["__mro__"].__get__(cls)
        if base.__dict__.get("__module__") == "__main__"
    ]
    return [item for base in own for item in base.__dict__.values() if type(item) in kinds]
