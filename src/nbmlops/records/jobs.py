"""What became of a notebook that was executed as a job."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class CellStatus(StrEnum):
    """Where a cell stands: what never ran says PENDING or SKIPPED, never COMPLETED."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    TIMED_OUT = "timed out"
    KERNEL_DIED = "kernel died"
    INTERRUPTED = "interrupted"
    SKIPPED = "skipped"


class JobStatus(StrEnum):
    """How a job ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    TIMED_OUT = "timed out"
    KERNEL_DIED = "kernel died"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class CellReport:
    """One code cell of an executed notebook.

    Attributes:
        index: its place among all cells of the notebook, from 0.
        cell_id: nbformat's id of the cell, empty where the notebook has none.
        seconds: how long it ran, None when it never began.
    """

    index: int
    cell_id: str
    status: CellStatus
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class CellFailure:
    """The cell that ended a job, and why; every text with its secrets masked.

    Attributes:
        index: its place among all cells of the notebook, from 0.
        name: the exception's class, or "TimeoutError", "DeadKernelError" and the like.
        message: one line.
        traceback: as the kernel sent it, colours included; empty when there is none.
        signal: the signal that ended the kernel, None when none did.
    """

    index: int
    cell_id: str
    status: CellStatus
    source: str
    name: str
    message: str
    traceback: str = ""
    signal: int | None = None


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """What became of a job.

    Attributes:
        exit_code: 0 completed; what the notebook gave to `sys.exit`; 1 failed; 124 timed out; 128 + n when
            signal n ended the kernel; 130 interrupted, 143 by SIGTERM.
        output: the executed notebook.
    """

    status: JobStatus
    exit_code: int
    cells: tuple[CellReport, ...]
    output: Path
    failure: CellFailure | None = None
    seconds: float = 0.0
