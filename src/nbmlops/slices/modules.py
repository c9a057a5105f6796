"""The user's own modules: which were imported or loaded anew, and what their source was then."""

from __future__ import annotations

import ast
import re
import sys
import types
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from blake3 import blake3

from nbmlops.slices.origin import Origins

_MAX_SOURCE: Final = 1 << 20  # bytes of one module
_RUN: Final = re.compile(r"run_line_magic\('run', '(?:-\w+ )*([^' ]+)")


class LocalModules:
    """Modules that are neither installed nor of Python's library, as they were when they were loaded last.

    Args:
        origins: tells whose a module is.

    Attributes:
        digests: BLAKE3 of each one's source when it was loaded, by name.
        sources: the same sources.
    """

    def __init__(self, origins: Origins) -> None:
        self._origins = origins
        self._specs: dict[str, Any] = {}
        self._modified: dict[str, int] = {}
        self.digests: dict[str, str] = {}
        self.sources: dict[str, bytes] = {}

    def look(self, new: Iterable[str]) -> dict[str, str]:
        """Those that were loaded since the last look, with their files.

        Args:
            new: names of modules that were not there then.
        """
        found = {}
        for name in {*new, *self._specs}:
            module = sys.modules.get(name)
            if module is None or name == "__main__" or not self._origins.is_own_name(name):
                continue
            path, spec = str(module.__file__), getattr(module, "__spec__", None)
            # `reload` gives a module another spec; autoreload may put new code into the old one.
            is_new = name not in self._specs or self._specs[name] is not spec
            if is_new or (self._is_edited(name, path) and _is_as_written(module, path)):
                self._specs[name] = spec
                found[name] = path
                self._read(name, path)
        return found

    def _is_edited(self, name: str, path: str) -> bool:
        try:
            return Path(path).stat().st_mtime_ns != self._modified.get(name)
        except OSError:
            return False

    def _read(self, name: str, path: str) -> None:
        try:
            source = Path(path).read_bytes()
            self._modified[name] = Path(path).stat().st_mtime_ns
        except OSError:
            return
        self.digests[name] = str(blake3(source).hexdigest())
        if len(source) <= _MAX_SOURCE:
            self.sources[name] = source


def _is_as_written(module: types.ModuleType, path: str) -> bool:
    """Whether a module works as its file says now: every function has that code, every plain constant that value."""
    try:
        source = Path(path).read_text(encoding="utf-8")
        code = compile(source, path, "exec", dont_inherit=True)
        body = ast.parse(source).body
    except (OSError, SyntaxError, ValueError):
        return False
    written = {
        item.co_qualname if hasattr(item, "co_qualname") else item.co_name: item for item in _codes(code)
    }
    for name, value in vars(module).items():
        if type(value) is types.FunctionType and value.__module__ == module.__name__ and name in written:
            ours = written[name]
            if (value.__code__.co_code, _plain(value.__code__)) != (ours.co_code, _plain(ours)):
                return False
    for node in body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value)):
                if vars(module).get(name, value) != value:
                    return False
    return True


def _codes(code: types.CodeType) -> list[types.CodeType]:
    return [const for const in code.co_consts if isinstance(const, types.CodeType)]


def _plain(code: types.CodeType) -> list[Any]:
    return [const for const in code.co_consts if not isinstance(const, types.CodeType)]


def scripts_run(python: str) -> tuple[str, ...]:
    """The files that `%run` executes in a cell."""
    if "'run'" not in python:
        return ()
    paths = (Path(text).absolute() for text in _RUN.findall(python))
    return tuple(str(path) for path in paths if path.is_file())
