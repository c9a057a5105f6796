"""Watches how much memory a kernel and all that it started take together."""

from __future__ import annotations

import time
from threading import Event, Thread
from typing import Final

from nbmlops.kernels.process_tree import ProcessTree

_PAUSE: Final = 0.05  # seconds between two looks at the processes that are known
_SEARCH: Final = 0.5  # seconds between two searches for new ones, which cost more


class MemoryWatch:
    """Ends the whole tree as soon as it takes more than its limit.

    Args:
        tree: what is watched.
        limit: bytes of resident memory.

    Attributes:
        peak: the most bytes seen.
        passed: the bytes with which the limit was passed; None as long as it wasn't.
    """

    def __init__(self, tree: ProcessTree, limit: int) -> None:
        self._tree = tree
        self.limit = limit
        self.peak = 0
        self.passed: int | None = None
        self._over = Event()
        self._thread = Thread(target=self._watch, name="nbmlops-memory-limit", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the watch."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        members, searched = self._tree.members(), time.monotonic()
        while not self._over.wait(_PAUSE):
            if time.monotonic() - searched > _SEARCH:
                members, searched = self._tree.members(), time.monotonic()
            taken = self._tree.memory(members)
            if taken > self.limit:  # forked processes share pages, which must not count twice
                taken = self._tree.own_memory(members)
            self.peak = max(self.peak, taken)
            if taken > self.limit:
                self.passed = taken
                self._tree.kill()
                return


def limit_message(limit: int, passed: int) -> str:
    """What the cell says whose kernel passed its limit."""
    return f"memory limit of {size_text(limit)} passed: {size_text(passed)}"


def size_text(size: int) -> str:
    """Bytes as people write them.

    Example:
        >>> size_text(2_000_000_000), size_text(2_345_000_000), size_text(512_000_000)
        ('2 GB', '2.3 GB', '512 MB')
    """
    for unit, name in ((10**9, "GB"), (10**6, "MB")):
        if size >= unit:
            digits = f"{size / unit:.1f}" if size < 10 * unit else f"{size / unit:.0f}"
            return f"{digits.removesuffix('.0')} {name}"
    return f"{size} bytes"
