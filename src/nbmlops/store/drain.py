"""The background thread that brings journals into the tables while the user works."""

from __future__ import annotations

import atexit
import os
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from nbmlops.errors import StoreBusyError
from nbmlops.store.journal import Journal

_EVERY_SECONDS = 1.0
_AFTER_TROUBLE_SECONDS = 5.0
_UPKEEP_SECONDS = 30.0
_LAST_SECONDS = 10.0  # what the end of a process waits for a database that is busy, or does not answer


class Drain:
    """Syncs and ingests once a second while there is something to do, and once at the end of the process.

    Args:
        journal: this process's journal.
        ingest: takes the journal into the tables; called on the background thread.
        upkeep: what is due every half a minute beside that.
        sync_files: brings the files to the disk that the journal is about to name.
        on_trouble: told of each failure; nothing is lost, the journal keeps it.
        on_loss: told at the end of the process what could never be written.
    """

    def __init__(
        self,
        journal: Journal,
        ingest: Callable[[], object],
        *,
        upkeep: Callable[[], object] = lambda: None,
        sync_files: Callable[[], object] = lambda: None,
        on_trouble: Callable[[Exception], None],
        on_loss: Callable[[str], None],
    ) -> None:
        self._journal = journal
        self._ingest = ingest
        self._upkeep = upkeep
        self._sync_files = sync_files
        self._on_trouble = on_trouble
        self._on_loss = on_loss
        self._begin()
        forked = weakref.WeakMethod(self._begin)
        os.register_at_fork(after_in_child=lambda: (method := forked()) and method())

    def _begin(self) -> None:
        self._wake = threading.Event()
        self._stop = False
        self._closed = False
        self._thread: threading.Thread | None = None
        self._ingested = 0
        self._upkeep_due = 0.0
        self._busy = threading.Lock()

    def wake(self) -> None:
        """Something was logged: looks at it soon."""
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._work, name="nbmlops-drain", daemon=True)
            atexit.register(self.close)
            self._thread.start()
        self._wake.set()

    def _work(self) -> None:
        """Ingests at most once a second, since its work takes turns with the user's; a run's end wakes it
        to sync at once.
        """
        due = time.monotonic() + _EVERY_SECONDS
        while not self._stop:
            self._wake.wait(max(0.0, due - time.monotonic()))
            self._wake.clear()
            pause = self._turn(ingests=time.monotonic() >= due)
            if time.monotonic() >= due:
                due = time.monotonic() + pause
        self._drain_last()

    def _turn(self, *, ingests: bool) -> float:
        """One round; how long to wait before the next one ingests."""
        try:
            self._journal.retry()
            size = self._journal.size()
            if size != self._ingested:
                self._sync_files()
                self._journal.sync()
                if ingests:
                    self.drain()
                    self._ingested = size
            if ingests and time.monotonic() >= self._upkeep_due:
                with self.paused():
                    self._upkeep()
                self._upkeep_due = time.monotonic() + _UPKEEP_SECONDS
        except Exception as exc:  # noqa: BLE001 - it runs unattended: told, and tried again
            self._on_trouble(exc)
            return _AFTER_TROUBLE_SECONDS
        return _EVERY_SECONDS

    def _drain_last(self) -> None:
        try:
            if self._journal.is_open:
                self.drain()
        except Exception as exc:  # noqa: BLE001 - as above
            self._on_trouble(exc)

    @contextmanager
    def paused(self, *, timeout: float | None = None) -> Iterator[None]:
        """Keeps the thread from ingesting; waits for a round that is under way.

        Args:
            timeout: how long to wait, in seconds; as long as it takes when left out.

        Raises:
            StoreBusyError: the round took longer.
        """
        busy = self._busy
        if not busy.acquire(timeout=-1 if timeout is None else timeout):
            raise StoreBusyError("The store takes in what was logged right now: try again later.")
        try:
            yield
        finally:
            busy.release()

    def drain(self, *, timeout: float | None = None) -> None:
        """Ingests now, on the calling thread.

        Args:
            timeout: how long to wait for a round that is under way, in seconds.

        Raises:
            StoreBusyError: it took longer.
        """
        with self.paused(timeout=timeout):
            self._ingest()

    def close(self) -> None:
        """Drains what is left and ends the thread. A database that does not answer keeps no process from its
        end: whoever reads next takes the journal in.
        """
        if self._closed:
            return
        self._closed = True
        try:
            self._journal.retry()
            if self._journal.is_open:
                self._sync_files()
                self._journal.close()
        except Exception as exc:  # noqa: BLE001 - at the end of a process
            self._on_trouble(exc)
        self._stop = True
        self._wake.set()
        if self._thread is None:
            self._drain_last()
        else:
            self._thread.join(_LAST_SECONDS)
            if self._thread.is_alive():
                self._on_trouble(
                    StoreBusyError("the database does not answer. The next process takes in what waits.")
                )
        if loss := self._journal.loss():
            self._on_loss(loss)
