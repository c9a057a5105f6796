"""Reading expressions without running them: literals, dotted paths, what is called."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any


def literal_value(node: ast.expr | None) -> tuple[bool, Any]:
    """Whether `node` is a literal, and its value: plain scalars, containers of them, constant arithmetic.

    `float("inf")`, `dict(a=1)`, `math.pi` and `np.nan` count too. Nothing of the user's runs.
    """
    if type(node) is ast.Call and not (type(node.func) is ast.Name and node.func.id in _LITERAL_CALLS):
        return False, None  # as most values are: spared the exception
    try:
        return True, _literal(node)
    except (_NotLiteralError, ArithmeticError, TypeError, ValueError, RecursionError):
        return False, None


def call_path(node: ast.expr) -> tuple[str, ...]:
    """The dotted path of a name or attribute, `()` where it does not start at a name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ()
    return (node.id, *reversed(parts))


def root_name(node: ast.expr) -> str | None:
    """The name that a chain of attributes and items starts at."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def is_construction(node: ast.expr | None) -> bool:
    """Whether `node` calls something named like a class with literals only: `Config(lr=0.1)`."""
    if not isinstance(node, ast.Call):
        return False
    path = call_path(node.func)
    arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
    return bool(path) and path[-1][:1].isupper() and all(literal_value(item)[0] for item in arguments)


def call_name(node: ast.Call) -> str:
    """The last part of what is called: `score` in `clf.score(...)`; empty where it has no name."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


class _NotLiteralError(Exception):
    pass


_MAX_POWER_BITS = 4096


def _power(base: float, exponent: float) -> Any:
    if isinstance(base, int) and abs(exponent) * max(base.bit_length(), 1) > _MAX_POWER_BITS:
        raise _NotLiteralError
    return base**exponent


_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
    ast.Pow: _power,
}
_LITERAL_CALLS = frozenset({"dict", "float"})
_CONSTANTS = {"inf": float("inf"), "nan": float("nan"), "pi": 3.141592653589793, "e": 2.718281828459045}


def _literal(node: ast.expr | None) -> Any:
    match node:
        case ast.Constant(value=bool() | int() | float() | str() | None):
            return node.value
        case ast.UnaryOp():
            return _unary(node)
        case ast.BinOp():
            return _arithmetic(node)
        case ast.Tuple(elts=elts):
            return tuple(_literal(item) for item in elts)
        case ast.List(elts=elts):
            return [_literal(item) for item in elts]
        case ast.Set(elts=elts):
            return {_literal(item) for item in elts}
        case ast.Dict(keys=keys, values=values):
            return {_literal(key): _literal(value) for key, value in zip(keys, values, strict=True)}
        case ast.Call():
            return _literal_call(node)
        case ast.Attribute(value=ast.Name(id="math" | "np" | "numpy"), attr=attr) if attr in _CONSTANTS:
            return _CONSTANTS[attr]
    raise _NotLiteralError


def _unary(node: ast.UnaryOp) -> Any:
    value = _literal(node.operand)
    match node.op:
        case ast.Not():
            return not value
        case ast.USub() if isinstance(value, int | float):
            return -value
        case ast.UAdd() if isinstance(value, int | float):
            return +value
    raise _NotLiteralError


def _arithmetic(node: ast.BinOp) -> Any:
    left, right = _literal(node.left), _literal(node.right)
    if isinstance(left, str) and isinstance(right, str) and isinstance(node.op, ast.Add):
        return left + right
    operation = _ARITHMETIC.get(type(node.op))
    # Numbers only: `"x" * 10**9` would cost us what it cost the cell.
    if operation is None or not (isinstance(left, int | float) and isinstance(right, int | float)):
        raise _NotLiteralError
    return operation(left, right)


def _literal_call(node: ast.Call) -> Any:
    match node:
        case ast.Call(func=ast.Name(id="float"), args=[argument], keywords=[]):
            return float(_literal(argument))
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords) if all(k.arg for k in keywords):
            return {keyword.arg: _literal(keyword.value) for keyword in keywords}
    raise _NotLiteralError
