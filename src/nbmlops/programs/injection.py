"""The cell with the given values that goes into a notebook, by papermill's convention."""

from __future__ import annotations

import datetime as dt
import decimal
import math
from collections.abc import Callable, Collection, Mapping
from pathlib import PurePath
from typing import Any

from nbmlops.errors import NotebookError
from nbmlops.programs.binding import Bound
from nbmlops.programs.choices import EnumMember
from nbmlops.programs.names import Names
from nbmlops.programs.parameters import INJECTED_TAG

Translate = Callable[[Mapping[str, Any]], str]
"""From plain values to the source of a cell in the notebook's language."""

_COMMENT = "# Parameters"
_CELL_IDS_SINCE = 5  # nbformat 4.5


def injected_source(bound: Bound, translate: Translate | None = None) -> str:
    """The source of the cell that sets the given values, empty where none are given.

    Only literals are written, each of which reads back as its value: nothing that was given is run as code.

    Args:
        bound: the checked values.
        translate: writes the cell of a notebook that isn't Python.

    Raises:
        NotebookError: the notebook isn't Python, and nobody translates.
    """
    if not bound.values:
        return ""
    notebook = bound.parameters.notebook
    if not notebook.is_python:
        if translate is None:
            raise NotebookError(
                f"Parameters of {notebook.path} can't be set: its language is {notebook.language}."
            )
        return translate(bound.plain())
    writer = _Writer(bound.parameters.names)
    lines = [f"{name} = {writer.literal(value)}" for name, value in bound.values.items()]
    return "\n".join([_COMMENT, *writer.imports(), *lines, ""])


def inject(bound: Bound, translate: Translate | None = None) -> dict[str, Any]:
    """The notebook with the given values in a cell tagged `injected-parameters`, as a document of its own.

    The cell stands after the parameters, or at the top where there are none; an earlier injected one goes, even
    where nothing is given, for it would set what nobody asked for. The notebook that was read stays as it was.

    Raises:
        NotebookError: the notebook isn't Python, and nobody translates.
    """
    notebook = bound.parameters.notebook
    source = injected_source(bound, translate)
    cells = [cell for cell in notebook.document["cells"] if INJECTED_TAG not in _tags(cell)]
    if source:
        declared = bound.parameters.cell
        anchor = notebook.document["cells"][declared.index] if declared else None
        place = next((i + 1 for i, cell in enumerate(cells) if cell is anchor), 0)
        cells.insert(place, _cell(source, notebook.document, cells))
    return {**notebook.document, "cells": cells}


def _cell(source: str, document: Mapping[str, Any], others: list[Any]) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"tags": [INJECTED_TAG]},
        "outputs": [],
        "source": source.rstrip("\n"),
    }
    minor = document.get("nbformat_minor")
    if isinstance(minor, int) and minor >= _CELL_IDS_SINCE:
        cell["id"] = _free_id({str(other.get("id")) for other in others})
    return cell


def _free_id(taken: set[str]) -> str:
    """The same id each time, so that two executions of a notebook differ in nothing that doesn't matter."""
    number, name = 1, INJECTED_TAG
    while name in taken:
        number += 1
        name = f"{INJECTED_TAG}-{number}"
    return name


def _tags(cell: Mapping[str, Any]) -> list[Any]:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return tags if isinstance(tags, list) else []


class _Writer:
    """Writes values as Python, and remembers what has to be imported for them.

    A class is named as the notebook names it, where it imports it. Else its module comes under a name of our own:
    `import datetime` would take the name `datetime` from a notebook that has the class under it.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._modules: set[str] = set()

    def imports(self) -> list[str]:
        """The lines that import what was written, to be asked for after all values."""
        return [f"import {module} as _{module}" for module in sorted(self._modules)]

    def literal(self, value: object) -> str:
        """The source of a value."""
        match value:
            case EnumMember():
                return str(value)
            case float():
                return repr(value) if math.isfinite(value) else f'float("{value}")'
            case list() | tuple() | set() | frozenset() | dict():
                return self._container(value)
            case dt.datetime() | dt.date() | dt.time():
                return self._moment(value)
            case PurePath():
                return f"{self._class('pathlib', 'Path')}({str(value)!r})"
            case decimal.Decimal():
                return f"{self._class('decimal', 'Decimal')}({str(value)!r})"
            case None | bool() | int() | str():
                return repr(value)
        raise TypeError(f"A {type(value).__name__} has no literal")

    def _container(self, values: Collection[Any]) -> str:
        if isinstance(values, dict):
            return "{" + ", ".join(f"{self.literal(k)}: {self.literal(v)}" for k, v in values.items()) + "}"
        in_order = sorted(values, key=repr) if isinstance(values, set | frozenset) else values
        inside = ", ".join(map(self.literal, in_order))
        match values:
            case list():
                return f"[{inside}]"
            case tuple():
                return f"({inside}{',' if len(values) == 1 else ''})"
            case frozenset():
                return f"frozenset([{inside}])"
        return f"{{{inside}}}" if inside else "set()"

    def _moment(self, value: dt.date | dt.time) -> str:
        name = type(value).__name__
        made = self._class("datetime", name)
        if getattr(value, "tzinfo", None) is not None:
            return f"{made}.fromisoformat({value.isoformat()!r})"
        _, _, arguments = repr(value).partition("(")
        return f"{made}({arguments}"

    def _class(self, module: str, name: str) -> str:
        spelling = self._names.spelling_of(module, name)
        if spelling is None:
            self._modules.add(module)
            return f"_{module}.{name}"
        return spelling
