"""What the names of a notebook stand for, as far as its text tells: imports, type aliases, enumerations."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from nbmlops.capture.literals import call_name, call_path, literal_value
from nbmlops.programs.choices import EnumKind

_ENUMS = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum"})
_TYPE_ALIAS = getattr(ast, "TypeAlias", None)  # `type Rate = float`, from Python 3.12 on


@dataclass(frozen=True, slots=True)
class Names:
    """The names that are bound at the top level of cells.

    Attributes:
        imports: a name to what it was imported from: `dt` to "datetime", `date` to "datetime.date".
        aliases: a name to the expression that it was bound to, for those that may be types.
        enums: a name to its members.
        classes: the names of all other classes.
    """

    imports: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, ast.expr] = field(default_factory=dict)
    enums: dict[str, EnumKind] = field(default_factory=dict)
    classes: set[str] = field(default_factory=set)

    def path_of(self, node: ast.expr) -> str:
        """The dotted path that an expression names, imports followed: "datetime.date"; empty for none."""
        path = call_path(node)
        if not path:
            return ""
        return ".".join([self.imports.get(path[0], path[0]), *path[1:]])

    def spelling_of(self, module: str, name: str) -> str | None:
        """How the notebook itself writes `module.name`: `date`, `dt.date`; None where it doesn't import it."""
        for local, path in self.imports.items():
            if path == f"{module}.{name}":
                return local
        for local, path in self.imports.items():
            if path == module:
                return f"{local}.{name}"
        return None


def gather_names(bodies: Iterable[Iterable[ast.stmt]]) -> Names:
    """The names that the cells bind, a later one over an earlier."""
    names = Names()
    for body in bodies:
        for statement in body:
            learn_names(statement, names)
    return names


def learn_names(statement: ast.stmt, names: Names) -> None:
    """Takes into `names` what one statement at the top level binds."""
    match statement:
        case ast.Import(names=imported):
            for alias in imported:
                local = alias.asname or alias.name.partition(".")[0]
                _bind(names, local)
                names.imports[local] = alias.name if alias.asname else local
        case ast.ImportFrom(module=str(module), level=0, names=imported):
            for alias in imported:
                _bind(names, alias.asname or alias.name)
                names.imports[alias.asname or alias.name] = f"{module}.{alias.name}"
        case ast.ClassDef(name=name):
            _bind(names, name)
            members = _members(statement, names)
            if members is None:
                names.classes.add(name)
            else:
                names.enums[name] = EnumKind(name, members)
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
        ):
            _bind(names, name)
            names.aliases[name] = value
        case _ if _TYPE_ALIAS is not None and isinstance(statement, _TYPE_ALIAS):
            _bind(names, statement.name.id)
            names.aliases[statement.name.id] = statement.value
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            _bind(names, name)
        case _:
            _learn_within(statement, names)


def _learn_within(statement: ast.stmt, names: Names) -> None:
    """What `try: import …`, loops and unpackings bind: what isn't imported there is nothing that is known."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Import | ast.ImportFrom) and node is not statement:
            learn_names(node, names)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            _bind(names, node.id)


def _bind(names: Names, name: str) -> None:
    """A name means only what it was bound to last."""
    names.imports.pop(name, None)
    names.aliases.pop(name, None)
    names.enums.pop(name, None)
    names.classes.discard(name)


def _members(node: ast.ClassDef, names: Names) -> tuple[tuple[str, Any], ...] | None:
    """Names and values of an enumeration's members, in their order; None for any other class."""
    bases = {names.path_of(base).rpartition(".")[2] for base in node.bases}
    if not bases & _ENUMS:
        return None
    found = []
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if not name.startswith("_"):
                found.append((name, _member_value(name, value, bases)))
    return tuple(found)


def _member_value(name: str, value: ast.expr, bases: set[str]) -> Any:
    if isinstance(value, ast.Call) and call_name(value) == "auto":
        return name.lower() if "StrEnum" in bases else None
    return literal_value(value)[1]
