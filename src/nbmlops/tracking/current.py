"""Which run a bare `log_metric` belongs to.

A `with start_run()` block is seen by its own thread and task through a ContextVar, so parallel blocks don't
mix. Threads that a run starts have no value there: they, and code after a top-level `await` in a tracked
cell, fall back to what is open in the process, as long as that is one run or one inside the other.
"""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections.abc import Sequence
from contextvars import ContextVar
from itertools import pairwise
from typing import TYPE_CHECKING

from nbmlops.errors import NoActiveRunError

if TYPE_CHECKING:
    from nbmlops.tracking.run import Run

_REMEDY = 'Begin the cell with %%track, or wrap the code in `with nbmlops.start_run("name"):`.'


class CurrentRuns:
    """The runs that are open in this process."""

    def __init__(self) -> None:
        self._here: ContextVar[tuple[Run, ...]] = ContextVar("nbmlops_runs", default=())
        self._open: list[tuple[Run, int, object]] = []  # with the thread and the task that began it
        self._renew()
        forked = weakref.WeakMethod(self._renew)
        os.register_at_fork(after_in_child=lambda: (method := forked()) and method())

    def _renew(self) -> None:
        """In a forked child too: there, nobody is left to let go of what another thread held."""
        self._mutex = threading.Lock()  # for changes; readers see the list before or after one

    def enter(self, run: Run, *, everywhere: bool = False) -> None:
        """The run is active in this context and, where nothing else is, in the process.

        Args:
            run: that begins.
            everywhere: in all tasks of the thread, as the run of a tracked cell is.
        """
        self._here.set((*self._here.get(), run))
        entry = (run, threading.get_ident(), None if everywhere else _current_task())
        with self._mutex:
            self._open = [*self._open, entry]

    def leave(self, run: Run) -> None:
        """The run has ended."""
        self._here.set(tuple(other for other in self._here.get() if other is not run))
        with self._mutex:
            self._open = [entry for entry in self._open if entry[0] is not run]

    def holds(self, run_id: str) -> bool:
        """Whether a run of this id is open in this process."""
        return any(entry[0].id == run_id for entry in self._open)

    def find_parent(self) -> Run | None:
        """The run that one begun here would be part of.

        What other threads and tasks began is none of its business, the main thread excepted, whose run is that
        of the cell or the script.
        """
        here = self._here.get()
        if here and not here[-1].ended:
            return here[-1]
        near = self._near()
        return near[-1] if near and _is_chain(near) else None

    def _near(self) -> list[Run]:
        threads = {threading.get_ident(), threading.main_thread().ident}
        task = _current_task()
        return [
            run
            for run, thread, its_task in self._open
            if thread in threads and (task is None or its_task is None or its_task is task)
        ]

    def find(self) -> Run | None:
        """The active run.

        Raises:
            NoActiveRunError: several unrelated ones are open, and this thread belongs to none.
        """
        here = self._here.get()
        if here and not here[-1].ended:
            return here[-1]
        candidates = self._near() or [entry[0] for entry in self._open]
        if not candidates:
            return None
        if not _is_chain(candidates):
            names = ", ".join(f"{run.name} ({run.short_id})" for run in candidates)
            raise NoActiveRunError(
                f"Several runs are open and this thread belongs to none of them: {names}. "
                "Call the method of the run that is meant: `run.log_metric(...)`."
            )
        return candidates[-1]

    def require(self) -> Run:
        """The active run.

        Raises:
            NoActiveRunError: there is none, or it is not clear which.
        """
        run = self.find()
        if run is None:
            raise NoActiveRunError(f"No run is active, so there is nothing to log to. {_REMEDY}")
        return run


def _current_task() -> object:
    """The asyncio task that runs this code, None outside of every one."""
    # The module may be there and not be whole, while another thread imports it.
    current_task = getattr(sys.modules.get("asyncio"), "current_task", None)
    if current_task is None:
        return None
    try:
        found: object = current_task()
    except RuntimeError:  # no loop runs in this thread
        return None
    return found


def _is_chain(runs: Sequence[Run]) -> bool:
    """Whether each is part of the one before it."""
    return all(inner.parent == outer.id for outer, inner in pairwise(runs))
