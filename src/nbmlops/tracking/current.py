"""Which run a bare `log_metric` belongs to.

A `with start_run()` block is seen by its own thread and task through a ContextVar, so parallel blocks don't
mix. Threads that a run starts have no value there: they, and code after a top-level `await` in a tracked
cell, fall back to what is open in the process, as long as that is one run or one inside the other.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

from nbmlops.errors import NoActiveRunError

if TYPE_CHECKING:
    from nbmlops.tracking.run import Run

_REMEDY = (
    "Begin the cell with %%track, or wrap the code in `with nbmlops.start_run(\"name\"):`."
)


class CurrentRuns:
    """The runs that are open in this process."""

    def __init__(self) -> None:
        self._here: ContextVar[tuple[Run, ...]] = ContextVar("nbmlops_runs", default=())
        self._open: list[Run] = []

    def enter(self, run: Run) -> None:
        """The run is active in this context and, where nothing else is, in the process."""
        self._here.set((*self._here.get(), run))
        self._open.append(run)

    def leave(self, run: Run) -> None:
        """The run has ended."""
        self._here.set(tuple(other for other in self._here.get() if other is not run))
        if run in self._open:
            self._open.remove(run)

    def find(self) -> Run | None:
        """The active run.

        Raises:
            NoActiveRunError: several unrelated ones are open, and this thread belongs to none.
        """
        here = self._here.get()
        if here and not here[-1].ended:
            return here[-1]
        open_runs = self._open
        if not open_runs:
            return None
        for outer, inner in zip(open_runs, open_runs[1:], strict=False):
            if inner.parent != outer.id:
                names = ", ".join(f"{run.name} ({run.short_id})" for run in open_runs)
                raise NoActiveRunError(
                    f"Several runs are open and this thread belongs to none of them: {names}. "
                    "Call the method of the run that is meant: `run.log_metric(...)`."
                )
        return open_runs[-1]

    def require(self) -> Run:
        """The active run.

        Raises:
            NoActiveRunError: there is none, or it is not clear which.
        """
        run = self.find()
        if run is None:
            raise NoActiveRunError(f"No run is active, so there is nothing to log to. {_REMEDY}")
        return run
