"""What became of a job, as a person and as a program read it."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbmlops.cli.output import hint, say, say_aside
from nbmlops.jobs.failures import cell_name, failed_line, marked_source, without_colours
from nbmlops.records.jobs import CellStatus, JobStatus
from nbmlops.views.markup import block, plain
from nbmlops.views.numbers import count_of, format_duration, format_number

if TYPE_CHECKING:
    from nbmlops.jobs import JobResult
    from nbmlops.records.jobs import CellFailure
    from nbmlops.records.runs import RunInfo

_METRICS = 6
_SOURCE_LINES = 12
_TRACEBACK_CHARS = 6000
_WORDS = {
    JobStatus.COMPLETED: ("●", "green", "finished"),
    JobStatus.FAILED: ("✕", "red", "failed"),
    JobStatus.TIMED_OUT: ("✕", "red", "timed out"),
    JobStatus.KERNEL_DIED: ("✕", "red", "lost its kernel"),
    JobStatus.INTERRUPTED: ("■", "yellow", "was interrupted"),
}


def result_document(result: JobResult, parts: Sequence[RunInfo]) -> dict[str, Any]:
    """The result as JSON.

    Args:
        result: of the job.
        parts: the runs that belong to it.
    """
    from nbmlops.cli.documents import finite

    failure = result.failure
    return finite(
        {
            "run": result.run_id,
            "name": result.name,
            "experiment": result.experiment,
            "status": str(result.status),
            "job": result.outcome.status.value,
            "exit_code": result.exit_code,
            "seconds": result.seconds,
            "notebook": str(result.notebook),
            "output": str(result.output),
            "params": dict(result.params),
            "cells": [
                {"index": c.index, "id": c.cell_id, "status": c.status.value, "seconds": c.seconds}
                for c in result.outcome.cells
            ],
            "failure": None if failure is None else _failure_document(failure),
            "runs": [
                {"id": run.id, "name": run.name, "status": str(run.status), "metrics": dict(run.metrics)}
                for run in parts
            ],
        }
    )


def _failure_document(failure: CellFailure) -> dict[str, Any]:
    return {
        "index": failure.index,
        "id": failure.cell_id,
        "status": failure.status.value,
        "name": failure.name,
        "message": failure.message,
        "line": failed_line(failure),
        "source": failure.source,
        "traceback": without_colours(failure.traceback),
        "signal": failure.signal,
    }


def say_result(result: JobResult, parts: Sequence[RunInfo]) -> None:
    """That it worked, what came out of its `parts`, and where the executed notebook is."""
    _say_head(result, f"in {format_duration(result.seconds)}", aside=False)
    for line in _part_lines(parts):
        say(f"  {line}")
    say(f"  {near(result.output)}")
    hint("", f"nbmlops show {result.run_id[:8]}    nbmlops compare")


def say_failure(result: JobResult) -> None:
    """Which cell failed, where in it and why, and what to do; all on standard error."""
    failure = result.failure
    if failure is None:
        _say_head(result, f"with the exit code {result.exit_code}", aside=True)
    else:
        took = f"after {format_duration(result.seconds)}"
        _say_head(result, f"in {cell_name(failure)}, {took}", aside=True)
        _say_source(failure)
        _say_why(failure)
    say_aside("")
    say_aside(f"The executed notebook: {near(result.output)}")
    say_aside(f"Its run:               nbmlops show {result.run_id[:8]}")


def _say_head(result: JobResult, rest: str, *, aside: bool) -> None:
    mark, colour, word = _WORDS[result.outcome.status]
    if result.outcome.status is JobStatus.COMPLETED and not result.ok:
        mark, colour, word = "✕", "red", "ended"
    done = sum(cell.status is CellStatus.COMPLETED for cell in result.outcome.cells)
    cells = count_of(len(result.outcome.cells), "code cell")
    ran = cells if done == len(result.outcome.cells) else f"{done} of {cells} ran"
    name = f"{plain(result.name, 60)} {result.run_id[:8]}"
    stream = sys.stderr if aside else sys.stdout
    styled = click.style(mark, fg=colour) if stream.isatty() and not os.environ.get("NO_COLOR") else mark
    click.echo(f"{styled} {name} {word} {rest}; {ran}", err=aside)


def _say_source(failure: CellFailure) -> None:
    lines = marked_source(failure)
    at = failed_line(failure) or 1
    start = max(0, min(at - 1 - _SOURCE_LINES // 2, len(lines) - _SOURCE_LINES))
    say_aside("")
    for line in lines[start : start + _SOURCE_LINES]:
        say_aside(f"  {block(line, 300)}")
    left = len(lines) - start - _SOURCE_LINES
    if left > 0:
        say_aside(f"      {count_of(left, 'more line')}")


def _say_why(failure: CellFailure) -> None:
    say_aside("")
    if not failure.traceback:
        say_aside(block(f"{failure.name}: {failure.message}" if failure.message else failure.name))
    elif sys.stderr.isatty() and not os.environ.get("NO_COLOR"):
        from rich.console import Console
        from rich.text import Text

        # Parsed and drawn anew, so that of all codes in it only colours reach the terminal.
        Console(stderr=True, markup=False, highlight=False, emoji=False).print(
            Text.from_ansi(failure.traceback[-4 * _TRACEBACK_CHARS :]), soft_wrap=True
        )
    else:
        click.echo(block(without_colours(failure.traceback), _TRACEBACK_CHARS, keep="end").rstrip(), err=True)


def _part_lines(runs: Sequence[RunInfo]) -> Iterator[str]:
    width = max((len(plain(run.name, 30)) for run in runs), default=0)
    for run in runs:
        told = [
            f"{plain(key, 30)} {format_number(value)}" for key, value in list(run.metrics.items())[:_METRICS]
        ]
        more = len(run.metrics) - _METRICS
        told += [f"{more} more"] if more > 0 else []
        status = "" if run.status == "FINISHED" else f" ({run.status.lower()})"
        yield f"{plain(run.name, 30):<{width}}  {run.id[:8]}{status}  {', '.join(told)}".rstrip()


def near(path: Path) -> str:
    """The path as it is shortest from here, ready for a shell."""
    path = path.absolute()
    return shlex.quote(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))
