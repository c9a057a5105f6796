"""A job that is killed outright, at every stage, leaves a true state and no process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nbmlops.kernels import assemble, journal_of, read_partial, recover
from nbmlops.kernels.journal import is_live

from .conftest import gone, lives, make_notebook, read, wait_until

JOB = """
import json, os, signal, sys
from pathlib import Path
import nbmlops.kernels.execute as module

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

{patch}
module.execute_notebook(json.loads(Path("in.ipynb").read_text()), Path("out.ipynb"))
"""
STAGES = {
    "before the kernel": "module.Kernel = die",
    "while the kernel starts": "module.Kernel.greet = die",
    "while assembling": """
write = module.write_notebook
def halfway(notebook, output, **how):
    if notebook["metadata"]["nbmlops"]["status"] != "running":
        Path.replace = die
    write(notebook, output, **how)
module.write_notebook = halfway
""",
    "after": "module.JournalWriter.remove = die",
}


def killed_job(folder: Path, *sources: str, patch: str = "") -> subprocess.CompletedProcess[bytes]:
    """A process of its own that executes a notebook, and is killed."""
    (folder / "in.ipynb").write_text(json.dumps(make_notebook(*sources)))
    return subprocess.run([sys.executable, "-c", JOB.format(patch=patch)], cwd=folder, timeout=120)


def statuses(notebook: dict[str, Any]) -> list[str]:
    return [cell["metadata"]["nbmlops"]["status"] for cell in notebook["cells"]]


@pytest.mark.parametrize("stage", STAGES)
def test_the_output_is_true_after_a_kill(tmp_path: Path, stage: str) -> None:
    job = killed_job(tmp_path, "print('one')", "2", patch=STAGES[stage])
    assert job.returncode == -signal.SIGKILL
    output = tmp_path / "out.ipynb"
    wait_until(lambda: not journal_of(output).exists())
    written = read(output)
    told = written["metadata"]["nbmlops"]
    if stage in {"before the kernel", "while the kernel starts"}:
        assert statuses(written) == ["pending", "pending"]
        assert (told["status"], told["exit_code"]) == ("interrupted", 137)
        assert told["message"] == "the process that executed the notebook was killed"
    else:
        assert statuses(written) == ["completed", "completed"]
        assert (told["status"], told["exit_code"]) == ("completed", 0)
        assert written["cells"][0]["outputs"][0]["text"] == "one\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.ipynb", "out.ipynb"]


def test_killed_in_cell_150_it_loses_nothing_and_leaves_no_process(tmp_path: Path) -> None:
    cells = [f"print('cell {index}')" for index in range(200)]
    cells[150] = (
        "import os, signal, subprocess, time\n"
        "other = subprocess.Popen(['sleep', '300'], start_new_session=True)\n"
        "open('pids', 'w').write(f'{os.getpid()} {other.pid}')\n"
        "print('in 150', flush=True); time.sleep(0.3)\n"
        "os.killpg(os.getpgid(os.getppid()), signal.SIGKILL) if os.getpgid(os.getppid()) == os.getppid() else "
        "os.kill(os.getppid(), signal.SIGKILL)\n"
        "time.sleep(60)"
    )
    assert killed_job(tmp_path, *cells).returncode == -signal.SIGKILL
    wait_until(lambda: not journal_of(tmp_path / "out.ipynb").exists())
    written = read(tmp_path / "out.ipynb")
    assert statuses(written) == ["completed"] * 150 + ["interrupted"] + ["pending"] * 49
    texts = [cell["outputs"][0]["text"] for cell in written["cells"][:151]]
    assert texts == [f"cell {index}\n" for index in range(150)] + ["in 150\n"]
    assert written["cells"][150]["metadata"]["papermill"]["status"] == "failed"
    assert written["metadata"]["nbmlops"]["failed_cell"]["index"] == 150
    for pid in map(int, (tmp_path / "pids").read_text().split()):
        gone(pid)


def test_killed_with_its_guardian_it_is_recovered_at_the_next_look(tmp_path: Path) -> None:
    cell = (
        "import os, pathlib, signal, time\n"
        "print('so far', flush=True); time.sleep(0.3)\n"
        "for stat in pathlib.Path('/proc').glob('[0-9]*/stat'):\n"
        "    try: text = stat.read_text()\n"
        "    except OSError: continue\n"
        "    pid, parent = int(stat.parent.name), int(text.rpartition(')')[2].split()[1])\n"
        "    if parent == os.getppid() and pid != os.getpid(): os.kill(pid, signal.SIGKILL)\n"
        "os.kill(os.getppid(), signal.SIGKILL); time.sleep(20)"
    )
    assert killed_job(tmp_path, cell, "2").returncode == -signal.SIGKILL
    output = tmp_path / "out.ipynb"
    assert journal_of(output).exists()
    assert (
        statuses(read_partial(output)) == ["interrupted", "pending"] == statuses(assemble(journal_of(output)))
    )
    assert json.loads(output.read_text())["metadata"]["nbmlops"]["status"] == "running"
    assert recover(output)
    assert statuses(read(output)) == ["interrupted", "pending"] == statuses(read_partial(output))
    assert read(output)["cells"][0]["outputs"][0]["text"] == "so far\n"
    assert not recover(output)


def test_a_running_job_can_be_read_and_is_not_recovered(tmp_path: Path) -> None:
    (tmp_path / "in.ipynb").write_text(
        json.dumps(make_notebook("1", "print('so far')\nimport time; time.sleep(60)", "3"))
    )
    job = subprocess.Popen([sys.executable, "-c", JOB.format(patch="")], cwd=tmp_path)
    output = tmp_path / "out.ipynb"

    def says_so_far() -> bool:
        return output.exists() and bool(read_partial(output)["cells"][1].get("outputs"))

    try:
        wait_until(says_so_far, 30)
        assert statuses(read_partial(output)) == ["completed", "running", "pending"]
        assert read_partial(output)["metadata"]["nbmlops"]["status"] == "running"
        assert is_live(journal_of(output))
        assert not recover(output)
    finally:
        job.terminate()
        assert job.wait(30) == 0
    assert statuses(read(output)) == ["completed", "interrupted", "pending"]
    assert not lives(job.pid)


def test_what_was_changed_after_the_job_is_not_written_over(tmp_path: Path) -> None:
    killed_job(
        tmp_path,
        "1",
        patch=STAGES["after"]
        + "\nmodule.Guard.__init__ = lambda self, output: setattr(self, '_process', None)",
    )
    output = tmp_path / "out.ipynb"
    assert journal_of(output).exists()
    edited = json.loads(output.read_text())
    edited["cells"][0]["source"] = ["# a note"]
    output.write_text(json.dumps(edited))
    assert read_partial(output)["cells"][0]["source"] == ["# a note"]
    recover(output)
    assert read(output)["cells"][0]["source"] == "# a note"
    assert not journal_of(output).exists()


def test_reading_where_nothing_lies_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_partial(tmp_path / "out.ipynb")
    assert not recover(tmp_path / "out.ipynb")
    assert not list(tmp_path.iterdir())
