"""Where a given value ends: a later cell that sets its name again, as happens after some trying."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from nbmlops.programs.notebook import NotebookCell, NotebookSource
from nbmlops.programs.python_cells import parse_cell


def find_overwrites(
    notebook: NotebookSource, declared: NotebookCell, names: Collection[str], *, without: str
) -> dict[str, NotebookCell]:
    """The names that a cell after the declaring one sets again, each with the first such cell.

    `n = n + 1` uses what was given; `n = 5` throws it away.

    Args:
        notebook: it is read, not run.
        declared: the cell that declares the parameters.
        names: to look for.
        without: the tag of cells that are left out.
    """
    found: dict[str, NotebookCell] = {}
    for cell in notebook.code_cells:
        if cell.index > declared.index and without not in cell.tags and any(n in cell.source for n in names):
            for name in _thrown_away(cell):
                if name in names:
                    found.setdefault(name, cell)
    return found


def _thrown_away(cell: NotebookCell) -> Iterator[str]:
    """The names that a cell sets at its top level without reading them for it."""
    try:
        body = parse_cell(cell.source).body
    except SyntaxError:
        return
    for statement in body:
        match statement:
            case ast.Assign(targets=targets, value=value):
                pass
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                targets = [target]
            case _:
                continue
        read = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
        for node in (node for target in targets for node in ast.walk(target)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id not in read:
                yield node.id
