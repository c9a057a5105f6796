"""Secrets that a cell's source names or fetches."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, Final

HARMLESS: Final = re.compile(
    r"(?:HOME|PATH|PWD|OLDPWD|USER|USERNAME|LOGNAME|SHELL|TERM|LANG|TZ|TMPDIR|TEMP|TMP|HOSTNAME|DISPLAY|EDITOR|SHLVL"
    r"|VIRTUAL_ENV|CUDA_VISIBLE_DEVICES|(?:CONDA|PYTHON|OMP|MKL|LC|XDG|JPY|JUPYTER|SLURM|NBMLOPS)_?\w*)\Z"
)
ENV_LINE: Final = re.compile(r"^\s*[%!](?:env|set_env|export)\s+(\w+)\s*[= ]\s*(\S.*?)\s*$", re.MULTILINE)
_MAGIC_LINE: Final = re.compile(r"^(\s*)[%!?].*$", re.MULTILINE)
_BINDING: Final = re.compile(r"""["']?([A-Za-z_][\w.\-]*)["']?\s*[=:]\s*[rbfuRBFU]*(["'])(.+?)\2""")


def parse(source: str) -> ast.AST | None:
    """The tree of a cell, magics left out; None for what is no Python."""
    try:
        return ast.parse(_MAGIC_LINE.sub(r"\1pass", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def bindings_in_text(source: str) -> list[tuple[str, str]]:
    """(name, string) pairs of a source that does not parse, read line by line."""
    return [(name, value) for name, _, value in _BINDING.findall(source)]


def literals(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Every (name, string) that the source puts together."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _bound(target, value)
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
            ):
                yield from _bound(target, value)
            case ast.keyword(arg=str(name), value=ast.Constant(value=str(text))):
                yield name, text
            case ast.Dict(keys=keys, values=values):
                yield from _pairs(zip(keys, values, strict=True))
            case ast.Call(args=args):
                yield from _pairs(pairwise(args))
            case ast.Compare(left=ast.expr() as left, comparators=[right]):
                yield from _bound(left, right)
            case ast.arguments():
                yield from _defaults(node)


def _bound(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, str]]:
    if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
        for one, other in zip(target.elts, value.elts, strict=False):
            yield from _bound(one, other)
    name = _name_of(target)
    if name is None:
        return
    parts = value.values if isinstance(value, ast.BoolOp) else [value]
    for part in parts:
        if isinstance(part, ast.Constant):
            text = part.value.decode("utf-8", "replace") if isinstance(part.value, bytes) else part.value
            if isinstance(text, str):
                yield name, text


def _pairs(pairs: Iterable[tuple[ast.expr | None, ast.expr]]) -> Iterator[tuple[str, str]]:
    for pair in pairs:
        match pair:
            case ast.Constant(value=str(name)), ast.Constant(value=str(text)):
                yield name, text


def _defaults(arguments: ast.arguments) -> Iterator[tuple[str, str]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(reversed(positional), reversed(arguments.defaults), strict=False),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    for argument, default in pairs:
        if isinstance(default, ast.Constant) and isinstance(default.value, str):
            yield argument.arg, default.value


def _name_of(target: ast.expr) -> str | None:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return None


def fetched_names(tree: ast.AST) -> Iterator[str]:
    """Names bound to something that came out of the environment, a prompt or `nbmlops.secret`."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value) if _fetches(value):
                for target in targets:
                    yield from (name.id for name in ast.walk(target) if isinstance(name, ast.Name))
            case (
                ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                | ast.NamedExpr(target=ast.Name(id=name), value=value)
            ) if _fetches(value):
                yield name


def fallbacks(tree: ast.AST) -> set[str]:
    """The literals that stand in where nothing is fetched: `getenv("MODEL", "linear")`, `... or "linear"`.

    They stand in the source for all to read, so what equals one is no secret.
    """
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(args=args, keywords=keywords) if environment_key(node) is not None:
                found.update(_texts([*args[1:], *(keyword.value for keyword in keywords)]))
            case ast.BoolOp(values=values) if any(_fetches(value) for value in values):
                found.update(_texts(values))
            case ast.IfExp(body=body, orelse=orelse) if _fetches(node):
                found.update(_texts([body, orelse]))
    return found


def _texts(values: Iterable[ast.expr]) -> Iterator[str]:
    return (
        value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)
    )


def _fetches(value: ast.expr) -> bool:
    return any(_is_fetch(node) for node in ast.walk(value))


def _is_fetch(node: ast.AST) -> bool:
    key = environment_key(node)
    if key is not None:
        return not HARMLESS.match(key)
    match node:
        case ast.Call(func=ast.Name(id="getpass" | "secret") | ast.Attribute(attr="getpass" | "secret")):
            return True
    return False


def environment_key(node: ast.AST) -> str | None:
    """The variable that this expression reads: "" for one that isn't told, None when it reads none."""
    match node:
        case ast.Subscript(value=ast.Attribute(attr="environ") | ast.Name(id="environ"), slice=key):
            return _text(key)
        case ast.Call(func=ast.Attribute(attr="getenv") | ast.Name(id="getenv"), args=[key, *_]):
            return _text(key)
        case ast.Call(
            func=ast.Attribute(
                value=ast.Attribute(attr="environ") | ast.Name(id="environ"), attr="get" | "pop"
            ),
            args=[key, *_],
        ):
            return _text(key)
    return None


def _text(key: ast.expr) -> str:
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""


def strings(value: Any) -> Iterator[str]:
    """The strings that a value is or holds."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (item for item in value.values() if isinstance(item, str))
    elif isinstance(value, (list, tuple)):
        yield from (item for item in value if isinstance(item, str))
