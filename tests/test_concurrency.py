"""Many processes and threads on one store, on one run, and in each other's children."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., Any]

WRITER = """
import sys, nbmlops
for n in range(int(sys.argv[2])):
    with nbmlops.start_run(f"{sys.argv[1]}-{n}", experiment=f"e{n % 3}"):
        nbmlops.log_params({f"p{i}": i for i in range(10)})
        for i in range(10):
            nbmlops.log_metric(f"m{i}", i / 10)
"""


@pytest.fixture
def at(store_location) -> dict[str, str]:
    """The environment of processes that work with one store, on each kind of database."""
    return {"NBMLOPS_STORE": store_location.database_url or str(store_location.root)}


@pytest.fixture
def together(tmp_path, at) -> Callable[..., list[str]]:
    """Runs processes at the same time; what each printed."""

    def run(*commands: list[str]) -> list[str]:
        running = [
            subprocess.Popen(
                [sys.executable, "-c", *words], cwd=tmp_path, env=os.environ | at, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )
            for words in commands
        ]  # fmt: skip
        results = [process.communicate(timeout=200) for process in running]
        assert [p.returncode for p in running] == [0] * len(running), "\n".join(err for _, err in results)
        assert "Traceback" not in "".join(err for _, err in results)
        return [out for out, _ in results]

    return run


def check_complete(ask: Ask, at: dict[str, str], processes: int, runs: int) -> None:
    frame = ask(
        "import nbmlops; print(nbmlops.runs().drop(columns='started').to_json(orient='records'))", env=at
    )
    assert len(frame) == processes * runs
    assert {row["name"] for row in frame} == {f"{p}-{n}" for p in range(processes) for n in range(runs)}
    assert {row["status"] for row in frame} == {"FINISHED"}
    for row in frame:
        assert [row[f"params.p{i}"] for i in range(10)] == list(range(10))
        assert [row[f"metrics.m{i}"] for i in range(10)] == [i / 10 for i in range(10)]


def test_three_processes_begin_a_store_that_none_has_made_yet(together, ask_python, at):
    together(*[[WRITER, str(n), "7"] for n in range(3)])
    check_complete(ask_python, at, 3, 7)


@pytest.mark.slow
def test_eight_processes_of_twenty_runs_begin_a_store_that_none_has_made_yet(together, ask_python, at):
    together(*[[WRITER, str(n), "20"] for n in range(8)])
    check_complete(ask_python, at, 8, 20)


LEFT_BEHIND = """
import os, signal, nbmlops
nbmlops.start_run("left behind")
for n in range(12_000):
    nbmlops.log_metric("loss", n)
    if n % 3000 == 0:
        nbmlops.log_series("curve", range(n, n + 100))
os.kill(os.getpid(), signal.SIGKILL)
"""
TAKE_IN = """
import json, nbmlops
frame = nbmlops.runs()
print(json.dumps({run: [nbmlops.history(run, key)["value"].tolist() for key in ("loss", "curve")] for run in frame["id"]}))
"""


def test_two_processes_that_take_in_the_same_journals_take_in_nothing_twice(together, run_python, at):
    for _ in range(3):
        run_python(LEFT_BEHIND, env=at, check=False)
    for out in together([TAKE_IN], [TAKE_IN], [TAKE_IN]):
        found = json.loads(out.splitlines()[-1])
        assert len(found) == 3
        for loss, curve in found.values():
            assert loss == list(range(12_000))
            assert curve == [v for n in range(0, 12_000, 3000) for v in range(n, n + 100)]


def test_a_reader_sees_growing_and_never_torn_runs_while_writers_write(together, ask_python, at):
    reader = """
import time, nbmlops
seen = 0
for _ in range(8):
    frame = nbmlops.runs()
    assert len(frame) >= seen, (len(frame), seen)
    seen = len(frame)
    done = frame[frame["status"] == "FINISHED"] if seen else frame
    for column in done.columns:
        if column.startswith(("metrics.", "params.")):
            assert done[column].notna().all(), column
    time.sleep(0.1)
"""
    together([WRITER, "0", "40"], [WRITER, "1", "40"], [reader])
    check_complete(ask_python, at, 2, 40)


# Children ---------------------------------------------------------------------------------------------------

CHECK_PARENT = """
    info = nbmlops.run_info(run.id)
    assert str(info.status) == "RUNNING", info.status
"""
REPORT = """
import json
info = nbmlops.run_info(run.id)
print(json.dumps([len(nbmlops.runs()), info.status, info.metrics, {m.key: m.count for m in info.metric_details}]))
"""


@pytest.fixture
def report(ask_python, at, tmp_path) -> Callable[[str], Any]:
    """Runs a script that has a `run` and reports on it."""

    def ask(code: str) -> Any:
        (tmp_path / "script.py").write_text(
            code + "\nif __name__ == '__main__':" + REPORT.replace("\n", "\n    ")
        )
        return ask_python("import runpy; runpy.run_path('script.py', run_name='__main__')", env=at)

    return ask


def test_a_forked_child_logs_to_its_parents_run_which_ends_once(report):
    found = report("""
import os, nbmlops
with nbmlops.start_run("parent") as run:
    nbmlops.log_metric("loss", 1)
    if not (pid := os.fork()):
        try:
            for n in range(1000):
                nbmlops.log_metric("child", n)
            nbmlops.log_metric("loss", 2)
            nbmlops.runs()
            run.end()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
""" + CHECK_PARENT + """
    nbmlops.log_metric("loss", 3)
""")  # fmt: skip
    assert found == [1, "FINISHED", {"loss": 3, "child": 999}, {"loss": 3, "child": 1000}]


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_of_a_pool_log_to_the_run_that_began_them(report, tmp_path, method):
    (tmp_path / "work_of_pool.py").write_text("""
import nbmlops
def work(n):
    nbmlops.log_metric(f"worker {n}", n)
    for step in range(100):
        nbmlops.log_metric("shared", n, step)
    return n
""")
    found = report(f"""
import multiprocessing, sys, nbmlops
sys.path.insert(0, ".")
from work_of_pool import work
if __name__ == "__main__":
    with nbmlops.start_run("parent") as run:
        with multiprocessing.get_context("{method}").Pool(2) as pool:
            assert pool.map(work, range(4)) == [0, 1, 2, 3]
            pool.close()
            pool.join()
""" + CHECK_PARENT.replace("\n", "\n    "))  # fmt: skip
    assert found[:2] == [1, "FINISHED"]
    assert {key: count for key, count in found[3].items() if key != "shared"} == {
        f"worker {n}": 1 for n in range(4)
    }
    assert found[3]["shared"] == 400


def test_a_subprocess_logs_to_the_run_that_the_environment_names_whatever_its_folder(report, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    found = report("""
import subprocess, sys, nbmlops
with nbmlops.start_run("parent") as run:
    child = "import nbmlops; nbmlops.log_metric('child', 5); nbmlops.log_params({'from': 'child'}); nbmlops.active_run()"
    subprocess.run([sys.executable, "-c", child], cwd="elsewhere", check=True)
""" + CHECK_PARENT + """
    assert info.params == {"from": "child"}
subprocess.run([sys.executable, "-c", "import nbmlops, pytest\\nwith pytest.raises(nbmlops.NoActiveRunError): nbmlops.log_metric('a', 1)"], check=True)
""")  # fmt: skip
    assert found == [1, "FINISHED", {"child": 5}, {"child": 1}]


def test_a_run_that_a_subprocess_begins_is_part_of_the_one_that_began_it(ask_python, at):
    found = ask_python(
        """
import json, subprocess, sys, nbmlops
with nbmlops.start_run("parent") as run:
    subprocess.run([sys.executable, "-c", "import nbmlops\\nwith nbmlops.start_run('inner'): nbmlops.log_metric('a', 1)"], check=True)
    nbmlops.log_metric("a", 2)
infos = {i.name: i for i in map(nbmlops.run_info, nbmlops.runs()["id"])}
print(json.dumps([infos["inner"].parent == run.id, infos["inner"].metrics, infos["parent"].metrics]))
""",
        env=at,
    )
    assert found == [True, {"a": 1}, {"a": 2}]


def test_a_subprocess_that_is_killed_takes_nothing_of_its_parents_run_with_it(report):
    found = report("""
import subprocess, sys, nbmlops
with nbmlops.start_run("parent") as run:
    child = "import os, nbmlops\\nfor n in range(1000): nbmlops.log_metric('child', n)\\nos.kill(os.getpid(), 9)"
    assert subprocess.run([sys.executable, "-c", child]).returncode == -9
""" + CHECK_PARENT)  # fmt: skip
    assert found == [1, "FINISHED", {"child": 999}, {"child": 1000}]


# Threads ----------------------------------------------------------------------------------------------------


def test_threads_log_to_the_run_that_is_open(report):
    found = report("""
import threading, nbmlops
with nbmlops.start_run("parent") as run:
    def work(thread):
        for n in range(2000):
            nbmlops.log_metric("shared", n)
            nbmlops.log_metric(f"own {thread}", n)
    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    [t.start() for t in threads]; [t.join() for t in threads]
""")
    assert found[1] == "FINISHED"
    assert found[3] == {"shared": 16_000} | {f"own {n}": 2000 for n in range(8)}


@pytest.mark.parametrize("within", [False, True])
def test_threads_that_each_begin_a_run_do_not_mix_them(ask_python, at, within):
    found = ask_python(
        f"""
import contextlib, json, threading, nbmlops
barrier = threading.Barrier(8)
def work(thread):
    with nbmlops.start_run(f"thread {{thread}}"):
        barrier.wait()
        for n in range(500):
            nbmlops.log_metric("m", thread)
        nbmlops.log_params({{"thread": thread}})
        barrier.wait()
outer = nbmlops.start_run("outer") if {within} else contextlib.nullcontext()
with outer as run:
    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    [t.start() for t in threads]; [t.join() for t in threads]
infos = [nbmlops.run_info(i) for i in nbmlops.runs()["id"]]
print(json.dumps([[i.name, i.status, i.params, i.metrics, i.parent == (run.id if run else None)] for i in infos]))
""",
        env=at,
    )
    threads = [row for row in found if row[0] != "outer"]
    assert sorted(threads) == [[f"thread {n}", "FINISHED", {"thread": n}, {"m": n}, True] for n in range(8)]
    assert Counter(row[0] for row in found)["outer"] == within


def test_tasks_that_each_begin_a_run_do_not_mix_them(ask_python, at):
    found = ask_python(
        """
import asyncio, json, nbmlops
async def work(n):
    with nbmlops.start_run(f"task {n}"):
        for _ in range(20):
            await asyncio.sleep(0)
            nbmlops.log_metric("m", n)
async def main():
    await asyncio.gather(*(work(n) for n in range(5)))
asyncio.run(main())
infos = [nbmlops.run_info(i) for i in nbmlops.runs()["id"]]
print(json.dumps([[i.name, i.status, i.metrics, i.metric_details[0].count, i.parent] for i in infos]))
""",
        env=at,
    )
    assert sorted(found) == [[f"task {n}", "FINISHED", {"m": n}, 20, None] for n in range(5)]
