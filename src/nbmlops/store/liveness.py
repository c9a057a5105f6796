"""Whether the process behind a journal still lives.

It holds a POSIX record lock on a file of its own. The kernel lets go of it when the process ends, however
it ends; a process id would be reused, and a `flock` would live on in forked children. Such a lock is also
lost when *any* descriptor of the file is closed in its process, so nobody opens their own lock file twice.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class HeldLock:
    """The lock that says "I live", from its making to the end of the process."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.lockf(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._fd)
            raise

    def release(self) -> None:
        """Lets go of the lock."""
        os.close(self._fd)


def is_held(path: Path) -> bool:
    """Whether another process holds the lock. Never ask this of a lock of one's own."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(fd)
