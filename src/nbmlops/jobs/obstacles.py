"""What keeps a run from being done again, as far as that is known before anything is executed."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from nbmlops.capture.secret_looks import MASK
from nbmlops.records import RunInfo, RunStatus, SliceCell

UNFINISHED: Final = {
    RunStatus.RUNNING: "It still runs: check it when it has ended.",
    RunStatus.KILLED: "It was interrupted, so there is no result to compare with: run the cell again.",
    RunStatus.LOST: "Its process died before its end, so there is no result to compare with: run the cell again.",
}


def obstacles(run: RunInfo) -> tuple[str, ...]:
    """Each a sentence that ends with the remedy; empty when nothing is in the way."""
    return tuple(_obstacles(run))


def _obstacles(run: RunInfo) -> Iterator[str]:
    if run.status in UNFINISHED:
        yield UNFINISHED[run.status]
    elif not run.slice:
        yield _without_slice(run)
    else:
        yield from _masked(run.slice)
        if run.cwd and not Path(run.cwd).is_dir():
            yield f"The folder that it ran in is not there any more: make {run.cwd} again."


def _without_slice(run: RunInfo) -> str:
    if run.kind == "script":
        return (
            "It was not begun by a tracked cell, so what it depended on is not known: begin the cell with %%track, "
            "or run its script again and use `nbmlops compare`."
        )
    return "The store does not know what the cell depended on: run it again with this version of nbmlops."


def _masked(cells: tuple[SliceCell, ...]) -> Iterator[str]:
    for number, cell in enumerate(cells, start=1):
        if cell.masked and holds_mask(cell.source):
            count = cell.execution_count
            where = f"Cell [{count}]" if count is not None else f"Cell {number} of what it depended on"
            yield (
                f"{where} holds a secret, which was not kept: read it by nbmlops.secret(NAME) and run the cells "
                "again; then check with --secret NAME=env:VARIABLE."
            )


def holds_mask(source: str) -> bool:
    """Whether a secret was masked in the code; what stands in comments alone is not needed."""
    if MASK not in source:
        return False
    lines = source.splitlines(keepends=True)
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                lines[row - 1] = lines[row - 1][:column]
    except (tokenize.TokenError, SyntaxError):  # magics are no Python
        return True
    return MASK in "".join(lines)
