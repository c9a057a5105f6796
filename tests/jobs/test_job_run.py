"""What a job leaves: its run, the runs of its cells, and the executed notebook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

GOOD = (
    "%load_ext nbmlops\nimport nbmlops, os",
    "#| track first\nlr = 0.1\nloss = sum([lr] * 3)",
    "nbmlops.log_metric('rows', 12)\nprint('here', os.getcwd())",
    "#| track second -e elsewhere\nnbmlops.log_metric('score', depth / 8)",
)
PARAMETERS = "depth: int = 4\nlabel: str = 'plain'\nwidth = depth * 2"


@dataclass(frozen=True)
class Done:
    place: Any
    notebook: Path
    before: bytes
    code: int
    stderr: str
    result: dict[str, Any]
    info: dict[str, Any]


def run_job(place: Any, notebook: Path, *words: str, env: dict[str, str] | None = None) -> Done:
    before = notebook.read_bytes()
    done = place.run("run", str(notebook), "--json", *words, env=env)
    assert done.stdout, done.stderr
    result = json.loads(done.stdout)
    return Done(place, notebook, before, done.returncode, done.stderr, result, place.show(result["run"]))


@pytest.fixture(scope="module")
def good(shared_place: Callable[[str], Any]) -> Done:
    place = shared_place("good")
    notebook = place.notebook(*GOOD, parameters=PARAMETERS)
    return run_job(place, notebook, "-p", "depth", "6", "-e", "trees", "--tag", "team=growth")


@pytest.fixture(scope="module")
def bad(shared_place: Callable[[str], Any]) -> Done:
    place = shared_place("bad")
    source = "x = 1\ny = {'a': 1}\nz = y['b']\nprint('never')"
    return run_job(place, place.notebook("before = 1", source, "print('nor this')"))


def test_a_job_is_a_finished_run_with_every_parameter_in_force(good: Done) -> None:
    assert good.code == 0
    assert good.info["status"] == "FINISHED"
    assert good.info["kind"] == "job"
    assert good.info["name"] == "job"
    assert good.info["experiment"] == "trees"
    assert good.info["params"] == {"depth": 6, "label": "plain"}
    assert good.info["tags"]["team"] == "growth"
    assert good.info["duration"] > 0


def test_its_tracked_cells_are_runs_of_it_and_share_its_experiment(good: Done) -> None:
    parts = {run["name"]: good.place.show(run["id"]) for run in good.place.runs() if run["name"] != "job"}
    assert {name: part["parent"] for name, part in parts.items()} == {
        "first": good.info["id"],
        "second": good.info["id"],
    }
    assert {name: part["experiment"] for name, part in parts.items()} == {
        "first": "trees",
        "second": "elsewhere",
    }
    assert parts["second"]["metrics"] == {"score": 0.75}
    assert parts["first"]["cell_id"] == "cell-1"
    assert parts["first"]["notebook"] == str(good.notebook)


def test_what_is_logged_outside_of_them_belongs_to_the_job(good: Done) -> None:
    assert good.info["metrics"] == {"rows": 12}


def test_the_result_names_all_of_it(good: Done) -> None:
    result = good.result
    assert [(run["name"], run["metrics"]) for run in result["runs"]][-1] == ("job", {"rows": 12})
    assert {run["name"] for run in result["runs"]} == {"first", "second", "job"}
    assert result["status"] == "FINISHED"
    assert {cell["status"] for cell in result["cells"]} == {"completed"}
    assert len(result["cells"]) == 6  # one of them injected
    assert result["params"] == good.info["params"]
    assert result["failure"] is None


def test_the_executed_notebook_lies_beside_and_is_kept_with_the_run(good: Done) -> None:
    output = Path(good.result["output"])
    assert output == good.notebook.parent / "executed" / f"job-{good.info['id'][:8]}.ipynb"
    assert good.info["note"] == f"Executed notebook: {output}"
    (kept,) = good.info["artifacts"]
    assert kept["name"] == "job.ipynb"
    assert kept["size"] == output.stat().st_size
    cells = json.loads(output.read_text())["cells"]
    assert "".join(cells[1]["source"]).splitlines()[-1] == "depth = 6"
    assert any("here" in str(out) for cell in cells for out in cell["outputs"])


def test_the_notebook_itself_is_left_as_it_was(good: Done) -> None:
    assert good.notebook.read_bytes() == good.before


def test_it_works_in_the_folder_of_the_notebook(good: Done) -> None:
    assert f"here {good.notebook.parent}" in Path(good.result["output"]).read_text()


def test_what_a_parameter_was_computed_from_before_it_was_given_is_said(good: Done) -> None:
    assert "width" in good.stderr


def test_a_failed_cell_ends_the_job_as_failed(bad: Done) -> None:
    assert bad.code == 1
    assert bad.info["status"] == "FAILED"
    assert bad.info["error"] == "KeyError: 'b', in cell 2 (id cell-1)"
    assert bad.result["failure"]["line"] == 3
    assert [cell["status"] for cell in bad.result["cells"]] == ["completed", "failed", "pending"]


def test_its_run_keeps_the_cell_with_the_line_and_the_traceback(bad: Done) -> None:
    kept = bad.info["traceback"]
    assert "--> 3  z = y['b']" in kept
    assert "KeyError: 'b'" in kept
    assert "\x1b" not in kept


def test_its_executed_notebook_is_kept_as_far_as_it_came(bad: Done) -> None:
    (kept,) = bad.info["artifacts"]
    output = Path(bad.result["output"])
    assert kept["size"] == output.stat().st_size
    assert hashlib.sha256(output.read_bytes()).hexdigest()
    assert "KeyError" in output.read_text()


def test_another_notebook_may_ask_python_to_raise(place: Any) -> None:
    code = (
        "import nbmlops\n"
        "try:\n"
        "    nbmlops.run_notebook('job.ipynb', {'n': 2}, check=True, name='from python', output='out.ipynb')\n"
        "except nbmlops.JobFailedError as exc:\n"
        "    info = nbmlops.run_info(exc.run_id)\n"
        "    print(info.status, info.name, info.params, exc.exit_code)\n"
        "    print(exc)\n"
        "    print(len(nbmlops.runs()))\n"
    )
    place.notebook("import sys\nsys.exit(n + 1)", parameters="n = 1")
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=place.folder,
        env=place.environ(),
        capture_output=True,
        text=True,
        timeout=120,
    )
    lines = done.stdout.splitlines()
    assert lines[0] == "FAILED from python {'n': 2} 3", done.stderr
    assert "out.ipynb" in done.stdout
    assert lines[-1] == "1"


def test_a_notebook_may_run_another_whose_job_is_part_of_its_own(place: Any) -> None:
    place.notebook("print('inner', n)", parameters="n = 1", name="inner.ipynb")
    place.notebook(
        "import nbmlops\nresult = nbmlops.run_notebook('inner.ipynb', {'n': 2})\nprint(result.ok)",
        name="outer.ipynb",
    )
    done = place.run("run", "outer.ipynb", "--log-output", "-e", "nested")
    assert done.returncode == 0, done.stderr
    assert "True" in done.stdout
    runs = {run["name"]: run for run in place.runs()}
    assert runs["inner"]["parent"] == runs["outer"]["id"]
    assert runs["inner"]["experiment"] == "nested"
    assert runs["inner"]["params"] == {"n": 2}
