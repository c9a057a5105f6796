"""A database server that crashes, hangs or comes back: no cell waits for it, and nothing is lost or doubled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator

import pytest

from a_postgres import PostgresServer
from nbmlops.config import locate
from nbmlops.workspace import Workspace

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

Script = Callable[..., "subprocess.Popen[str]"]

BEGIN = """
import json, os, sys, time, nbmlops
def wait():
    print("ready", flush=True)
    sys.stdin.readline()
def say(**what):
    print(json.dumps(what), flush=True)
"""


@pytest.fixture
def script(tmp_path, postgres_url) -> Generator[Script]:
    """A process with a store on the server; it says "ready" and goes on when it is told to."""
    running: list[subprocess.Popen[str]] = []

    def start(code: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", BEGIN + code],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=tmp_path, env=os.environ | {"NBMLOPS_STORE": postgres_url},
        )  # fmt: skip
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def workspace(tmp_path, postgres_url) -> Generator[Workspace]:
    """The same store, as another process sees it."""
    made = Workspace(locate(postgres_url, tmp_path / ".nbmlops"), mask=str, on_trouble=lambda exc: None)
    yield made
    made.database.reset()


@pytest.fixture
def server(postgres_server: PostgresServer) -> Generator[PostgresServer]:
    """The server, which a test may kill."""
    yield postgres_server
    try:
        postgres_server.wait_until_ready()
    except pytest.fail.Exception:
        postgres_server.start()


def when_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line == "ready\n", line + (process.stderr.read() if process.stderr else "")


def go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def answer(process: subprocess.Popen[str]) -> dict[str, float]:
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


LOOP = """
run = nbmlops.start_run("long")
begun, n, slowest = time.monotonic(), 0, 0.0
wait()
until = time.monotonic() + 4
took = []
while time.monotonic() < until:
    at = time.perf_counter_ns()
    for _ in range(1000):
        nbmlops.log_metric("loss", n)
        n += 1
    took.append((time.perf_counter_ns() - at) / 1e6)
    time.sleep(0.002)
run.end()
took.sort()
say(points=n, median_us=took[len(took) // 2], slowest_us=took[-1])
wait()
"""


@pytest.mark.parametrize("how", ["killed", "frozen"])
def test_a_server_that_fails_again_and_again_slows_no_loop_and_loses_nothing(script, server, workspace, how):
    process = script(LOOP)
    when_ready(process)
    go_on(process)
    for _ in range(2):
        time.sleep(1.2)  # the drain is at work by then
        if how == "killed":
            server.kill()
            time.sleep(0.4)
            server.start()
        else:
            with server.frozen():
                time.sleep(0.6)
    found = answer(process)
    assert found["median_us"] < 25, found
    when_ready(process)
    go_on(process)
    process.wait(30)
    assert "Traceback" not in process.stderr.read()
    workspace.sync()
    (run,) = workspace.runs.infos(workspace.finder.ids(_all()))
    assert (run.status, run.metrics) == ("FINISHED", {"loss": found["points"] - 1})
    history = workspace.metrics.history(run.id, "loss")
    assert history.values.tolist() == list(range(int(found["points"])))


def test_what_was_logged_while_the_server_was_down_arrives_when_it_is_back_without_anybody_asking(
    script, server, workspace
):
    process = script("""
nbmlops.start_run("first").end()
time.sleep(2)   # it is connected
wait()
run = nbmlops.start_run("while it was down")
for n in range(20_000):
    nbmlops.log_metric("loss", n)
run.end()
wait()
sys.stdin.readline()   # lives on, and says nothing more
""")
    when_ready(process)
    server.kill()
    go_on(process)
    when_ready(process)
    time.sleep(1.5)
    server.start()
    for _ in range(100):
        runs = {run.name: run for run in workspace.runs.infos(workspace.finder.ids(_all()))}
        if "while it was down" in runs and runs["while it was down"].status == "FINISHED":
            break
        time.sleep(0.2)
    assert runs["while it was down"].metric_details[0].count == 20_000


def test_a_process_that_ends_while_the_server_is_down_leaves_its_journal_to_the_next(
    script, server, workspace
):
    process = script("""
with nbmlops.start_run("first"):
    nbmlops.log_metric("a", 1)
time.sleep(2)
wait()
with nbmlops.start_run("second"):
    for n in range(1000):
        nbmlops.log_metric("loss", n)
""")
    when_ready(process)
    server.kill()
    begun = time.monotonic()
    go_on(process)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert time.monotonic() - begun < 8
    assert err.count("can't write its store") == 1
    assert "Traceback" not in err
    server.start()
    later = script("""
with nbmlops.start_run("third"):   # reads nothing
    time.sleep(3)
""")
    assert later.wait(60) == 0
    runs = {run.name: run for run in workspace.runs.infos(workspace.finder.ids(_all()))}
    assert runs["second"].metric_details[0].count == 1000
    assert {run.status for run in runs.values()} == {"FINISHED"}


CELLS = """
from IPython.testing.globalipapp import start_ipython
shell = start_ipython()
shell.run_line_magic("load_ext", "nbmlops")
def cell(n):
    at = time.monotonic()
    shell.run_cell(f"%%track cell{n}\\nimport nbmlops\\nnbmlops.log_metric('accuracy', 0.{n + 1})")
    return time.monotonic() - at
import contextlib, io
out = io.StringIO()
with contextlib.redirect_stdout(out):
    cell(0); time.sleep(2.5); before = [cell(n) for n in range(1, 4)]
say(before=max(before))
wait()
with contextlib.redirect_stdout(out):
    during = [cell(n) for n in range(4, 8)]
say(during=max(during), all=during)
wait()
at = time.monotonic()
sys.stdout = io.StringIO()
"""


@pytest.mark.parametrize("how", ["killed", "frozen"])
def test_no_cell_waits_for_a_server_that_is_gone_or_hangs(script, server, workspace, how):
    process = script(CELLS)
    answer(process)
    when_ready(process)
    if how == "killed":
        server.kill()
        during = _during(process)
        server.start()
    else:
        with server.frozen():
            during = _during(process)
    assert during["during"] < 1.5, during
    go_on(process)
    process.wait(40)
    server.wait_until_ready()
    workspace.sync()
    runs = workspace.runs.infos(workspace.finder.ids(_all()))
    assert {(run.name, run.status) for run in runs} == {(f"cell{n}", "FINISHED") for n in range(8)}
    assert {run.name: run.metrics["accuracy"] for run in runs} == {
        f"cell{n}": float(f"0.{n + 1}") for n in range(8)
    }


def _during(process: subprocess.Popen[str]) -> dict[str, float]:
    go_on(process)
    found = answer(process)
    when_ready(process)
    return found


def test_a_process_ends_soon_though_the_server_hangs_and_its_journal_waits(script, server, workspace):
    process = script("""
run = nbmlops.start_run("first")
nbmlops.log_metric("a", 1)
time.sleep(2)
wait()
for n in range(1000):
    nbmlops.log_metric("loss", n)
run.end()
""")
    when_ready(process)
    with server.frozen():
        begun = time.monotonic()
        go_on(process)
        process.wait(40)
        took = time.monotonic() - begun
    assert took < 15, took
    workspace.sync()
    (run,) = workspace.runs.infos(workspace.finder.ids(_all()))
    assert (run.status, run.metrics) == ("FINISHED", {"a": 1, "loss": 999})
    assert {m.key: m.count for m in run.metric_details} == {"a": 1, "loss": 1000}


@pytest.mark.parametrize("how", ["killed", "frozen"])
def test_whoever_asks_for_runs_hears_soon_that_the_database_does_not_answer(
    postgres_url, server, tmp_path, how
):
    url = postgres_url.replace("tester@", "tester:s3cretword@")

    def ask() -> tuple[subprocess.CompletedProcess[str], float]:
        begun = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", "from nbmlops.cli import main; main()", "runs"], cwd=tmp_path, env=os.environ | {"NBMLOPS_STORE": url},
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        return done, time.monotonic() - begun

    assert ask()[0].returncode == 0
    if how == "killed":
        server.kill()
        done, took = ask()
        server.start()
    else:
        with server.frozen():
            done, took = ask()
    assert done.returncode == 4
    assert took < 12
    assert "Traceback" not in done.stderr
    assert "s3cretword" not in done.stderr
    assert "Is the server running" in done.stderr
    assert "waits in" in done.stderr


def test_a_server_that_came_back_is_used_again_without_an_error(server, workspace):
    workspace.sync()
    server.kill()
    server.start()
    workspace.sync()
    assert workspace.finder.ids(_all()) == []


def _all():
    from nbmlops.store.run_query import RunQuery

    return RunQuery()
