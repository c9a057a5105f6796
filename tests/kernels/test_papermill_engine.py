"""What papermill gets wrong with its own engine, and right with ours."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from papermill.exceptions import PapermillException, PapermillExecutionError

from nbmlops.errors import KernelError
from nbmlops.kernels import journal_of
from nbmlops.kernels.papermill_errors import NotebookEndedError

from .conftest import lives, make_notebook, read, wait_until


def by_papermill(folder: Path, notebook: dict[str, Any], **options: Any) -> Any:
    nbformat.write(nbformat.from_dict(notebook), folder / "in.ipynb")
    return papermill.execute_notebook(
        folder / "in.ipynb",
        folder / "out.ipynb",
        engine_name="nbmlops",
        **({"progress_bar": False} | options),
    )


def statuses(folder: Path) -> list[tuple[str, str]]:
    """What our metadata and papermill's say of each code cell."""
    assert not list(folder.glob("*.journal"))
    cells = [cell for cell in read(folder / "out.ipynb")["cells"] if cell["cell_type"] == "code"]
    return [(c["metadata"]["nbmlops"]["status"], c["metadata"]["papermill"]["status"]) for c in cells]


def test_parameters_run_and_the_result_is_papermills_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = make_notebook("alpha = 1", "print('alpha is', alpha)", tags={0: ["parameters"]})
    with (tmp_path / "log").open("w") as log:
        result = by_papermill(tmp_path, notebook, parameters={"alpha": 5}, stdout_file=log, progress_bar=True)
    assert isinstance(result, nbformat.NotebookNode)
    assert result.cells[2].outputs[0].text == "alpha is 5\n"
    assert (tmp_path / "log").read_text() == "alpha is 5\n"
    assert statuses(tmp_path) == [("completed", "completed")] * 3
    told = read(tmp_path / "out.ipynb")["metadata"]["papermill"]
    assert told["parameters"] == {"alpha": 5}
    assert told["exception"] is None
    assert told["duration"] > 0
    assert "3/3" in capsys.readouterr().err


def test_a_failed_cell_is_papermills_error_and_what_never_ran_is_pending(tmp_path: Path) -> None:
    with pytest.raises(PapermillExecutionError) as caught:
        by_papermill(tmp_path, make_notebook("1", "1/0", "2"))
    assert caught.value.ename == "ZeroDivisionError"
    assert statuses(tmp_path) == [("completed", "completed"), ("failed", "failed"), ("pending", "pending")]
    written = read(tmp_path / "out.ipynb")
    assert "papermill-error-cell-tag" in written["cells"][0]["metadata"]["tags"]


def test_a_killed_kernel_leaves_nothing_completed_that_never_ran(tmp_path: Path) -> None:
    with pytest.raises(NotebookEndedError, match="SIGKILL") as caught:
        by_papermill(tmp_path, make_notebook("1", "import os; os.kill(os.getpid(), 9)", "2"))
    assert isinstance(caught.value, PapermillException)
    assert caught.value.code == 137
    assert statuses(tmp_path) == [
        ("completed", "completed"),
        ("kernel died", "failed"),
        ("pending", "pending"),
    ]
    assert read(tmp_path / "out.ipynb")["metadata"]["papermill"]["exception"] is True


def test_a_cell_timed_out_is_not_completed(tmp_path: Path) -> None:
    with pytest.raises(NotebookEndedError, match=r"longer than 1 s") as caught:
        by_papermill(tmp_path, make_notebook("1", "import time; time.sleep(60)", "2"), execution_timeout=1)
    assert caught.value.code == 124
    assert statuses(tmp_path) == [("completed", "completed"), ("timed out", "failed"), ("pending", "pending")]


def test_a_cell_that_may_fail_fails_nothing(tmp_path: Path) -> None:
    result = by_papermill(tmp_path, make_notebook("1/0", "2", tags={0: ["raises-exception"]}))
    assert statuses(tmp_path) == [("completed", "completed")] * 2
    assert read(tmp_path / "out.ipynb")["cells"][0]["outputs"][0]["output_type"] == "error"
    assert result.cells[0].outputs[0]["output_type"] == "error"


def test_exit_with_nothing_is_a_success_and_the_rest_is_skipped(tmp_path: Path) -> None:
    by_papermill(tmp_path, make_notebook("import sys; sys.exit(0)", "2"))
    assert statuses(tmp_path) == [("completed", "completed"), ("skipped", "pending")]


def test_the_command_ends_with_the_notebooks_exit_code(tmp_path: Path) -> None:
    nbformat.write(make_notebook("import sys; sys.exit(3)"), tmp_path / "in.ipynb")
    (tmp_path / "sub").mkdir()
    command = [
        sys.executable,
        "-m",
        "papermill",
        "in.ipynb",
        "out.ipynb",
        "--engine",
        "nbmlops",
        "--cwd",
        "sub",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 3
    assert "SystemExit: 3" in done.stderr
    assert "Traceback" not in done.stderr
    assert statuses(tmp_path) == [("failed", "failed")]


def test_the_command_is_ended_in_order_by_sigterm(tmp_path: Path) -> None:
    nbformat.write(
        make_notebook(
            "import os; open('pid', 'w').write(str(os.getpid()))", "import time; time.sleep(60)", "3"
        ),
        tmp_path / "in.ipynb",
    )
    command = [sys.executable, "-m", "papermill", "in.ipynb", "out.ipynb", "--engine", "nbmlops"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as job:
        wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text(), 60)
        time.sleep(0.3)
        job.send_signal(signal.SIGTERM)
        assert job.wait(30) == 143
    assert statuses(tmp_path)[1:] == [("interrupted", "failed"), ("pending", "pending")]
    assert not lives(int((tmp_path / "pid").read_text()))


def test_the_output_is_kept_until_papermill_has_written_it(tmp_path: Path) -> None:
    script = (
        "import os, papermill, papermill.execute as module\n"
        "module.write_ipynb = lambda nb, path: os.kill(os.getpid(), 9)\n"
        "papermill.execute_notebook('in.ipynb', 'out.ipynb', engine_name='nbmlops', progress_bar=False)\n"
    )
    nbformat.write(make_notebook("print('kept')"), tmp_path / "in.ipynb")
    assert subprocess.run([sys.executable, "-c", script], cwd=tmp_path).returncode == -signal.SIGKILL
    from nbmlops.kernels import read_partial, recover

    found = read_partial(tmp_path / "out.ipynb")
    assert found["metadata"]["nbmlops"]["status"] == "completed"
    assert recover(tmp_path / "out.ipynb")
    assert read(tmp_path / "out.ipynb")["cells"][0]["outputs"][0]["text"] == "kept\n"


def test_the_journal_is_gone_as_soon_as_papermill_is_done(tmp_path: Path) -> None:
    result = by_papermill(tmp_path, make_notebook("1"))
    assert not journal_of(tmp_path / "out.ipynb").exists()
    assert result.cells[0].metadata.nbmlops.status == "completed"


def test_without_an_output_only_the_result_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    nbformat.write(make_notebook("print(1)"), tmp_path / "in.ipynb")
    result = papermill.execute_notebook("in.ipynb", None, engine_name="nbmlops", progress_bar=False)
    assert result.cells[0].outputs[0].text == "1\n"
    assert [path.name for path in tmp_path.iterdir()] == ["in.ipynb"]


def test_a_missing_kernel_is_named(tmp_path: Path) -> None:
    with pytest.raises(KernelError, match="no kernel 'julia-9'"):
        by_papermill(tmp_path, make_notebook("1"), kernel_name="julia-9")
    assert json.loads((tmp_path / "out.ipynb").read_text())["metadata"]["nbmlops"]["status"] == "failed"
