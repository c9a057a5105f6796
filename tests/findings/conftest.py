"""A notebook in a real IPython shell of this process: quick, and with cells that have ids as in a front end."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.profiledir import ProfileDir

import nbmlops
from nbmlops.magics.extension import extension_of, unload_ipython_extension
from nbmlops.records import Finding
from nbmlops.session import _Holder, session

_TESTS = Path(__file__).resolve().parents[1]


class Notebook:
    """Runs cells, and saves them as a notebook when it is asked to."""

    def __init__(self, folder: Path, shell: InteractiveShell) -> None:
        self.folder = folder
        self.shell = shell
        self.path = folder / "notebook.ipynb"
        self.cells: dict[str, str] = {}  # as they stand in the document
        self.text = ""

    @property
    def extension(self) -> Any:
        return extension_of(self.shell)

    def load(self) -> None:
        self.run("%load_ext nbmlops", "load")

    def run(self, source: str, cell: str | None = None) -> Any:
        """Runs a cell of the document, or a new one; what it prints is in `text`."""
        cell = cell or f"cell-{len(self.cells)}"
        self.cells[cell] = source
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            result = self.shell.run_cell(source, store_history=True, cell_id=cell)
        self.text = out.getvalue()
        return result.result

    def save(self, cells: dict[str, str] | None = None, *, ago: float = 0.0) -> None:
        """Saves the document, as it stands or otherwise, now or some seconds ago."""
        document = {
            "cells": [
                {"cell_type": "code", "id": cell, "source": source, "outputs": [], "metadata": {}}
                for cell, source in (self.cells if cells is None else cells).items()
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        self.path.write_text(json.dumps(document))
        os.utime(self.path, (time.time() - ago + 0.01,) * 2)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Of the run of the last tracked cell, as they are stored."""
        return nbmlops.run_info(self.extension.last_run.id).findings

    @property
    def codes(self) -> list[str]:
        return [finding.code for finding in self.findings]

    def named(self, code: str) -> list[str]:
        """The names of the findings with this code."""
        return [finding.name for finding in self.findings if finding.code == code]


def _hide_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules of tests that were imported into this process are none of the notebook's own: each run would keep them."""
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None)).startswith(f"{_TESTS}/"):
            monkeypatch.delitem(sys.modules, name)


@pytest.fixture
def bare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Notebook]:
    """A shell in which nothing ran yet."""
    monkeypatch.setenv("NBMLOPS_STORE", str(tmp_path_factory.mktemp("elsewhere") / "store"))
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "notebook.ipynb"))
    monkeypatch.setattr(_Holder, "session", None)
    monkeypatch.chdir(tmp_path)
    _hide_tests(monkeypatch)
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(profile_dir=ProfileDir.create_profile_dir(str(tmp_path / ".ipython")))
    shell.history_manager.enabled = False
    notebook = Notebook(tmp_path, shell)
    yield notebook
    unload_ipython_extension(shell)
    workspace = session().workspace
    if workspace.location.exists:
        workspace.context.wait()
    workspace.drain.close()
    workspace.database.reset()
    InteractiveShell.clear_instance()


@pytest.fixture
def notebook(bare: Notebook) -> Notebook:
    """A shell with the extension loaded."""
    bare.load()
    return bare
