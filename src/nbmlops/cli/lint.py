"""`nbmlops lint`: findings in notebook files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.options import json_option
from nbmlops.cli.output import print_json, remark, say, say_aside
from nbmlops.errors import NotebookError

if TYPE_CHECKING:
    from nbmlops.findings.lint import Remark

_FOUND = 1
_CANNOT = 2


def _words(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> list[str]:
    return [word.strip() for text in given for word in text.split(",") if word.strip()]


@click.command(
    "lint",
    epilog=examples(
        "nbmlops lint train.ipynb",
        "nbmlops lint notebooks/*.ipynb --ignore NB108",
        "nbmlops lint train.ipynb --select out-of-order,NB104",
        "nbmlops lint train.ipynb --json | jq -r '.[].code'",
    )
    + "\n\n\b\nExit codes: 0 nothing was found, 1 something was, 2 a file can't be read or an option is wrong.",
)
@click.argument("notebooks", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
@click.option(
    "--select",
    multiple=True,
    callback=_words,
    metavar="CODES",
    help="Ask only these: codes with commas between.",
)
@click.option("--ignore", multiple=True, callback=_words, metavar="CODES", help="Don't ask these.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github"]),
    default="text",
    show_default=True,
    help="`github` prints annotations for GitHub Actions.",
)
@click.pass_context
def command_lint(
    context: click.Context,
    *,
    notebooks: tuple[Path, ...],
    as_json: bool,
    select: list[str],
    ignore: list[str],
    form: str,
) -> None:
    """Find reasons not to trust notebooks, in their files: nothing of them runs.

    The findings are those of tracked cells, as far as the file alone tells: names that only a later cell makes,
    randomness without a seed, clocks in metrics, and so on. `# nbmlops: ignore NB106` on a line, or on a line of its
    own for the cell, takes one back.
    """
    from nbmlops.findings.lint import chosen_rules, lint_notebook

    rules = chosen_rules(select, ignore)
    remarks: list[Remark] = []
    failed = False
    for notebook in notebooks:
        try:
            found = lint_notebook(notebook, rules)
        except NotebookError as exc:
            say_aside(f"Error: {exc}")
            failed = True
            continue
        if found is None:
            say_aside(f"{notebook} is not Python: passed over.")
        remarks += found or ()
    if as_json:
        print_json([item.to_doc() for item in remarks])
    else:
        _print(remarks, form)
        if remarks:
            remark(_summary(remarks, len(notebooks)))
    context.exit(_CANNOT if failed else _FOUND if remarks else 0)


def _print(remarks: list[Remark], form: str) -> None:
    from nbmlops.views.markup import plain

    for item in remarks:
        if form == "github":
            title = f"{item.code} {item.slug}"
            text = plain(f"cell {item.cell}, line {item.line}: {item.message}", 1_000)
            say(f"::warning file={item.path},title={title}::{_escaped(text)}")
        else:
            say(plain(str(item), 1_000))


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _summary(remarks: list[Remark], total: int) -> str:
    n, files = len(remarks), len({item.path for item in remarks})
    things = "finding" if n == 1 else "findings"
    return f"{n} {things} in {files} of {total} notebooks." if total > 1 else f"{n} {things}."
