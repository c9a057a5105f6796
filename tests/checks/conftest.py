"""Sessions of tracked cells in real kernels, whose runs are then checked."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nbmlops.capture.secrets import SecretRegistry
from nbmlops.config import StoreLocation
from nbmlops.kernels.contract import ExecuteOptions
from nbmlops.kernels.execute import execute_notebook
from nbmlops.records import Finding, RunInfo
from nbmlops.store.run_query import RunQuery
from nbmlops.tracking.proofs import keep_findings
from nbmlops.workspace import Workspace

NBMLOPS = [sys.executable, "-c", "from nbmlops.cli import main; main()"]


def unheard(exc: Exception) -> None:
    raise exc


@dataclass(frozen=True)
class Said:
    code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> dict[str, Any]:
        return json.loads(self.stdout)


@dataclass(frozen=True)
class Lab:
    """A folder with a store, in which cells are run and checked."""

    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / ".nbmlops"

    def workspace(self) -> Workspace:
        return Workspace(StoreLocation(self.store), mask=SecretRegistry({}).scrub_tree, on_trouble=unheard)

    def session(
        self, *sources: str, findings: Iterable[Finding] = (), env: Mapping[str, str] | None = None
    ) -> RunInfo:
        """Runs the cells in a kernel of their own; the last tracked one's run."""
        cells = ["%load_ext nbmlops", *sources]
        document = notebook(cells)
        options = ExecuteOptions(
            cwd=self.folder,
            env={
                "NBMLOPS_STORE": str(self.store),
                "NBMLOPS_NOTEBOOK": str(self.folder / "work.ipynb"),
                "PYTHONHASHSEED": "0",
                **(env or {}),
            },
        )
        execute_notebook(document, self.folder / "work.ipynb", options)
        run = [run for run in self.runs() if run.kind == "cell"][-1]
        if findings:
            workspace = self.workspace()
            keep_findings(workspace.recorder, run.id, tuple(findings))
            workspace.drain.close()
        return self.run(run.id)

    def runs(self) -> list[RunInfo]:
        """All runs, the oldest first."""
        workspace = self.workspace()
        workspace.sync()
        return workspace.runs.infos(workspace.finder.ids(RunQuery(order_by="started")))

    def run(self, run_id: str) -> RunInfo:
        workspace = self.workspace()
        workspace.sync()
        return workspace.runs.info(run_id)

    def start(self, *words: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("NBMLOPS_")}
        return subprocess.Popen(
            [*NBMLOPS, *words],
            cwd=self.folder,
            env={**kept, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Whoever runs the tests in the background ignores it, which children would too.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - no threads
        )

    def nbmlops(self, *words: str, env: Mapping[str, str] | None = None) -> Said:
        child = self.start(*words, env=env)
        out, err = child.communicate(timeout=240)
        assert "Traceback" not in err, err
        return Said(child.returncode, out, err)

    def check(self, run: RunInfo | str, *words: str, env: Mapping[str, str] | None = None) -> Said:
        """`nbmlops reproduce RUN --json`."""
        wanted = run if isinstance(run, str) else run.id
        return self.nbmlops("reproduce", wanted, "--json", *words, env=env)


def notebook(sources: Iterable[str]) -> dict[str, Any]:
    return {
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {"tags": ["raises-exception"]} if source.startswith("# fails") else {},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
            for number, source in enumerate(sources)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    (tmp_path / ".nbmlops").mkdir()
    return Lab(tmp_path)
