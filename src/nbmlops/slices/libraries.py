"""What functions and methods of libraries may change, told by the tables."""

from __future__ import annotations

import ast
import builtins
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from nbmlops.slices.callee import NO_ARGUMENTS, NO_NAMES, UNKNOWN, WORKS_IN_PLACE, Call, Callee
from nbmlops.slices.objects import package_of
from nbmlops.slices.tables import (
    BUILTIN_FRESH,
    BUILTIN_PURE,
    CHANGED_ARGUMENTS,
    CHANGES_RECEIVER,
    FRESH_FUNCTIONS,
    FRESH_METHODS,
    OPAQUE,
    PURE_METHODS,
    PURE_PACKAGES,
    STATE_SETTERS,
)

if TYPE_CHECKING:
    from nbmlops.slices.effects import EffectWalker

_SETS_STATE: Final = (
    "set_",
    "enable_",
    "disable_",
    "configure",
    "register",
    "init",
    "login",
    "setup",
    "use_",
    "seed",
)


def is_sklearn(kind: type) -> bool:
    """Whether a class is one of scikit-learn's, or builds on one."""
    return any(package_of(cls) == "sklearn" for cls in kind.__mro__)


def changed_keywords(node: ast.Call) -> frozenset[str]:
    """`out=x` is written to."""
    return frozenset(item.arg for item in node.keywords if item.arg == "out")


def _in_place(node: ast.Call) -> bool:
    """`inplace=True`, or what is not plainly False."""
    for item in node.keywords:
        if item.arg in ("inplace", "in_place") and not (
            isinstance(item.value, ast.Constant) and item.value.value is False
        ):
            return True
    return False


def works_on_argument(node: ast.Call) -> bool:
    """`copy=False`, `overwrite_a=True`: the first argument may be worked on itself."""
    for item in node.keywords:
        is_false = isinstance(item.value, ast.Constant) and item.value.value is False
        if item.arg in ("copy", "copy_X") and is_false:
            return True
        if (item.arg or "").startswith("overwrite") and not is_false:
            return True
    return False


def builtin(name: str, call: Call) -> Callee:
    """One of Python's own functions."""
    if name in OPAQUE and not (name == "vars" and call.arguments):
        return Callee(marks=frozenset({"<opaque>"}))
    positions = CHANGED_ARGUMENTS.get(f"builtins.{name}")
    if positions is not None:
        return Callee(changes_arguments=positions)
    if name in BUILTIN_PURE or isinstance(getattr(builtins, name, None), type):
        return Callee(returns_fresh=name in BUILTIN_FRESH)
    return UNKNOWN


def library(package: str, name: str, call: Call, walker: EffectWalker) -> Callee:
    """A function of a library."""
    package = package.lstrip("_") or package
    discarded = call.node is walker.discarded
    if package in PURE_PACKAGES:
        positions = CHANGED_ARGUMENTS.get(f"{package}.{name}", NO_ARGUMENTS)
        if works_on_argument(call.node):
            positions |= {0}
        return Callee(
            changes_arguments=positions,
            changes_keywords=changed_keywords(call.node),
            packages=frozenset({package})
            if name in STATE_SETTERS and not _is_for_display(call.node)
            else NO_NAMES,
            returns_fresh=name in FRESH_FUNCTIONS,
        )
    sets = discarded or name in STATE_SETTERS or name.startswith(_SETS_STATE)
    return Callee(changes_arguments=None, packages=frozenset({package}) if sets and package else NO_NAMES)


def _is_for_display(node: ast.Call) -> bool:
    """`pd.set_option("display.max_columns", None)`: how tables are shown, and nothing that is computed."""
    options = node.args[::2]
    return bool(options) and all(
        isinstance(item, ast.Constant) and str(item.value).startswith("display.") for item in options
    )


def method(name: str, call: Call, *, otherwise: Callee) -> Callee:
    """A method, told by its name."""
    if _in_place(call.node):
        return Callee(changes_receiver=True, changes_keywords=changed_keywords(call.node))
    if name in CHANGES_RECEIVER or (name.endswith("_") and not name.endswith("__")):
        return Callee(changes_receiver=True, changes_arguments=_worked_on(call))
    if name in PURE_METHODS:
        positions = _worked_on(call)
        keywords = changed_keywords(call.node)
        if name == "to_sql":
            positions, keywords = positions | {1}, keywords | {"con"}
        return Callee(
            changes_arguments=positions,
            changes_keywords=keywords,
            returns_fresh=name in FRESH_METHODS,
        )
    return otherwise


def _worked_on(call: Call) -> frozenset[int]:
    in_place = works_on_argument(call.node) or WORKS_IN_PLACE in call.receiver.flows
    return frozenset({0}) if in_place else NO_ARGUMENTS


def in_place_of(owner: Any, callee: Callee) -> Callee:
    """An estimator that was made with `copy=False`, or holds one, works on what it is given."""
    if callee.changes_arguments != NO_ARGUMENTS or not _has_no_copy(owner, 3):
        return callee
    return replace(callee, changes_arguments=frozenset({0}))


def _has_no_copy(value: Any, depth: int) -> bool:
    try:
        state = object.__getattribute__(value, "__dict__")
    except AttributeError:
        state = {}
    if any(state.get(name) is False for name in ("copy", "copy_X", "copy_x")):
        return True
    inner = [item for item in state.values() if is_sklearn(type(item))]
    for steps in (state.get("steps"), state.get("transformers")):
        inner += [part for step in steps or () for part in step if is_sklearn(type(part))]
    return depth > 0 and any(_has_no_copy(item, depth - 1) for item in inner)
