"""The notebook as it is saved: what of the session still stands in it."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Final

from nbmlops.findings.situation import NotebookCell

_MAX_BYTES: Final = 1 << 20  # read within a few milliseconds, while the user waits
_Cells = tuple[NotebookCell, ...] | None


def saved_cells(notebook: str | None, *, max_bytes: int = _MAX_BYTES) -> tuple[_Cells, float]:
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
    except (OSError, ValueError):
        return None, 0.0
    if found.st_size > max_bytes:
        return None, 0.0
    cells = _read(notebook, found.st_mtime_ns, found.st_size)
    return cells, found.st_mtime if cells is not None else 0.0


@lru_cache(maxsize=4)
def _read(notebook: str, _modified: int, _size: int) -> _Cells:
    """The file is read again only when it was saved again."""
    try:
        cells = json.loads(Path(notebook).read_bytes())["cells"]
        return tuple(_cell(cell) for cell in cells if cell["cell_type"] == "code")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _cell(cell: dict[str, object]) -> NotebookCell:
    source = cell["source"]
    text = source if isinstance(source, str) else "".join(source)  # type: ignore[arg-type]
    return NotebookCell(str(cell.get("id") or ""), text)
