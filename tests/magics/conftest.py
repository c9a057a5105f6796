"""A real IPython kernel, and the store that its cells write."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

import nbmlops
from nbmlops import RunInfo

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Output:
    """What a cell gave."""

    text: str = ""
    html: str = ""
    error: str = ""
    message: str = ""
    traceback: str = ""
    data: list[dict[str, Any]] = field(default_factory=list)


class Notebook:
    """Runs cells in a kernel, as a front end does."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager = manager
        self.client = client
        self.store = Path()

    def run(self, code: str, *, timeout: float = 120, interrupt_at: str = "") -> Output:
        """Runs a cell to its end; it is interrupted once it has printed `interrupt_at`."""
        output = Output()
        waits_for = [interrupt_at] if interrupt_at else []

        def hook(message: dict[str, Any]) -> None:
            content = message["content"]
            match message["msg_type"]:
                case "stream":
                    output.text += content["text"]
                    if waits_for and waits_for[0] in output.text:
                        waits_for.clear()
                        os.kill(self.manager.provisioner.pid, signal.SIGINT)  # type: ignore[union-attr]
                case "display_data" | "execute_result":
                    output.data.append(content["data"])
                    output.html += content["data"].get("text/html", "")
                    output.text += content["data"].get("text/plain", "")
                case "error":
                    output.traceback = _ANSI.sub("", "\n".join(content["traceback"]))

        reply = self.client.execute_interactive(code, timeout=timeout, output_hook=hook)["content"]
        if reply["status"] == "error":
            output.error, output.message = reply["ename"], reply["evalue"]
        output.text = _ANSI.sub("", output.text)
        return output

    def use_store(self, folder: Path) -> None:
        """Lets the cells that follow write to this store."""
        self.store = folder
        self.run(f"import os; os.environ['NBMLOPS_STORE'] = {str(folder)!r}")
        self.run("%load_ext nbmlops")

    def bytes_of_store(self) -> bytes:
        """Every byte that is kept, file names included."""
        self.run("import nbmlops; nbmlops.runs()")
        files = [path for path in self.store.rglob("*") if path.is_file()]
        return b"\n".join(str(path).encode() + b"\n" + path.read_bytes() for path in files)


def _start() -> Notebook:
    manager, client = start_new_kernel(kernel_name="python3", startup_timeout=120)
    return Notebook(manager, client)


def _stop(notebook: Notebook) -> None:
    notebook.client.stop_channels()
    notebook.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def shared_kernel() -> Iterator[Notebook]:
    """One kernel for the cells of a module: starting one takes a second."""
    notebook = _start()
    yield notebook
    _stop(notebook)


@pytest.fixture
def notebook(shared_kernel: Notebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Notebook:
    """The kernel with an empty namespace and a store of the test's own."""
    shared_kernel.run("%reset -f")
    shared_kernel.run("%track off")
    shared_kernel.run("def measure(value): return value")
    shared_kernel.use_store(tmp_path / "store")
    monkeypatch.setenv("NBMLOPS_STORE", str(tmp_path / "store"))
    return shared_kernel


@pytest.fixture
def own_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    """A kernel that the test may kill."""
    notebook = _start()
    notebook.use_store(tmp_path / "store")
    monkeypatch.setenv("NBMLOPS_STORE", str(tmp_path / "store"))
    yield notebook
    _stop(notebook)


def last_run(**filters: Any) -> RunInfo:
    """The newest run of the store, read by this process."""
    frame = nbmlops.runs(limit=1, **filters)
    assert len(frame) == 1, "the cell left no run"
    return nbmlops.run_info(frame["id"].iloc[0])


os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
