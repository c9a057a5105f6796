"""What must not break the work that logs, nor lose what it logged. Real disks, signals, processes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from a_postgres import BOTH_DATABASES
from nbmlops.config import StoreLocation
from nbmlops.store.run_query import RunQuery
from nbmlops.workspace import Workspace


@pytest.fixture
def location(request, tmp_path) -> StoreLocation:
    """The test's store: a folder, and for those that are `on_both_databases` also a server's."""
    if getattr(request, "param", "sqlite") == "postgres":
        # The folder where a process in the test's own finds or makes its journals.
        return StoreLocation(tmp_path / ".nbmlops", request.getfixturevalue("postgres_url"))
    return StoreLocation(tmp_path / "store")


on_both_databases = pytest.mark.parametrize("location", BOTH_DATABASES, indirect=True)


@pytest.fixture
def at(location) -> dict[str, str]:
    """The environment of a process that works with the test's store."""
    return {"NBMLOPS_STORE": location.database_url or str(location.root)}


@pytest.fixture
def read(location) -> Callable[[], list[dict[str, Any]]]:
    """All runs, as another process than the one that logged them sees them."""

    def read() -> list[dict[str, Any]]:
        troubles: list[Exception] = []
        workspace = Workspace(location, mask=str, on_trouble=troubles.append)
        workspace.sync()
        infos = workspace.runs.infos(workspace.finder.ids(RunQuery(order_by="started")))
        workspace.database.reset()
        assert troubles == []
        return [
            {"name": info.name, "status": info.status, "params": info.params, "metrics": info.metrics,
             "counts": {m.key: m.count for m in info.metric_details}, "degraded": info.degraded}
            for info in infos
        ]  # fmt: skip

    return read


@pytest.fixture
def script(tmp_path, at) -> Generator[Callable[..., subprocess.Popen[str]]]:
    """A process that runs beside the test; it says "ready" and goes on when it is told to."""
    running: list[subprocess.Popen[str]] = []

    def start(code: str, *before: str, **env: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*before, sys.executable, "-c", "import os, sys, nbmlops\ndef wait():\n    print('ready', flush=True)\n    sys.stdin.readline()\n" + code],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=tmp_path, env=os.environ | at | env,
        )  # fmt: skip
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def when_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line == "ready\n", line + (process.stderr.read() if process.stderr else "")


def go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def finished(process: subprocess.Popen[str]) -> str:
    """Waits for its end; what it said on standard error."""
    out, err = process.communicate("\n" * 10, timeout=60)
    assert process.returncode == 0, out + err
    return err


# The process ends without a word -----------------------------------------------------------------------


@on_both_databases
def test_a_kill_right_after_a_loop_of_ten_thousand_values_loses_none(run_python, read, at):
    code = """
import os, signal, nbmlops
nbmlops.start_run("killed")
nbmlops.log_params({"depth": 3})
for n in range(10_000):
    nbmlops.log_metric("loss", n)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = run_python(code, env=at, check=False)
    assert done.returncode == -signal.SIGKILL
    (run,) = read()
    assert (run["status"], run["params"], run["counts"]) == ("LOST", {"depth": 3}, {"loss": 10_000})
    assert run["metrics"] == {"loss": 9_999}


@on_both_databases
def test_a_kill_while_the_tables_are_written_loses_nothing_and_doubles_nothing(script, read):
    process = script("""
nbmlops.start_run("killed")
wait()
n = 0
while True:
    nbmlops.log_metric("loss", n)
    n += 1
""")
    when_ready(process)
    go_on(process)
    time.sleep(1.5)  # the drain is at work by then
    process.kill()
    process.wait()
    (run,) = read()
    assert run["status"] == "LOST"
    assert run["counts"]["loss"] == run["metrics"]["loss"] + 1
    assert run["counts"]["loss"] > 1000


@on_both_databases
def test_a_run_of_a_process_that_lives_is_not_lost(script, read):
    process = script("""
with nbmlops.start_run("alive"):
    nbmlops.log_metric("loss", 1)
    wait()
""")
    when_ready(process)
    assert [(run["status"], run["metrics"]) for run in read()] == [("RUNNING", {"loss": 1})]
    finished(process)
    assert [run["status"] for run in read()] == ["FINISHED"]


def test_a_store_named_by_two_paths_is_one(tmp_path, ask_python):
    (tmp_path / "link").symlink_to(tmp_path)
    code = """
import json, os, nbmlops
os.environ["NBMLOPS_STORE"] = "store"
run = nbmlops.start_run("one")
nbmlops.log_metric("a", 1)
os.environ["NBMLOPS_STORE"] = "link/store"
nbmlops.runs()
nbmlops.log_metric("a", 2)
print(json.dumps([str(nbmlops.run_info(run.id).status), nbmlops.history(run.id, "a")["value"].tolist()]))
"""
    assert ask_python(code) == ["RUNNING", [1, 2]]


# No room, no right --------------------------------------------------------------------------------------

FULL = """
import signal, resource
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with nbmlops.start_run("on a full disk") as run:
    nbmlops.log_metric("before", 1)
    wait()
    for n in range(2000):
        nbmlops.log_metric("loss", n)
    nbmlops.log_params({"depth": 3})
    nbmlops.log_series("curve", range(1000))
    nbmlops.set_tag("a", "b")
    import time; time.sleep(2.5)   # the drain meets it too
    wait()
    nbmlops.log_metric("after", 1)
"""


def check_full(read: Callable[[], list[dict[str, Any]]], err: str) -> None:
    (run,) = read()
    assert run["status"] == "FINISHED"
    assert run["counts"] == {"before": 1, "loss": 2000, "curve": 1000, "after": 1}
    assert run["params"] == {"depth": 3}
    assert err.count("can't write its store") == 1
    assert "Traceback" not in err


@on_both_databases
def test_a_process_whose_files_may_not_grow_logs_on_and_loses_nothing(script, read):
    code = FULL.replace("wait()", "wait(); resource.setrlimit(resource.RLIMIT_FSIZE, (4096, -1))", 1).replace(
        "wait()\n    nbmlops", "resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))\n    nbmlops"
    )
    process = script(code)
    when_ready(process)
    check_full(read, finished(process))


@pytest.fixture
def mounts(tmp_path) -> Generator[Callable[..., None]]:
    """Mounts for the time of a test, where that is permitted."""
    mounted: list[str] = []

    def mount(*words: str) -> None:
        done = subprocess.run(["mount", *words], capture_output=True, text=True)
        if done.returncode:
            # The same faults are also made without a mount, by tests that run everywhere.
            pytest.xfail(f"nothing can be mounted here: {done.stderr.strip()}")
        if words[-1] not in mounted:
            mounted.append(words[-1])

    yield mount
    for place in reversed(mounted):
        subprocess.run(["umount", "--lazy", place], check=False)


def test_a_full_disk_stops_nothing_and_loses_nothing(tmp_path, mounts, script, read):
    (tmp_path / "store").mkdir()
    mounts("-t", "tmpfs", "-o", "size=2m", "tmpfs", str(tmp_path / "store"))
    process = script(FULL)
    when_ready(process)
    with (
        (tmp_path / "store" / "ballast").open("wb", buffering=0) as file,
        pytest.raises(OSError, match="No space"),
    ):
        while True:
            file.write(bytes(512))
    go_on(process)
    when_ready(process)
    (tmp_path / "store" / "ballast").unlink()
    check_full(read, finished(process))


def test_a_disk_that_stays_full_is_said_again_at_the_end(script):
    process = script("""
import signal, resource
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with nbmlops.start_run("on a full disk") as run:
    nbmlops.log_metric("before", 1)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, -1))
    for n in range(2000):
        nbmlops.log_metric("loss", n)
""")
    err = finished(process)
    assert "are lost" in err
    assert "Traceback" not in err


WORK = """
with nbmlops.start_run("second") as run:
    for n in range(100):
        nbmlops.log_metric("loss", n)
    nbmlops.log_params({"depth": 3})
result = 42
print(result)
"""


def test_a_store_that_became_read_only_stops_nothing_and_can_be_read(
    tmp_path, mounts, run_python, ask_python, read, at
):
    run_python(WORK.replace("second", "first").replace("with", "import nbmlops\nwith", 1), env=at)
    store = str(tmp_path / "store")
    mounts("--bind", store, store)
    mounts("-o", "remount,ro,bind", store)
    done = run_python("import nbmlops\n" + WORK, env=at)
    assert done.stdout == "42\n"
    assert done.stderr.count("can't write its store") == 1
    assert "are lost" in done.stderr
    assert "Traceback" not in done.stderr
    if Path(store, "store.db").exists():
        assert [run["name"] for run in read()] == ["first"]


def test_runs_that_were_taken_in_can_be_read_from_a_read_only_store(tmp_path, mounts, run_python, read, at):
    run_python("import nbmlops\n" + WORK, env=at)
    assert [run["name"] for run in read()] == ["second"]
    store = str(tmp_path / "store")
    mounts("--bind", store, store)
    mounts("-o", "remount,ro,bind", store)
    (run,) = read()
    assert (run["status"], run["counts"]) == ("FINISHED", {"loss": 100})


@pytest.mark.skipif(
    shutil.which("setpriv") is None and os.getuid() == 0, reason="needs setpriv to shed root's rights"
)
def test_a_store_that_this_user_may_not_write_stops_nothing_and_can_be_read(tmp_path, run_python, at):
    run_python("import nbmlops\n" + WORK.replace("second", "first") + "nbmlops.runs()", env=at)
    store = tmp_path / "store"
    for path in [store, *store.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    # Root may write everything, unless it gives up that right.
    shed = (
        ["setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner", "--inh-caps", "-all"]
        if os.getuid() == 0
        else []
    )
    program = "import nbmlops\n" + WORK + "print(list(nbmlops.runs()['name']))"
    done = subprocess.run(
        [*shed, sys.executable, "-c", program],
        cwd=tmp_path,
        env=os.environ | at,
        capture_output=True,
        text=True,
    )
    for path in [store, *store.rglob("*")]:
        path.chmod(0o755)
    assert done.stdout == "42\n['first']\n", done.stderr
    assert done.stderr.count("can't write its store") == 1
    assert "Traceback" not in done.stderr


# What lies there is no store, or no longer ------------------------------------------------------------------


@pytest.mark.parametrize("deleted", ["all", "journals", "store.db", "blobs"])
def test_a_store_deleted_under_a_running_process_loses_nothing_that_it_logs(tmp_path, script, read, deleted):
    process = script("""
with nbmlops.start_run("survivor"):
    for n in range(1000):
        nbmlops.log_metric("loss", n)
    nbmlops.runs()
    wait()
    for n in range(1000):
        nbmlops.log_metric("loss", n)
    nbmlops.log_params({"depth": 3})
    import time; time.sleep(1.5)
    nbmlops.log_metric("after", 1)
    (open("kept.txt", "w")).write("x")
    nbmlops.log_artifact("kept.txt")
    assert nbmlops.runs()["name"].tolist() == ["survivor"]
""")
    when_ready(process)
    store = tmp_path / "store"
    if deleted == "all":
        shutil.rmtree(store)
    elif deleted == "store.db":
        for path in store.glob("store.db*"):
            path.unlink()
    else:
        shutil.rmtree(store / deleted)
    err = finished(process)
    assert "Traceback" not in err
    (run,) = read()
    assert (run["status"], run["params"]) == ("FINISHED", {"depth": 3})
    assert run["counts"] == {"loss": 2000, "after": 1}


def test_a_damaged_database_costs_no_run(tmp_path, run_python, read, at):
    run_python("import nbmlops\n" + WORK, env=at)
    for path in (tmp_path / "store").glob("store.db*"):
        path.unlink()
    database = tmp_path / "store" / "store.db"
    database.write_bytes(os.urandom(20_000))
    done = run_python("import nbmlops\n" + WORK.replace("second", "third"), env=at)
    assert done.stdout == "42\n"
    assert done.stderr.count("can't write its store") == 1
    failed = run_python("import nbmlops; nbmlops.runs()", env=at, check=False)
    assert f"StoreError: The database {database} is damaged" in failed.stderr
    assert "move it away" in failed.stderr
    database.unlink()
    assert "third" in [run["name"] for run in read()]


def test_a_file_where_the_store_should_be_is_a_clear_error(tmp_path, run_python, at):
    (tmp_path / "store").write_text("mine")
    failed = run_python("import nbmlops; nbmlops.start_run('x')", env=at, check=False)
    assert "ConfigError" in failed.stderr
    assert "is a file: name a folder" in failed.stderr
    assert (tmp_path / "store").read_text() == "mine"


def test_a_process_that_can_not_say_anything_still_works(run_python, at, tmp_path):
    (tmp_path / "store").write_text("")
    code = (
        "import sys, os, nbmlops\nos.environ['NBMLOPS_STORE'] = '/proc/nothing/here'\nsys.stderr.close()\n"
        + WORK
    )
    assert run_python(code, env=at).stdout == "42\n"


# Switched off ---------------------------------------------------------------------------------------------


def test_switched_off_everything_works_and_nothing_is_kept(tmp_path, run_python):
    code = """
import nbmlops, numpy as np
from sklearn.linear_model import LogisticRegression
import matplotlib.pyplot as plt
with nbmlops.start_run("a", experiment="b", tags={"c": "d"}) as run:
    nbmlops.log_metric("m", 1); nbmlops.log_metrics({"m": 2}); nbmlops.log_series("s", [1, 2])
    nbmlops.log_param("p", 1); nbmlops.log_params({"p": 2}); nbmlops.set_tag("t", 1); nbmlops.note("n")
    open("file.txt", "w").write("x"); nbmlops.log_artifact("file.txt"); nbmlops.log_figure(plt.figure())
    X, y = np.arange(10.0).reshape(-1, 1), np.arange(10) > 4
    nbmlops.log_model(LogisticRegression().fit(X, y)); nbmlops.log_predictions(y, y)
    with nbmlops.start_run("inner"):
        nbmlops.log_metric("m", 3)
    assert nbmlops.active_run() is run
print(run.ended)
"""
    assert run_python(code, env={"NBMLOPS_DISABLED": "1"}).stdout == "True\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file.txt"]
