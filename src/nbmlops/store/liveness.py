"""Whether the process behind a journal still lives.

It holds a POSIX record lock on a file of its own. The kernel lets go of it when the process ends, however
it ends; a process id would be reused, and a `flock` would live on in forked children. Such a lock is also
lost when *any* descriptor of the file is closed in its process, so nobody opens their own lock file twice.

On a file system without locks nobody can tell: every process counts as alive there, and no run as LOST.
"""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from typing import ClassVar

NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}  # what file systems without locks answer


class HeldLock:
    """The lock that says "I live", from its making to the end of the process."""

    # Files that this process has locked, by device and inode: it must not open them again.
    _own: ClassVar[set[tuple[int, int]]] = set()

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.lockf(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            if exc.errno not in NO_LOCKS:
                os.close(self._fd)
                raise
        self._file = _identity(os.fstat(self._fd))
        self._own.add(self._file)

    def release(self) -> None:
        """Lets go of the lock."""
        self._own.discard(self._file)
        os.close(self._fd)

    @classmethod
    def is_own(cls, path: Path) -> bool:
        """Whether this process holds the lock, found out without opening it."""
        try:
            return _identity(path.stat()) in cls._own
        except FileNotFoundError:
            return False

    @classmethod
    def forget_own(cls) -> None:
        """In a forked child: locks aren't inherited."""
        cls._own = set()


os.register_at_fork(after_in_child=HeldLock.forget_own)


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def is_held(path: Path) -> bool:
    """Whether the lock is held, by this process or another."""
    if HeldLock.is_own(path):
        return True
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
