"""`nbmlops show`: one run in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.options import json_option, run_argument
from nbmlops.cli.output import console, hint, on_terminal, print_json, say, say_aside, terminal_width
from nbmlops.cli.place import require_workspace, resolve_to_read, store_option
from nbmlops.cli.statuses import STATUS_LOOKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbmlops.records import RunInfo


@click.command(
    "show",
    short_help="Show one run in full.",
    epilog=examples(
        "nbmlops show 3f9c2a1b",
        "nbmlops show forest",
        "nbmlops show 3f9c --json | jq .inputs",
    ),
)
@run_argument
@json_option
@store_option
def command_show(run: str, as_json: bool) -> None:
    """Show one run: metrics, parameters, data, source, environment.

    Of a job, the runs of its cells too.

    RUN is an id, or as many of its first characters as tell it apart, or a name: of several runs that share it
    the newest is shown.
    """
    workspace = require_workspace(run)
    info = workspace.runs.info(resolve_to_read(workspace, run))
    _complete(info)
    parts = workspace.runs.infos(workspace.runs.parts(info.id))
    if as_json:
        from nbmlops.cli.documents import run_document

        print_json(run_document(info) | {"parts": [part.id for part in parts]})
        return
    lines = _lines(info, parts, terminal_width())
    if not on_terminal():
        say("\n".join(lines))
        return
    _draw(lines, info)
    _hint(info)


def _complete(info: RunInfo) -> None:
    """Writes the executed notebook that a lost job's note names, where nobody has yet."""
    if info.status == "LOST" and info.kind == "job":
        from nbmlops.jobs.leftovers import recover_lost

        if written := recover_lost(info):
            say_aside(f"{written} was put together just now, from what its killed job had journalled.")


def _lines(info: RunInfo, parts: Sequence[RunInfo], width: int) -> list[str]:
    from nbmlops.views.run_page import run_text

    return run_text(info, width, parts=parts).splitlines()


def _draw(lines: list[str], info: RunInfo) -> None:
    from rich.text import Text

    out = console()
    for at, line in enumerate(lines):
        text = Text(line)
        if at == 0:
            text.stylize("bold")
            text.stylize(STATUS_LOOKS[info.status].colour, 0, 1)
        elif at == 1:
            text.stylize("bright_black")
        elif at < lines.index("", 1) if "" in lines else False:
            text.stylize("yellow")  # what was found, between the facts and the first part
        elif line and not line.startswith(" "):
            text.stylize("bold")
        out.print(text, soft_wrap=True)


def _hint(info: RunInfo) -> None:
    hint("")
    if info.deleted:
        hint(f"nbmlops restore {info.short_id}")
        return
    series = [metric.key for metric in info.metric_details if metric.count > 1]
    follow = f"    nbmlops history {info.short_id} {series[0]}" if series and series[0].isidentifier() else ""
    hint(f"nbmlops compare {info.short_id} OTHER{follow}")
