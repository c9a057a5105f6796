"""Sets whose order differs between processes: those of texts, whose hashes Python salts."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Mapping
from typing import Any, Final

_MAX_ITEMS: Final = 20
# What makes a sequence of what it is given, in its order.
_SEQUENCES: Final = frozenset(
    {"list", "tuple", "enumerate", "iter", "zip", "join", "array", "Series", "DataFrame", "Index", "fromkeys"}
)
# What gives the same in whichever order it is handed things.
ORDER_FREE: Final = frozenset({"all", "any", "frozenset", "len", "max", "min", "set", "sorted"})
_ALGEBRA: Final = frozenset({"union", "intersection", "difference", "symmetric_difference", "copy"})
_KEEP_ORDER: Final = frozenset({"list", "tuple", "iter", "enumerate", "zip", "reversed"})
_SALTED: Final = (str, bytes, tuple, frozenset)


class UnorderedSets:
    """Tells expressions whose value is a set of texts, or a sequence in the order of one.

    Args:
        namespace: variables that exist before the cell runs.
    """

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace

    def is_unordered(self, node: ast.expr | None, local: Mapping[str, ast.expr | None]) -> bool:
        """Whether going through the value may give another order in another process.

        Args:
            node: the expression.
            local: names that the cell has bound before, each with the expression where that is plain.
        """
        match node:
            case ast.Name(id=name) if name in local:
                rest = {key: value for key, value in local.items() if key != name}
                return self.is_unordered(local[name], rest)
            case ast.Name(id=name):
                return self._is_salted_set(name)
            case ast.Set(elts=items):
                return not all(_is_number(item) for item in items)
            case ast.SetComp(elt=item):
                return not _is_numeric(item)
            case ast.BinOp(left=left, op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor()):
                return self.is_unordered(left, local)
            case ast.Call(func=ast.Name(id="set" | "frozenset"), args=[given]):
                return self._holds_salted(given, local)
            case ast.Call(func=ast.Name(id=name), args=[given, *_]) if name in _KEEP_ORDER:
                return self.is_unordered(given, local)
            case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in _ALGEBRA:
                return self.is_unordered(owner, local)
        return False

    def ordered_by(self, node: ast.Call) -> Iterable[ast.expr]:
        """The arguments in whose order a call puts together what it gives."""
        func = node.func
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        return node.args if name in _SEQUENCES else ()

    def _is_salted_set(self, name: str) -> bool:
        value = self._namespace.get(name)
        return type(value) in (set, frozenset) and _any_salted(value)

    def _holds_salted(self, given: ast.expr, local: Mapping[str, ast.expr | None]) -> bool:
        """Whether a set of this would hold texts; where nothing tells, it may."""
        if isinstance(given, ast.Name):
            given = local.get(given.id) or given
        match given:
            case ast.Name(id=name) if name not in local and name in self._namespace:
                return _any_salted(self._namespace[name])
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return not all(_is_number(item) for item in items)
            case ast.Call(func=ast.Name(id="range" | "map")):
                return False
            case ast.ListComp(elt=item) | ast.GeneratorExp(elt=item):
                return not _is_numeric(item)
        return True


def _any_salted(value: Any) -> bool:
    dtype = getattr(value, "dtype", None)
    if dtype is not None:
        return getattr(dtype, "kind", "O") in "OUST"
    if isinstance(value, dict | list | tuple | set | frozenset | str):
        return any(isinstance(item, _SALTED) for item in itertools.islice(iter(value), _MAX_ITEMS))
    return hasattr(value, "columns") or not isinstance(value, range)


def _is_number(node: ast.expr) -> bool:
    match node:
        case ast.UnaryOp(operand=inner):
            return _is_number(inner)
        case ast.Constant(value=int() | float() | bool() | None):
            return True
    return False


def _is_numeric(node: ast.expr) -> bool:
    """Arithmetic and numbers."""
    match node:
        case ast.BinOp(left=left, right=right, op=op) if not isinstance(op, ast.Add | ast.Mod):
            return _is_numeric(left) or _is_numeric(right)
        case ast.Call(func=ast.Name(id="int" | "float" | "len" | "round" | "abs" | "id" | "hash")):
            return True
    return _is_number(node)
