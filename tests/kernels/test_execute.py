"""What became of each cell, told truly."""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import threading
import time
from pathlib import Path

import nbformat
import pytest

from nbmlops.errors import KernelError
from nbmlops.kernels.execute import execute_notebook
from nbmlops.records.jobs import CellStatus, JobStatus

from .conftest import Execute, Executed, make_notebook, read


def test_a_notebook_that_runs_through_says_so_everywhere(execute: Execute) -> None:
    done = execute("x = 1", "print('hello')\nx + 1", "   ")
    assert (done.outcome.status, done.outcome.exit_code, done.outcome.failure) == (
        JobStatus.COMPLETED,
        0,
        None,
    )
    assert done.statuses == ["completed"] * 3 == done.papermill
    assert done.notebook["metadata"]["nbmlops"]["exit_code"] == 0
    assert done.notebook["metadata"]["papermill"]["exception"] is None
    times = done.notebook["cells"][1]["metadata"]["papermill"]
    assert times["duration"] >= 0
    assert times["start_time"] <= times["end_time"]
    outputs = done.notebook["cells"][1]["outputs"]
    assert outputs[0] == {"output_type": "stream", "name": "stdout", "text": "hello\n"}
    assert outputs[1]["data"] == {"text/plain": "2"}
    assert done.notebook["cells"][1]["execution_count"] == outputs[1]["execution_count"] == 2
    assert done.notebook["metadata"]["language_info"]["name"] == "python"
    assert [started[:2] for started in done.listener.started] == [(0, 3), (1, 3), (2, 3)]
    assert done.listener.text() == "hello\n"
    assert tuple(done.listener.ended) == done.outcome.cells


def test_what_never_ran_is_pending_after_a_failure(execute: Execute) -> None:
    done = execute("x = 1", "raise ValueError('no such day')", "x")
    assert done.statuses == ["completed", "failed", "pending"] == done.papermill
    failure = done.outcome.failure
    assert failure is not None
    assert (failure.index, failure.cell_id, failure.name, failure.message) == (
        1,
        "cell-1",
        "ValueError",
        "no such day",
    )
    assert "ValueError" in failure.traceback
    assert (done.outcome.status, done.outcome.exit_code) == (JobStatus.FAILED, 1)
    told = done.notebook["metadata"]["nbmlops"]
    assert told["failed_cell"] == {"index": 1, "id": "cell-1", "name": "ValueError", "message": "no such day"}
    assert done.notebook["cells"][1]["metadata"]["papermill"]["exception"] is True
    assert done.notebook["cells"][2]["metadata"]["papermill"]["start_time"] is None


def test_the_notebook_that_was_given_is_left_as_it_is(execute: Execute) -> None:
    notebook = make_notebook("print(1)")
    notebook["cells"][0]["outputs"] = [nbformat.v4.new_output("stream", text="from an earlier execution")]
    before = nbformat.writes(nbformat.from_dict(notebook))
    done = execute(notebook)
    assert nbformat.writes(nbformat.from_dict(notebook)) == before
    assert done.text(0) == "1\n"


def test_a_cell_that_may_fail_fails_nothing_and_a_skipped_one_is_skipped(execute: Execute) -> None:
    done = execute("1/0", "boom", "print('on')", tags={0: ["raises-exception"], 1: ["skip-execution"]})
    assert done.statuses == ["completed", "skipped", "completed"]
    assert done.papermill == ["completed", "pending", "completed"]
    assert done.notebook["cells"][0]["outputs"][0]["ename"] == "ZeroDivisionError"
    assert done.outcome.exit_code == 0


@pytest.mark.parametrize(
    ("source", "code", "statuses"),
    [
        ("import sys; print('so far'); sys.exit(3)", 3, ["failed", "pending"]),
        ("import sys; print('so far'); sys.exit(0)", 0, ["completed", "skipped"]),
        ("print('so far'); exit()", 0, ["completed", "skipped"]),
        ("import sys; print('so far'); sys.exit('no data')", 1, ["failed", "pending"]),
        (
            "import os; print('so far', flush=True); import time; time.sleep(0.2); os._exit(5)",
            5,
            ["kernel died", "pending"],
        ),
    ],
)
def test_the_code_given_to_exit_is_the_jobs(
    execute: Execute, source: str, code: int, statuses: list[str]
) -> None:
    done = execute(source, "print('never')")
    assert (done.outcome.exit_code, done.statuses) == (code, statuses)
    assert done.text(0) == "so far\n"
    assert done.outcome.status is (JobStatus.COMPLETED if code == 0 else done.outcome.status)
    assert (code == 0) == (not any(o["output_type"] == "error" for o in done.notebook["cells"][0]["outputs"]))


def test_a_killed_kernel_names_its_signal_and_keeps_what_came(execute: Execute) -> None:
    done = execute(
        "1", "print('so far', flush=True)\nimport os, time; time.sleep(0.2); os.kill(os.getpid(), 9)", "2"
    )
    assert done.statuses == ["completed", "kernel died", "pending"]
    assert done.papermill == ["completed", "failed", "pending"]
    assert (done.outcome.status, done.outcome.exit_code) == (JobStatus.KERNEL_DIED, 137)
    failure = done.outcome.failure
    assert failure is not None
    assert failure.signal == signal.SIGKILL
    assert "SIGKILL" in failure.message
    assert done.text(1) == "so far\n"
    assert done.notebook["cells"][1]["outputs"][-1]["evalue"] == failure.message


def test_a_cell_that_takes_too_long_is_interrupted_and_says_so(execute: Execute) -> None:
    done = execute("1", "import time; print('so far'); time.sleep(60)", "2", cell_timeout=0.8)
    assert done.statuses == ["completed", "timed out", "pending"]
    assert (done.outcome.status, done.outcome.exit_code) == (JobStatus.TIMED_OUT, 124)
    assert done.outcome.seconds < 20
    assert done.text(1) == "so far\n"
    names = [o["ename"] for o in done.notebook["cells"][1]["outputs"] if o["output_type"] == "error"]
    assert names == ["KeyboardInterrupt", "TimeoutError"]
    assert done.outcome.failure is not None
    assert done.outcome.failure.message == "the cell took longer than 0.8 s"


def test_a_cell_that_minds_no_interrupt_is_killed_after_its_grace(execute: Execute) -> None:
    stubborn = "import time\nwhile True:\n    try: time.sleep(60)\n    except KeyboardInterrupt: print('no', flush=True)"
    done = execute(stubborn, "2", cell_timeout=0.5, grace=0.5)
    assert done.statuses == ["timed out", "pending"]
    assert done.text(0) == "no\n"
    assert done.outcome.seconds < 20


def test_a_cell_that_floods_us_is_timed_out_all_the_same(execute: Execute) -> None:
    done = execute("while True: display('x' * 1000)", cell_timeout=0.5, grace=1)
    assert done.statuses == ["timed out"]
    assert len(done.notebook["cells"][0]["outputs"]) > 10


def test_the_whole_job_has_its_time(execute: Execute) -> None:
    done = execute("import time; time.sleep(0.2)", "time.sleep(60)", "2", job_timeout=3.5)
    assert done.statuses == ["completed", "timed out", "pending"]
    assert done.outcome.failure is not None
    assert done.outcome.failure.message == "the job took longer than 3.5 s"


def test_a_question_is_refused_with_what_to_do(execute: Execute) -> None:
    done = execute("name = input('Who? ')")
    assert done.statuses == ["failed"]
    assert done.outcome.failure is not None
    assert "make it a parameter" in done.outcome.failure.message


def test_an_interrupt_ends_the_cell_and_keeps_its_outputs(execute: Execute) -> None:
    threading.Timer(3.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    done = execute("print('so far', flush=True)\nimport time; time.sleep(60)", "2")
    assert done.statuses == ["interrupted", "pending"]
    assert (done.outcome.status, done.outcome.exit_code) == (JobStatus.INTERRUPTED, 130)
    assert done.text(0) == "so far\n"


def test_sigterm_ends_the_job_in_order(execute: Execute) -> None:
    before = signal.getsignal(signal.SIGTERM)
    threading.Timer(3.0, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()
    done = execute("import time; time.sleep(60)")
    assert (done.statuses, done.outcome.exit_code) == (["interrupted"], 143)
    assert signal.getsignal(signal.SIGTERM) is before


def test_an_interrupt_while_the_kernel_starts_leaves_all_pending(execute: Execute) -> None:
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    done = execute("import time; time.sleep(60)")
    assert (done.outcome.status, done.outcome.exit_code) == (JobStatus.INTERRUPTED, 130)
    assert done.statuses[0] in {"pending", "interrupted"}


def test_the_cell_knows_its_id(execute: Execute) -> None:
    hook = "def told(info): print(info.cell_id)\nget_ipython().events.register('pre_run_cell', told)"
    assert execute(hook, "1").text(1) == "cell-1\n"


def test_the_kernel_has_the_folder_and_the_environment_that_it_was_given(
    execute: Execute, tmp_path: Path
) -> None:
    (tmp_path / "there").mkdir()
    done = execute(
        "import os; print(os.getcwd(), os.environ['FRUIT'], sep='\\n')",
        cwd=tmp_path / "there",
        env={"FRUIT": "péché 桃"},
    )
    assert done.text(0) == f"{tmp_path / 'there'}\npéché 桃\n"


def test_a_kernel_that_is_missing_is_named_with_those_that_are_not(execute: Execute, tmp_path: Path) -> None:
    with pytest.raises(KernelError, match=r"no kernel 'julia-9'. Installed are: .*python3"):
        execute("1", kernel="julia-9")
    written = read(tmp_path / "out.ipynb")
    assert written["metadata"]["nbmlops"]["status"] == "failed"
    assert "julia-9" in written["metadata"]["nbmlops"]["message"]
    assert written["cells"][0]["metadata"]["papermill"]["status"] == "pending"
    assert not list(tmp_path.glob("*.journal"))


def test_a_kernel_that_dies_at_its_start_says_what_it_said(
    execute: Execute, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = tmp_path / "jupyter" / "kernels" / "broken" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(
        '{"argv": ["python", "-c", "import sys; sys.exit(\'no such licence\')", "{connection_file}"],'
        ' "display_name": "Broken", "language": "python"}'
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    with pytest.raises(KernelError, match=r"'broken' died while it started:\nno such licence"):
        execute("1", kernel="broken")
    assert read(tmp_path / "out.ipynb")["metadata"]["nbmlops"]["status"] == "failed"


def test_output_that_is_still_on_its_way_belongs_to_the_cell_that_began_it(execute: Execute) -> None:
    late = "import threading, time\ndef say():\n    time.sleep(0.3); print('late')\nt = threading.Thread(target=say); t.start()"
    done = execute(
        late,
        "t.join(); print('second')",
        "import atexit; atexit.register(lambda: print('at the end', flush=True));",
    )
    assert done.text(0) + done.text(1) in {"late\nsecond\n", "second\nlate\n"}
    assert done.text(2) == "at the end\n"


def test_nothing_is_lost_of_much_and_strange_output(execute: Execute) -> None:
    done = execute(
        "for i in range(3000): display(i)",
        "print('日本語 ⚑ \\x1b[31mred\\x1b[0m ' * 100_000)",
        "from IPython.display import Image; Image(data=b'\\x89PNG' + bytes(range(256)), format='png')",
        "import sys; [print(i) or print(i, file=sys.stderr) for i in range(3)];",
    )
    assert done.statuses == ["completed"] * 4
    shown = [output["data"]["text/plain"] for output in done.notebook["cells"][0]["outputs"]]
    assert shown == [str(i) for i in range(3000)]
    assert done.text(1) == "日本語 ⚑ \x1b[31mred\x1b[0m " * 100_000 + "\n"
    assert base64.b64decode(
        done.notebook["cells"][2]["outputs"][0]["data"]["image/png"]
    ) == b"\x89PNG" + bytes(range(256))
    assert done.text(3) == done.text(3, "stderr") == "0\n1\n2\n"


def test_two_jobs_never_write_one_output(tmp_path: Path) -> None:
    output, caught = tmp_path / "out.ipynb", []

    class Second:
        def cell_started(self, index: int, total: int, source: str) -> None:
            try:
                execute_notebook(make_notebook("2"), output)
            except KernelError as exc:
                caught.append(str(exc))

        def stream(self, index: int, name: str, text: str) -> None: ...

        def cell_ended(self, report: object) -> None: ...

    outcome = execute_notebook(make_notebook("1"), output, listener=Second())
    assert outcome.exit_code == 0
    assert caught == ["Another job writes out.ipynb right now: name another output."]


def test_a_listener_that_fails_loses_no_output(tmp_path: Path) -> None:
    class Failing:
        def cell_started(self, index: int, total: int, source: str) -> None: ...

        def stream(self, index: int, name: str, text: str) -> None:
            raise RuntimeError("the terminal is gone")

        def cell_ended(self, report: object) -> None: ...

    with pytest.raises(RuntimeError, match="the terminal is gone"):
        execute_notebook(make_notebook("print('so far')"), tmp_path / "out.ipynb", listener=Failing())
    written = read(tmp_path / "out.ipynb")
    assert written["metadata"]["nbmlops"]["status"] == JobStatus.INTERRUPTED
    assert written["cells"][0]["outputs"][0]["text"] == "so far\n"
    assert written["cells"][0]["metadata"]["nbmlops"]["status"] == CellStatus.INTERRUPTED


def test_the_history_of_the_user_is_left_alone(execute: Execute, tmp_path: Path) -> None:
    done = execute(
        "ip = get_ipython(); print(ip.history_manager.enabled, len(In))",
        env={"IPYTHONDIR": str(tmp_path / "ip")},
    )
    assert done.text(0) == "False 2\n"
    assert not list((tmp_path / "ip").rglob("history.sqlite"))


def test_a_job_ends_soon_after_its_last_cell(execute: Execute) -> None:
    started = time.monotonic()
    done = execute(
        "import sys; sys.exit(3)"
    )  # after which ipykernel's own way to end now and then takes for ever
    assert time.monotonic() - started < done.outcome.cells[0].seconds + 4.5


def test_it_can_be_called_where_an_event_loop_runs(execute: Execute) -> None:
    async def call() -> Executed:
        return execute("print(1)")

    assert asyncio.run(call()).text(0) == "1\n"


def test_a_notebook_of_an_older_format_with_text_between_its_cells(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Title\n", "text"]},
        {
            "cell_type": "code",
            "metadata": {},
            "source": ["x = 1\n", "print(x)"],
            "outputs": [],
            "execution_count": 7,
        },
        {"cell_type": "raw", "metadata": {}, "source": "as it is"},
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    outcome = execute_notebook(notebook, tmp_path / "out.ipynb")
    assert [(report.index, report.cell_id) for report in outcome.cells] == [(1, "")]
    written = read(tmp_path / "out.ipynb")
    assert written["cells"][1]["outputs"][0]["text"] == "1\n"
    assert written["cells"][1]["execution_count"] == 1
    assert [written["cells"][0], written["cells"][2]] == [{**cells[0], "source": "# Title\ntext"}, cells[2]]
