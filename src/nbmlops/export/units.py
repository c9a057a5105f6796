"""A cell cut into its top-level statements, each with the names that it reads and binds."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator
from dataclasses import dataclass

from nbmlops.capture.header import strip_header
from nbmlops.errors import NotebookError
from nbmlops.programs.notebook import NotebookCell
from nbmlops.programs.python_cells import PythonCell, parse_cell

_IMPORTS = (ast.Import, ast.ImportFrom)
_LOOKS = frozenset(
    {"describe", "head", "info", "sample", "tail", "value_counts"}
)  # at a frame, changing nothing
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Unit:
    """Statements that share lines: nearly always one.

    Attributes:
        cell: where it comes from.
        text: its lines as they were written, with the comments right above it.
        nodes: its statements.
        reads: names that it looks up outside of itself, also from within its functions.
        binds: names that it binds at the top level.
    """

    cell: NotebookCell
    text: str
    nodes: tuple[ast.stmt, ...]
    reads: frozenset[str]
    binds: frozenset[str]

    @property
    def is_import(self) -> bool:
        """Whether it only imports."""
        return all(isinstance(node, _IMPORTS) for node in self.nodes)

    @property
    def is_definition(self) -> bool:
        """Whether it only defines functions and classes."""
        return all(isinstance(node, _DEFINITIONS) for node in self.nodes)

    @property
    def is_idle(self) -> bool:
        """Whether it only names a value, for the notebook to show."""
        return all(
            isinstance(node, ast.Pass)
            or (
                isinstance(node, ast.Expr) and isinstance(node.value, ast.Name | ast.Attribute | ast.Constant)
            )
            for node in self.nodes
        )

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        return f"cell {self.cell.index + 1}, line {self.nodes[0].lineno}"


def _only_shows(value: ast.expr) -> bool:
    """A name, or a call such as `orders.head()`, whose value nobody takes."""
    match value:
        case ast.Name() | ast.Attribute() | ast.Constant():
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name() | ast.Attribute(), attr=attr)):
            return attr in _LOOKS
    return False


def units_of(cell: NotebookCell) -> tuple[Unit, ...]:
    """The statements of a code cell; magics, `%%track` and `#|` lines are left out.

    Raises:
        NotebookError: the cell is no Python.
    """
    try:
        parsed = parse_cell(strip_header(cell.source))
    except SyntaxError as exc:
        raise NotebookError(
            f"Cell {cell.index + 1} can't be exported: line {exc.lineno} is no Python ({exc.msg})."
        ) from None
    return tuple(_units(cell, parsed))


def units_or_none(cell: NotebookCell) -> tuple[Unit, ...]:
    """The units of a cell that need not be Python, since it isn't exported."""
    try:
        return units_of(cell)
    except NotebookError:
        return ()


def _units(cell: NotebookCell, parsed: PythonCell) -> Iterator[Unit]:
    lines = parsed.source.splitlines()
    end = 0
    for nodes in _sharing_lines(parsed.body):
        last = max(node.end_lineno or node.lineno for node in nodes)
        text = "\n".join(_without_directives(lines[end:last])).strip("\n")
        end = last
        if all(isinstance(node, ast.Pass) for node in nodes):
            continue  # a magic stood there
        reads, binds = _names("\n".join(ast.unparse(node) for node in nodes))
        yield Unit(cell, text, tuple(nodes), reads, binds)


def _sharing_lines(body: tuple[ast.stmt, ...]) -> Iterator[list[ast.stmt]]:
    group: list[ast.stmt] = []
    for node in body:
        if group and _first_line(node) > (group[-1].end_lineno or 0):
            yield group
            group = []
        group.append(node)
    if group:
        yield group


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _without_directives(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if not line.lstrip().startswith(("#|", "# |", "# %%track")) and line.strip() != "pass":
            yield line


def _names(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a piece of code reads from outside of it, and those that it binds at its top level."""
    table = symtable.symtable(source, "<cell>", "exec")
    binds = {
        symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()
    }
    reads = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    for inner in _inner(table):
        for symbol in inner.get_symbols():
            if symbol.is_global() and symbol.is_referenced():
                reads.add(symbol.get_name())
            if symbol.is_declared_global() and symbol.is_assigned():
                binds.add(symbol.get_name())
    return frozenset(reads), frozenset(binds)


def _inner(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _inner(child)


def certain_names(units: tuple[Unit, ...]) -> tuple[str, ...]:
    """The names that are bound for sure when all units have run, in the order of their first binding."""
    found: dict[str, None] = {}
    for unit in units:
        for node in unit.nodes:
            for name in _bound_by(node):
                found[name] = None
            if isinstance(node, ast.Delete):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        found.pop(target.id, None)
    return tuple(found)


def _bound_by(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.Assign(targets=targets):
            for target in targets:
                yield from _targets(target)
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
            yield name
        case ast.With(items=items, body=body):
            for item in items:
                if item.optional_vars is not None:
                    yield from _targets(item.optional_vars)
            for inner in body:
                yield from _bound_by(inner)
        case ast.If(body=body, orelse=orelse) if orelse:
            both = [
                dict.fromkeys(name for inner in part for name in _bound_by(inner)) for part in (body, orelse)
            ]
            yield from (name for name in both[0] if name in both[1])


def _targets(target: ast.expr) -> Iterator[str]:
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
