"""Small notebooks, executed in real kernels: each costs a second, so tests share what one execution left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

NBMLOPS = [sys.executable, "-c", "from nbmlops.cli import main; main()"]


def write_notebook(path: Path, *sources: str, parameters: str = "") -> Path:
    """A notebook of code cells, the first one its parameters where there are any."""
    cells = [_cell("params", parameters, ["parameters"])] if parameters else []
    cells += [_cell(f"cell-{number}", source) for number, source in enumerate(sources)]
    document = {
        "cells": cells,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _cell(name: str, source: str, tags: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {"tags": list(tags)},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


@dataclass(frozen=True)
class Place:
    """A folder with a store of its own, and `nbmlops` in it."""

    folder: Path

    def notebook(self, *sources: str, parameters: str = "", name: str = "job.ipynb") -> Path:
        return write_notebook(self.folder / name, *sources, parameters=parameters)

    def environ(self, **extra: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("NBMLOPS_")}
        return kept | extra

    def start(self, *words: str, env: dict[str, str] | None = None, **options: Any) -> subprocess.Popen[str]:
        """`nbmlops` in a process of its own, which the caller ends."""
        return subprocess.Popen(
            [*NBMLOPS, *words],
            cwd=self.folder,
            env=self.environ(**(env or {})),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def run(self, *words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """`nbmlops` to its end."""
        child = self.start(*words, env=env)
        out, err = child.communicate(timeout=120)
        return subprocess.CompletedProcess(words, child.returncode, out, err)

    def show(self, run: str) -> dict[str, Any]:
        """A run as `nbmlops show --json` tells it."""
        from nbmlops.cli.documents import run_document

        workspace = self._workspace()
        (found,) = workspace.resolve([run])
        return run_document(workspace.runs.info(found))

    def runs(self) -> list[dict[str, Any]]:
        """All runs, the newest first."""
        from nbmlops.store.run_query import RunQuery

        workspace = self._workspace()
        workspace.sync()
        return [self.show(run_id) for run_id in workspace.finder.ids(RunQuery())]

    def _workspace(self) -> Any:
        from nbmlops.config import StoreLocation
        from nbmlops.workspace import Workspace

        def unheard(exc: Exception) -> None:
            raise exc

        return Workspace(
            StoreLocation(self.folder / ".nbmlops"), mask=lambda value: value, on_trouble=unheard
        )

    def everything(self) -> dict[Path, bytes]:
        """Every byte that lies here."""
        return {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / ".nbmlops").mkdir()
    return Place(tmp_path)


@pytest.fixture(scope="module")
def shared_place(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Place]:
    def make(name: str) -> Place:
        folder = tmp_path_factory.mktemp(name)
        (folder / ".nbmlops").mkdir()
        return Place(folder)

    return make
