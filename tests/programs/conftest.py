"""Notebooks to read, written as their cells."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nbmlops.programs import NotebookSource, Parameters, notebook_from, read_parameters

Cell = str | tuple[str, str]
Declare = Callable[..., Parameters]


def a_document(*cells: Cell, language: str = "python", minor: int = 5) -> dict[str, Any]:
    """A notebook; a cell with a tag is a pair of both."""
    found = []
    for index, cell in enumerate(cells):
        tag, source = cell if isinstance(cell, tuple) else ("", cell)
        found.append(
            {
                "cell_type": "code",
                "source": source,
                "metadata": {"tags": [tag]} if tag else {},
                "outputs": [],
                "execution_count": None,
            }
            | ({"id": f"cell-{index}"} if minor >= 5 else {})
        )
    spec = {"name": "python3", "language": language, "display_name": "x"}
    return {"cells": found, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": minor}


def a_notebook(*cells: Cell, **options: Any) -> NotebookSource:
    return notebook_from(a_document(*cells, **options), Path("train.ipynb"))


@pytest.fixture
def declare() -> Declare:
    """The parameters of a cell; what stands in `before` is a cell above it."""

    def declared(source: str, before: str = "", **options: Any) -> Parameters:
        cells: list[Cell] = [before] if before else []
        return read_parameters(a_notebook(*cells, ("parameters", source), "after = 1", **options))

    return declared


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """A notebook on the disk."""

    def write(*cells: Cell, name: str = "train.ipynb", **options: Any) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps(a_document(*cells, **options)), encoding="utf-8")
        return path

    return write
