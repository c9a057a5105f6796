"""What of the exported cells stands in the module, and what runs when the function is called.

Imports, functions, classes and constants stand in the module, so that others can import them. All other
statements become the body of one function of the configuration, in the order of the cells. A function that
reads what that body computes stands inside it: there it finds the names that it found in the notebook.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from nbmlops.capture.literals import literal_value
from nbmlops.errors import NotebookError
from nbmlops.export.units import Unit

ALWAYS_THERE = frozenset({*dir(builtins), "__name__", "__file__", "__doc__", "_", "__builtins__"})
_SHOWN_BY_IPYTHON = "display"


@dataclass(frozen=True, slots=True)
class Placement:
    """The exported units by where they go, each in the order of the notebook.

    Attributes:
        imports: at the top of the module, those of other cells that are needed among them.
        module: functions, classes, constants.
        body: what runs.
        inside: the names of functions and classes that stand in the body since they read what it computes.
        shows: whether `display` is called, which only IPython has by itself.
    """

    imports: tuple[Unit, ...]
    module: tuple[Unit, ...]
    body: tuple[Unit, ...]
    inside: tuple[str, ...] = ()
    shows: bool = False

    @property
    def module_names(self) -> frozenset[str]:
        """Every name that the module binds."""
        return names_bound((*self.imports, *self.module))


def names_bound(units: Sequence[Unit]) -> frozenset[str]:
    """All names that the units bind."""
    return frozenset().union(*(unit.binds for unit in units))


def place(exported: Sequence[Unit], others: Sequence[Unit], parameters: frozenset[str]) -> Placement:
    """Puts each unit where it belongs.

    Args:
        exported: the units of the cells that are marked.
        others: those of the cells that are not: what they import comes along where it is needed.
        parameters: the names of the configuration.

    Raises:
        NotebookError: a unit can't run outside of a notebook, or reads a name that nothing exported binds.
    """
    for unit in exported:
        _refuse_await(unit)
    useful = [unit for unit in exported if not unit.is_idle]
    body = _body(useful, parameters)
    module = [unit for unit in useful if unit not in body and not unit.is_import]
    imports = [unit for unit in useful if unit.is_import]
    known = names_bound(useful) | parameters | ALWAYS_THERE
    missing = _missing(useful, known)
    imports += _imports_of(others, missing)
    missing -= names_bound(imports)
    shows = _SHOWN_BY_IPYTHON in missing
    missing -= {_SHOWN_BY_IPYTHON}
    if missing and not any(_imports_all(unit) for unit in imports):
        raise NotebookError(_not_exported(useful, others, missing))
    inside = sorted(names_bound([unit for unit in body if unit.is_definition]))
    return Placement(
        imports=tuple(_needed(imports, useful)),
        module=tuple(module),
        body=tuple(unit for unit in body if not unit.is_import),
        inside=tuple(inside),
        shows=shows,
    )


def _body(units: Sequence[Unit], parameters: frozenset[str]) -> list[Unit]:
    """The units that only run: those that can't be in the module, and what reads what they bind."""
    often = {name for name in names_bound(units) if sum(name in unit.binds for unit in units) > 1}
    definitions = [unit for unit in units if unit.is_definition]
    read_by_functions = {name for unit in definitions for name in unit.reads}
    body = [unit for unit in units if not _may_stand_in_module(unit, often | parameters, read_by_functions)]
    while True:
        run_time = names_bound(body) | parameters
        more = [u for u in units if u not in body and not u.is_import and u.reads & run_time]
        if not more:
            return [unit for unit in units if unit in body]
        body += more


def _may_stand_in_module(unit: Unit, bound_elsewhere: Set[str], read_by_functions: Set[str]) -> bool:
    if unit.is_import or unit.is_definition:
        return True
    return not unit.binds & bound_elsewhere and all(
        _is_constant(node, read_by_functions) for node in unit.nodes
    )


def _is_constant(node: ast.stmt, read_by_functions: Set[str]) -> bool:
    """Anything bound to a NAME IN CAPITALS, a literal that functions read, or imports that may fail."""
    match node:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
        ):
            return name.isupper() or (name in read_by_functions and literal_value(value)[0])
        case ast.Try(body=body, handlers=handlers):
            parts = [*body, *(inner for handler in handlers for inner in handler.body)]
            return all(
                isinstance(inner, ast.Import | ast.ImportFrom | ast.Assign | ast.Pass) for inner in parts
            )
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
    return isinstance(
        node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    )


def _missing(units: Sequence[Unit], known: frozenset[str]) -> set[str]:
    return {name for unit in units for name in unit.reads - known}


def _imports_of(others: Sequence[Unit], missing: set[str]) -> list[Unit]:
    """Imports of cells that aren't exported, which notebooks have at their top."""
    return [unit for unit in others if unit.is_import and (unit.binds & missing or _imports_all(unit))]


def _imports_all(unit: Unit) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
        for node in unit.nodes
    )


def _needed(imports: Sequence[Unit], users: Sequence[Unit]) -> Iterator[Unit]:
    """The imports that some unit reads, each once; nbmlops itself is only what the notebook is tracked with."""
    read = {name for unit in users for name in unit.reads}
    seen = set()
    for unit in imports:
        text = ast.unparse(ast.Module(list(unit.nodes), []))
        if text not in seen and (unit.binds & read or _imports_all(unit) or _is_future(unit)):
            seen.add(text)
            yield unit


def _is_future(unit: Unit) -> bool:
    return any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in unit.nodes)


def _refuse_await(unit: Unit) -> None:
    for node in unit.nodes:
        for inner in _outside_functions(node):
            if isinstance(inner, ast.Await | ast.AsyncFor | ast.AsyncWith):
                raise NotebookError(
                    f"{unit.place}: a top-level `await` runs only in a notebook. Put it into an `async def` and "
                    "call that with `asyncio.run`, or take the mark `export` off the cell."
                )


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _outside_functions(child)


def _not_exported(units: Sequence[Unit], others: Sequence[Unit], missing: set[str]) -> str:
    """Which names are missing, who reads them, and which cell has to be marked."""
    lines = []
    for name in sorted(missing):
        reader = next(unit for unit in units if name in unit.reads)
        binder = next((unit for unit in reversed(others) if name in unit.binds), None)
        remedy = (
            f"it is bound in {binder.place}, which is not exported: mark that cell `export` as well"
            if binder is not None
            else "no cell binds it"
        )
        lines.append(f"{name} is read in {reader.place}; {remedy}.")
    return "The exported cells don't stand on their own:\n  " + "\n  ".join(lines)
