"""Which cell wrote a file that a later one reads: by what was opened, else by when it was modified."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final

from blake3 import blake3

from nbmlops.capture.files import Recording
from nbmlops.slices.history import Execution

_COARSE: Final = 0.005  # seconds by which a file system's clock may lag behind
_MOST_HASHED: Final = 4 << 20  # bytes


def folders_of(paths: Iterable[str]) -> set[str]:
    """All folders that the paths lie in."""
    found: set[str] = set()
    for path in paths:
        folder = os.path.dirname(path)  # noqa: PTH120 - of every file of a cell
        while len(folder) > 1 and folder not in found:
            found.add(folder)
            folder = os.path.dirname(folder)  # noqa: PTH120
    return found


class FileTraces:
    """Files of a session: their state when they were read, and the times at which cells ran.

    Attributes:
        read: of each file the state in which an execution found it: (index, modified in ns, size).
        digests: by path and index the content of files that the session had made itself, unless they are large: it
            may make them again, and the same.
    """

    def __init__(self) -> None:
        self.read: dict[str, list[tuple[int, int, int]]] = {}
        self.digests: dict[tuple[str, int], bytes] = {}
        self._made: set[str] = set()
        self._spans: list[tuple[float, float, int]] = []

    def take(self, execution: Execution, recording: Recording) -> None:
        """Notes what an execution read."""
        for item in recording.inputs:
            if item.mtime_ns is not None and item.size is not None:
                self.read.setdefault(item.path, []).append((execution.index, item.mtime_ns, item.size))
                if item.path in self._made and not self._is_another(item.path, item.mtime_ns, item.size):
                    self._digest(item.path, execution.index, item.size)
        self._made.update(execution.writes)
        self._spans.append((execution.started, execution.ended, execution.index))

    def writers(self, path: str, reader: Execution) -> list[int]:
        """The execution in whose time the file was modified, whoever did it: a program that it started, a library
        that opens files by itself.
        """
        states = self.read.get(path, ())
        state = next((item for item in reversed(states) if item[0] == reader.index), None)
        if state is None:
            return []
        modified = state[1] / 1e9
        return [
            index
            for started, ended, index in self._spans
            if index < reader.index and started <= modified + _COARSE and modified <= ended
        ]

    def rewritten(self, path: str, index: int) -> bool:
        """Whether the file is another one now than when an execution read it."""
        for at, modified, size in self.read.get(path, ()):
            if at == index:
                return self._is_another(path, modified, size) and not self.is_same(path, index)
        return False

    def is_same(self, path: str, index: int) -> bool:
        """Whether it is known that the file holds what an execution read in it, whoever wrote it since."""
        before = self.digests.get((path, index))
        return before is not None and before == _content(path)

    def _digest(self, path: str, index: int, size: int) -> None:
        if size <= _MOST_HASHED and (content := _content(path)) is not None:
            self.digests[path, index] = content

    def _is_another(self, path: str, modified: int, size: int) -> bool:
        try:
            now = os.stat(path)  # noqa: PTH116 - of every file of a slice
        except OSError:
            return True
        return (now.st_mtime_ns, now.st_size) != (modified, size)


def _content(path: str) -> bytes | None:
    """The hash of a file that is not large; None for one that can't be read."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - of every file of a cell
            data = file.read(_MOST_HASHED + 1)
    except OSError:
        return None
    return bytes(blake3(data).digest())
