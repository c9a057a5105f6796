"""`nbmlops report`: an experiment as one file that needs nothing else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.nothing import nothing_found
from nbmlops.cli.options import limit_option, where_option
from nbmlops.cli.output import hint, remark, say
from nbmlops.cli.place import require_workspace, store_option
from nbmlops.cli.suggest import suggest_experiments
from nbmlops.errors import NbmlopsError, NotFoundError
from nbmlops.views.numbers import count_of, format_bytes

if TYPE_CHECKING:
    from nbmlops.widgets.report_file import ReportFile
    from nbmlops.workspace import Workspace


@click.command(
    "report",
    short_help="Write an experiment as one HTML file.",
    epilog=examples(
        "nbmlops report churn -o churn.html",
        'nbmlops report churn -o best.html --where "metrics.auc > 0.9" --title "Churn, third quarter"',
        "nbmlops report churn -o churn.html --force         replace the one that is there",
    ),
)
@click.argument("experiment", shell_complete=suggest_experiments)
@click.option(
    "-o",
    "--output",
    metavar="FILE.html",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file to write.",
)
@where_option
@limit_option("The newest N runs; at most 500.", least=1, default=200)
@click.option(
    "--title", metavar="TEXT", default="", help="The heading. The default is the experiment's name."
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@store_option
def command_report(
    *, experiment: str, output: Path, where: str | None, limit: int, title: str, force: bool
) -> None:
    """Write the runs of EXPERIMENT as one HTML file, to be sent or kept.

    It opens without a server, a store or a network, can be read and printed where no script runs, and is the
    interactive view of the same runs where one may. It holds what the runs recorded, source and paths included:
    look at it before it leaves the house.
    """
    if output.exists() and not force:
        raise NbmlopsError(f"{output} is there already. Give another -o, or --force to replace it.")
    workspace = require_workspace()
    _require_some(workspace, experiment, where)
    from nbmlops.widgets.report_file import ReportScope, make_report

    with _progress() as on_progress:
        scope = ReportScope(experiment, where, limit, title)
        made = make_report(workspace, scope, on_progress=on_progress)
    output.write_text(made.html, encoding="utf-8", newline="\n")
    _tell(output, made)


def _require_some(workspace: Workspace, experiment: str, where: str | None) -> None:
    from nbmlops.store.run_query import RunQuery

    query = RunQuery(experiment, where, limit=1)
    if not workspace.finder.ids(query):
        raise NotFoundError(nothing_found(workspace, query))


def _tell(output: Path, made: ReportFile) -> None:
    say(str(output.absolute()))
    shown = count_of(made.runs, "run")
    which = shown if made.runs == made.total else f"the newest {shown} of {made.total}"
    remark(f"{which}, {format_bytes(output.stat().st_size)}")
    if not made.alive:
        remark("a document only: this installation lacks the front end that a wheel has")
    hint(output.absolute().as_uri())


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """A line that says what goes on, where a person waits; it leaves nothing behind."""
    if not sys.stderr.isatty():
        yield lambda _text: None
        return
    from rich.console import Console

    with Console(stderr=True).status("Reading the runs") as status:
        yield lambda text: status.update(text)  # noqa: PLW0108 - rich takes more than a text
