"""Files that cells write, kept from a check: it must leave the folder as it found it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self


class SparedFiles:
    """Puts back, when its block ends, what lay at these paths when it began; removes what was not there.

    Args:
        paths: files that are about to be written.
        folder: for their copies.
    """

    def __init__(self, paths: Iterable[str], folder: Path) -> None:
        self._paths = [Path(path) for path in paths]
        self._folder = folder
        self._copies: dict[Path, Path | None] = {}

    def __enter__(self) -> Self:
        for number, path in enumerate(self._paths):
            if path.is_file():
                self._folder.mkdir(parents=True, exist_ok=True)
                copy = self._folder / str(number)
                shutil.copy2(path, copy)
                self._copies[path] = copy
            elif not path.exists() and path.parent.is_dir():
                self._copies[path] = None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        for path, copy in self._copies.items():
            if copy is None:
                _remove(path)
            elif _differs(path, copy):
                shutil.copy2(copy, path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _differs(path: Path, copy: Path) -> bool:
    """Whether it was touched at all: one that nobody wrote must not be written either."""
    try:
        now, then = path.stat(), copy.stat()
    except FileNotFoundError:
        return True
    return (now.st_mtime_ns, now.st_size) != (then.st_mtime_ns, then.st_size)
