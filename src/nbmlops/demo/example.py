"""The notebook that the demo runs: where it lies, and what its cells are called."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import nbformat

from nbmlops.errors import NotFoundError

NOTEBOOK_NAME: Final = "first-light.ipynb"
JOB_NOTEBOOK_NAME: Final = "train.ipynb"
EXPERIMENT: Final = "biopsy"

_TRACKED = re.compile(r"^%%track\s+(\S+)", re.MULTILINE)
_HEADING = re.compile(r"^#+\s+(.+)$", re.MULTILINE)


def example_path(name: str = NOTEBOOK_NAME) -> Path:
    """A notebook in an installed package, else in the checkout that this package is part of.

    Raises:
        NotFoundError: it is in neither.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "examples", package.parents[1] / "example-notebooks"):
        if (folder / name).is_file():
            return folder / name
    raise NotFoundError(f"The example notebook {name} is missing from {package}: install nbmlops anew.")


def read_example() -> Any:
    """The notebook as nbformat reads it, without outputs."""
    return nbformat.read(example_path(), as_version=4)  # type: ignore[no-untyped-call]  # nbformat ships no types


def cell_titles(notebook: Any) -> list[str]:
    """What goes on in each cell: the run that it tracks, else the heading that it stands under."""
    titles, heading = [], "setting up"
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (found := _HEADING.search(cell.source)):
            heading = found[1].strip().lower()
        run = _TRACKED.search(cell.source) if cell.cell_type == "code" else None
        titles.append(f"run {run[1]}" if run else heading)
    return titles
