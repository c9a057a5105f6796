"""Which names a statement at the top level of a cell binds, changes, or takes away."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from nbmlops.programs.annotations import is_type
from nbmlops.programs.names import Names


@dataclass(frozen=True, slots=True)
class Binding:
    """A name as one statement binds it.

    Attributes:
        value: None where the name is only announced (`x: int`), or gets a part of a whole.
        whole: what an unpacking takes it out of: `make()` in `a, b = make()`.
    """

    name: str
    statement: ast.stmt
    value: ast.expr | None
    annotation: ast.expr | None = None
    whole: ast.expr | None = None


def bindings_of(statement: ast.stmt, names: Names) -> Iterator[Binding]:
    """The names that an assignment binds to values; one that gives a type a name binds none."""
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
            if names.path_of(annotation).rpartition(".")[2] != "TypeAlias":
                yield Binding(name, statement, value, annotation)
        case ast.Assign(targets=targets, value=value):
            for target in targets if not is_type(value, names) else ():
                yield from _unpacked(target, value, statement)


def _unpacked(target: ast.expr, value: ast.expr, statement: ast.stmt) -> Iterator[Binding]:
    match target, value:
        case ast.Name(id=name), _:
            yield Binding(name, statement, value)
        case ((ast.Tuple() | ast.List()), (ast.Tuple() | ast.List())) if _pairs(target, value):
            for one, its in zip(target.elts, value.elts, strict=True):
                yield from _unpacked(one, its, statement)
        case ((ast.Tuple() | ast.List()), _):
            for name in _stored(target):
                yield Binding(name, statement, None, whole=value)


def _pairs(target: ast.Tuple | ast.List, value: ast.Tuple | ast.List) -> bool:
    """Whether each name has its own value."""
    starred = any(isinstance(item, ast.Starred) for item in [*target.elts, *value.elts])
    return len(target.elts) == len(value.elts) and not starred


def taken_away(statement: ast.stmt) -> set[str]:
    """Names that are no value any more: deleted, or bound to a function, a class or a module."""
    match statement:
        case ast.Delete(targets=targets):
            return {target.id for target in targets if isinstance(target, ast.Name)}
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Import(names=imported) | ast.ImportFrom(names=imported):
            return {alias.asname or alias.name.partition(".")[0] for alias in imported}
    return set()


def changed(statement: ast.stmt) -> set[str]:
    """Names that a statement may bind anew without declaring them: `n += 1`, and all that stands in a block."""
    match statement:
        case ast.AugAssign(target=ast.Name(id=name)):
            return {name}
        case ast.If() | ast.For() | ast.While() | ast.With() | ast.Try():
            return set(_stored(statement))
    return set()


def _stored(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id
