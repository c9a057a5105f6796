"""A notebook as it lies on the disk: read as the JSON that it is, nothing of it executed.

nbformat isn't used: it costs a third of a second to import, and validates what nobody reads here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbmlops.errors import NotebookError
from nbmlops.programs.directives import read_directives, read_marks

_FORMAT = 4
_CELL_TYPES = frozenset({"code", "markdown", "raw"})
_EXPORTED_AS = {".py": "a script", ".md": "a text", ".html": "a page"}
_PYTHON = re.compile(r"i?python(\d.*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NotebookCell:
    """One cell.

    Attributes:
        index: its place among all cells of the notebook, from 0.
        id: nbformat's id, empty where the notebook is older than 4.5.
        type: "code", "markdown" or "raw".
        tags: those of its metadata alone.
    """

    index: int
    id: str
    type: str
    source: str
    tags: frozenset[str] = frozenset()

    @property
    def is_code(self) -> bool:
        """Whether a kernel would run it."""
        return self.type == "code"

    @property
    def marks(self) -> frozenset[str]:
        """Its tags, and the `#| export` comments that it begins with, as nbdev has them."""
        return self.tags | read_marks(self.source) if self.is_code else self.tags

    @property
    def directives(self) -> Mapping[str, str]:
        """The `#|` comments that it begins with, name to the words after it: `#| default_exp core`."""
        return read_directives(self.source) if self.is_code else {}


@dataclass(frozen=True, slots=True)
class NotebookSource:
    """A notebook that was read.

    Attributes:
        path: where it was read from.
        language: in small letters, "python" where the notebook doesn't say.
        kernel: the name of its kernel, empty where the notebook doesn't say.
        document: the notebook as nbformat describes it. Don't change it: make a copy.
    """

    path: Path
    cells: tuple[NotebookCell, ...]
    language: str
    kernel: str
    document: Mapping[str, Any] = field(repr=False)

    @property
    def is_python(self) -> bool:
        """Whether its code is Python."""
        return _PYTHON.fullmatch(self.language) is not None

    @property
    def code_cells(self) -> tuple[NotebookCell, ...]:
        """The cells that a kernel would run."""
        return tuple(cell for cell in self.cells if cell.is_code)

    def marked(self, mark: str) -> tuple[NotebookCell, ...]:
        """The code cells with this tag or `#|` mark."""
        return tuple(cell for cell in self.code_cells if mark in cell.marks)


def read_notebook(path: str | Path) -> NotebookSource:
    """Reads a notebook of nbformat 4.

    Raises:
        NotebookError: it isn't there, can't be read, is no notebook, or one of another format.
    """
    path = Path(path)
    return notebook_from(_read_document(path), path)


def notebook_from(document: object, path: Path) -> NotebookSource:
    """The notebook that a parsed JSON document is; `path` is what messages call it.

    Raises:
        NotebookError: it is no notebook, or one of another format.
    """
    checked = _checked(document, path)
    metadata = _mapping(checked.get("metadata"))
    kernelspec, info = _mapping(metadata.get("kernelspec")), _mapping(metadata.get("language_info"))
    return NotebookSource(
        path=path,
        cells=tuple(_read_cells(checked["cells"], path)),
        language=str(info.get("name") or kernelspec.get("language") or "python").lower(),
        kernel=str(kernelspec.get("name") or ""),
        document=checked,
    )


def _read_document(path: Path) -> object:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise NotebookError(_missing(path)) from None
    except IsADirectoryError:
        raise NotebookError(f"{path} is a folder: name the notebook in it.") from None
    except UnicodeDecodeError:
        raise NotebookError(f"{path} is no notebook: it isn't UTF-8 text.") from None
    except OSError as exc:
        raise NotebookError(f"{path} can't be read: {exc.strerror or exc}.") from exc
    try:
        return json.loads(text)
    except json.JSONDecodeError as exc:
        raise NotebookError(_not_json(path, text, exc)) from None
    except (ValueError, RecursionError):
        raise NotebookError(
            f"{path} is no notebook: its JSON is nested too deep, or holds too long a number."
        ) from None


def _missing(path: Path) -> str:
    import difflib  # only where something is amiss

    folder = path.parent
    if not folder.is_dir():
        return f"There is no notebook {path}: there is no folder {folder}."
    stems = {found.stem: found for found in sorted(folder.glob("*.ipynb"))}
    near = difflib.get_close_matches(path.name.removesuffix(".ipynb"), stems, 1)
    meant = f" Did you mean {stems[near[0]]}?" if near else ""
    return f"There is no notebook {path}.{meant}"


def _not_json(path: Path, text: str, exc: json.JSONDecodeError) -> str:
    if not text.strip():
        return f"{path} is empty: it is no notebook yet."
    if path.suffix in _EXPORTED_AS:
        return f"{path} is {_EXPORTED_AS[path.suffix]}, no notebook: name the .ipynb file."
    if "<<<<<<<" in text:
        return f"{path} holds the marks of a merge conflict: settle it first."
    return f"{path} is no notebook: it isn't JSON (line {exc.lineno}: {exc.msg})."


def _checked(document: object, path: Path) -> dict[str, Any]:
    """The document, once it is sure to be a notebook of our format."""
    if not isinstance(document, dict) or "nbformat" not in document:
        raise NotebookError(f"{path} is no notebook: its JSON doesn't say which format (`nbformat`) it has.")
    version = document["nbformat"]
    if isinstance(version, int) and version < _FORMAT:
        raise NotebookError(
            f"{path} is written in the old notebook format {version}. Open and save it in Jupyter, or "
            f"run: jupyter nbconvert --to notebook --inplace {path.name}"
        )
    if version != _FORMAT:
        raise NotebookError(f"{path} has the notebook format {version!r}; nbmlops reads format {_FORMAT}.")
    if not isinstance(document.get("cells"), list):
        raise NotebookError(f"{path} is damaged: it has no list of cells.")
    return document


def _read_cells(cells: list[Any], path: Path) -> Iterator[NotebookCell]:
    for index, cell in enumerate(cells):
        kind = cell.get("cell_type") if isinstance(cell, dict) else None
        if kind not in _CELL_TYPES:
            raise NotebookError(f"{path} is damaged: cell {index + 1} is neither code nor text.")
        yield NotebookCell(
            index=index,
            id=str(cell.get("id") or ""),
            type=kind,
            source=_joined(cell.get("source"), index, path),
            tags=_tags(cell.get("metadata")),
        )


def _joined(source: object, index: int, path: Path) -> str:
    """A source is a text or a list of its lines."""
    if isinstance(source, str):
        return source
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    raise NotebookError(f"{path} is damaged: the source of cell {index + 1} is no text.")


def _tags(metadata: object) -> frozenset[str]:
    tags = _mapping(metadata).get("tags")
    return frozenset(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else frozenset()


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
