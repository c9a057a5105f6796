"""A failed cell as text: what it was, where in it, and why."""

from __future__ import annotations

import re
from typing import Final

from nbmlops.records.jobs import CellFailure

_ANSI: Final = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
# "Cell In[3], line 2" since IPython 8, "Input In [3], in <cell line: 2>" before; a syntax error has the first.
_PLACES: Final = (
    re.compile(r"Cell In\s?\[\d+\], line (\d+)"),
    re.compile(r"Input In \[\d+\], in .*?line: (\d+)"),
)


def without_colours(text: str) -> str:
    """The text without the codes that colour it on a terminal."""
    return _ANSI.sub("", text)


def failed_line(failure: CellFailure) -> int | None:
    """The number (from 1) of the cell's line that failed, None where the traceback doesn't tell."""
    text = without_colours(failure.traceback)
    for place in _PLACES:
        if found := place.search(text):
            number = int(found[1])
            return number if number <= len(failure.source.splitlines()) else None
    return None


def cell_name(failure: CellFailure) -> str:
    """How the cell is called in messages: its place from 1, as people count, and its id."""
    return f"cell {failure.index + 1}" + (f" (id {failure.cell_id})" if failure.cell_id else "")


def failure_sentence(failure: CellFailure) -> str:
    """One line: what happened, and in which cell."""
    message = f"{failure.name}: {failure.message}" if failure.message else failure.name
    return f"{message}, in {cell_name(failure)}"


def marked_source(failure: CellFailure) -> list[str]:
    """The cell's lines with their numbers, the one that failed behind an arrow."""
    at = failed_line(failure)
    lines = failure.source.splitlines()
    width = len(str(len(lines)))
    return [
        f"{'-->' if number == at else '   '} {number:>{width}}  {line}".rstrip()
        for number, line in enumerate(lines, start=1)
    ]


def failure_report(failure: CellFailure) -> str:
    """What the run of a failed job keeps as its traceback: the cell, its source, and what the kernel said."""
    head = f"{cell_name(failure).capitalize()} {failure.status.value}"
    parts = [head, "\n".join(marked_source(failure)), without_colours(failure.traceback).strip()]
    return "\n\n".join(part for part in parts if part)
