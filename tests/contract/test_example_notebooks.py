"""The example notebooks run from top to bottom, and are kept without their outputs' noise."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted(
    path for path in (ROOT / "example-notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
)


def test_there_are_example_notebooks() -> None:
    assert NOTEBOOKS, "example-notebooks/ is empty"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_an_example_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBMLOPS_STORE", str(tmp_path / "store"))
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()  # a cell may fail only where it is tagged `raises-exception`
