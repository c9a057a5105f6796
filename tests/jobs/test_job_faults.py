"""Jobs that are killed, interrupted, refused, or many at once: each leaves a state that is true."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

SECRET = "correct-horse-battery-staple"
SLOW = (
    "import os, time",
    "import nbmlops\nprint('first line', nbmlops.secret('DB') if 'NBMLOPS_BROKER' in os.environ else '', flush=True)\ntime.sleep(0.5)\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(60)",
)


def wait_for(happened: Callable[[], Any], seconds: float = 60.0) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := happened():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def kernel_of(place: Any) -> int:
    """The kernel's process, once it is in the slow cell."""
    return int(wait_for(lambda: (place.folder / "pid").exists() and (place.folder / "pid").read_text()))


def holding(place: Any, secret: str) -> list[Path]:
    """The files in which the secret stands."""
    return [path for path, content in place.everything().items() if secret.encode() in content]


def recovered(place: Any) -> Any:
    """The executed notebook, once what a killed job left of it is put together."""
    wait_for(lambda: not (place.folder / "out.ipynb.journal").exists())
    return json.loads((place.folder / "out.ipynb").read_text())


def finish(child: subprocess.Popen[str]) -> tuple[str, str]:
    return child.communicate(timeout=60)


def test_a_job_killed_in_a_cell_is_lost_and_its_notebook_is_there_as_far_as_it_came(place: Any) -> None:
    place.notebook(*SLOW)
    words = ("run", "job.ipynb", "out.ipynb", "--secret", "DB=env:DB_PASSWORD")
    child = place.start(*words, env={"DB_PASSWORD": SECRET})
    kernel = kernel_of(place)
    assert [run["status"] for run in place.runs()] == ["RUNNING"]
    assert (place.folder / "out.ipynb.journal").is_file()
    assert holding(place, SECRET) == []
    child.kill()
    finish(child)
    (run,) = place.runs()
    assert run["status"] == "LOST"
    assert run["note"] == f"Executed notebook: {place.folder / 'out.ipynb'}"
    wait_for(lambda: is_gone(kernel))
    cells = recovered(place)["cells"]
    assert "first line ***" in json.dumps(cells[1]["outputs"])
    assert holding(place, SECRET) == []
    assert place.runs()[0]["status"] == "LOST"


def test_a_job_killed_before_its_kernel_is_lost_too(place: Any) -> None:
    place.notebook(*SLOW)
    child = place.start("run", "job.ipynb")
    wait_for(lambda: list((place.folder / ".nbmlops" / "journals").glob("*.journal")))
    child.kill()
    finish(child)
    assert [run["status"] for run in place.runs()] == ["LOST"]
    assert not (place.folder / "pid").exists() or wait_for(lambda: is_gone(kernel_of(place)))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_ends_the_job_as_killed_with_all_of_its_processes(
    place: Any, number: int, code: int
) -> None:
    place.notebook(*SLOW)
    child = place.start("run", "job.ipynb", "--json")
    kernel = kernel_of(place)
    child.send_signal(number)
    out, err = finish(child)
    assert child.returncode == code, err
    assert "Traceback" not in err
    result = json.loads(out)
    assert result["status"] == "KILLED"
    (run,) = place.runs()
    assert run["status"] == "KILLED"
    assert [kept["name"] for kept in run["artifacts"]] == ["job.ipynb"]
    assert is_gone(kernel)


def test_a_time_out_is_a_failure_that_says_so(place: Any) -> None:
    place.notebook("import time", "time.sleep(60)", "print('never')")
    done = place.run("run", "job.ipynb", "--cell-timeout", "1s")
    assert done.returncode == 124
    assert "1 s" in done.stderr
    (run,) = place.runs()
    assert run["status"] == "FAILED"
    assert run["error"].startswith("TimeoutError")


def test_a_kernel_that_dies_is_a_failure_with_its_signal(place: Any) -> None:
    place.notebook("import os, signal", "os.kill(os.getpid(), signal.SIGKILL)", "print('never')")
    done = place.run("run", "job.ipynb", "--json")
    assert done.returncode == 137
    result = json.loads(done.stdout)
    assert result["failure"]["signal"] == 9
    assert [cell["status"] for cell in result["cells"]] == ["completed", "kernel died", "pending"]
    assert [run["status"] for run in place.runs()] == ["FAILED"]


def test_two_jobs_at_once_share_a_store(place: Any) -> None:
    place.notebook(
        "%load_ext nbmlops", "#| track part\nimport nbmlops\nnbmlops.log_metric('n', n)", parameters="n = 0"
    )
    children = [place.start("run", "job.ipynb", "-p", "n", str(n), "-q") for n in (1, 2)]
    for child in children:
        _, err = finish(child)
        assert child.returncode == 0, err
    runs = place.runs()
    jobs = {run["id"]: run["params"]["n"] for run in runs if run["kind"] == "job"}
    parts = {jobs[run["parent"]]: run["metrics"]["n"] for run in runs if run["kind"] == "cell"}
    assert parts == {1: 1, 2: 2}
    assert len(list((place.folder / "executed").glob("*.ipynb"))) == 2


def test_a_kernel_that_is_not_installed_is_told_and_its_run_has_failed(place: Any) -> None:
    place.notebook("1")
    done = place.run("run", "job.ipynb", "--kernel", "no-such-kernel")
    assert done.returncode == 1
    assert "no-such-kernel" in done.stderr
    assert "fault of nbmlops" not in done.stderr
    assert [run["status"] for run in place.runs()] == ["FAILED"]


def test_a_job_runs_where_nothing_is_tracked(place: Any) -> None:
    place.notebook("%load_ext nbmlops", "#| track part\nx = 1")
    done = place.run("run", "job.ipynb", env={"NBMLOPS_DISABLED": "1"})
    assert done.returncode == 0, done.stderr
    assert place.runs() == []
    assert list((place.folder / "executed").glob("*.ipynb"))


def test_a_store_that_is_none_is_refused_before_anything_is_made(place: Any, tmp_path: Path) -> None:
    place.notebook("print('ran')")
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the store would be")
    done = place.run("run", "job.ipynb", "--store", str(blocked))
    assert done.returncode == 4
    assert not (place.folder / "executed").exists()


KILLS_ITSELF = """
import os, signal, sys
from nbmlops.api import run_plan
from nbmlops.cli.job_progress import Silence
from nbmlops.jobs import plan_job

class AtTheEnd(Silence):
    def cell_ended(self, report):
        if sys.argv[1] == "assembling" and report.index == 1:
            os.kill(os.getpid(), signal.SIGKILL)

run_plan(plan_job("job.ipynb", output="out.ipynb"), listener=AtTheEnd())
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("stage", "status"), [("assembling", "LOST"), ("after", "FINISHED")])
def test_a_job_killed_at_its_end_leaves_what_is_true(place: Any, stage: str, status: str) -> None:
    place.notebook("print('one')", "print('two')")
    done = subprocess.run(
        [sys.executable, "-c", KILLS_ITSELF, stage],
        cwd=place.folder,
        env=place.environ(),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert [run["status"] for run in place.runs()] == [status]
    texts = [json.dumps(cell["outputs"]) for cell in recovered(place)["cells"]]
    assert ["one" in texts[0], "two" in texts[1]] == [True, True]


def kill_with_its_guardian(child: subprocess.Popen[str]) -> None:
    """Ends a job and who would have finished it, as the end of a container does."""
    parts = psutil.Process(child.pid).children(recursive=True)
    for part in [*(part for part in parts if "guardian.py" in " ".join(part.cmdline())), *parts]:
        if part.is_running():
            part.suspend()  # the guardian must not see the others' end
    for part in (psutil.Process(child.pid), *parts):
        part.kill()
    finish(child)


@pytest.fixture
def left_journal(place: Any) -> Path:
    """The journal of a job of which nothing else is left."""
    place.notebook(*SLOW)
    child = place.start("run", "job.ipynb", "out.ipynb")
    kernel_of(place)
    kill_with_its_guardian(child)
    journal: Path = place.folder / "out.ipynb.journal"
    assert journal.is_file()
    assert json.loads((place.folder / "out.ipynb").read_text())["metadata"]["nbmlops"]["status"] == "running"
    return journal


def test_show_puts_the_notebook_of_a_lost_job_together_and_says_so_once(
    place: Any, left_journal: Path
) -> None:
    shown = place.run("show", "job", "--json")
    assert json.loads(shown.stdout)["status"] == "LOST"
    said = (
        f"{place.folder / 'out.ipynb'} was put together just now, from what its killed job had journalled.\n"
    )
    assert shown.stderr == said
    assert not left_journal.exists()
    written = json.loads((place.folder / "out.ipynb").read_text())
    assert written["metadata"]["nbmlops"]["status"] == "interrupted"
    assert "first line" in json.dumps(written["cells"][1]["outputs"])
    assert place.run("show", "job").stderr == ""


def test_the_next_job_in_the_folder_puts_together_what_a_killed_one_left(
    place: Any, left_journal: Path
) -> None:
    place.notebook("print('quick')", name="quick.ipynb")
    (place.folder / "other.ipynb.journal").write_text("no journal of ours")
    assert "put together" not in place.run("run", "quick.ipynb", str(place.folder), "-q").stderr
    assert left_journal.exists(), "it may be in work just now"
    for journal in place.folder.glob("*.journal"):
        os.utime(journal, (time.time() - 120,) * 2)
    assert "put together" not in place.run("run", "quick.ipynb", str(place.folder), "--dry-run").stderr
    done = place.run("run", "quick.ipynb", str(place.folder), "-q")
    assert done.returncode == 0
    said = f"{place.folder / 'out.ipynb'} was put together just now, from what a killed job had journalled.\n"
    assert done.stderr == said
    assert [path.name for path in place.folder.glob("*.journal")] == ["other.ipynb.journal"]
    written = json.loads((place.folder / "out.ipynb").read_text())
    assert written["metadata"]["nbmlops"]["status"] == "interrupted"
