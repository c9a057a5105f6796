"""What goes wrong while a cell is tracked, done for real: capture never breaks the cell."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import nbmlops
from nbmlops import RunStatus

from .conftest import Notebook, last_run


def test_a_killed_kernel_leaves_a_lost_run_with_all_it_logged(own_kernel: Notebook) -> None:
    own_kernel.client.execute(
        "%%track doomed -e e\nimport nbmlops, os, signal\nrate = 0.1\nnbmlops.log_param('rate', rate)\n"
        "for step in range(1000): nbmlops.log_metric('loss', 1 / (step + 1), step)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    deadline = time.monotonic() + 60
    while own_kernel.manager.is_alive():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    run = last_run()
    assert run.status == RunStatus.LOST
    assert run.params == {"rate": 0.1}
    assert list(nbmlops.history(run.id, "loss")["value"]) == [1 / (step + 1) for step in range(1000)]


def test_an_interrupted_cell_leaves_a_killed_run_and_the_next_starts_clean(own_kernel: Notebook) -> None:
    shown = own_kernel.run(
        "%%track long\nimport time\nprint('ready', flush=True)\nfor _ in range(600): time.sleep(0.1)",
        interrupt_at="ready",
    )
    assert shown.error == "KeyboardInterrupt"
    assert last_run().status == RunStatus.KILLED
    assert own_kernel.run("%%track short\nx = 1.5").error == ""
    assert (last_run().name, last_run().status) == ("short", RunStatus.FINISHED)


def test_an_interrupt_of_a_top_level_await_is_an_interrupt(own_kernel: Notebook) -> None:
    # In short sleeps: ipykernel notices the interrupt when its event loop next wakes.
    shown = own_kernel.run(
        "%%track\nimport asyncio\nprint('ready', flush=True)\nfor _ in range(600): await asyncio.sleep(0.1)",
        interrupt_at="ready",
    )
    assert shown.error == "CancelledError"
    assert last_run().status == RunStatus.KILLED


def test_a_store_that_can_not_be_named_is_said(own_kernel: Notebook) -> None:
    own_kernel.run("import os; os.environ['NBMLOPS_STORE'] = 'mysql://somewhere/x'")
    shown = own_kernel.run("%%track\nresult = 'unchanged'")
    assert "mysql" in shown.text
    assert own_kernel.run("result").text == "'unchanged'"


def test_half_a_secret_at_the_edge_of_a_traceback_stands_nowhere(own_kernel: Notebook) -> None:
    secret = "zq9XkP-canary-77tea"
    own_kernel.run(f"password = '{secret}'")
    own_kernel.run("%%track\npassword = password\nraise ValueError(password + 'x' * 19_990)")
    assert b"canary" not in own_kernel.bytes_of_store().replace(b"can't", b"")


def test_a_fork_inside_a_cell_ends_the_run_once_and_keeps_what_the_child_logged(own_kernel: Notebook) -> None:
    shown = own_kernel.run(
        "%%track forked\nimport multiprocessing, nbmlops, os\n"
        "def work(number):\n    nbmlops.log_metric(f'child {number}', number)\n"
        "context = multiprocessing.get_context('fork')\n"
        "children = [context.Process(target=work, args=(n,)) for n in range(3)]\n"
        "for child in children: child.start()\n"
        "for child in children: child.join()\n"
        "pid = os.fork()\n"
        "if pid == 0:\n    nbmlops.log_metric('bare fork', 9)\n    os._exit(0)\n"
        "done = os.waitpid(pid, 0)\n"
        "nbmlops.log_metric('parent', 1)"
    )
    assert shown.error == ""
    assert len(nbmlops.runs()) == 1
    run = last_run()
    assert run.status == RunStatus.FINISHED
    assert run.metrics == {"child 0": 0, "child 1": 1, "child 2": 2, "bare fork": 9, "parent": 1}


def test_the_store_may_be_deleted_under_a_running_kernel(own_kernel: Notebook) -> None:
    own_kernel.run("%%track first\nx = 1.5")
    own_kernel.run("import nbmlops; nbmlops.runs()")
    shutil.rmtree(own_kernel.store)
    shown = own_kernel.run("%%track second\nx = 2.5\ny = x * 2\ny")
    assert shown.error == ""
    assert "5.0" in shown.text
    own_kernel.run("import time; time.sleep(0.1)")
    listed = own_kernel.run("import nbmlops; print(list(nbmlops.runs()['name']))")
    # What this process logged is still in its journal's memory of it: nothing of it is lost.
    assert "second" in listed.text


@contextmanager
def _mounted(folder: Path, *options: str) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", *options, str(folder)], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _can_mount(tmp_path: Path) -> bool:
    try:
        with _mounted(tmp_path / "probe", "-t", "tmpfs", "-o", "size=1m", "tmpfs"):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


TRAIN = "%%track training\nimport nbmlops\nfor step in range(200): nbmlops.log_metric('loss', 1.0, step)\nresult = 'unchanged'"


def test_a_full_disk_costs_one_warning_and_the_run_says_so(own_kernel: Notebook, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    if not _can_mount(tmp_path):
        _fill_by_limit(own_kernel, disk)
        return
    with _mounted(disk, "-t", "tmpfs", "-o", "size=1m", "tmpfs"):
        own_kernel.use_store(disk / "store")
        own_kernel.run("%%track before\nx = 1.5")
        own_kernel.run("import nbmlops; nbmlops.runs()")
        ballast = disk / "ballast"
        with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="space"):
            while True:
                file.write(b"\0" * 4096)
        shown = own_kernel.run(TRAIN)
        assert shown.error == ""
        assert shown.text.count("can't write its store") <= 1
        assert own_kernel.run("result").text == "'unchanged'"
        ballast.unlink()
        own_kernel.run("%%track after\nx = 2.5")
        # What waited in memory is written when it is tried again, which may be a moment later.
        wait = "import time, nbmlops\nuntil = time.time() + 30\n"
        wait += "while len(nbmlops.runs()) < 3 and time.time() < until: time.sleep(0.2)"
        own_kernel.run(wait)
        names = own_kernel.run("print(sorted(nbmlops.runs()['name']))").text
        assert "['after', 'before', 'training']" in names
        points = own_kernel.run("len(nbmlops.history('training', 'loss'))").text
        assert points == "200"
        assert "degraded" not in own_kernel.run("print(nbmlops.run_info('after').degraded)").text


def _fill_by_limit(kernel: Notebook, disk: Path) -> None:
    """Where nothing can be mounted: files may grow no further, which the kernel says in the same way."""
    kernel.use_store(disk / "store")
    kernel.run("%%track before\nx = 1.5")
    kernel.run("import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))")
    shown = kernel.run(TRAIN)
    assert shown.error == ""
    assert kernel.run("result").text == "'unchanged'"
    kernel.run("resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)")
    kernel.run("%%track after\nx = 2.5")
    assert kernel.run("import nbmlops; len(nbmlops.history('training', 'loss'))").text == "200"


def test_a_store_that_can_t_be_made_costs_one_warning(own_kernel: Notebook, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where the store's parent should be")
    own_kernel.run(f"import os; os.environ['NBMLOPS_STORE'] = {str(blocked / 'store')!r}")
    shown = own_kernel.run(TRAIN)
    assert shown.error == ""
    assert shown.text.count("can't write its store") == 1
    again = own_kernel.run(TRAIN)
    assert again.error == ""
    assert "can't write its store" not in again.text
    assert own_kernel.run("result").text == "'unchanged'"


SECRET_BY_NAME = "hunter2-canary-by-name"
SECRET_BY_ORIGIN = "canary-by-origin-51c3"
SECRET_BY_PATTERN = "ghp_canaryPATTERN0123456789abcdefghijkl"
SECRET_BY_FETCH = "canary-by-fetch-77aa"


def test_a_secret_stands_nowhere_in_clear(own_kernel: Notebook) -> None:
    own_kernel.run(f"import os; os.environ['DATABASE_URL'] = 'postgresql://ann:{SECRET_BY_ORIGIN}@db/x'")
    own_kernel.run(
        "%%track -e e --note 'nothing to see' --params settings\n"
        "import os, getpass, warnings, nbmlops\n"
        f"api_key = '{SECRET_BY_NAME}'\n"
        f"settings = {{'password': '{SECRET_BY_NAME}', 'rate': 0.5}}\n"
        "url = os.environ['DATABASE_URL']\n"
        f"header = 'Bearer {SECRET_BY_PATTERN}'\n"
        "print(api_key, url, header)\n"
        "warnings.warn(url)\n"
        "nbmlops.log_param('key', api_key)\n"
        "nbmlops.set_tag('where', url)\n"
        "nbmlops.log_metric(f'loss of {api_key}', 1)\n"
        "path = f'/tmp/{api_key}.csv'\n"
        "open(path, 'w').write('a,b')\n"
        "text = open(path).read()\n"
        "raise RuntimeError(f'could not connect to {url} with {header}')"
    )
    own_kernel.run("import pathlib; pathlib.Path(path).unlink()")
    run = last_run()
    assert run.status == RunStatus.FAILED
    assert "***" in run.source
    assert run.params["settings.rate"] == 0.5
    kept = own_kernel.bytes_of_store()
    assert b"could not connect" in kept, "the store was read"
    for secret in (SECRET_BY_NAME, SECRET_BY_ORIGIN, SECRET_BY_PATTERN):
        assert secret.encode() not in kept


def test_what_nbmlops_secret_returned_is_masked(own_kernel: Notebook) -> None:
    own_kernel.run(f"import os; os.environ['NBMLOPS_SECRET_CANARY'] = '{SECRET_BY_FETCH}'")
    own_kernel.run(
        "%%track\nimport nbmlops\nvalue = nbmlops.secret('CANARY')\nprint('got', value)\nlabel = value + '!'"
    )
    assert last_run().output.stdout == "got ***\n"
    assert SECRET_BY_FETCH.encode() not in own_kernel.bytes_of_store()


def test_a_run_is_read_by_others_while_it_goes_on(notebook: Notebook) -> None:
    notebook.client.execute(
        "%%track live\nimport nbmlops, time\nnbmlops.log_metric('loss', 0.5)\ntime.sleep(3)\nnbmlops.log_metric('loss', 0.25)"
    )
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        frame = nbmlops.runs()
        if len(frame) and "metrics.loss" in frame:
            break
        time.sleep(0.1)
    assert list(frame["status"]) == ["RUNNING"]
    assert list(frame["metrics.loss"]) == [0.5]
    notebook.client.get_shell_msg(timeout=60)
    assert last_run().metrics == {"loss": 0.25}


def test_a_stopped_process_is_no_lost_one(own_kernel: Notebook) -> None:
    own_kernel.client.execute("%%track paused\nimport time\ntime.sleep(4)")
    deadline = time.monotonic() + 20
    while nbmlops.runs().empty and time.monotonic() < deadline:
        time.sleep(0.1)
    pid = own_kernel.manager.provisioner.pid  # type: ignore[union-attr]
    os.kill(pid, signal.SIGSTOP)
    try:
        assert last_run().status == RunStatus.RUNNING
    finally:
        os.kill(pid, signal.SIGCONT)
