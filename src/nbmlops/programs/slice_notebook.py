"""A slice as a notebook that does again what a run depended on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from nbmlops.capture.header import find_header
from nbmlops.records import SliceCell

ALLOWED_TO_FAIL: Final = "raises-exception"
_SET_UP: Final = "%load_ext nbmlops"
_AUTOMATIC: Final = "\n%track on"  # the run's cell has no header: it was tracked because all were
_ID_CHARS: Final = 64  # of nbformat


def slice_notebook(
    cells: Sequence[SliceCell], *, fails: bool = False, path: Path | None = None, begins_runs: bool = False
) -> dict[str, Any]:
    """The notebook of a slice, in nbformat 4: a cell of our own that loads nbmlops, then the slice's.

    The cells' metadata say which numbers they had.

    Args:
        cells: in executed order, the tracked cell last.
        fails: the tracked cell failed, and may do so again.
        path: a folder that stands first among those that modules are imported from.
        begins_runs: the last cell was not tracked itself, but began the run by `start_run`.
    """
    tracked = cells[-1]
    is_automatic = find_header(tracked.source) is None and not begins_runs
    set_up = _SET_UP + _AUTOMATIC if is_automatic else _SET_UP
    if path is not None:  # without a name of ours in the namespace
        set_up = f'__import__("sys").path.insert(0, {str(path)!r})\n{set_up}'
    allowed = [cell.failed for cell in cells[:-1]] + [fails or tracked.failed]
    ids = unique_ids([cell.cell_id or "" for cell in cells])
    return {
        "cells": [
            _code("nbmlops-set-up", set_up),
            *(
                _code(cell_id, cell.source, count=cell.execution_count, may_fail=may_fail)
                for cell, cell_id, may_fail in zip(cells, ids, allowed, strict=True)
            ),
        ],
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def execution_counts(cells: Sequence[SliceCell]) -> str:
    """The cells' numbers, as the kernel takes them to number them again; 0 for what is not known."""
    return ",".join(str(cell.execution_count or 0) for cell in cells)


def unique_ids(wanted: Sequence[str]) -> list[str]:
    """An id for each cell that no other one has: a cell that was executed twice stands twice.

    Example:
        >>> unique_ids(["load", "", "load"])
        ['load', 'cell-2', 'load-2']
    """
    given: set[str] = set()
    return [_added(given, name or f"cell-{number}") for number, name in enumerate(wanted, start=1)]


def _added(given: set[str], name: str) -> str:
    found = next(candidate for candidate in _candidates(name) if candidate not in given)
    given.add(found)
    return found


def _candidates(name: str) -> Iterator[str]:
    legal = "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "-" for char in name)
    yield legal[:_ID_CHARS]
    number = 2
    while True:
        yield f"{legal[: _ID_CHARS - 8]}-{number}"
        number += 1


def _code(cell_id: str, source: str, *, count: int | None = None, may_fail: bool = False) -> dict[str, Any]:
    metadata: dict[str, Any] = {"tags": [ALLOWED_TO_FAIL]} if may_fail else {}
    if count is not None:
        metadata["nbmlops"] = {"execution_count": count}
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": cell_id,
        "metadata": metadata,
        "outputs": [],
        "source": source,
    }
