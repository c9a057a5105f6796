"""What the papermill engine does: papermill's words into ours, the job, and its end in papermill's words."""

from __future__ import annotations

import signal
import tempfile
import weakref
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from nbformat import NotebookNode, from_dict
from papermill.iorw import LocalHandler, papermill_io, write_ipynb  # type: ignore[import-untyped]
from papermill.log import logger  # type: ignore[import-untyped]

from nbmlops.kernels.contract import ExecuteOptions
from nbmlops.kernels.execute import Job
from nbmlops.kernels.journal import discard
from nbmlops.kernels.papermill_engine import KernelName
from nbmlops.kernels.papermill_errors import NotebookEndedError
from nbmlops.kernels.papermill_listener import PapermillListener
from nbmlops.kernels.stop_signals import StopSignals
from nbmlops.records.jobs import CellStatus, JobOutcome, JobStatus

_TAKEN: Final = {
    "execution_timeout",
    "timeout",
    "start_timeout",
    "startup_timeout",
    "job_timeout",
    "memory_limit",
    "env",
    "log_output",
    "progress_bar",
    "stdout_file",
    "stderr_file",
    "autosave_cell_every",  # every output is kept as it comes
    "input_path",
}


class _AllowedError(NotebookNode):
    """The error of a cell that may fail. It is written like any other, but is none for papermill, which asks the
    attribute and would report the whole notebook as failed.
    """

    output_type = "error that may be"


def execute_for_papermill(
    nb: Any, kernel_name: str, output_path: str | None, options: Mapping[str, Any]
) -> Any:
    """Executes a notebook; see `NotebookEngine.execute_notebook`."""
    if ignored := sorted(set(options) - _TAKEN):
        logger.warning("The engine nbmlops takes no %s", ", ".join(ignored))
    with ExitStack() as stack:
        local = _local_path(output_path)
        output = local or Path(stack.enter_context(tempfile.TemporaryDirectory()), "out.ipynb")
        listener = stack.enter_context(PapermillListener(len(nb.cells), options))
        stop = stack.enter_context(StopSignals())
        job = stack.enter_context(Job(nb, output, _options(kernel_name, options), listener, stop=stop))
        outcome = job.run()
        executed: Any = from_dict(job.document())  # type: ignore[no-untyped-call]
        if outcome.status is JobStatus.COMPLETED and local is not None:
            # papermill writes it next, in place: until that is done, the journal is what can't be lost.
            held = kernel_name if isinstance(kernel_name, KernelName) else executed
            weakref.finalize(held, discard, *job.leave_journal())
        else:
            job.write()
    if not _papermill_writes(outcome):
        if local is None and output_path is not None:
            write_ipynb(executed, output_path)
        raise _ending(outcome)
    _allow_errors(executed)
    return executed


def _options(kernel_name: str, options: Mapping[str, Any]) -> ExecuteOptions:
    return ExecuteOptions(
        kernel=str(kernel_name),
        env=options.get("env") or {},
        cell_timeout=options.get("execution_timeout") or options.get("timeout"),
        job_timeout=options.get("job_timeout"),
        memory_limit=options.get("memory_limit"),
        start_timeout=options.get("start_timeout") or options.get("startup_timeout") or 60.0,
    )


def _local_path(output_path: str | None) -> Path | None:
    """The output as a file here; None when papermill would send it elsewhere, or nowhere."""
    if output_path is None:
        return None
    handler = papermill_io.get_handler(output_path)
    if not isinstance(handler, LocalHandler):
        return None
    # The working directory is already the kernel's; papermill remembers the one it was called in.
    return Path(handler._cwd or Path.cwd(), output_path)


def _papermill_writes(outcome: JobOutcome) -> bool:
    """Whether papermill finishes what is left: it can tell a failed cell, but no exit code and no dead kernel."""
    return outcome.exit_code in {0, 1} and outcome.status in {JobStatus.COMPLETED, JobStatus.FAILED}


def _allow_errors(executed: Any) -> None:
    for cell in executed.cells:
        if cell.metadata.get("nbmlops", {}).get("status") == CellStatus.COMPLETED:
            cell.outputs = [_allowed(output) for output in cell.outputs]


def _ending(outcome: JobOutcome) -> BaseException:
    if outcome.exit_code == 128 + signal.SIGINT and outcome.status is JobStatus.INTERRUPTED:
        return KeyboardInterrupt()
    failure = outcome.failure
    text = f"The notebook ended with the exit code {outcome.exit_code}"
    if failure is not None:
        text = f"Cell {failure.index + 1} {failure.status}: {failure.name}: {failure.message}"
    logger.error(text)
    return NotebookEndedError(text, outcome.exit_code)


def _allowed(output: Any) -> Any:
    return _AllowedError(output) if output["output_type"] == "error" else output  # type: ignore[no-untyped-call]
