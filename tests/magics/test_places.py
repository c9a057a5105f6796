"""Where runs say that they were made: the notebook and the cell, whoever began them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbmlops
from nbmlops import RunInfo


def run_as_lab_does(notebook: Any, code: str, cell_id: str) -> None:
    """Sends a cell with its id, which a front end puts into the request's metadata."""
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {},
               "allow_stdin": False, "stop_on_error": True}  # fmt: skip
    request = notebook.client.session.msg("execute_request", content, metadata={"cellId": cell_id})
    notebook.client.shell_channel.send(request)
    while notebook.client.get_shell_msg(timeout=60)["parent_header"]["msg_id"] != request["header"]["msg_id"]:
        pass


def named(name: str) -> RunInfo:
    frame = nbmlops.runs(where=f"name == '{name}'")
    assert len(frame) == 1
    return nbmlops.run_info(frame["id"].iloc[0])


def test_a_run_that_code_in_a_cell_begins_is_that_cells(notebook: Any, tmp_path: Path) -> None:
    path = str(tmp_path / "train.ipynb")
    notebook.run(f"import os; os.environ['JPY_SESSION_NAME'] = {path!r}")
    run_as_lab_does(notebook, "import nbmlops\nwith nbmlops.start_run('by hand'): pass", "cell-7")
    run_as_lab_does(notebook, "%%track tracked\nwith nbmlops.start_run('inner'): pass", "cell-8")
    for name, cell in (("by hand", "cell-7"), ("tracked", "cell-8"), ("inner", "cell-8")):
        assert (named(name).notebook, named(name).cell_id) == (path, cell), name
    assert named("by hand").kind == "script"


def test_it_is_that_cells_too_where_the_extension_is_not_loaded(notebook: Any) -> None:
    notebook.run("%unload_ext nbmlops")
    run_as_lab_does(notebook, "import nbmlops\nwith nbmlops.start_run('without'): pass", "cell-9")
    notebook.run("%load_ext nbmlops")
    assert named("without").cell_id == "cell-9"


def test_a_run_of_a_script_is_no_cells(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("NBMLOPS_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "train.ipynb"))
    with nbmlops.start_run("script"):
        pass
    assert (named("script").notebook, named("script").cell_id) == (None, None)
