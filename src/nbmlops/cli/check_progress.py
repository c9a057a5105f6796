"""How checks that go on are shown: a bar on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nbmlops.cli.job_progress import Silence, first_line
from nbmlops.cli.output import say_aside, terminal_width

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from nbmlops.checks import Checked

_BESIDE = 52  # columns of what stands left of the line


class CheckProgress(Silence):
    """Shows nothing but what takes long."""

    def each(self, ids: Sequence[str]) -> Iterator[str]:
        """The ids, one after the other."""
        yield from ids

    def done(self, checked: Checked) -> Checked:
        """A run was checked; hands it back."""
        return checked

    def say(self, text: str) -> None:
        """What goes on for a while."""
        say_aside(text)


class CheckBar(CheckProgress):
    """A bar over runs, with the cell that is executed."""

    def __init__(self, bar: Progress, task: TaskID, total: int) -> None:
        self._bar = bar
        self._task = task
        self._total = total

    def each(self, ids: Sequence[str]) -> Iterator[str]:
        """Counts as it goes."""
        for number, run_id in enumerate(ids):
            self._bar.update(self._task, completed=number, run=f"run {number + 1} of {self._total}", text="")
            yield run_id

    def cell_started(self, index: int, total: int, source: str) -> None:
        """The cell's number and its first line."""
        text = first_line(source, max(10, terminal_width() - _BESIDE))
        self._bar.update(self._task, text=f"cell {index + 1} of {total}  {text}")

    def say(self, text: str) -> None:
        """In the bar's line."""
        self._bar.update(self._task, text=text)


@contextmanager
def check_progress(total: int, *, quiet: bool) -> Iterator[CheckProgress]:
    """What shows the progress of so many checks."""
    if quiet or not sys.stderr.isatty():
        yield CheckProgress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    screen = Console(stderr=True, markup=False, highlight=False, emoji=False)
    columns = (
        BarColumn(16),
        TextColumn("{task.fields[run]}", markup=False),
        TimeElapsedColumn(),
        TextColumn("{task.fields[text]}", markup=False, style="bright_black"),
    )
    with Progress(*columns, console=screen, transient=True, refresh_per_second=4) as bar:
        yield CheckBar(bar, bar.add_task("checks", total=total, run="", text=""), total)
