"""The statements of a cell that make one name: whether an edit of the cell matters to it."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import Final

from nbmlops.capture.literals import root_name
from nbmlops.capture.parsing import PARSE_FAULTS, parse
from nbmlops.slices.tables import PURE_METHODS

_SHOWS: Final = frozenset(
    {"print", "display", "len", "type", "repr", "help", "id", "isinstance", "sorted", "list"}
)
_DRAWS_PICTURES: Final = frozenset({"plt", "sns", "ax", "axes", "fig", "px", "go", "matplotlib"})
_Definition = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@lru_cache(maxsize=1024)
def making(source: str, name: str) -> tuple[str, ...] | None:
    """The statements that make a name, and those that they need, as texts without comments and layout.

    Args:
        source: of a cell.
        name: a variable; for anything else all statements count but those that only show something.

    Returns:
        None where the source is no Python; an empty tuple where nothing makes the name.
    """
    try:
        body = parse(source)
    except PARSE_FAULTS:
        return None
    statements = [item for item in body if not _only_shows(item)]
    if not name.isidentifier():
        return tuple(ast.dump(item) for item in statements)
    needed, found = {name}, []
    for statement in reversed(statements):
        if touched(statement) & needed:
            found.append(_told(statement, needed))
            needed |= _loads(statement)
    return tuple(reversed(found))


@lru_cache(maxsize=1024)
def is_definition(source: str, name: str) -> bool:
    """Whether a cell makes a name by importing or defining it, which does not depend on what went before."""
    try:
        body = parse(source)
    except PARSE_FAULTS:
        return False
    making_it = [statement for statement in body if name in touched(statement)]
    return bool(making_it) and all(isinstance(statement, _Definition) for statement in making_it)


@lru_cache(maxsize=1024)
def imports_of(source: str, name: str) -> tuple[str, ...]:
    """The imports by which a cell makes a name; empty where anything else binds it or sets something in it.

    Calls through it (`pd.DataFrame(…)`) make no other module of it.
    """
    try:
        nodes = [node for statement in parse(source) for node in ast.walk(statement)]
    except PARSE_FAULTS:
        return ()
    found: list[str] = []
    for node in nodes:
        match node:
            case ast.Import() | ast.ImportFrom() if name in touched(node):
                found.append(_told(node, {name}))
            case ast.FunctionDef(name=bound) | ast.AsyncFunctionDef(name=bound) | ast.ClassDef(name=bound):
                if bound == name:
                    return ()
            case ast.Name() | ast.Attribute() | ast.Subscript() if not isinstance(node.ctx, ast.Load):
                if root_name(node) == name:
                    return ()
    return tuple(found)


@lru_cache(maxsize=1024)
def items_set(source: str, name: str) -> frozenset[str] | None:
    """The items of a name that a cell sets, where that is all it does to it, for certain, and whatever they were.

    Returns:
        The keys as Python writes them; None where the cell does anything else to the name, or reads what it sets.
    """
    try:
        body = parse(source)
    except PARSE_FAULTS:
        return None
    making_it = [statement for statement in body if name in touched(statement)]
    keys: set[str] = set()
    loaded: set[str] = set()
    for statement in making_it:
        if not isinstance(statement, ast.Assign):
            return None
        items = _items(statement, name)
        if len(items) != len(_uses(statement, name)):
            return None  # it is taken as a whole
        for item in items:
            (keys if isinstance(item.ctx, ast.Store) else loaded).add(ast.unparse(item.slice))
    return None if keys & loaded else frozenset(keys)


def _uses(statement: ast.stmt, name: str) -> list[ast.Name]:
    return [node for node in ast.walk(statement) if isinstance(node, ast.Name) and node.id == name]


def _items(statement: ast.stmt, name: str) -> list[ast.Subscript]:
    nodes = (node for node in ast.walk(statement) if isinstance(node, ast.Subscript))
    return [
        node
        for node in nodes
        if isinstance(node.value, ast.Name) and node.value.id == name and isinstance(node.slice, ast.Constant)
    ]


def touched(statement: ast.stmt) -> frozenset[str]:
    """The names that a statement binds or may change."""
    found: set[str] = set()
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                found |= {alias.asname or alias.name.partition(".")[0] for alias in aliases}
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                found.add(root_name(node) or "")
            case ast.Call() if not _is_pure(node):
                parts = [node.func, *node.args, *(keyword.value for keyword in node.keywords)]
                found |= {root_name(part) or "" for part in parts}
    return frozenset(found - {""})


def _told(statement: ast.stmt, needed: set[str]) -> str:
    """A statement as text; of an import only what binds one of the names."""
    if not isinstance(statement, ast.Import | ast.ImportFrom):
        return ast.dump(statement)
    origin = f"{statement.module} {statement.level}" if isinstance(statement, ast.ImportFrom) else ""
    aliases = [a for a in statement.names if (a.asname or a.name.partition(".")[0]) in needed]
    return " ".join(["import", origin, *sorted(ast.dump(alias) for alias in aliases)])


def _loads(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _only_shows(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value
    return not isinstance(value, ast.Call) or _is_pure(value)


def _is_pure(node: ast.Call) -> bool:
    match node.func:
        case ast.Name(id=name):
            return name in _SHOWS
        case ast.Attribute(attr=name) as func:
            in_place = any(keyword.arg == "inplace" for keyword in node.keywords)
            return (name in PURE_METHODS and not in_place) or root_name(func) in _DRAWS_PICTURES
    return False
