"""Where the executed notebook may be written: found out before the job, not after an hour of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from nbmlops.errors import ValueRefusedError


def check_output(output: Path, notebook: Path) -> None:
    """Makes the folder of the output and tries to write to it.

    Raises:
        ValueRefusedError: it is the notebook itself, or can't be written.
    """
    if output.exists() and output.samefile(notebook):
        raise ValueRefusedError(
            f"The executed notebook would overwrite {notebook} itself: name another file, or leave OUTPUT out."
        )
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        descriptor, trial = tempfile.mkstemp(prefix=".nbmlops-", dir=output.parent)
        os.close(descriptor)
        Path(trial).unlink()
        if output.exists() and not os.access(output, os.W_OK):
            raise PermissionError(None, "Permission denied")
    except OSError as exc:
        why = f"{exc.strerror or exc}"
        if isinstance(exc, FileExistsError | NotADirectoryError):
            why = f"{output.parent} is no folder"
        raise ValueRefusedError(
            f"The executed notebook can't be written to {output}: {why}. Name another OUTPUT."
        ) from exc
