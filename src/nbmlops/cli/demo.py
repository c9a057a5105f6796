"""`nbmlops demo`: the example on real data, with what it leaves."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.output import hint, on_terminal, say, say_aside
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
    """Run the example on real data: twelve tracked runs, two wrong on purpose, and their comparison."""
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
    say_aside(f"{count_of(result.runs, 'run')} tracked in {_near(result.notebook)}. The report:")
    say(str(report))
    say_aside(report.as_uri())
    if not keep_store or not on_terminal():
        return
    store = shlex.quote(_near(result.store))
    hint(
        "",
        f"nbmlops --store {store} runs",
        f"nbmlops --store {store} compare",
        f"jupyter lab {shlex.quote(_near(result.notebook))}",
    )


def _near(path: Path) -> str:
    path = path.absolute()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _has_screen() -> bool:
    """Whether a browser would open in a window: on a server it could take the terminal over instead."""
    if not on_terminal() or os.environ.get("SSH_CONNECTION"):
        return False
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
