"""What a run depends on is found wherever notebooks run: other front ends, threads, children, edited modules."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import nbformat

import nbmlops

from .conftest import Notebook, last_run

CANARY = "canary-7c1e55aa90d2"


def sources(run) -> list[str]:
    return [cell.source for cell in run.slice]


def test_modules_that_autoreload_loads_anew_are_kept_as_they_ran(
    own_kernel: Notebook, tmp_path: Path
) -> None:
    module = tmp_path / "reloaded_of_mine.py"
    module.write_text("def scaled(x):\n    return 2.0 * x\n")
    own_kernel.run(f"import sys; sys.path.insert(0, {str(tmp_path)!r})")
    own_kernel.run("%load_ext autoreload\n%autoreload 2")
    own_kernel.run("import reloaded_of_mine")
    own_kernel.run("%%track\nscore = reloaded_of_mine.scaled(1.0)")
    first = last_run()
    time.sleep(1.1)  # autoreload looks at whole seconds
    module.write_text("def scaled(x):\n    return 30.0 * x\n")
    own_kernel.run("%%track\nscore = reloaded_of_mine.scaled(1.0)")
    second = last_run()
    assert (first.metrics["score"], second.metrics["score"]) == (2.0, 30.0)
    blobs = nbmlops.api.session().workspace.blobs
    kept = [blobs.get(run.modules[0].digest).decode() for run in (first, second)]
    assert "2.0 * x" in kept[0]
    assert "30.0 * x" in kept[1]


def test_a_thread_that_logs_belongs_to_the_run(notebook: Notebook) -> None:
    notebook.run("import threading, nbmlops\nlevel = 3.0")
    notebook.run("def work():\n    nbmlops.log_metric('from_thread', level)")
    notebook.run("%%track\nthread = threading.Thread(target=work)\nthread.start()\nthread.join()")
    run = last_run()
    assert run.metrics["from_thread"] == 3.0
    assert {
        "import threading, nbmlops\nlevel = 3.0",
        "def work():\n    nbmlops.log_metric('from_thread', level)",
    } <= set(sources(run))


def test_a_child_process_and_a_fork_leave_the_history_to_their_parent(notebook: Notebook) -> None:
    notebook.run("import os, subprocess, sys\nbase = 4.0")
    notebook.run("child = os.fork()\nif child == 0:\n    os._exit(0)\nos.waitpid(child, 0)")
    notebook.run(
        "said = subprocess.run([sys.executable, '-c', 'print(6)'], capture_output=True, text=True).stdout"
    )
    notebook.run("%%track\nscore = float(said) + base")
    run = last_run()
    assert run.metrics["score"] == 10.0
    assert sources(run)[-2].startswith("said = subprocess.run")
    assert any(source.startswith("import os, subprocess, sys\nbase") for source in sources(run))


def test_vs_code_names_the_notebook_and_colab_names_none(own_kernel: Notebook, tmp_path: Path) -> None:
    own_kernel.run("%%track\nscore = float('1.5')")
    assert last_run().notebook is None
    path = tmp_path / "from code.ipynb"
    own_kernel.run(f"__vsc_ipynb_file__ = {str(path)!r}")
    own_kernel.run("%%track\nscore = float('2.5')")
    run = last_run()
    assert run.notebook == str(path)
    assert run.cell_id is None  # this client sends none
    assert all(cell.cell_id is None for cell in run.slice)


def test_the_executed_source_counts_not_the_saved_one(own_kernel: Notebook, tmp_path: Path) -> None:
    path = tmp_path / "edited.ipynb"
    saved = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("rate = 1.0")])
    nbformat.write(saved, path)
    own_kernel.run(f"__vsc_ipynb_file__ = {str(path)!r}")
    own_kernel.run("rate = 7.0  # not saved yet")
    own_kernel.run("import nbmlops")
    own_kernel.run("%%track\nnbmlops.log_metric('score', rate)")
    run = last_run()
    assert run.metrics["score"] == 7.0
    assert "rate = 7.0  # not saved yet" in sources(run)


def test_nbclient_and_papermill_run_what_leaves_slices(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("NBMLOPS_STORE", str(tmp_path / "store"))
    cells = [
        "%load_ext nbmlops",
        "import nbmlops\nrate = 4.0",
        "unused = 1",
        "%%track\nnbmlops.log_metric('score', 2 * rate)",
    ]
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbformat.write(made, tmp_path / "a.ipynb")
    for command in (
        ["nbclient.cli", "a.ipynb"],
        ["papermill", "a.ipynb", "out.ipynb", "-k", "python3"],
    ):
        code = (
            "from nbclient.cli import main; main()"
            if command[0] == "nbclient.cli"
            else "from papermill.cli import papermill; papermill()"
        )
        subprocess.run(
            [sys.executable, "-c", code, *command[1:]], cwd=tmp_path, check=True, capture_output=True
        )
        run = last_run()
        assert run.metrics["score"] == 8.0
        assert sources(run) == [
            "import nbmlops\nrate = 4.0",
            "%%track\nnbmlops.log_metric('score', 2 * rate)",
        ]


def test_a_canary_is_found_in_no_byte_of_the_store(notebook: Notebook, tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    module = folder / "connecting_of_mine.py"
    module.write_text(f"password = {CANARY!r}\n\ndef length():\n    return len(password)\n")
    notebook.run(f"import os, sys; os.chdir({str(folder)!r}); sys.path.insert(0, '')")
    notebook.run(f"api_token = {CANARY!r}")
    notebook.run("from connecting_of_mine import length")
    notebook.run("with open(f'{api_token}.csv', 'w') as f:\n    f.write(f'a,b\\n1,{api_token}\\n')")
    notebook.run("import pandas as pd\ndf = pd.read_csv(f'{api_token}.csv')")
    notebook.run("def send(token):\n    raise ValueError(f'refused: {token}')")
    notebook.run(
        "%%track\nprint(api_token)\nlogin = api_token\nsize = float(length() + len(df))\nlabel = f'Bearer {api_token}'\nsend(api_token)"
    )
    run = last_run()
    assert run.status == "FAILED"
    assert len(run.slice) >= 5
    assert run.modules
    assert any(cell.masked for cell in run.slice)
    assert CANARY.encode() not in notebook.bytes_of_store()
    assert CANARY not in json.dumps([repr(run)])
    notebook.run(f"os.chdir({str(tmp_path)!r})")
