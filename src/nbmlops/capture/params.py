"""Parameters that nobody had to name: the settings that a cell makes or reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Generic, TypeVar

from nbmlops.capture.literals import is_construction, literal_value
from nbmlops.capture.plain import flatten
from nbmlops.capture.scope import CellScope, literal_names, reachable_reads
from nbmlops.capture.walk import Binding
from nbmlops.records import Metric, Param

MAX_KEYS = 100


_Item = TypeVar("_Item", Param, Metric)


@dataclass(frozen=True, slots=True)
class Inferred(Generic[_Item]):
    """What was inferred, and what the user should hear about it, each a sentence."""

    items: tuple[_Item, ...] = ()
    notices: tuple[str, ...] = ()


def inferred_params(
    scope: CellScope, *, earlier: Iterable[Param], after: Mapping[str, object]
) -> Inferred[Param]:
    """Parameters by the rules 1 to 3: literals that the cell binds, and earlier ones that it reads.

    Args:
        scope: what the cell does with names; of a failed cell `scope.up_to(line)`.
        earlier: what `earlier_params` gave when the cell began.
        after: the namespace when the cell ended.
    """
    return cut([*earlier, *_flat(_own(scope, after))], "parameters")


def earlier_params(
    scope: CellScope, *, before: Mapping[str, object], literals: Set[str]
) -> tuple[Param, ...]:
    """The part of `inferred_params` that has to be read before the cell runs: settings of earlier cells.

    Args:
        scope: what the cell does with names.
        before: the namespace when the cell begins.
        literals: names that earlier cells bound to literals (`literal_names`, less `rebound_names`).
    """
    return tuple(_flat(_earlier(scope, before, literals)))


def _flat(values: Iterable[tuple[str, object]]) -> list[Param]:
    return [
        Param(key, part, origin="inferred") for name, value in values for key, part in flatten(name, value)
    ]


def cut(items: list[_Item], noun: str) -> Inferred[_Item]:
    """At most 100 of `items`, with a notice when some were left out."""
    if len(items) <= MAX_KEYS:
        return Inferred(tuple(items))
    notice = f"{len(items)} {noun} were found, the first {MAX_KEYS} are kept; name the others to keep them."
    return Inferred(tuple(items[:MAX_KEYS]), (notice,))


# Which names ----------------------------------------------------------------------------------------


def _earlier(
    scope: CellScope, before: Mapping[str, object], literals: Set[str]
) -> Iterator[tuple[str, object]]:
    if not literals:
        return
    gone = scope.mutated("grown", "filled")
    for name in sorted(reachable_reads(scope, before)):
        # A name that the cell binds itself is its own affair: `_own` decides.
        if name in literals and name not in scope.bindings and name not in gone and not name.startswith("_"):
            yield name, before[name]


def _own(scope: CellScope, after: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    patched, names = scope.mutated("patched"), literal_names(scope)
    for name, (binding, *_) in scope.bindings.items():
        if name not in names or name.startswith("_") or (binding.conditional and not _ran(binding, after)):
            continue
        if name in after and (name in patched or is_construction(binding.value)):
            yield name, after[name]
        elif binding.how == "literal":
            yield name, literal_value(binding.value)[1]


def _ran(binding: Binding, after: Mapping[str, object]) -> bool:
    """Whether a branch ran, as far as the value left behind tells."""
    if binding.name not in after:
        return False
    is_literal, literal = literal_value(binding.value)
    return not is_literal or _looks(after[binding.name]) == _looks(literal)


def _looks(value: object) -> str:
    """What a value is as a setting; only builtin scalars are printed, and NaN equals NaN."""
    return repr([*flatten("", value)])
