"""How a job that goes on is shown: a bar on a terminal, a line for each cell in a log, or the cells' own output."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from nbmlops.cli.output import say_aside, terminal_width
from nbmlops.records.jobs import CellReport, CellStatus
from nbmlops.views.markup import plain
from nbmlops.views.numbers import format_duration

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from nbmlops.kernels.contract import JobListener

_LINE = 60
_BESIDE = 56  # columns of what stands left of the line
_SLOW = 1.0  # seconds from which a cell's end is worth a line


class Silence:
    """Shows nothing."""

    def cell_started(self, index: int, total: int, source: str) -> None:
        """A cell begins."""

    def stream(self, index: int, name: str, text: str) -> None:
        """The cell prints."""

    def cell_ended(self, report: CellReport) -> None:
        """A cell is over."""


class Lines(Silence):
    """A line for each cell, on standard error; of slow ones how long they took."""

    def __init__(self) -> None:
        self._total = 0

    def cell_started(self, index: int, total: int, source: str) -> None:
        """Its number and its first line."""
        self._total = total
        say_aside(f"{index + 1}/{total} {first_line(source)}")

    def cell_ended(self, report: CellReport) -> None:
        """How long it took."""
        if report.status is CellStatus.COMPLETED and (report.seconds or 0) >= _SLOW:
            say_aside(f"{report.index + 1}/{self._total} took {format_duration(report.seconds)}")


class Output(Lines):
    """What the cells print, as they print it; between them a line for each.

    Args:
        results_alone: standard output is for the result, so all goes to standard error.
    """

    def __init__(self, *, results_alone: bool) -> None:
        super().__init__()
        self._results_alone = results_alone
        self._at_start = True

    def cell_started(self, index: int, total: int, source: str) -> None:
        """Its number and its first line, on a line of its own."""
        self._end_line()
        super().cell_started(index, total, source)

    def stream(self, index: int, name: str, text: str) -> None:  # noqa: ARG002 - the listener's signature
        """The text as it came."""
        click.echo(text, nl=False, err=self._results_alone or name == "stderr")
        sys.stdout.flush()
        self._at_start = text.endswith("\n")

    def cell_ended(self, report: CellReport) -> None:
        """Ends the line that the cell left open."""
        self._end_line()
        super().cell_ended(report)

    def _end_line(self) -> None:
        if not self._at_start:
            say_aside("")
            self._at_start = True


class Bar(Silence):
    """A bar with the cell that runs, and how long the job has been going."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar = bar
        self._task = task

    def cell_started(self, index: int, total: int, source: str) -> None:
        """Its number and its first line."""
        text = first_line(source, max(10, terminal_width() - _BESIDE))
        self._bar.update(
            self._task, total=total, completed=index, cell=f"cell {index + 1} of {total}", text=text
        )

    def cell_ended(self, report: CellReport) -> None:
        """One further."""
        self._bar.update(self._task, completed=report.index + 1)


@contextmanager
def job_progress(*, quiet: bool, log_output: bool, bar: bool, as_json: bool) -> Iterator[JobListener]:
    """The listener that shows what was asked for."""
    if log_output:
        yield Output(results_alone=as_json)
    elif quiet:
        yield Silence()
    elif bar and sys.stderr.isatty():
        with _bar() as shown:
            yield shown
    elif bar:
        yield Lines()
    else:
        yield Silence()


@contextmanager
def _bar() -> Iterator[Bar]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    screen = Console(stderr=True, markup=False, highlight=False, emoji=False)
    columns = (
        BarColumn(24),
        TextColumn("{task.fields[cell]}", markup=False),
        TimeElapsedColumn(),
        TextColumn("{task.fields[text]}", markup=False, style="bright_black"),
    )
    with Progress(*columns, console=screen, transient=True, refresh_per_second=4) as progress:
        task = progress.add_task("job", total=None, cell="starting the kernel", text="")
        yield Bar(progress, task)


def first_line(source: str, limit: int = _LINE) -> str:
    """What a cell is recognised by: its first line that is no comment of another kind than `#|`."""
    lines = [line.strip() for line in source.splitlines()]
    told = [line for line in lines if line and (not line.startswith("#") or line.startswith("#|"))]
    return plain((told or [line for line in lines if line] or ["(empty)"])[0], limit)
