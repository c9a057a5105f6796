"""From a function that exists to the statements that it was made of."""

from __future__ import annotations

import ast
import linecache
import types

from nbmlops.capture.parsing import PARSE_FAULTS, parse
from nbmlops.slices.growth import Growth, only_grown

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class FunctionSources:
    """Finds definitions by the code objects that they became; reads each file or cell once."""

    def __init__(self) -> None:
        self._trees: dict[str, dict[int, list[Definition]]] = {}
        self._found: dict[types.CodeType, Definition | None] = {}
        self._growth: dict[types.CodeType, Growth] = {}

    def of(self, code: types.CodeType) -> Definition | None:
        """The definition; None where its source is not known (made by `exec`, written in C)."""
        if code not in self._found:
            self._found[code] = self._find(code)
        return self._found[code]

    def growth(self, code: types.CodeType) -> Growth:
        """The names that a function only puts something into; none where its source is not known."""
        if code not in self._growth:
            definition = self.of(code)
            self._growth[code] = only_grown([definition]) if definition is not None else {}
        return self._growth[code]

    def forget(self) -> None:
        """Forgets files, which may have been edited and loaded anew."""
        self._trees.clear()
        linecache.checkcache()

    def _find(self, code: types.CodeType) -> Definition | None:
        tree = self._trees.get(code.co_filename)
        if tree is None:
            tree = self._trees[code.co_filename] = _definitions("".join(linecache.getlines(code.co_filename)))
        for node in tree.get(code.co_firstlineno, ()):
            if (node.name if not isinstance(node, ast.Lambda) else "<lambda>") == code.co_name:
                return node
        return None


def _definitions(source: str) -> dict[int, list[Definition]]:
    found: dict[int, list[Definition]] = {}
    try:
        body = parse(source)
    except PARSE_FAULTS:
        return found
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                found.setdefault(_first_line(node), []).append(node)
    return found


def _first_line(node: Definition) -> int:
    """As a code object tells it: that of the first decorator."""
    if isinstance(node, ast.Lambda) or not node.decorator_list:
        return node.lineno
    return min(node.lineno, *(decorator.lineno for decorator in node.decorator_list))
