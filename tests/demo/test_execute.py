"""What the demo refuses, and how it executes a notebook; the demo itself takes longer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from nbmlops.demo import run_demo
from nbmlops.demo.example import cell_titles, example_path, read_example
from nbmlops.demo.execute import execute
from nbmlops.errors import NbmlopsError, ValueRefusedError


def silent(_done: int, _total: int, _text: str) -> None:
    pass


def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ValueRefusedError, match="holds other things"):
        run_demo(tmp_path, on_progress=silent)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_store_of_somebodys_is_no_former_demo(tmp_path: Path) -> None:
    (tmp_path / ".nbmlops").mkdir()
    with pytest.raises(ValueRefusedError, match="holds other things"):
        run_demo(tmp_path, on_progress=silent)
    assert (tmp_path / ".nbmlops").is_dir()


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("")
    with pytest.raises(ValueRefusedError, match="is a file"):
        run_demo(tmp_path / "demo", on_progress=silent)


def test_a_folder_that_cant_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NbmlopsError, match="can't be written"):
        run_demo(tmp_path / "file" / "demo", on_progress=silent)


def test_an_unexpected_error_names_the_cell(tmp_path: Path) -> None:
    cells = [nbformat.v4.new_markdown_cell("## A heading"), nbformat.v4.new_code_cell("1 / 0")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    with pytest.raises(NbmlopsError, match=r"Cell 2 of the demo \(a heading\) failed with ZeroDivisionError"):
        execute(notebook, tmp_path / "n.ipynb", tmp_path / "store", silent)


def test_the_kernel_is_this_interpreter_and_knows_its_notebook_and_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tmp_path / "kernels" / "python3"
    wrong.mkdir(parents=True)
    spec = {"argv": ["/nowhere/python", "{connection_file}"], "display_name": "Wrong", "language": "python"}
    (wrong / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setenv("NBMLOPS_DISABLED", "1")
    code = (
        "import os, sys\nprint(sys.executable, os.environ['NBMLOPS_STORE'], 'NBMLOPS_DISABLED' in os.environ)"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    execute(notebook, tmp_path / "n.ipynb", tmp_path / "store", silent)
    executed = nbformat.read(tmp_path / "n.ipynb", as_version=4)
    assert executed.cells[0].outputs[0].text.split() == [sys.executable, str(tmp_path / "store"), "False"]


def test_an_interrupt_ends_the_kernel(tmp_path: Path) -> None:
    code = (
        "import sys, nbformat\nfrom pathlib import Path\nfrom nbmlops.demo.execute import execute\n"
        "cell = nbformat.v4.new_code_cell('import time; time.sleep(100)')\n"
        "notebook = nbformat.v4.new_notebook(cells=[cell])\n"
        "say = lambda done, total, text: print(text, flush=True)\n"
        "execute(notebook, Path('n.ipynb').absolute(), Path('store').absolute(), say)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    child.stdout.readline()
    child.stdout.readline()  # the cell has begun
    time.sleep(0.5)
    kernels = psutil.Process(child.pid).children(recursive=True)
    os.kill(child.pid, signal.SIGINT)
    _, said = child.communicate(timeout=60)
    assert child.returncode == -signal.SIGINT, said
    assert "KeyboardInterrupt" in said
    assert kernels
    _, alive = psutil.wait_procs(kernels, timeout=20)
    assert alive == []


def test_the_kept_notebook_has_ids_and_no_outputs() -> None:
    notebook = json.loads(example_path().read_text(encoding="utf-8"))
    nbformat.validate(notebook)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["id"] for cell in code if cell["outputs"] or cell["execution_count"] is not None] == []
    tagged = [cell["id"] for cell in code if "raises-exception" in cell["metadata"].get("tags", [])]
    assert tagged == ["ten-columns"]


def test_cells_are_called_by_their_run_or_heading() -> None:
    titles = cell_titles(read_example())
    assert titles[0] == "first light"
    assert sum(title.startswith("run ") for title in titles) == 12
