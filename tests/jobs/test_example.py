"""The notebook that the documentation and the demo run as a job."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from nbmlops.programs.notebook import read_notebook
from nbmlops.programs.parameters import read_parameters


@pytest.fixture
def example(root: Path) -> Path:
    return root / "example-notebooks" / "train.ipynb"


def test_it_declares_typed_parameters_with_bounds_and_help(example: Path) -> None:
    parameters = read_parameters(read_notebook(example))
    kinds = {item.name: (str(item.kind), item.kind.allowed) for item in parameters}
    assert kinds["n_estimators"] == ("int", "1 to 2000")
    assert kinds["max_depth"][0] == "int | None"
    assert kinds["model"][1] == "forest, boosting"
    assert kinds["test_share"] == ("float", "0.05 to 0.5")
    assert kinds["data"][0] == "Path | None"


def test_it_is_stored_as_it_was_written(example: Path) -> None:
    notebook = read_notebook(example)
    assert all(not cell.get("outputs") for cell in notebook.document["cells"])
    assert {mark for cell in notebook.code_cells for mark in cell.tags} == {"export", "parameters", "test"}


def test_it_runs_as_a_job_and_beats_guessing(example: Path, place: Any) -> None:
    shutil.copy(example, place.folder)
    done = place.run(
        "run", "train.ipynb", "-p", "n_estimators", "20", "-p", "model=boosting", "-e", "diabetes", "--json"
    )
    assert done.returncode == 0, done.stderr
    runs = {run["name"]: run["metrics"] for run in json.loads(done.stdout)["runs"]}
    assert runs["model"]["mae"] < runs["baseline"]["mae"]
    assert 0 < runs["model"]["r2"] < 1
    assert {run["experiment"] for run in place.runs()} == {"diabetes"}
