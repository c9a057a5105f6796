"""`nbmlops demo`: the example on real data, with what it leaves."""

from __future__ import annotations

import os
import shutil
import sys
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Protocol

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.output import as_word, hint, on_terminal, say, say_aside
from nbmlops.views.numbers import count_of

if TYPE_CHECKING:
    from nbmlops.demo import DemoResult

Progress = Callable[[int, int, str], None]


class DemoRunner(Protocol):
    """Runs the demo in a folder."""

    def __call__(self, folder: Path, *, on_progress: Progress) -> DemoResult:
        """Makes store, notebook and report."""


@click.command(
    "demo",
    short_help="Run the example on real data.",
    epilog=examples(
        "nbmlops demo",
        "nbmlops demo --output /tmp/demo --no-open",
    ),
)
@click.option(
    "-o",
    "--output",
    metavar="FOLDER",
    default="nbmlops-demo",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where notebook, store and report go.",
)
@click.option(
    "--open/--no-open",
    "opens",
    default=None,
    help="Open the report in a browser; by default where there is a screen.",
)
@click.option(
    "--keep-store/--no-keep-store",
    default=True,
    help="Keep the runs beside the report, to try the commands on. The default is to keep them.",
)
def command_demo(output: Path, opens: bool | None, keep_store: bool) -> None:
    """Run the examples on real data: twelve tracked runs and their comparison, a notebook as a job and as a package.

    Two of the runs are wrong on purpose, and so is one parameter of the job, to show what is said then. The tests of
    the package are run where pytest is installed.
    """
    if click.get_current_context().find_root().params.get("store"):
        raise click.UsageError(
            "The demo keeps its runs beside its report: name a folder with --output, not --store."
        )
    from nbmlops.demo import run_demo

    result = _run(output, run_demo)
    if not keep_store:
        shutil.rmtree(result.store)
    _tell(result, keep_store=keep_store)
    report = result.report.absolute()
    if opens or (opens is None and _has_screen()):
        webbrowser.open(report.as_uri())


def _run(folder: Path, runner: DemoRunner) -> DemoResult:
    with _progress() as on_progress:
        return runner(folder.absolute(), on_progress=on_progress)


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on a terminal, a line for each step in a log; both on standard error."""
    if not sys.stderr.isatty():
        yield lambda done, total, text: say_aside(f"{done}/{total} {text}")
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    screen = Console(stderr=True, markup=False, highlight=False, emoji=False)
    columns = (
        BarColumn(30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[text]}", markup=False),
    )
    with Progress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task("demo", total=None, text="starting a kernel")
        yield lambda done, total, text: bar.update(task, completed=done, total=total, text=text)


def _tell(result: DemoResult, *, keep_store: bool) -> None:
    report = result.report.absolute()
    for chapter, commands in groupby(result.commands, key=lambda command: command.chapter):
        say_aside(f"\n{chapter}")
        for command in commands:
            say_aside(f"\n  {command.title} ({command.word}):\n  $ {command.typed}")
            say_aside(indent(command.output.strip("\n"), "    "))
    say_aside(f"\n{count_of(result.runs, 'run')} tracked in {_near(result.notebook)}.")
    say_aside(
        f"The package is {_near(result.package)}, the comparison {_near(result.comparison)}. The report on it all:"
    )
    say(str(report))
    say_aside(report.as_uri())
    if not keep_store or not on_terminal():
        return
    store = as_word(_near(result.store))
    hint(
        "",
        f"nbmlops --store {store} runs",
        f"nbmlops --store {store} compare",
        f"nbmlops --store {store} ui",
        f"jupyter lab {as_word(_near(result.notebook))}",
    )


def _near(path: Path) -> str:
    path = path.absolute()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _has_screen() -> bool:
    """Whether a browser would open in a window: on a server it could take the terminal over instead."""
    if not on_terminal() or os.environ.get("SSH_CONNECTION"):
        return False
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
