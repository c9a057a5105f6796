"""The files of a package, from a notebook."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbmlops.errors import NotebookError
from nbmlops.export.core_source import Names
from nbmlops.export.dependencies import Dependencies
from nbmlops.export.files import PackageFiles
from nbmlops.export.inputs import RecordedInput
from nbmlops.export.manifest import FileChange, planned, write
from nbmlops.export.placement import Placement, place
from nbmlops.export.tests_source import TestCell
from nbmlops.export.units import units_of, units_or_none
from nbmlops.programs.notebook import NotebookCell, NotebookSource
from nbmlops.programs.parameters import TAG as PARAMETERS
from nbmlops.programs.parameters import read_parameters

EXPORTED = frozenset({"export", "exporti"})
TEST = "test"


@dataclass(frozen=True, slots=True)
class Export:
    """A package that is ready to be written.

    Attributes:
        folder: where it goes.
        names: what things are called in it.
        changes: what writing it does to each file.
        notices: what is worth knowing, each a sentence.
        runs: whether it has a function and a command that run the cells.
    """

    folder: Path
    names: Names
    changes: tuple[FileChange, ...]
    dependencies: Dependencies
    inputs: Mapping[str, RecordedInput]
    notices: tuple[str, ...] = ()
    runs: bool = True

    @property
    def edited(self) -> tuple[FileChange, ...]:
        """The files that somebody changed by hand."""
        return tuple(change for change in self.changes if change.change == "edited")

    def write(self, *, force: bool = False) -> None:
        """Writes the package.

        Args:
            force: also over files that were changed by hand; what was there is kept as NAME.orig.

        Raises:
            NotebookError: files were changed by hand; nothing is written then.
        """
        if self.edited and not force:
            listed = "".join(f"\n  {change.path}" for change in self.edited)
            raise NotebookError(
                f"In {self.folder} these files were changed by hand, or are not from an export:{listed}\n"
                "Nothing was written. Move the changes into the notebook, export into another folder, or use "
                "--force, which keeps them as NAME.orig; --diff shows what would change."
            )
        write(self.folder, list(self.changes))


def export_notebook(
    notebook: NotebookSource, folder: Path, *, name: str = "", ran_with: Mapping[str, str] | None = None
) -> Export:
    """Makes a package of the cells that are tagged, or marked with `#|`, `export`, `parameters` and `test`.

    Nothing is written before `Export.write`.

    Args:
        notebook: what to export.
        folder: where the package goes.
        name: what pip will call it; the folder's name when left out.
        ran_with: distribution to version where the notebook ran; what is installed here when left out.

    Raises:
        NotebookError: nothing is marked, or the marked cells don't stand on their own.
    """
    if not notebook.is_python:
        raise NotebookError(
            f"{notebook.path} is written in {notebook.language}: only Python can be exported."
        )
    names = _names(notebook, name or folder.absolute().name)
    parameters = read_parameters(notebook)
    cells = _exported_cells(notebook)
    others = [unit for cell in notebook.code_cells if cell not in cells for unit in units_or_none(cell)]
    placement = place(
        [unit for cell in cells for unit in units_of(cell)],
        others,
        frozenset(item.name for item in parameters),
    )
    tests = [TestCell(cell, units_of(cell)) for cell in notebook.marked(TEST)]
    files = PackageFiles(notebook, names, parameters, placement, ran_with or {})
    texts = files.texts(tests, others)
    return Export(
        folder=folder,
        names=files.names,
        changes=tuple(planned(folder, texts)),
        dependencies=files.dependencies,
        inputs=files.inputs,
        notices=tuple(_notices(placement, files.dependencies, cells)),
        runs=bool(placement.body),
    )


def _exported_cells(notebook: NotebookSource) -> list[NotebookCell]:
    cells = [cell for cell in notebook.code_cells if cell.marks & EXPORTED and PARAMETERS not in cell.marks]
    if not cells:
        raise NotebookError(
            f"{notebook.path} has no cell to export: tag cells `export` in the notebook's property inspector, or "
            "begin them with `#| export`. Cells tagged `parameters` and `test` come along."
        )
    return cells


def _names(notebook: NotebookSource, name: str) -> Names:
    package = re.sub(r"\W+", "_", name).strip("_").lower()
    if not package.isidentifier() or keyword.iskeyword(package) or package in sys.stdlib_module_names:
        raise NotebookError(
            f"{name!r} can't be the name of a package that Python imports: give another one with --name."
        )
    function = re.sub(r"\W+", "_", notebook.path.stem).strip("_").lower()
    if not function.isidentifier() or keyword.iskeyword(function):
        function = "run"
    return Names(package, package.replace("_", "-"), function, notebook.path.name)


def _notices(
    placement: Placement, dependencies: Dependencies, cells: Sequence[NotebookCell]
) -> Iterator[str]:
    if placement.inside:
        yield (
            f"{', '.join(placement.inside)} can't be imported from the package: what they read is computed by other "
            "exported cells. Give it to them as arguments."
        )
    if dependencies.unpinned:
        yield f"No installed package has the modules {', '.join(dependencies.unpinned)}: add what they need by hand."
    modules = sorted({words for cell in cells if (words := cell.directives.get("export", ""))})
    if modules:
        yield f"All cells go into one module, core.py; the names {', '.join(modules)} are not made."
