"""What a call may do."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from nbmlops.slices.values import Value

NO_NAMES: Final[frozenset[str]] = frozenset()
NO_ARGUMENTS: Final[frozenset[int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Call:
    """A call with the values of its parts.

    Attributes:
        receiver: what stands before the dot of a method, nothing for a function.
    """

    node: ast.Call
    receiver: Value
    arguments: tuple[Value, ...]
    keywords: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Callee:
    """What a call may do.

    Attributes:
        changes_arguments: positions; None for all of them.
        changes_keywords: by name; not used where all are changed.
        changed: values that it changes besides, and how far (see `Effects.extents`).
        packages: whose state it may set.
        marks: see `Effects.marks`.
        taints: those of them that are in what it gives.
        result: what it gives; None where that may share with all that it was given.
    """

    changes_receiver: bool = False
    changes_arguments: frozenset[int] | None = NO_ARGUMENTS
    changes_keywords: frozenset[str] = NO_NAMES
    changed: tuple[tuple[Value, int], ...] = ()
    packages: frozenset[str] = NO_NAMES
    marks: frozenset[str] = NO_NAMES
    seeds: Mapping[str, str] = field(default_factory=dict)
    may_seed: frozenset[str] = NO_NAMES
    logged: Mapping[str, frozenset[str]] = field(default_factory=dict)
    returns_fresh: bool = False
    result: Value | None = None
    taints: frozenset[str] = NO_NAMES


WORKS_IN_PLACE: Final = "<works in place>"
UNKNOWN: Final = Callee(changes_receiver=True, changes_arguments=None)


def either(one: Callee, other: Callee) -> Callee:
    """What one of the two may do."""
    arguments = (
        None
        if one.changes_arguments is None or other.changes_arguments is None
        else one.changes_arguments | other.changes_arguments
    )
    result = one.result | other.result if one.result is not None and other.result is not None else None
    return Callee(
        one.changes_receiver or other.changes_receiver,
        arguments,
        one.changes_keywords | other.changes_keywords,
        (*one.changed, *other.changed),
        one.packages | other.packages,
        one.marks | other.marks,
        {},
        one.may_seed | other.may_seed | frozenset(one.seeds) | frozenset(other.seeds),
        {**one.logged, **other.logged},
        one.returns_fresh and other.returns_fresh,
        result,
        one.taints | other.taints | (tainted(one) | tainted(other) if result is None else NO_NAMES),
    )


def tainted(callee: Callee) -> frozenset[str]:
    """The marks in a result that is about to be forgotten."""
    if callee.result is None:
        return NO_NAMES
    return frozenset(flow for flow in callee.result.flows if flow.startswith("<"))
