"""How each kind of parameter is written in a dataclass, read on a command line and checked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from nbmlops.programs.bounds import Bounds
from nbmlops.programs.choices import EnumKind, LiteralKind, UnionKind
from nbmlops.programs.containers import MappingKind, SequenceKind, TupleKind
from nbmlops.programs.kinds import (
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
    BoundedKind,
    Kind,
    ScalarKind,
)

_IMPORTED = {PATH: ("pathlib", "Path"), DECIMAL: ("decimal", "Decimal")}
_IMPORTED |= {kind: ("datetime", str(kind)) for kind in (DATE, DATETIME, TIME)}
_READERS = {
    INT: "int",
    FLOAT: "float",
    STR: "str",
    PATH: "Path",
    DECIMAL: "Decimal",
    DATE: "date.fromisoformat",
    DATETIME: "datetime.fromisoformat",
    TIME: "time.fromisoformat",
}


@dataclass(frozen=True, slots=True)
class Option:
    """A parameter of the generated package.

    Attributes:
        annotation: its type, as the dataclass writes it.
        reader: an expression for `argparse`'s `type=`; empty for a bool, which is a pair of flags.
        choices: an expression for `argparse`'s `choices=`, empty where there is none.
        imports: module and name of what the annotation and the reader need.
        checks: pairs of a condition on `value` and the words for it.
    """

    annotation: str
    reader: str = "value"
    choices: str = ""
    imports: frozenset[tuple[str, str]] = frozenset()
    checks: tuple[tuple[str, str], ...] = field(default=())


def written(value: object) -> str:
    """A literal, texts with the double quotes that formatters want."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def option_of(kind: Kind) -> Option:
    """How a kind is written."""
    bounds = Bounds()
    if isinstance(kind, BoundedKind):
        bounds, kind = kind.bounds, kind.kind
    imports = frozenset(_imports(kind))
    return Option(
        annotation=_annotation(kind),
        reader=_reader(kind),
        choices=_choices(kind),
        imports=imports,
        checks=tuple(_checks(bounds)),
    )


def _annotation(kind: Kind) -> str:
    """Types that only the notebook knows are `Any`."""
    match kind:
        case BoundedKind(kind=inner):
            return _annotation(inner)
        case UnionKind(kinds=kinds):
            return " | ".join(_annotation(one) for one in kinds)
        case SequenceKind(container=container, item=item):
            text = _annotation(item)
            return f"tuple[{text}, ...]" if container == "tuple" else f"{container}[{text}]"
        case TupleKind(items=items):
            return f"tuple[{', '.join(map(_annotation, items)) or '()'}]"
        case MappingKind(key=key, value=value):
            return f"dict[{_annotation(key)}, {_annotation(value)}]"
        case LiteralKind(choices=choices):
            return f"Literal[{', '.join(map(written, choices))}]"
        case EnumKind():
            return str(kind)
    return str(kind) if kind in (BOOL, NONE) or kind in _READERS else "Any"


def _imports(kind: Kind) -> Iterator[tuple[str, str]]:
    match kind:
        case BoundedKind(kind=inner):
            yield from _imports(inner)
        case UnionKind(kinds=kinds) | TupleKind(items=kinds):
            for one in kinds:
                yield from _imports(one)
        case SequenceKind(item=item):
            yield from _imports(item)
        case MappingKind(key=key, value=value):
            yield from _imports(key)
            yield from _imports(value)
        case LiteralKind():
            yield ("typing", "Literal")
        case _ if kind in _IMPORTED:
            yield _IMPORTED[kind]
        case _ if _annotation(kind) == "Any":
            yield ("typing", "Any")


def _reader(kind: Kind) -> str:
    match kind:
        case UnionKind(kinds=kinds) if NONE in kinds and len(kinds) == 2:
            inner = _reader(next(one for one in kinds if one != NONE))
            return f"optional({inner})" if inner else "value"
        case BoundedKind(kind=inner_kind):
            return _reader(inner_kind)
        case LiteralKind(choices=choices) if all(isinstance(choice, str) for choice in choices):
            return "str"
        case LiteralKind(choices=choices) if all(type(choice) is int for choice in choices):
            return "int"
        case EnumKind(name=name):
            return f"member({name})"
        case SequenceKind(container=container):
            return f"sequence({container})"
        case TupleKind():
            return "sequence(tuple)"
    if kind == BOOL:
        return ""
    return _READERS.get(kind, "value") if isinstance(kind, ScalarKind) else "value"


def _choices(kind: Kind) -> str:
    match kind:
        case LiteralKind(choices=choices):
            return f"[{', '.join(map(written, choices))}]"
        case EnumKind(name=name):
            return f"list({name})"
    return ""


def _checks(bounds: Bounds) -> Iterator[tuple[str, str]]:
    for limit, sign in ((bounds.ge, ">="), (bounds.gt, ">"), (bounds.le, "<="), (bounds.lt, "<")):
        if limit is not None:
            yield f"value {sign} {limit!r}", f"{sign} {limit!r}"
    if bounds.multiple_of is not None:
        yield f"value % {bounds.multiple_of!r} == 0", f"a multiple of {bounds.multiple_of!r}"
    if bounds.min_length is not None:
        yield f"len(value) >= {bounds.min_length}", f"at least {bounds.min_length} long"
    if bounds.max_length is not None:
        yield f"len(value) <= {bounds.max_length}", f"at most {bounds.max_length} long"
    if bounds.pattern is not None:
        yield f"re.match({bounds.pattern!r}, value)", f"like {bounds.pattern}"
