"""Names whose content a piece of code never reads: it only puts something in.

`scores.append(score)` needs the list, but nothing of what other cells have put into it: such a cell depends on the one
that made the list, not on those that filled it. Who reads the list depends on all of them.
"""

from __future__ import annotations

import ast
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

Growth = Mapping[str, frozenset[type]]
_GROWS: Final = frozenset({"add", "append", "appendleft", "extend", "update"})
_CONTAINERS: Final = frozenset({list, set, dict, deque})
_BY_KEY: Final = frozenset({dict})  # an item of a list must be there before it can be set


def only_grown(body: Iterable[ast.AST]) -> dict[str, frozenset[type]]:
    """The names that are loaded only to put something in: `x.append(…)` as a statement, and `x[key] = …`.

    Args:
        body: statements of a cell, or a definition.

    Returns:
        For each name the types for which that is all: builtin containers, no classes of the user's own.
    """
    loads: Counter[str] = Counter()
    grown: Counter[str] = Counter()
    types: dict[str, frozenset[type]] = {}
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                loads[node.id] += 1
            elif isinstance(node, ast.Assign | ast.Expr):
                for name, allowed in _grown_by(node):
                    grown[name] += 1
                    types[name] = types.get(name, _CONTAINERS) & allowed
            elif isinstance(node, ast.AugAssign | ast.Delete):
                loads.update(item.id for item in ast.walk(node) if isinstance(item, ast.Name))
    return {name: types[name] for name, count in grown.items() if loads[name] == count}


def _grown_by(node: ast.Assign | ast.Expr) -> Iterator[tuple[str, frozenset[type]]]:
    if isinstance(node, ast.Expr):
        match node.value:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in _GROWS:
                yield name, _CONTAINERS
        return
    for target in node.targets:
        match target:
            case ast.Subscript(value=ast.Name(id=name)):
                yield name, _BY_KEY
