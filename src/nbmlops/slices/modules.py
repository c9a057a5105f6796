"""The user's own modules: which were imported or loaded anew, and what their source was then."""

from __future__ import annotations

import re
import sys
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
            spec = getattr(module, "__spec__", None)
            if name in self._specs and self._specs[name] is spec:
                continue
            self._specs[name] = spec  # `reload` gives a module another one
            found[name] = str(module.__file__)
            self._read(name, found[name])
        return found

    def _read(self, name: str, path: str) -> None:
        try:
            source = Path(path).read_bytes()
        except OSError:
            return
        self.digests[name] = str(blake3(source).hexdigest())
        if len(source) <= _MAX_SOURCE:
            self.sources[name] = source


def scripts_run(python: str) -> tuple[str, ...]:
    """The files that `%run` executes in a cell."""
    if "'run'" not in python:
        return ()
    paths = (Path(text).absolute() for text in _RUN.findall(python))
    return tuple(str(path) for path in paths if path.is_file())
