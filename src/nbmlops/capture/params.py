"""Parameters that nobody had to name: the settings that a cell makes or reads."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePath
from typing import Any, Generic, TypeVar

from nbmlops.capture.literals import is_construction, literal_value
from nbmlops.capture.scope import CellScope, literal_names, reachable_reads
from nbmlops.capture.walk import Binding
from nbmlops.records import Metric, Param

MAX_KEYS = 100
MAX_BYTES = 4096
_MAX_DEPTH = 3
_MAX_ITEMS = 20
_MAX_DICT = 1000
_MAX_INT_BITS = 8 * MAX_BYTES  # `json` refuses to print longer ones anyway

# Subclasses become what they are made of without their own `__str__` or `__float__` being asked.
_UNDER: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (str, str.__str__),
    (int, int.__int__),
    (float, float.__float__),
)

_Item = TypeVar("_Item", Param, Metric)


@dataclass(frozen=True, slots=True)
class Inferred(Generic[_Item]):
    """What was inferred, and what the user should hear about it, each a sentence."""

    items: tuple[_Item, ...] = ()
    notices: tuple[str, ...] = ()


def inferred_params(
    scope: CellScope,
    *,
    before: Mapping[str, object],
    literals: Set[str],
    after: Mapping[str, object] | None = None,
    earlier: tuple[Param, ...] | None = None,
) -> Inferred[Param]:
    """Parameters by the rules 1 to 3: literals that the cell binds, and earlier ones that it reads.

    Args:
        scope: what the cell does with names.
        before: the namespace when the cell began.
        literals: names that earlier cells bound to literals (`literal_names`, less `rebound_names`).
        after: the namespace when the cell ended. Without it, literals in branches and config objects
            that the cell makes are left out, since nothing tells whether or to what they were bound.
        earlier: what `earlier_params` gave when the cell began. Without it `before` is read now, when
            the cell may have changed a dict in it.
    """
    if earlier is None:
        earlier = earlier_params(scope, before=before, literals=literals)
    return cut([*earlier, *_flat(_own(scope, after if after is not None else {}))], "parameters")


def earlier_params(
    scope: CellScope, *, before: Mapping[str, object], literals: Set[str]
) -> tuple[Param, ...]:
    """The part of `inferred_params` that has to be read before the cell runs: settings of earlier cells."""
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


def flatten(name: str, value: object) -> Iterator[tuple[str, Any]]:
    """Keys and plain values of a setting: dicts and config objects three levels deep as `cfg.lr`.

    What is no setting (a model, a frame, a long list) gives nothing. Never raises, never compares.
    """
    try:
        yield from list(_flatten(name, value))
    except Exception:  # noqa: BLE001 - a user's __iter__ or __getattr__ may raise anything: one value less
        return


def plain_scalar(value: object) -> tuple[bool, Any]:
    """Whether `value` is one scalar that JSON can hold, and it as a plain Python object.

    NumPy scalars become Python's, paths strings, enum members their values. NaN and infinities stay.
    """
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return True, value
    numpy = sys.modules.get("numpy")
    if numpy is not None and issubclass(kind, numpy.generic):
        item = value.item()  # type: ignore[attr-defined]
        return (True, item) if type(item) in (bool, int, float, str) else (False, None)
    if issubclass(kind, Enum):
        return plain_scalar(value.value)  # type: ignore[attr-defined]
    if issubclass(kind, PurePath):
        return True, str(value)
    for base, plain in _UNDER:
        if issubclass(kind, base):
            return True, plain(value)
    return False, None


def plain_value(value: object) -> tuple[bool, Any]:
    """As `plain_scalar`, and for lists, tuples and sets of at most 20 scalars (nested ones counted)."""
    ok, scalar = plain_scalar(value)
    if ok:
        return True, scalar
    budget = [_MAX_ITEMS]
    try:
        return True, _plain_items(value, budget, _MAX_DEPTH)
    except _NotPlainError:
        return False, None


def shortened(value: Any) -> Any:
    """`value`, or its digest and size when it takes more than 4 kB."""
    if isinstance(value, int) and value.bit_length() > _MAX_INT_BITS:
        text = hex(value)
    else:
        text = value if isinstance(value, str) else json.dumps(value)
    data = text.encode("utf-8", "surrogatepass")
    if len(data) <= MAX_BYTES:
        return value
    return f"sha256:{hashlib.sha256(data).hexdigest()} ({len(data):,} bytes)"


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


# Values ---------------------------------------------------------------------------------------------


class _NotPlainError(Exception):
    pass


def _plain_items(value: object, budget: list[int], depth: int) -> Any:
    ok, scalar = plain_scalar(value)
    if ok:
        budget[0] -= 1
        if budget[0] < 0:
            raise _NotPlainError
        return scalar
    if depth == 0 or type(value) not in (list, tuple, set, frozenset) or len(value) > _MAX_ITEMS:  # type: ignore[arg-type]
        raise _NotPlainError
    items = [_plain_items(item, budget, depth - 1) for item in value]  # type: ignore[attr-defined]
    return sorted(items, key=repr) if isinstance(value, set | frozenset) else items


def _flatten(key: str, value: object, above: tuple[int, ...] = ()) -> Iterator[tuple[str, Any]]:
    ok, plain = plain_value(value)
    if ok:
        if plain != []:  # an empty list is a place to put results, no setting
            yield key, shortened(plain)
        return
    fields = _fields(value)
    if fields is None or len(above) == _MAX_DEPTH or len(fields) > _MAX_DICT or id(value) in above:
        return
    for name, item in fields.items():
        ok, part = plain_scalar(name)
        if ok:
            yield from _flatten(f"{key}.{part}", item, (*above, id(value)))


def _fields(value: object) -> Mapping[Any, object] | None:
    """The items of a dict or of a config object; None for any other thing."""
    kind = type(value)
    if issubclass(kind, dict):
        return dict(dict.items(value))  # type: ignore[arg-type]
    if dataclasses.is_dataclass(kind):
        return {item.name: getattr(value, item.name) for item in dataclasses.fields(kind)}
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return dict(zip(kind._fields, value, strict=False))  # type: ignore[call-overload]
    argparse = sys.modules.get("argparse")
    if kind is types.SimpleNamespace or (argparse is not None and kind is argparse.Namespace):
        return dict(vars(value))
    return None
