"""The notebook as it is saved: what of the session still stands in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from nbmlops.findings.situation import NotebookCell

_MAX_BYTES: Final = 1 << 20  # read within a few milliseconds, while the user waits


def saved_cells(
    notebook: str | None, *, max_bytes: int = _MAX_BYTES
) -> tuple[tuple[NotebookCell, ...] | None, float]:
    """The code cells of a notebook's file in order, and when it was saved (seconds since the epoch).

    Args:
        notebook: its path as the front end names it.
        max_bytes: of a larger file nothing is told.

    Returns:
        None for the cells where there is no such file, it is too large, or it is none.
    """
    if not notebook:
        return None, 0.0
    try:
        found = Path(notebook).stat()
        if found.st_size > max_bytes:
            return None, 0.0
        cells = json.loads(Path(notebook).read_bytes())["cells"]
        return tuple(_cell(cell) for cell in cells if cell["cell_type"] == "code"), found.st_mtime
    except (OSError, ValueError, KeyError, TypeError):
        return None, 0.0


def _cell(cell: dict[str, object]) -> NotebookCell:
    source = cell["source"]
    return NotebookCell(str(cell.get("id", "")), source if isinstance(source, str) else "".join(source))  # type: ignore[arg-type]
