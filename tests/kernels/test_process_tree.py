"""Whatever a kernel started ends with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nbmlops.kernels import process_tree
from nbmlops.kernels.limits import limit_message
from nbmlops.kernels.process_tree import MARK_VARIABLE, ProcessTree

from .conftest import Execute, gone, lives, wait_until

START = (
    "import os, subprocess, sys\n"
    "from pathlib import Path\n"
    "pids = [os.getpid()]\n"
    "pids.append(subprocess.Popen(['sleep', '300']).pid)\n"
    "pids.append(subprocess.Popen(['sleep', '300'], start_new_session=True).pid)\n"
    "pids.append(subprocess.Popen([sys.executable, '-c', 'import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(300)']).pid)\n"
)
LOKY = (
    "from joblib import Parallel, delayed\n"
    "pids += Parallel(n_jobs=2)(delayed(os.getpid)() for _ in range(4))\n"
)
FAMILY = (
    "import subprocess, time\n"
    "subprocess.Popen(['sleep', '300'], env={})\n"
    "subprocess.Popen(['sleep', '300'], env={}, start_new_session=True)\n"
    "subprocess.Popen(['sleep', '300'], start_new_session=True)\n"
    "time.sleep(300)"
)
TELL = "Path('pids').write_text(' '.join(map(str, set(pids))))\n"


def told(folder: Path) -> list[int]:
    pids = [int(pid) for pid in (folder / "pids").read_text().split()]
    assert len(pids) >= 4
    return pids


@pytest.mark.parametrize("end", ["", "import time; time.sleep(0.3); os.kill(os.getpid(), 9)", "1/0"])
def test_the_whole_tree_ends_however_the_kernel_does(execute: Execute, tmp_path: Path, end: str) -> None:
    execute(START + LOKY + TELL + end, cwd=tmp_path, grace=2)
    for pid in told(tmp_path):
        gone(pid)


def test_memory_is_counted_over_the_whole_tree(execute: Execute) -> None:
    eat = (
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; x = bytearray(400_000_000); time.sleep(60)'])\n"
        "time.sleep(60)"
    )
    done = execute("1", eat, "2", memory_limit=400_000_000)
    assert done.statuses == ["completed", "kernel died", "pending"]
    assert done.outcome.exit_code == 137
    assert done.outcome.failure is not None
    assert done.outcome.failure.name == "MemoryLimitError"
    assert done.outcome.failure.message.startswith("memory limit of 400 MB passed: 4")
    assert done.notebook["cells"][1]["outputs"][-1]["evalue"] == done.outcome.failure.message


def test_pages_that_forked_children_share_count_once(execute: Execute) -> None:
    fork = (
        "import os, time\nx = bytearray(b'1') * 250_000_000\n"
        "children = [os.fork() for _ in range(1)]\n"
        "if 0 in children:\n    time.sleep(2); os._exit(0)\n"
        "time.sleep(1.5)"
    )
    assert execute(fork, memory_limit=480_000_000).statuses == ["completed"]


def test_a_limit_is_told_as_people_write_it() -> None:
    assert limit_message(2_000_000_000, 2_345_000_000) == "memory limit of 2 GB passed: 2.3 GB"


@pytest.mark.parametrize("linux", [True, False], ids=["proc", "psutil"])
def test_members_are_found_by_descent_session_and_mark(monkeypatch: pytest.MonkeyPatch, linux: bool) -> None:
    monkeypatch.setattr(process_tree, "_LINUX", linux)
    root = subprocess.Popen(
        [sys.executable, "-c", FAMILY],
        start_new_session=True,
        env=os.environ | {MARK_VARIABLE: "the-mark"},
    )
    tree = ProcessTree(root.pid, "the-mark")
    try:
        wait_until(lambda: len(tree.members()) == 4)
        members = tree.members()
        assert members[0] == root.pid
        assert tree.memory() >= tree.own_memory() > 0
        root.send_signal(signal.SIGKILL)
        root.wait()
        assert len(tree.members()) == 2, "what has no parent any more is found by its session or by its mark"
    finally:
        tree.end()
        tree.kill()
        for pid in members:
            if lives(pid):
                os.kill(pid, signal.SIGKILL)
    assert tree.members() == []
