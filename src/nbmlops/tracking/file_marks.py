"""Fingerprints of files that were read a while ago, as long as nobody has written them since."""

from __future__ import annotations

import os
import stat
from typing import Final

from nbmlops.errors import FingerprintError

_MAX_SIZE: Final = 4_000_000_000  # bytes; the end of the process waits for the hash


class FileMarks:
    """Hashes a file once, and again only after it was written.

    Not safe for two threads at once; made for one background thread.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[tuple[int, int], list[str]]] = {}

    def of(self, path: str, read: float) -> list[str] | None:
        """The content and schema hashes of a file; None where they can't be told.

        Args:
            path: of the file.
            read: when it was read, in seconds since the epoch. What was written later is not what was read.
        """
        try:
            found = os.stat(path)  # noqa: PTH116 - may be a URL, which is no path
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(found.st_mode) or found.st_mtime > read or found.st_size > _MAX_SIZE:
            return None
        state = found.st_mtime_ns, found.st_size
        if self._known.get(path, ((0, 0), []))[0] != state:
            marks = _hashed(path)
            if marks is None:
                return None
            self._known[path] = state, marks
        return self._known[path][1]


def _hashed(path: str) -> list[str] | None:
    from nbmlops.capture.fingerprints import fingerprint  # loads NumPy

    try:
        found = fingerprint(None, path=path)
    except (FingerprintError, OSError):
        return None
    return [found.content, found.schema]
