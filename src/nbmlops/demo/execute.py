"""Executes the demo's notebook in a fresh kernel of the interpreter that runs here."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from nbmlops.config import NOTEBOOK_VARIABLE, STORE_VARIABLE
from nbmlops.demo.example import cell_titles
from nbmlops.errors import NbmlopsError
from nbmlops.kernels.contract import ExecuteOptions
from nbmlops.kernels.execute import execute_notebook
from nbmlops.records.jobs import CellReport, JobStatus

Progress = Callable[[int, int, str], None]

_CELL_SECONDS: Final = 600
_OWN: Final = "NBMLOPS_"


def execute(notebook: Any, path: Path, store: Path, on_progress: Progress) -> None:
    """Executes every cell and writes the notebook, as far as it came; a cell may fail where it is tagged
    `raises-exception`.

    Args:
        notebook: as nbformat reads it; it is left as it is.
        path: where the executed one is written; its folder is the working directory.
        store: where its runs are kept.
        on_progress: called with the cells done, the cells in all, and what goes on.

    Raises:
        NbmlopsError: there is no kernel, it died, or a cell failed or took too long; names the cell.
        KeyboardInterrupt: it was interrupted; its argument is the exit code that goes with the signal.
    """
    told = _Told(cell_titles(notebook), on_progress)
    on_progress(0, len(told.titles), "starting a kernel")
    options = ExecuteOptions(
        cwd=path.parent,
        env={STORE_VARIABLE: str(store), NOTEBOOK_VARIABLE: str(path)},
        without=_unwanted(os.environ),
        python=sys.executable,  # whatever kernels are installed elsewhere
        cell_timeout=_CELL_SECONDS,
    )
    outcome = execute_notebook(notebook, path, options, listener=told)
    if outcome.status is JobStatus.INTERRUPTED:
        raise KeyboardInterrupt(outcome.exit_code)
    if (failure := outcome.failure) is not None:
        place = f"Cell {failure.index + 1} of the demo ({told.titles[failure.index]})"
        raise NbmlopsError(f"{place} failed with {failure.name}: {failure.message}".removesuffix(": "))


def _unwanted(environ: Mapping[str, str]) -> frozenset[str]:
    """The variables that would send runs elsewhere, or figures to a window."""
    return frozenset(key for key in environ if key.startswith(_OWN) or key == "MPLBACKEND")


class _Told:
    """Hands on which cell goes on."""

    def __init__(self, titles: list[str], on_progress: Progress) -> None:
        self.titles = titles
        self._on_progress = on_progress

    def cell_started(self, index: int, total: int, source: str) -> None:  # noqa: ARG002 - a listener's
        """A code cell begins."""
        self._on_progress(index, total, self.titles[index])

    def stream(self, index: int, name: str, text: str) -> None:
        """It is in the notebook."""

    def cell_ended(self, report: CellReport) -> None:
        """The next one is told of when it begins."""
