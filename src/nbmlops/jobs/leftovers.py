"""Executed notebooks of jobs that were killed with all that would have written them: put together later."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from nbmlops.errors import KernelError
from nbmlops.jobs.plan import JobPlan
from nbmlops.kernels.assemble import recover
from nbmlops.kernels.journal import SUFFIX
from nbmlops.records.runs import RunInfo, RunStatus

_NOTE: Final = "Executed notebook: "
_YOUNG_SECONDS: Final = 60.0  # whoever finishes a job that ended just now may still be at it


def note_of(output: Path) -> str:
    """The note of a job's run, which names the executed notebook from the start."""
    return f"{_NOTE}{output}"


def recover_lost(run: RunInfo) -> Path | None:
    """Writes the executed notebook of a lost job, where only its journal is left.

    Returns:
        What was written; None where there was nothing to do, or it can't be done.
    """
    if run.status is not RunStatus.LOST or run.kind != "job" or not run.note.startswith(_NOTE):
        return None
    output = Path(run.note.removeprefix(_NOTE).partition("\n")[0])
    return output if _recovered(output) else None


def recover_beside(plan: JobPlan) -> Iterator[Path]:
    """Writes those of killed jobs in the folder that the job's own output goes to, and names them.

    Args:
        plan: of a job that is about to begin; what lies at its own output is about to be replaced.
    """
    own = plan.output_for("")
    now = time.time()
    for journal in sorted(own.parent.glob(f"*.ipynb{SUFFIX}")):
        output = journal.with_name(journal.name.removesuffix(SUFFIX))
        if output != own and _is_old(journal, now) and _recovered(output):
            yield output


def _is_old(journal: Path, now: float) -> bool:
    try:
        return journal.stat().st_mtime < now - _YOUNG_SECONDS
    except OSError:
        return False  # somebody was faster


def _recovered(output: Path) -> bool:
    """Whether a journal was there to be recovered; what can't be is nobody's business who asks for something else."""
    try:
        return recover(output)
    except (KernelError, OSError):
        return False
