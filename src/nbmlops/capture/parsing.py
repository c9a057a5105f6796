"""From the source of a cell to statements, those inside `%time` and its like included."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

_CODE_MAGICS = frozenset({"time", "timeit", "capture", "prun", "memit"})
_MAGIC_LINE = re.compile(r"^([ \t]*)[%!].*$", re.MULTILINE)
_MAGIC_VALUE = re.compile(r"^([ \t]*[\w, ]+=)[ \t]*[%!].*$", re.MULTILINE)
_MAGIC_OPTIONS = re.compile(r"^(?:\s*-{1,2}[\w-]+(?:\s+\d+)?)+\s*")


PARSE_FAULTS = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What Python raises for source that it can't take, nested too deep or holding null bytes included."""


@dataclass(frozen=True, slots=True)
class LastExpression:
    """The expression that ends the cell, whose value IPython shows."""

    node: ast.expr
    line: int


def parse(source: str) -> list[ast.stmt]:
    """The statements of `source`, its magics left out.

    Raises:
        SyntaxError: it is no Python. Of `PARSE_FAULTS` the others come too.
    """
    try:
        return _parse_quietly(source)
    except SyntaxError:
        # The body of `%%time` reaches us as the user wrote it: magics in it are not Python.
        return _parse_quietly(_MAGIC_VALUE.sub(r"\1 None", _MAGIC_LINE.sub(r"\1pass", source)))


def _parse_quietly(source: str) -> list[ast.stmt]:
    if "\\" not in source:
        return ast.parse(source).body
    # Only an invalid escape warns here, and the compiler will say it again; `catch_warnings` is not
    # for every cell because it makes Python forget which warnings it has shown.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source).body


def code_magic(node: ast.expr) -> tuple[str, list[ast.stmt]] | None:
    """The code-running magic that a transformed call runs, with the statements in it."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return None
    match node:
        case ast.Call(
            func=ast.Attribute(attr="run_line_magic"),
            args=[ast.Constant(value=str(name)), ast.Constant(value=str(code))],
        ) if name in _CODE_MAGICS:
            return name, _statements(_MAGIC_OPTIONS.sub("", code), node.lineno - 1)
        case ast.Call(
            func=ast.Attribute(attr="run_cell_magic"),
            args=[ast.Constant(value=str(name)), ast.Constant(), ast.Constant(value=str(code))],
        ) if name in _CODE_MAGICS:
            return name, _statements(code, node.lineno)
    return None


def _statements(code: str, offset: int) -> list[ast.stmt]:
    try:
        body = parse(code)
    except PARSE_FAULTS:
        return []
    for statement in body:
        ast.increment_lineno(statement, offset)
    return body


def last_expression(body: list[ast.stmt]) -> LastExpression | None:
    """The expression that ends `body`, looked for inside `%%time`, which hands its value on."""
    if not body or not isinstance(body[-1], ast.Expr):
        return None
    node = body[-1].value
    magic = code_magic(node)
    if magic is not None:
        return last_expression(magic[1]) if magic[0] == "time" else None
    return LastExpression(node, node.lineno)
