"""Watches the cells of one shell, and keeps with each run what it depended on and what speaks against it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbmlops.capture.header import find_header
from nbmlops.capture.notebook import notebook_path
from nbmlops.findings.document import saved_cells
from nbmlops.findings.situation import Situation
from nbmlops.magics.numbering import cell_number
from nbmlops.records import Finding, SliceCell
from nbmlops.session import Session
from nbmlops.slices.build import slice_cells, slice_of_name
from nbmlops.slices.history import Execution
from nbmlops.slices.observe import Observer, Watched
from nbmlops.tracking.cell_proof import CellProof
from nbmlops.tracking.run import Run

if TYPE_CHECKING:
    from nbmlops.findings.doctor import Diagnosis


class ProofKeeper:
    """The history of a shell's cells, and what runs are told from it.

    Args:
        shell: the IPython shell.
        owner: the session of the process.
        earlier: cells that ran before the extension was loaded: as written, as run, and their numbers.
    """

    def __init__(self, shell: Any, owner: Session, earlier: Iterable[tuple[str, str, int]]) -> None:
        self._shell = shell
        self._session = owner
        self.observer = Observer(shell.user_ns, owner.files)
        self.cwd = str(Path.cwd())
        self._registered = 0
        for raw, python, count in earlier:
            self.observer.assume(raw, python, count)

    def before(self, info: Any, python: str) -> Watched:
        """A cell is about to run."""
        count = cell_number(self._shell) if getattr(info, "store_history", True) else None
        return self.observer.before(
            info.raw_cell or "", python, cell_id=getattr(info, "cell_id", None), execution_count=count
        )

    def after(self, watched: Watched, result: Any) -> Execution | None:
        """The cell has run; None when it could not even begin."""
        if result.error_before_exec is not None:
            self.observer.drop(watched)
            return None
        return self.observer.after(watched, ok=result.error_in_exec is None)

    def lost(self, raw: str, python: str) -> None:
        """A cell could not be watched: like one from before anybody looked, it counts whole from now on."""
        self.observer.assume(raw, python, None)

    def keep(
        self, run: Run, execution: Execution, notebook: str | None, metrics: Iterable[str]
    ) -> tuple[Finding, ...]:
        """Keeps the slice and the findings of a run."""
        self._register_secrets()
        workspace = self._session.workspace
        proof = CellProof(workspace.recorder, workspace.context, self.observer, execution)
        proof.keep_slice(run.id, cwd=self.cwd)
        return proof.keep_findings(run.id, notebook, metrics)

    def slice_of(self, name: str) -> tuple[SliceCell, ...]:
        """The cells that a variable came about by."""
        return slice_of_name(self.observer.history, name)

    def slice_of_execution(self, execution: Execution) -> tuple[SliceCell, ...]:
        """The cells that an execution depends on."""
        return slice_cells(self.observer.history, execution)

    def diagnose(self) -> Diagnosis:
        """What of the session is stale, and what is found of its tracked cells now."""
        from nbmlops.findings.doctor import diagnose

        self._register_secrets()
        history = self.observer.history
        notebook = notebook_path(self._shell.user_ns, os.environ)
        workspace = self._session.workspace
        tracked = []
        for execution in _latest(history.executions):
            if find_header(execution.raw) is not None:
                proof = CellProof(workspace.recorder, workspace.context, self.observer, execution)
                tracked.append((execution, proof.findings(notebook)))
        document, saved_at = saved_cells(notebook)
        everything = Situation(
            history, None, tuple(history.executions), self.observer.traces, document, saved_at
        )
        return diagnose(everything, tracked)

    def _register_secrets(self) -> None:
        """What stands in earlier cells is about to be kept: their secrets must be known."""
        executions = self.observer.history.executions
        for execution in executions[self._registered :]:
            self._session.secrets.register_from_source(execution.python)
        self._registered = len(executions)


def _latest(executions: Iterable[Execution]) -> list[Execution]:
    """The last version of each cell; where the front end names none, the same source is the same cell."""
    found: dict[str, Execution] = {}
    for execution in executions:
        found[execution.cell_id or execution.raw] = execution
    return sorted(found.values(), key=lambda item: item.index)
