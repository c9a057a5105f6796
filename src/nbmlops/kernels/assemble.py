"""Makes the executed notebook out of its job's journal: at the job's end, or whenever somebody looks."""

from __future__ import annotations

import glob
import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from nbmlops.errors import KernelError
from nbmlops.kernels.document import put_together
from nbmlops.kernels.journal import encode, is_live, journal_of, read_journal, take_over
from nbmlops.kernels.metadata import OWN, RUNNING, end_cell, end_job
from nbmlops.records.jobs import CellStatus, JobStatus

_IN_LINES: Final = (
    64_000  # characters; a longer text stands in the notebook as one, its lines apart cost too much
)
_TEXT_MIMES: Final = ("application/javascript", "image/svg+xml")
_TRIAL: Final = ".part"
_KILLED: Final = 137  # the exit code of a process that was killed outright
_KILLED_MESSAGE: Final = "the process that executed the notebook was killed"


def assemble(journal: Path) -> dict[str, Any]:
    """The notebook as far as its job came. A job that was killed outright is told as interrupted.

    Args:
        journal: `out.ipynb.journal`.

    Raises:
        FileNotFoundError: there is no such journal.
        KernelError: it is no journal, or its job was killed before it had begun.
    """
    notebook = put_together(read_journal(journal))
    if not notebook:
        raise KernelError(f"{journal} is empty: its job was killed before it began.")
    if notebook["metadata"][OWN]["status"] == RUNNING and not is_live(journal):
        _mark_killed(notebook, datetime.fromtimestamp(journal.stat().st_mtime, UTC).isoformat())
    return notebook


def read_partial(output: Path) -> dict[str, Any]:
    """The executed notebook at any time: while its job runs, after its end, or after the job was killed.

    Args:
        output: where the job writes, or wrote, the executed notebook.

    Raises:
        FileNotFoundError: there is neither an output nor a journal.
        KernelError: what lies there is no journal.
    """
    notebook = _current(output)
    if notebook is not None:
        return notebook
    found: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    return found


def recover(output: Path, *, wait: float = 0.0) -> bool:
    """Writes the output of a job that was killed, and removes its journal; does nothing when there is none.

    Args:
        output: where the job would have written the executed notebook.
        wait: seconds to wait for the job's end.

    Returns:
        Whether there was anything to recover.

    Raises:
        KernelError: what lies there is no journal.
        OSError: the output can't be written.
    """
    journal = journal_of(output)
    lock = take_over(journal, wait)
    if lock is None:
        return False
    try:
        notebook = put_together(read_journal(journal))
        if notebook and not _is_written(output, notebook):
            if notebook["metadata"][OWN]["status"] == RUNNING:
                _mark_killed(notebook, datetime.now(UTC).isoformat())
            write_notebook(notebook, output)
        journal.unlink(missing_ok=True)
        for trial in output.parent.glob(f".{glob.escape(output.name)}.*{_TRIAL}"):
            trial.unlink(missing_ok=True)  # what was being written when the job was killed
    finally:
        os.close(lock)
    return bool(notebook)


def write_notebook(notebook: dict[str, Any], output: Path, *, draft: bool = False) -> None:
    """Writes a notebook in nbformat's shape, whole or not at all.

    Args:
        notebook: what is written.
        output: where to.
        draft: it will be written again: as fast as can be, without waiting for the disk.

    Raises:
        OSError: it can't be written; what stood there before still does.
    """
    trial = output.with_name(f".{output.name}.{uuid4().hex[:8]}{_TRIAL}")
    try:
        with trial.open("wb") as file:
            if draft:
                file.write(encode(json.dumps(notebook, ensure_ascii=False, default=str)))
            else:
                file.writelines(_lines(notebook))
                file.flush()
                os.fsync(file.fileno())
        trial.replace(output)
    finally:
        trial.unlink(missing_ok=True)


def _lines(notebook: dict[str, Any]) -> Iterable[bytes]:
    shaped = {**notebook, "cells": [_shaped_cell(cell) for cell in notebook["cells"]]}
    encoder = json.JSONEncoder(
        ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": "), default=str
    )
    for piece in encoder.iterencode(shaped):
        yield encode(piece)
    yield b"\n"


def _shaped_cell(cell: dict[str, Any]) -> dict[str, Any]:
    shaped = {**cell, "source": _in_lines(cell.get("source", ""))}
    if "outputs" in cell:
        shaped["outputs"] = [_shaped_output(output) for output in cell["outputs"]]
    return shaped


def _shaped_output(output: dict[str, Any]) -> dict[str, Any]:
    if output["output_type"] == "stream":
        return {**output, "text": _in_lines(output["text"])}
    if "data" in output:
        return {**output, "data": {mime: _in_lines(value, mime) for mime, value in output["data"].items()}}
    return output


def _in_lines(text: Any, mime: str = "text/plain") -> Any:
    """A text as a list of its lines, which version control likes better."""
    if (
        not isinstance(text, str)
        or len(text) > _IN_LINES
        or not (mime.startswith("text/") or mime in _TEXT_MIMES)
    ):
        return text
    return text.splitlines(keepends=True)


def _current(output: Path) -> dict[str, Any] | None:
    """What the journal says, unless there is none, or the output already says it all."""
    try:
        notebook = assemble(journal_of(output))
    except FileNotFoundError:
        return None
    except KernelError:
        if output.exists():
            return None
        raise
    return None if _is_written(output, notebook) else notebook


def _is_written(output: Path, notebook: dict[str, Any]) -> bool:
    """Whether the output is this job's, and complete: what was changed in it since must stay."""
    try:
        found = json.loads(output.read_bytes())["metadata"][OWN]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return bool(found.get("job") == notebook["metadata"][OWN]["job"] and found.get("status") != RUNNING)


def _mark_killed(notebook: dict[str, Any], at: str) -> None:
    """The cell that ran was interrupted, and so was the job; what never ran stays pending."""
    done: dict[str, Any] = {
        "status": JobStatus.INTERRUPTED.value,
        "exit_code": _KILLED,
        "message": _KILLED_MESSAGE,
        "at": at,
    }
    for index, cell in enumerate(notebook["cells"]):
        if cell.get("metadata", {}).get(OWN, {}).get("status") == CellStatus.RUNNING:
            end_cell(cell, {"status": CellStatus.INTERRUPTED.value, "message": _KILLED_MESSAGE, "at": at})
            done["failed_cell"] = {"index": index, "id": cell.get("id", ""), "message": _KILLED_MESSAGE}
    end_job(notebook, done)
