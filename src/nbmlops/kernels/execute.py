"""Executes a notebook in a kernel of its own and tells what became of each cell."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final
from uuid import uuid4

from nbmlops.errors import KernelError
from nbmlops.kernels.assemble import recover, write_notebook
from nbmlops.kernels.cells import CellRunner
from nbmlops.kernels.contract import ExecuteOptions, JobListener
from nbmlops.kernels.document import put_together
from nbmlops.kernels.guard import Guard
from nbmlops.kernels.journal import JournalWriter, journal_of
from nbmlops.kernels.kernel import Kernel
from nbmlops.kernels.recorder import Recorder, now
from nbmlops.kernels.stop_signals import StopSignals
from nbmlops.kernels.verdict import Circumstances, Verdict, judge, stopped_early
from nbmlops.records.jobs import CellFailure, CellReport, CellStatus, JobOutcome, JobStatus

_DEFAULT_KERNEL: Final = "python3"
_SKIP: Final = "skip-execution"


def execute_notebook(
    notebook: dict[str, Any],
    output: Path,
    options: ExecuteOptions | None = None,
    *,
    listener: JobListener | None = None,
) -> JobOutcome:
    """Executes every code cell in order; writes the executed notebook to `output`.

    SIGINT and SIGTERM that come meanwhile interrupt the cell and end the job.

    Args:
        notebook: as nbformat reads it, in format 4; it is left as it is.
        output: where the executed notebook is written, in all cases. Meanwhile its journal lies beside it.
        options: time-outs, limits, secrets; without any by default.
        listener: told what goes on.

    Raises:
        KernelError: there is no such kernel, it doesn't start, or another job writes `output`. In the first two
            cases `output` is written and says so.
        OSError: `output` can't be written; the journal then stays.

    Example:
        >>> outcome = execute_notebook(notebook, Path("out.ipynb"))  # doctest: +SKIP
        >>> outcome.status, outcome.exit_code  # doctest: +SKIP
        (<JobStatus.COMPLETED: 'completed'>, 0)
    """
    with (
        StopSignals() as stop,
        Job(notebook, output, options or ExecuteOptions(), listener, stop=stop) as job,
    ):
        outcome = job.run()
        job.write()
    return outcome


class Job:
    """One execution, from the journal's first frame to its removal.

    Args:
        notebook: what is executed.
        output: where it is written.
        options: how.
        listener: told what goes on.
        stop: the signals that we get.

    Raises:
        KernelError: another job writes `output`.
    """

    def __init__(
        self,
        notebook: Mapping[str, Any],
        output: Path,
        options: ExecuteOptions,
        listener: JobListener | None,
        *,
        stop: StopSignals,
    ) -> None:
        self._notebook = notebook
        self._cells: list[dict[str, Any]] = list(notebook["cells"])
        self._output = output
        self._options = options
        self._listener = listener
        self._stop = stop
        self._started = time.monotonic()
        self._journal = JournalWriter(journal_of(output))
        self._recorder = Recorder(self._journal, options, listener)
        self._guard = Guard(output)
        if options.scratch is not None:
            self._guard.remove_with_us(options.scratch)
        self._reports: dict[int, CellReport] = {}
        self._current = -1  # the cell that began last
        self._written = False
        self._id = uuid4().hex

    def __enter__(self) -> Job:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._written:
            self._journal.remove()
        else:
            self._journal.close()  # what has come stays in it
            if exc is not None:
                with suppress(OSError):  # it could not be written: the next look may have more luck
                    recover(self._output)
        self._guard.__exit__(kind, exc, trace)

    def run(self) -> JobOutcome:
        """Executes the cells.

        Raises:
            KernelError: the kernel doesn't start; the output is written.
        """
        self._begin()
        try:
            return self._end(*self._execute())
        except KernelError as exc:
            text: str = self._recorder.mask(str(exc))  # it may hold what the kernel wrote
            self._give_up(JobStatus.FAILED, text)
            raise KernelError(text) from None
        except BaseException as exc:
            self._give_up(JobStatus.INTERRUPTED, f"{type(exc).__name__}: {exc}".removesuffix(": "))
            raise

    def document(self) -> dict[str, Any]:
        """The notebook as far as it was executed."""
        return put_together(self._journal.read())

    def write(self) -> None:
        """Writes the executed notebook; the journal is removed when the job is left.

        Raises:
            OSError: it can't be written.
        """
        write_notebook(self.document(), self._output)
        self._written = True

    def leave_journal(self) -> tuple[Path, str]:
        """Somebody else writes the notebook: the journal stays until `discard` is called with what this returns."""
        return self._journal.path, self._id

    def _begin(self) -> None:
        plain = {**self._notebook, "cells": [_without_outputs(cell) for cell in self._cells]}
        self._recorder.event("begin", job=self._id, at=now(), notebook=plain)
        # From here on the output never shows an earlier execution as if it were this one.
        write_notebook(self.document(), self._output, draft=True)

    def _execute(self) -> tuple[int, Verdict]:
        """Runs the cells; returns the last one that ran and what became of it."""
        kernel = Kernel(
            _kernel_name(self._notebook, self._options),
            cwd=self._options.cwd,
            env=self._environment(),
            python=self._options.python,
        )
        try:
            self._guard.watch(kernel)
            info = kernel.greet(self._start_seconds(), lambda: self._stop.count > 0)
            if info is None:
                return -1, stopped_early(self._stop.signum)
            self._recorder.event("language", language_info=info.get("language_info", {}))
            kernel.watch(self._stop.wake_fd)
            runner = CellRunner(kernel, self._recorder, self._options, stop=self._stop, started=self._started)
            try:
                return self._run_cells(kernel, runner)
            finally:
                self._close(kernel, runner)
        finally:
            kernel.close()

    def _run_cells(self, kernel: Kernel, runner: CellRunner) -> tuple[int, Verdict]:
        last, verdict = -1, Verdict(CellStatus.COMPLETED)
        for index, cell in enumerate(self._cells):
            if cell.get("cell_type") != "code":
                continue
            if verdict.job is not None:
                if verdict.job is JobStatus.COMPLETED:  # `sys.exit(0)`: the rest isn't wanted
                    self._report(index, CellStatus.SKIPPED, None)
            elif _SKIP in cell.get("metadata", {}).get("tags", ()):
                self._report(index, CellStatus.SKIPPED, None)
            else:
                last, verdict = index, self._run_cell(index, kernel, runner)
        return last, verdict

    def _run_cell(self, index: int, kernel: Kernel, runner: CellRunner) -> Verdict:
        cell, source, started = self._cells[index], _source(self._cells[index]), time.monotonic()
        self._current = index
        self._recorder.event("cell", index, at=now())
        if self._listener is not None:
            self._listener.cell_started(index, len(self._cells), self._recorder.mask(source))
        if not source.strip():
            self._report(index, CellStatus.COMPLETED, 0.0)
            return Verdict(CellStatus.COMPLETED)
        ended = runner.run(index, source, str(cell.get("id", "")))
        verdict = judge(ended, cell, self._options, self._circumstances(kernel, runner))
        if verdict.ours:
            self._recorder.error(index, verdict.name, verdict.message)
        notice = "" if ended.complete else "outputs may be missing: the kernel did not say that it was idle"
        self._report(index, verdict.cell, time.monotonic() - started, verdict.message or notice)
        return verdict

    def _circumstances(self, kernel: Kernel, runner: CellRunner) -> Circumstances:
        died = kernel.exit_code is not None
        return Circumstances(
            process=kernel.exit_code,
            memory=runner.memory.passed if runner.memory is not None else None,
            stop_signal=self._stop.signum,
            last_words=kernel.last_words() if died else "",
        )

    def _report(self, index: int, status: CellStatus, seconds: float | None, message: str = "") -> None:
        self._recorder.event(
            "end", index, status=status.value, at=now(), **({"message": message} if message else {})
        )
        report = CellReport(index, str(self._cells[index].get("id", "")), status, seconds)
        self._reports[index] = report
        if self._listener is not None:
            self._listener.cell_ended(report)

    def _close(self, kernel: Kernel, runner: CellRunner) -> None:
        """Lets the kernel end itself, and takes what it still says."""
        if request := kernel.ask_to_end():
            self._recorder.expect(request, self._current)
        runner.drain(self._options.grace)
        runner.close()
        self._recorder.flush()

    def _end(self, index: int, verdict: Verdict) -> JobOutcome:
        status = verdict.job or JobStatus.COMPLETED
        failure = self._failure(index, verdict) if verdict.name else None
        facts: dict[str, Any] = {}
        if failure is not None:
            facts["failed_cell"] = {
                "index": index,
                "id": failure.cell_id,
                "name": failure.name,
                "message": failure.message,
            }
        self._recorder.event(
            "done",
            status=status.value,
            exit_code=verdict.exit_code,
            at=now(),
            **facts,
        )
        return JobOutcome(
            status,
            verdict.exit_code,
            self._all_reports(),
            self._output,
            failure,
            time.monotonic() - self._started,
        )

    def _failure(self, index: int, verdict: Verdict) -> CellFailure:
        cell = self._cells[index]
        return CellFailure(
            index,
            str(cell.get("id", "")),
            verdict.cell,
            self._recorder.mask(_source(cell)),
            verdict.name,
            self._recorder.mask(verdict.message),
            self._recorder.mask("\n".join(verdict.traceback)),
            verdict.signal,
        )

    def _all_reports(self) -> tuple[CellReport, ...]:
        return tuple(
            self._reports.get(index) or CellReport(index, str(cell.get("id", "")), CellStatus.PENDING)
            for index, cell in enumerate(self._cells)
            if cell.get("cell_type") == "code"
        )

    def _give_up(self, status: JobStatus, text: str) -> None:
        """The job ended by a fault outside every cell: the output says so."""
        if self._current >= 0 and self._current not in self._reports:
            ended = CellStatus.INTERRUPTED.value
            self._recorder.event("end", self._current, status=ended, at=now(), message=text)
        self._recorder.event("done", status=status.value, exit_code=1, at=now(), message=text)
        self.write()

    def _environment(self) -> dict[str, str]:
        ours = {key: value for key, value in os.environ.items() if key not in self._options.without}
        return {**ours, "PYDEVD_DISABLE_FILE_VALIDATION": "1", **self._options.env}

    def _start_seconds(self) -> float:
        if self._options.job_timeout is None:
            return self._options.start_timeout
        return min(self._options.start_timeout, self._options.job_timeout)


def _kernel_name(notebook: Mapping[str, Any], options: ExecuteOptions) -> str:
    return options.kernel or notebook.get("metadata", {}).get("kernelspec", {}).get("name") or _DEFAULT_KERNEL


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _without_outputs(cell: Mapping[str, Any]) -> dict[str, Any]:
    if cell.get("cell_type") != "code":
        return dict(cell)
    return {**cell, "outputs": [], "execution_count": None}
