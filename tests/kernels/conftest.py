"""Notebooks to execute, and the execution of them in a folder of the test's own."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest

from nbmlops.kernels.contract import ExecuteOptions
from nbmlops.kernels.execute import execute_notebook
from nbmlops.records.jobs import CellReport, JobOutcome


def make_notebook(*sources: str, tags: dict[int, list[str]] | None = None) -> dict[str, Any]:
    """A notebook of code cells, some with tags."""
    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{index}") for index, source in enumerate(sources)]
    for index, words in (tags or {}).items():
        cells[index].metadata.tags = words
    return nbformat.v4.new_notebook(
        cells=cells,
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )


@dataclass
class Listener:
    """Remembers what it was told."""

    started: list[tuple[int, int, str]] = field(default_factory=list)
    streams: list[tuple[int, str, str]] = field(default_factory=list)
    ended: list[CellReport] = field(default_factory=list)

    def cell_started(self, index: int, total: int, source: str) -> None:
        self.started.append((index, total, source))

    def stream(self, index: int, name: str, text: str) -> None:
        self.streams.append((index, name, text))

    def cell_ended(self, report: CellReport) -> None:
        self.ended.append(report)

    def text(self, name: str = "stdout") -> str:
        return "".join(text for _, kind, text in self.streams if kind == name)


@dataclass
class Executed:
    """An outcome with the notebook that was written."""

    outcome: JobOutcome
    notebook: dict[str, Any]
    listener: Listener

    @property
    def statuses(self) -> list[str]:
        """What each code cell says of itself; the outcome must say the same."""
        told = [report.status.value for report in self.outcome.cells]
        written = [cell["metadata"]["nbmlops"]["status"] for cell in self.code_cells]
        assert told == written
        return written

    @property
    def papermill(self) -> list[str]:
        """What papermill's tools read."""
        return [cell["metadata"]["papermill"]["status"] for cell in self.code_cells]

    @property
    def code_cells(self) -> list[dict[str, Any]]:
        return [cell for cell in self.notebook["cells"] if cell["cell_type"] == "code"]

    def text(self, index: int, name: str = "stdout") -> str:
        outputs = self.notebook["cells"][index]["outputs"]
        return "".join(o["text"] for o in outputs if o["output_type"] == "stream" and o["name"] == name)


Execute = Callable[..., Executed]


@pytest.fixture
def execute(tmp_path: Path) -> Execute:
    """Execute a notebook, or sources: `execute("1/0", cell_timeout=2)`."""

    def run(*sources: Any, tags: dict[int, list[str]] | None = None, **options: Any) -> Executed:
        notebook = make_notebook(*sources, tags=tags) if isinstance(sources[0], str) else sources[0]
        listener, output = Listener(), tmp_path / "out.ipynb"
        outcome = execute_notebook(notebook, output, ExecuteOptions(**options), listener=listener)
        assert not list(tmp_path.glob("*.journal")), "the journal is still there"
        return Executed(outcome, read(output), listener)

    return run


def read(output: Path) -> dict[str, Any]:
    """The notebook that was written, valid and with its lines joined."""
    notebook = nbformat.read(output, as_version=4)
    nbformat.validate(notebook)
    return json.loads(json.dumps(notebook))


def lives(pid: int) -> bool:
    """Whether a process runs; a dead one that nobody has asked for yet doesn't."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def wait_until(true: Callable[[], Any], seconds: float = 15) -> None:
    """Wait for something; fail when it doesn't come."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def gone(pid: int) -> None:
    """Wait until a process has ended."""
    wait_until(lambda: not lives(pid))
