"""From an annotation, which is read and never run, to the kind of value that it asks for."""

from __future__ import annotations

import ast
import datetime as dt
import decimal
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from nbmlops.capture.literals import call_name, literal_value
from nbmlops.programs.bounds import Bounds, bounds_of_node
from nbmlops.programs.choices import EnumKind, EnumMember, LiteralKind, UnionKind, union_of
from nbmlops.programs.containers import MappingKind, SequenceKind, TupleKind
from nbmlops.programs.kinds import (
    ANY,
    BOOL,
    DATE,
    DATETIME,
    DECIMAL,
    FLOAT,
    INT,
    NONE,
    PATH,
    STR,
    TIME,
    AnyKind,
    BoundedKind,
    Kind,
    ScalarKind,
)
from nbmlops.programs.known_values import known_value
from nbmlops.programs.names import Names

_SCALARS: Mapping[str, ScalarKind] = {
    "bool": BOOL,
    "int": INT,
    "float": FLOAT,
    "str": STR,
    "date": DATE,
    "datetime": DATETIME,
    "time": TIME,
    "Decimal": DECIMAL,
    "Path": PATH,
    "PurePath": PATH,
    "PathLike": PATH,
    # pydantic's and annotated-types' own names for what is usual
    "StrictInt": INT,
    "StrictFloat": FLOAT,
    "StrictStr": STR,
    "StrictBool": BOOL,
}
_BOUNDED: Mapping[str, Kind] = {
    "PositiveInt": BoundedKind(INT, Bounds(gt=0)),
    "NonNegativeInt": BoundedKind(INT, Bounds(ge=0)),
    "PositiveFloat": BoundedKind(FLOAT, Bounds(gt=0)),
    "NonNegativeFloat": BoundedKind(FLOAT, Bounds(ge=0)),
}
_SEQUENCES = {
    "list": "list", "List": "list", "Sequence": "list", "Iterable": "list", "Collection": "list",
    "MutableSequence": "list", "set": "set", "Set": "set", "frozenset": "frozenset", "FrozenSet": "frozenset",
    "AbstractSet": "set",
}  # fmt: skip
_MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "OrderedDict"})
_UNWRAPPED = frozenset({"Final", "ClassVar", "Required"})
_TYPING = frozenset({"Annotated", "Literal", "Optional", "Union"})
_DEEPEST = 20


def kind_of_annotation(node: ast.expr, names: Names) -> Kind:
    """What an annotation asks for; what can't be told without running the notebook takes any value."""
    return _Reader(names).kind(node)


def is_type(node: ast.expr, names: Names) -> bool:
    """Whether a value is a type that was given a name: `Annotated[float, Ge(0)]`, `int | None`."""
    match node:
        case ast.Subscript(value=value):
            return names.path_of(value).rpartition(".")[2] in _TYPING
        case ast.BinOp(op=ast.BitOr()):
            kind = kind_of_annotation(node, names)
            return isinstance(kind, UnionKind) and not any(isinstance(one, AnyKind) for one in kind.kinds)
    return False


def help_of_annotation(node: ast.expr, names: Names) -> str:
    """The text that an annotation carries: `Annotated[int, "number of trees"]`, `Doc("…")`, `Field(description=…)`."""
    node = _unquoted(node)
    if not isinstance(node, ast.Subscript) or names.path_of(node.value).rpartition(".")[2] != "Annotated":
        return ""
    for item in _items(node)[1:]:
        text = _text_of(item)
        if text:
            return text
    return ""


def _text_of(item: ast.expr) -> str:
    match item:
        case ast.Constant(value=str(text)) if bounds_of_node(item) is None:
            return text
        case ast.Call(args=[ast.Constant(value=str(text))]) if call_name(item) == "Doc":
            return text
        case ast.Call(keywords=keywords) if call_name(item) == "Field":
            found = [literal_value(k.value)[1] for k in keywords if k.arg in ("description", "title")]
            return str(found[0]) if found and found[0] else ""
    return ""


class _Reader:
    """Follows aliases as deep as a person would write them; one that names itself ends as any."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._depth = 0

    def kind(self, node: ast.expr) -> Kind:
        self._depth += 1
        try:
            return self._kind(_unquoted(node)) if self._depth <= _DEEPEST else ANY
        finally:
            self._depth -= 1

    def _kind(self, node: ast.expr) -> Kind:
        match node:
            case ast.Constant(value=None):
                return NONE
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return union_of([self.kind(left), self.kind(right)])
            case ast.Subscript():
                return self._subscripted(node)
            case ast.Name() | ast.Attribute():
                return self._named(node)
        return AnyKind(ast.unparse(node))

    def _last(self, node: ast.expr) -> str:
        return self._names.path_of(node).rpartition(".")[2]

    def _named(self, node: ast.Name | ast.Attribute) -> Kind:
        if isinstance(node, ast.Name):
            if node.id in self._names.enums:
                return self._names.enums[node.id]
            if node.id in self._names.classes:
                return AnyKind(node.id)
            if node.id in self._names.aliases:
                return self.kind(self._names.aliases[node.id])
        name = self._last(node)
        if name in _SCALARS:
            return _SCALARS[name]
        if name in _BOUNDED:
            return _BOUNDED[name]
        if name in _SEQUENCES or name in ("tuple", "Tuple"):
            return SequenceKind(_SEQUENCES.get(name, "tuple"))
        if name in _MAPPINGS:
            return MappingKind()
        return ANY if name == "Any" else AnyKind(ast.unparse(node))

    def _subscripted(self, node: ast.Subscript) -> Kind:
        name = self._last(node.value)
        items = _items(node)
        if name in _SEQUENCES:
            return SequenceKind(_SEQUENCES[name], self.kind(items[0]))
        if name in _UNWRAPPED:
            return self.kind(items[0])
        build = self._builders().get(name)
        return build(items) if build else AnyKind(ast.unparse(node))

    def _builders(self) -> dict[str, Callable[[Sequence[ast.expr]], Kind]]:
        mapping = dict.fromkeys(_MAPPINGS, self._mapping)
        return mapping | {
            "Literal": self._literal,
            "Optional": lambda items: union_of([self.kind(items[0]), NONE]),
            "Union": lambda items: union_of([self.kind(item) for item in items]),
            "Annotated": self._annotated,
            "tuple": self._tuple,
            "Tuple": self._tuple,
        }

    def _literal(self, items: Sequence[ast.expr]) -> Kind:
        """The choices; of members of one enumeration, the enumeration without its others."""
        choices = {(type(choice), choice): choice for choice in self._choices(items)}  # 1 is not True
        members = [choice for choice in choices.values() if isinstance(choice, EnumMember)]
        if members and len(members) == len(choices) and len({member.enum for member in members}) == 1:
            return EnumKind(members[0].enum, tuple((member.name, member.value) for member in members))
        return LiteralKind(tuple(choices.values())) if choices and not members else ANY

    def _choices(self, items: Sequence[ast.expr], depth: int = 0) -> Iterator[Any]:
        """The scalars among the items; literals within, and aliases of literals, give theirs."""
        for item in items:
            known, value = known_value(item, self._names)
            if known and (value is None or isinstance(value, str | int | EnumMember)):
                yield value
                continue
            if isinstance(item, ast.Name):
                item = self._names.aliases.get(item.id, item)  # noqa: PLW2901 - what the name stands for
            if isinstance(item, ast.Subscript) and depth < _DEEPEST and self._last(item.value) == "Literal":
                yield from self._choices(_items(item), depth + 1)

    def _annotated(self, items: Sequence[ast.expr]) -> Kind:
        bounds = Bounds()
        for item in items[1:]:
            bounds &= bounds_of_node(item) or Bounds()
        return bounded(self.kind(items[0]), bounds)

    def _mapping(self, items: Sequence[ast.expr]) -> Kind:
        return MappingKind(self.kind(items[0]), self.kind(items[1])) if len(items) == 2 else MappingKind()

    def _tuple(self, items: Sequence[ast.expr]) -> Kind:
        if len(items) == 2 and isinstance(items[1], ast.Constant) and items[1].value is ...:
            return SequenceKind("tuple", self.kind(items[0]))
        if len(items) == 1 and isinstance(items[0], ast.Tuple):  # tuple[()]
            return TupleKind(())
        return TupleKind(tuple(self.kind(item) for item in items))


def bounded(kind: Kind, bounds: Bounds) -> Kind:
    """The kind within bounds; of an optional one, its values are bound."""
    if not bounds:
        return kind
    if isinstance(kind, BoundedKind):
        return BoundedKind(kind.kind, kind.bounds & bounds)
    return BoundedKind(kind, bounds)


def kind_of_value(value: object) -> Kind:
    """What a default without an annotation asks for: its own type; of None anything."""
    for kind, types in (
        (BOOL, bool),
        (INT, int),
        (FLOAT, float),
        (STR, str),
        (DATETIME, dt.datetime),
        (DATE, dt.date),
        (TIME, dt.time),
        (PATH, PurePath),
        (DECIMAL, decimal.Decimal),
    ):
        if isinstance(value, types):
            return kind
    if isinstance(value, list | set | tuple | frozenset):
        return SequenceKind(type(value).__name__, _common(list(value)))
    return (
        MappingKind(STR if value and all(isinstance(k, str) for k in value) else ANY)
        if isinstance(value, dict)
        else ANY
    )


def _common(values: Sequence[object]) -> Kind:
    """The one kind of all values: ints among floats are floats; different ones are any."""
    kinds = list(dict.fromkeys(kind_of_value(value) for value in values))
    if len(kinds) == 1:
        return kinds[0]
    return FLOAT if kinds and set(kinds) == {INT, FLOAT} else ANY


def _items(node: ast.Subscript) -> list[ast.expr]:
    """What stands in the brackets; `tuple[()]` has one item, the empty tuple."""
    if isinstance(node.slice, ast.Tuple) and node.slice.elts:
        return list(node.slice.elts)
    return [node.slice]


def _unquoted(node: ast.expr) -> ast.expr:
    """The annotation that a string holds."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return _unquoted(ast.parse(node.value.strip(), mode="eval").body)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.Name(id="Any")
    return node
