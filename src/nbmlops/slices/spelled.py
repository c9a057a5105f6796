"""What a call says by way of texts and dictionaries: `df.query("a < @limit")`, `df.drop(**options)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

_LOCAL: Final = re.compile(r"@\s*([^\W\d]\w*)")
_NAME: Final = re.compile(r"[^\W\d]\w*")
_INSERTED: Final = re.compile(r"\{[^{}]*\}|\$[^\W\d]\w*")
_UNKNOWN: Final = ast.Name("unknown", ast.Load())
_MAX_OPTIONS: Final = 100


def with_keywords(node: ast.Call, namespace: Mapping[str, Any], local: Collection[str]) -> ast.Call:
    """The call with `**options` spelled out; where they can't be known, as one that may work in place.

    Args:
        node: the call.
        namespace: the user's variables.
        local: names that mean something else here.
    """
    keywords: list[ast.keyword] = []
    for item in node.keywords:
        keywords += [item] if item.arg is not None else _options(item.value, namespace, local)
    return ast.copy_location(ast.Call(node.func, node.args, keywords), node)


def _options(node: ast.expr, namespace: Mapping[str, Any], local: Collection[str]) -> list[ast.keyword]:
    match node:
        case ast.Dict(keys=keys, values=values) if all(isinstance(key, ast.Constant) for key in keys):
            return [
                ast.keyword(str(key.value), value)
                for key, value in zip(keys, values, strict=True)
                if isinstance(key, ast.Constant)
            ]
        case ast.Name(id=name) if name not in local:
            known = namespace.get(name)
            if type(known) is dict and len(known) <= _MAX_OPTIONS:
                return [
                    ast.keyword(key, ast.Constant(value) if value is False else _UNKNOWN)
                    for key, value in known.items()
                    if type(key) is str
                ]
    return [ast.keyword("inplace", _UNKNOWN)]


def names_in_texts(node: ast.Call, path: Iterable[str], namespace: Mapping[str, Any]) -> set[str] | None:
    """The variables that `query` and `eval` of pandas read by their texts.

    Args:
        node: the call.
        path: what is called, by its dotted parts.
        namespace: the user's variables.

    Returns:
        Names, among them such as are columns; None where the text is not known before the cell runs.
    """
    pattern = _NAME if tuple(path) in (("pd", "eval"), ("pandas", "eval")) else _LOCAL
    first = node.args[0] if node.args else next((item.value for item in node.keywords), None)
    if first is None:
        return set()
    found: set[str] = set()
    for part in ast.walk(first):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            found.update(pattern.findall(part.value))
        elif isinstance(part, ast.Call):
            return None
        elif isinstance(part, ast.Name) and not isinstance(first, ast.JoinedStr):
            text = namespace.get(part.id)
            if type(text) is not str:
                return None
            found.update(pattern.findall(text))
    return found


def names_in_command(node: ast.Call) -> set[str]:
    """Variables that IPython puts into a command or the line of a magic: `!echo {name} $other`."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython"))), args=[*arguments]):
            texts = [item.value for item in arguments if isinstance(item, ast.Constant)]
            return {
                name
                for text in texts
                if isinstance(text, str)
                for part in _INSERTED.findall(text)
                for name in _NAME.findall(part)
            }
    return set()
