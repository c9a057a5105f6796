"""`nbmlops lineage`: how a run or a model came about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.options import json_option, run_argument
from nbmlops.cli.output import console, hint, on_terminal, print_json, say, say_aside, terminal_width
from nbmlops.cli.place import require_workspace, store_option

if TYPE_CHECKING:
    from nbmlops.records.lineage import Lineage

_ENDINGS = (".svg", ".html", ".htm", ".json")


@click.command(
    "lineage",
    short_help="Show how a run or a model came about.",
    epilog=examples(
        "nbmlops lineage 3f9c2a1b",
        "nbmlops lineage forest -o forest.svg",
        "nbmlops lineage forest --json | jq '.nodes[].name'",
    ),
)
@run_argument
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it as a picture (.svg), a page (.html) or data (.json).",
)
@json_option
@store_option
def command_lineage(run: str, output: Path | None, as_json: bool) -> None:
    """Show how a run came about: the cells that it depended on, what they read, what passed between them.

    RUN is an id, the beginning of one, or a name; where no run has that name, the newest model that has it.
    """
    if output is not None and output.suffix.lower() not in _ENDINGS:
        raise click.UsageError(f"--output {output}: end the file's name with .svg, .html or .json.")
    workspace = require_workspace(run)
    from nbmlops.tracking.lineage import stored_lineage

    lineage = stored_lineage(workspace, run)
    if output is not None:
        _write(lineage, output, aside=as_json)
    if as_json:
        from nbmlops.records.lineage import lineage_to_doc

        print_json(lineage_to_doc(lineage))
    elif output is None:
        _show(lineage, run)


def _write(lineage: Lineage, output: Path, *, aside: bool) -> None:
    from nbmlops.widgets.lineage_view import LineageView

    saved = LineageView(lineage).save(output).absolute()
    told = say_aside if aside else say
    told(str(saved))
    if not aside:
        hint(saved.as_uri())


def _show(lineage: Lineage, wanted: str) -> None:
    from nbmlops.views.lineage_text import lineage_text

    text = lineage_text(lineage, terminal_width())
    if not on_terminal():
        say(text)
        return
    _draw(text.splitlines())
    if not any(node.kind == "cell" for node in lineage.nodes):
        hint("", "No cells are known of it: it was not tracked in a notebook.")
    hint("", f"nbmlops lineage {wanted} -o lineage.html    nbmlops show {wanted}")


def _draw(lines: list[str]) -> None:
    from rich.text import Text

    out = console()
    for at, line in enumerate(lines):
        text = Text(line, "bold" if at == 0 else "")
        text.highlight_regex(r"^[ │├└─↑…]+", "bright_black")
        text.highlight_regex(r"\[\d+\]|#\d+", "cyan")
        text.highlight_regex(r"\(shown above\)$", "bright_black")
        out.print(text, soft_wrap=True)
