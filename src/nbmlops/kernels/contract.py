"""What a notebook is executed with, and who is told of its progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from nbmlops.records.jobs import CellReport

Mask = Callable[[str], str]
HoldBack = Callable[[str], int]


def unmasked(text: str) -> str:
    """The mask of a job that has no secrets."""
    return text


@dataclass(frozen=True, slots=True)
class ExecuteOptions:
    """How a notebook is executed.

    Attributes:
        kernel: a kernelspec's name; empty for the notebook's own, else python3.
        cwd: the kernel's working directory; ours where it is None.
        env: added to the kernel's environment.
        without: variables of ours that the kernel does not get.
        python: whose ipykernel is the kernel, in place of what `kernel` names.
        scratch: a folder that goes with us: where we are killed, it is removed in place of finishing the notebook.
        cell_timeout: seconds that one cell may take.
        job_timeout: seconds that the whole job may take, the start of the kernel included.
        memory_limit: bytes of resident memory that the kernel and all that it started may take together.
        start_timeout: seconds until the kernel must answer.
        grace: seconds that an interrupted or asked kernel has before it is killed.
        mask: replaces the secrets in a text. Called with every text before it is written or told.
        hold_back: how many characters at the end of a stream must wait for what follows, since a secret may
            begin there: the longest secret's length, or a function that tells it of a text.
    """

    kernel: str = ""
    cwd: Path | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    python: str = ""
    scratch: Path | None = None
    cell_timeout: float | None = None
    job_timeout: float | None = None
    memory_limit: int | None = None
    start_timeout: float = 60.0
    grace: float = 15.0  # a tracked cell that is interrupted in its imports still records itself
    mask: Mask = unmasked
    hold_back: int | HoldBack = 0


class JobListener(Protocol):
    """Is told what goes on, in the thread that executes; every text has its secrets masked."""

    def cell_started(self, index: int, total: int, source: str) -> None:
        """A code cell begins: its place among all `total` cells, from 0."""

    def stream(self, index: int, name: str, text: str) -> None:
        """The cell wrote to "stdout" or "stderr"."""

    def cell_ended(self, report: CellReport) -> None:
        """A cell is over; also told of cells that are skipped, but not of those that are never reached."""
