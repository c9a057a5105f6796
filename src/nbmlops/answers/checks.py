"""Checks of runs that a server does: `nbmlops reproduce`, each in a process of its own.

The verdict comes into the store by that process, and so to whoever looks, in whatever host. What is known here is
how it is going, which a server forgets when it is started anew.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, ClassVar, Final

from nbmlops.answers.store import AskedStore
from nbmlops.config import STORE_VARIABLE, StoreLocation
from nbmlops.errors import ValueRefusedError
from nbmlops.records.wire.doing import CheckState

MOST_AT_ONCE: Final = 2
_TAIL: Final = 4_000  # bytes
_MOST_CHARS: Final = 400
_VERDICTS: Final = (0, 1, 2)  # exit codes of what came to a verdict


@dataclass(slots=True)
class _Process:
    """A check that was begun."""

    process: subprocess.Popen[bytes]
    said: IO[bytes]
    since: float = field(default_factory=time.time)
    stopped: bool = False

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        if self.running:
            self.stopped = True
            self.process.terminate()

    def last_words(self) -> str:
        """The last line that it printed."""
        with suppress(OSError, ValueError):
            size = os.fstat(self.said.fileno()).st_size
            tail = os.pread(self.said.fileno(), _TAIL, max(0, size - _TAIL)).decode("utf-8", "replace")
            lines = [line.strip() for line in tail.splitlines() if line.strip()]
            return lines[-1][:_MOST_CHARS] if lines else ""
        return ""


class Checks:
    """Does runs again. Threads may share one.

    Args:
        store: whose runs.
    """

    questions: ClassVar = ("reproduce", "reproduction", "stop_reproduction")

    def __init__(self, store: AskedStore) -> None:
        self._store = store
        self._mutex = threading.Lock()
        self._begun: dict[str, _Process] = {}

    def reproduce(self, run_id: str) -> CheckState:
        """Begins to do the run with this whole id again; does nothing where that goes on already.

        Raises:
            NotFoundError: there is none.
            ValueRefusedError: others are being done.
        """
        run = self._store.workspace.runs.info(run_id)
        with self._mutex:
            going = [one for one, found in self._begun.items() if found.running]
            if run.id not in going:
                if len(going) >= MOST_AT_ONCE:
                    raise ValueRefusedError(
                        f"{len(going)} runs are being checked, which is as many as this server does at once: "
                        "wait until one is done, or cancel it."
                    )
                self._begun[run.id] = _begin(run.id, self._store.workspace.location)
        return self.reproduction(run_id)

    def reproduction(self, run_id: str) -> CheckState:
        """How the check of a run is going."""
        found = self._begun.get(run_id)
        if found is None:
            return {"state": "none", "since": None, "said": ""}
        if found.running:
            return {"state": "running", "since": found.since, "said": found.last_words()}
        if found.stopped:
            return {"state": "stopped", "since": found.since, "said": ""}
        is_done = found.process.returncode in _VERDICTS and self._has_verdict(run_id, found.since)
        return {
            "state": "done" if is_done else "failed",
            "since": found.since,
            "said": "" if is_done else found.last_words(),
        }

    def _has_verdict(self, run_id: str, since: float) -> bool:
        """2 stands for CANNOT, and for a command that could not even begin."""
        self._store.sync()
        check = self._store.workspace.runs.info(run_id).reproduction
        return check is not None and check.checked.timestamp() >= since - 1

    def stop_reproduction(self, run_id: str) -> CheckState:
        """Ends the check of a run; the verdict of before stays."""
        found = self._begun.get(run_id)
        if found is not None:
            found.stop()
            with suppress(subprocess.TimeoutExpired):
                found.process.wait(5)
        return self.reproduction(run_id)


def _begin(run_id: str, location: StoreLocation) -> _Process:
    said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process that writes it
    environment = os.environ | {STORE_VARIABLE: location.database_url or str(location.root), "NO_COLOR": "1"}
    # -P: what lies in the folder must not stand in for our own modules.
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "nbmlops", "reproduce", run_id],
        cwd=location.root.parent if location.root.parent.is_dir() else None,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=said,
        start_new_session=True,
    )
    found = _Process(process, said)
    atexit.register(found.stop)
    return found
