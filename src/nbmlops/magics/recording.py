"""Records the tracked cells of one shell."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from nbmlops.capture.notebook import notebook_path
from nbmlops.capture.scope import literal_names, read_scope, rebound_names
from nbmlops.capture.secret_names import is_secret_name
from nbmlops.config import is_disabled
from nbmlops.magics.line import show_line
from nbmlops.magics.numbering import cell_number
from nbmlops.magics.progress import HashProgress
from nbmlops.session import Session
from nbmlops.tracking.cell import CellEnd, CellSource, Proof, TrackedCell
from nbmlops.tracking.options import CellOptions
from nbmlops.tracking.run import Run
from nbmlops.tracking.watchers import Watchers


class CellRecorder:
    """Begins and ends the recording of cells.

    Args:
        shell: the IPython shell.
        owner: the session of the process.
    """

    def __init__(self, shell: Any, owner: Session) -> None:
        self._shell = shell
        self._session = owner
        self._watchers = Watchers(owner.secrets, owner.files, shell)
        self._literals: set[str] = set()

    def cell(
        self, options: CellOptions, raw: str, python: str, cell_id: str | None, executed: Iterable[str]
    ) -> TrackedCell:
        """The recording of a cell that is about to run.

        Args:
            options: what its header asks for.
            raw: the cell as written.
            python: the cell as IPython runs it.
            cell_id: as the front end names it.
            executed: the sources of the cells that ran since the last call.
        """
        self._follow(executed)
        source = CellSource(
            raw=raw,
            python=python,
            namespace=self._shell.user_ns,
            literals=frozenset(self._literals),
            cell_id=cell_id,
            execution_count=cell_number(self._shell),
            notebook=notebook_path(self._shell.user_ns, os.environ),
        )
        self._session.secrets.register_from_source(python)
        self._register_variables()
        keeper = None if is_disabled() else lambda: self._session.workspace.data
        return TrackedCell(options, source, self._watchers, HashProgress(), keeper=keeper)

    def _follow(self, executed: Iterable[str]) -> None:
        """What earlier cells bound to literals is a parameter of the cells that read it."""
        for source in executed:
            scope = read_scope(source)
            self._literals -= rebound_names(scope)
            self._literals |= literal_names(scope)

    def _register_variables(self) -> None:
        """What a variable with a secret's name holds is a secret, whichever cell bound it."""
        for name, value in list(self._shell.user_ns.items()):
            if isinstance(value, str) and is_secret_name(name):
                self._session.secrets.register(value, name=name)

    def begin(self, tracked: TrackedCell) -> None:
        """Starts the cell's run."""
        tracked.begin(self._start_run)

    def _start_run(self, name: str | None, **columns: Any) -> Run:
        run = self._session.start_run(name, **columns)
        self._watchers.ignore_store(self._session.workspace.folder.root)
        return run

    def end(self, tracked: TrackedCell, result: Any, proof: Proof) -> None:
        """Records how the cell ended, keeps what it depended on, and shows the line after it."""
        # What the cell fetched (getpass, os.environ) is known only now.
        self._session.secrets.register_from_source(tracked.source.python, self._shell.user_ns)
        self._register_variables()
        tracked.end(CellEnd(result.result, result.error_before_exec or result.error_in_exec), proof)
        run = tracked.run
        if run is None:
            for fault in tracked.guard.faults:
                self._session.say(f"nbmlops: {fault}")
        if run is None or is_disabled():
            return
        if tracked.options.automatic:
            # Only now is it known that the run is kept.
            self._session.workspace.context.read_for(run.id)
        if run.trouble:
            tracked.outcome.degraded.append(run.trouble)
        if not tracked.options.quiet:
            show_line(self._session.workspace, run, tracked.outcome)
