"""A store with runs in it, and the command line as it is really called."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pexpect
import pytest

SEED = r"""
import math, nbmlops
HOSTILE = "[red]x[/red] \x1b[31mansi\x1b[0m\nline \u202e שלום"
for i in range(4):
    try:
        with nbmlops.start_run(f"forest-{i}", experiment="churn", tags={"team": "growth"}) as run:
            nbmlops.log_params({"max_depth": i + 2, "criterion": "gini"})
            nbmlops.log_metric("accuracy", 0.9 + i / 100)
            nbmlops.log_series("loss", [math.exp(-s / 20) for s in range(50)])
            if i == 3:
                raise ValueError("no such column: tenure")
    except ValueError:
        pass
with nbmlops.start_run(HOSTILE, experiment="[bold]odd[/bold]"):
    nbmlops.log_metrics({"accuracy": float("nan"), "top": float("inf"), "bottom": float("-inf")})
    nbmlops.set_tag("t", "a\tb\x1b]0;title\x07")
"""
TWINS = """
import nbmlops
for i in range(4):
    with nbmlops.start_run("twin", experiment="churn"):
        nbmlops.log_series("loss", [3.0 - i, 2.0 - i])
with nbmlops.start_run("other", experiment="demand"):
    nbmlops.log_metric("loss", 9.0)
"""


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Cli:
    """`nbmlops` in a folder."""

    folder: Path
    env: dict[str, str]

    def __call__(self, *words: str, code: int = 0, env: dict[str, str] | None = None) -> Said:
        """In a process of its own where its environment is given, else in this one, which is quicker."""
        said = self._elsewhere(words, env) if env else self._here(words)
        assert said.code == code, f"{words}: {said.code}\n{said.stdout}\n{said.stderr}"
        assert "Traceback" not in said.stderr
        return said

    def _here(self, words: tuple[str, ...]) -> Said:
        from nbmlops.cli import main

        out, err = io.StringIO(), io.StringIO()
        with chdir(self.folder), redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as end:
            main(list(words), prog_name="nbmlops")
        return Said(int(end.value.code or 0), out.getvalue(), err.getvalue())

    def _elsewhere(self, words: tuple[str, ...], env: dict[str, str]) -> Said:
        done = subprocess.run(
            [sys.executable, "-c", "from nbmlops.cli import main; main()", *words],
            cwd=self.folder,
            env=self.env | env,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def out(self, *words: str, **options: Any) -> str:
        return self(*words, **options).stdout

    def terminal(self, *words: str, width: int = 80, env: dict[str, str] | None = None) -> pexpect.spawn:
        """The command on a terminal of its own."""
        return pexpect.spawn(
            sys.executable,
            ["-c", "from nbmlops.cli import main; main()", *words],
            cwd=str(self.folder),
            env=self.env | {"TERM": "xterm-256color", "COLUMNS": str(width)} | (env or {}),  # type: ignore[arg-type]
            dimensions=(60, width),
            encoding="utf-8",
            timeout=60,
        )

    def screen(self, *words: str, width: int = 80, env: dict[str, str] | None = None) -> str:
        """What a terminal was sent."""
        child = self.terminal(*words, width=width, env=env)
        child.expect(pexpect.EOF)
        child.close()
        return str(child.before).replace("\r\n", "\n")


def clean_environment() -> dict[str, str]:
    return {
        k: v for k, v in os.environ.items() if not k.startswith(("NBMLOPS_", "COLUMNS", "LINES", "NO_COLOR"))
    }


@pytest.fixture
def nowhere(tmp_path: Path) -> Cli:
    """In a folder that no store belongs to."""
    return Cli(tmp_path, clean_environment())


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """In a folder with five runs, which the tests of a module share and don't change."""
    return _seeded(tmp_path_factory.mktemp("seeded"))


@pytest.fixture
def own(tmp_path: Path) -> Cli:
    """The same runs, to be changed."""
    return _seeded(tmp_path)


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """In a folder with four runs named twin and another one, which the tests of a module share."""
    return _seeded(tmp_path_factory.mktemp("twins"), TWINS)


def _seeded(folder: Path, seed: str = SEED) -> Cli:
    subprocess.run(
        [sys.executable, "-c", seed], cwd=folder, env=clean_environment(), check=True, capture_output=True
    )
    return Cli(folder, clean_environment())


@pytest.fixture
def plain_text() -> Callable[[str], str]:
    """What a terminal was sent, without its colours."""
    import re

    return lambda text: re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)
