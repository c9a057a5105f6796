"""What commands print: styled on a terminal, plain in a pipe, JSON when asked."""

from __future__ import annotations

import json
import math
import os
import shlex
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from nbmlops.views.markup import plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_PIPE_WIDTH = 100
_CELL_CHARS = 100_000


def on_terminal() -> bool:
    """Whether a person reads standard output."""
    return sys.stdout.isatty()


def terminal_width() -> int:
    """Columns to write to: the terminal's, or `COLUMNS`; 100 in a pipe."""
    return max(40, shutil.get_terminal_size((_PIPE_WIDTH, 24)).columns)


def console() -> Console:
    """Standard output with styles, which nothing in the texts of runs can switch on."""
    from rich.console import Console

    return Console(markup=False, emoji=False, highlight=False, width=terminal_width(), soft_wrap=False)


def grid(*, indent: int = 0) -> Table:
    """A table without lines; add columns and rows."""
    from rich.table import Table

    return Table(
        box=None,
        show_edge=False,
        pad_edge=False,
        padding=(0, 2, 0, indent),
        header_style="bold",
        collapse_padding=True,
    )


def hint(*texts: str) -> None:
    """What to do next, in grey under a result: only on a terminal."""
    if on_terminal():
        for text in texts:
            console().print(text, style="bright_black", soft_wrap=True)


def say(text: str) -> None:
    """What a command did."""
    click.echo(text)


def say_aside(text: str) -> None:
    """What isn't the result: on standard error, so that a pipe gets results alone; wrapped on a terminal."""
    if sys.stderr.isatty():
        text = "\n".join(line for given in text.split("\n") for line in _wrapped(given))
    click.echo(text, err=True)


def remark(text: str) -> None:
    """A line beside the result, in grey, on standard error."""
    coloured = False if os.environ.get("NO_COLOR") else None
    click.echo(click.style(plain(text, 200), fg="bright_black"), err=True, color=coloured)


def as_word(text: str) -> str:
    """A text as one word of a command that can be copied."""
    return shlex.quote(plain(text, 4096))


def _wrapped(line: str) -> list[str]:
    """Lines of prose; indented ones are left, since they may point at a column."""
    import textwrap

    if line.startswith(" ") or not line:
        return [line]
    return textwrap.wrap(line, terminal_width(), break_long_words=False, break_on_hyphens=False)


def print_json(value: Any) -> None:
    """One JSON document. ASCII alone, so that no terminal and no pipe can stumble over it."""
    click.echo(json.dumps(value, indent=2, allow_nan=False))


def print_tsv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A line of names and a line for each row, cells parted by tabs; numbers as they are stored."""
    click.echo("\t".join(tsv_cell(head) for head in heads))
    for row in rows:
        click.echo("\t".join(tsv_cell(value) for value in row))


def tsv_cell(value: Any) -> str:
    """One cell on one line; empty for what is missing."""
    if value is None:
        return ""
    if isinstance(value, float):
        return number_word(value) or repr(value)
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False, default=str)
    return plain(str(value), _CELL_CHARS)


def number_word(value: float) -> str | None:
    """The word for a number that JSON has no way to write, None for all others."""
    if math.isfinite(value):
        return None
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
