"""A line that moves while a large piece of data is hashed."""

from __future__ import annotations

import sys
import time

_AFTER_SECONDS = 1.0


class HashProgress:
    """Called with the fraction done; says nothing in the first second, and wipes its line at the end."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._last = 0.0
        self._shown = False

    def __call__(self, fraction: float) -> None:
        """Moves the line."""
        now = time.monotonic()
        if fraction < self._last:  # another piece of data
            self._began = now
        self._last = fraction
        if fraction >= 1.0:
            self._wipe()
        elif now - self._began >= _AFTER_SECONDS:
            self._shown = True
            text = (
                f"nbmlops: hashing the data that the cell reads, {fraction:.0%} (interrupt to skip the hash)"
            )
            print(f"\r{text}", end="", file=sys.stderr, flush=True)

    def _wipe(self) -> None:
        if self._shown:
            print("\r" + " " * 80 + "\r", end="", file=sys.stderr, flush=True)
            self._shown = False
