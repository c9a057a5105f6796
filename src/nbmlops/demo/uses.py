"""A run checked again, a notebook as a job and as a package: the commands that a person would type, called for real."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from nbmlops.config import STORE_VARIABLE
from nbmlops.errors import NbmlopsError
from nbmlops.views.transcript import SaidCommand

PACKAGE: Final = "diabetes"
_JOB: Final = "The notebook as a job"
_CHECK: Final = "A run, checked again"
_EXPORT: Final = "The notebook as a package"
_OWN: Final = "NBMLOPS_"
_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Use:
    """A command to be called.

    Attributes:
        words: as typed; "nbmlops" and "pytest" are those of the interpreter that runs here.
        expected: its exit code.
    """

    chapter: str
    title: str
    words: tuple[str, ...]
    expected: int = 0

    @property
    def typed(self) -> str:
        """As a person would type it."""
        return shlex.join(self.words)

    @property
    def argv(self) -> list[str]:
        """What is started."""
        return [sys.executable, "-m", *self.words]


def uses(notebook: str) -> Iterator[Use]:
    """The commands of the demo, in their order."""
    yield Use(_CHECK, "Done again, in a clean kernel", ("nbmlops", "reproduce", "vectors-careful"))
    yield Use(_CHECK, "How it came about", ("nbmlops", "lineage", "vectors-careful"))
    run = ("nbmlops", "run", notebook, "-e", "diabetes")
    yield Use(_JOB, "Fifty trees", (*run, "-p", "n_estimators", "50"))
    yield Use(_JOB, "Another model", (*run, "-p", "model=boosting", "-p", "max_depth=2"))
    yield Use(_JOB, "A misspelt parameter, on purpose", (*run, "-p", "n_estimatrs", "300"), expected=2)
    yield Use(_EXPORT, "Export", ("nbmlops", "export", notebook, "--to", PACKAGE))
    if find_spec("pytest") is not None:
        yield Use(_EXPORT, "Its tests", ("pytest", "-q", "-p", "no:cacheprovider", PACKAGE))


def call(use: Use, folder: Path, store: Path) -> SaidCommand:
    """Calls a command in a folder.

    Raises:
        NbmlopsError: it did not end as it should.
    """
    began = time.monotonic()
    done = subprocess.run(
        use.argv,
        cwd=folder,
        env=_environment(store),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    said = SaidCommand(
        use.chapter,
        use.title,
        use.typed,
        output=done.stdout or done.stderr,  # what is on standard error beside a result is its progress
        exit_code=done.returncode,
        expected=use.expected,
        seconds=time.monotonic() - began,
    )
    if not said.as_expected:
        raise NbmlopsError(f"In the demo `{use.typed}` {said.word}:\n{(done.stdout + done.stderr).strip()}")
    return said


def _environment(store: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    kept = {key: value for key, value in environ.items() if not key.startswith(_OWN)}
    return kept | {STORE_VARIABLE: str(store), "PYTHONUNBUFFERED": "1", "COLUMNS": "100"}
