"""What became of a job, for who started it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbmlops.errors import JobFailedError
from nbmlops.jobs.failures import failure_sentence
from nbmlops.records.jobs import CellFailure, JobOutcome, JobStatus
from nbmlops.records.runs import RunStatus

_RUN_STATUS = {
    JobStatus.COMPLETED: RunStatus.FINISHED,
    JobStatus.FAILED: RunStatus.FAILED,
    JobStatus.TIMED_OUT: RunStatus.FAILED,
    JobStatus.KERNEL_DIED: RunStatus.FAILED,
    JobStatus.INTERRUPTED: RunStatus.KILLED,
}


@dataclass(frozen=True, slots=True)
class JobResult:
    """What became of a notebook that was executed as a job.

    Attributes:
        run_id: the run that it is; `nbmlops.run_info` has the rest.
        params: every parameter that was in force, defaults included.
        outcome: cell by cell.
    """

    run_id: str
    name: str
    experiment: str
    notebook: Path
    params: Mapping[str, Any] = field(repr=False)
    outcome: JobOutcome = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether every cell did what it should."""
        return self.outcome.status is JobStatus.COMPLETED and self.outcome.exit_code == 0

    @property
    def status(self) -> RunStatus:
        """The run's status: FINISHED, FAILED, or KILLED when it was interrupted."""
        return run_status(self.outcome)

    @property
    def exit_code(self) -> int:
        """0; what the notebook gave to `sys.exit`; 1 failed; 124 timed out; 128 + n killed; 130 interrupted."""
        return self.outcome.exit_code

    @property
    def output(self) -> Path:
        """The executed notebook."""
        return self.outcome.output

    @property
    def failure(self) -> CellFailure | None:
        """The cell that ended the job; None when none did."""
        return self.outcome.failure

    def check(self) -> None:
        """Raises when it did not come to its end.

        Raises:
            JobFailedError: the message names the cell.
        """
        if self.ok:
            return
        why = (
            failure_sentence(self.failure)
            if self.failure
            else f"it ended with the exit code {self.exit_code}"
        )
        raise JobFailedError(
            f"{self.notebook} {self.outcome.status.value}: {why}\nThe executed notebook: {self.output}\n"
            f"More: nbmlops show {self.run_id[:8]}",
            run_id=self.run_id,
            exit_code=self.exit_code,
        )

    @property
    def seconds(self) -> float:
        """How long it took, the kernel's start included."""
        return self.outcome.seconds


def run_status(outcome: JobOutcome) -> RunStatus:
    """How the run of a job ends. A notebook that exits with another code than 0 has failed."""
    if outcome.status is JobStatus.COMPLETED and outcome.exit_code != 0:
        return RunStatus.FAILED
    return _RUN_STATUS[outcome.status]
