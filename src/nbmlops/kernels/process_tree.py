"""A kernel with all that it started, which is found again also when its parents are gone.

A process belongs to the tree when it descends from the kernel, is in the kernel's session, or carries the
job's mark in its environment: the workers of a pool outlive a killed kernel and are then nobody's children.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MARK_VARIABLE: Final = "NBMLOPS_JOB_MARK"
_PROC: Final = Path("/proc")
_LINUX: Final = sys.platform == "linux"  # elsewhere psutil is asked, which is slower
_POLL: Final = 0.01


@dataclass(frozen=True, slots=True)
class _Row:
    """A process as it stands in the system's table."""

    pid: int
    parent: int
    session: int


class ProcessTree:
    """The processes of one job.

    Args:
        root: the kernel's process id, which is its session's too.
        mark: the value of `NBMLOPS_JOB_MARK` in the kernel's environment.
    """

    def __init__(self, root: int, mark: str) -> None:
        self.root = root
        self._mark = f"{MARK_VARIABLE}={mark}".encode()

    def members(self) -> list[int]:
        """The ids of all living processes of the tree, the root first where it lives."""
        rows = [row for row in _table() if row.pid != os.getpid()]
        found = {row.pid for row in rows if self.root in {row.pid, row.session}}
        strangers = [row for row in rows if row.pid not in found]
        found |= {row.pid for row in strangers if _carries(row.pid, self._mark)}
        grown = True
        while grown:
            more = {row.pid for row in rows if row.parent in found} - found
            found |= more
            grown = bool(more)
        return sorted(found, key=lambda pid: (pid != self.root, pid))

    def memory(self, pids: Iterable[int] | None = None) -> int:
        """Bytes of resident memory of these members, of all without an argument; shared pages count for each."""
        return sum(_resident(pid) for pid in (self.members() if pids is None else pids))

    def own_memory(self, pids: Iterable[int] | None = None) -> int:
        """The same with pages that processes share counted once; slower, and on Linux only."""
        return sum(_proportional(pid) for pid in (self.members() if pids is None else pids))

    def kill(self) -> None:
        """Ends all members at once, again until none is left that could have started another."""
        for _ in range(20):
            if not (members := self.members()):
                return
            _signal(members, signal.SIGKILL)
            time.sleep(_POLL)

    def end(self, grace: float = 1.0) -> None:
        """Asks all members but the root to end, waits so many seconds, and ends what is left."""
        members = [pid for pid in self.members() if pid != self.root]
        if members:
            _signal(members, signal.SIGTERM)
            until = time.monotonic() + grace
            while time.monotonic() < until and any(_lives(pid) for pid in members):
                time.sleep(_POLL)
            self.kill()


def _signal(pids: Iterable[int], signum: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, signum)
        except (ProcessLookupError, PermissionError):  # ended meanwhile, or no longer ours to end
            pass


def _table() -> Iterator[_Row]:
    if not _LINUX:
        yield from _psutil_table()
        return
    own = os.getuid()
    for entry in os.scandir(_PROC):
        if entry.name.isdigit():
            try:
                if entry.stat().st_uid != own:
                    continue
                stat = Path(entry.path, "stat").read_bytes()
            except OSError:  # ended meanwhile
                continue
            state, parent, _, session = stat[stat.rindex(b")") + 2 :].split()[:4]
            if state not in {b"Z", b"X"}:
                yield _Row(int(entry.name), int(parent), int(session))


def _psutil_table() -> Iterator[_Row]:
    import psutil

    for process in psutil.process_iter(["pid", "ppid", "status"]):
        if process.info["status"] == psutil.STATUS_ZOMBIE:
            continue
        try:
            session = os.getsid(process.pid)
        except OSError:
            session = 0
        yield _Row(process.pid, process.info["ppid"] or 0, session)


def _carries(pid: int, mark: bytes) -> bool:
    if _LINUX:
        try:
            return mark in (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
        except OSError:
            return False
    import psutil

    try:
        name, _, value = mark.decode().partition("=")
        return bool(psutil.Process(pid).environ().get(name) == value)
    except (psutil.Error, OSError):
        return False


def _lives(pid: int) -> bool:
    if _LINUX:
        try:
            stat = (_PROC / str(pid) / "stat").read_bytes()
        except OSError:
            return False
        return stat[stat.rindex(b")") + 2 :][:1] not in {b"Z", b"X"}
    import psutil

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _resident(pid: int) -> int:
    if _LINUX:
        try:
            return int((_PROC / str(pid) / "statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError):
            return 0
    import psutil

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def _proportional(pid: int) -> int:
    """Resident bytes, a page that several processes share counted by its share."""
    try:
        rollup = (_PROC / str(pid) / "smaps_rollup").read_bytes()
        line = next(line for line in rollup.splitlines() if line.startswith(b"Pss:"))
        return int(line.split()[1]) * 1024
    except (OSError, StopIteration, IndexError, ValueError):  # another system, or not allowed to look
        return _resident(pid)
