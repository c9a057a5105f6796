"""The folder that a demo is made in, which may hold a former demo but nothing of anybody's."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nbmlops.config import STORE_FOLDER
from nbmlops.demo.example import JOB_NOTEBOOK_NAME, NOTEBOOK_NAME
from nbmlops.errors import NbmlopsError, ValueRefusedError

_MARK: Final = ".nbmlops-demo"
EXECUTED: Final = "executed"  # where `nbmlops run` puts executed notebooks
_SAYS: Final = "# Made by `nbmlops demo`, which makes this folder anew. The notebook as it was written:\n"


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """Where notebook, store and report lie."""

    path: Path

    @property
    def notebook(self) -> Path:
        """The executed notebook."""
        return self.path / NOTEBOOK_NAME

    @property
    def job_notebook(self) -> Path:
        """The notebook that is run as a job and exported; it is not changed."""
        return self.path / JOB_NOTEBOOK_NAME

    @property
    def comparison(self) -> Path:
        """The comparison alone, as a notebook shows it without a kernel."""
        return self.path / "comparison.html"

    @property
    def report(self) -> Path:
        """The page."""
        return self.path / "report.html"

    @property
    def store(self) -> Path:
        """The runs; commands that are called in the folder find it by themselves."""
        return self.path / STORE_FOLDER

    def prepare(self) -> None:
        """Makes the folder, or empties it of a former demo.

        Raises:
            ValueRefusedError: it is a file, or holds what no demo has made, or a demo's notebook that was
                changed since.
            NbmlopsError: it can't be written.
        """
        try:
            self._check()
            self.path.mkdir(parents=True, exist_ok=True)
            self._remove_former()
            self._mark.write_text(_SAYS, encoding="utf-8")
        except OSError as exc:
            raise NbmlopsError(
                f"The demo can't be written to {self.path}: {exc.strerror or exc}. Name another folder."
            ) from exc

    def seal(self) -> None:
        """Notes what the notebook looks like now, so that somebody's changes to it are never overwritten."""
        self._mark.write_text(_SAYS + self._digests() + "\n", encoding="utf-8")

    @property
    def _mark(self) -> Path:
        return self.path / _MARK

    def _check(self) -> None:
        if not self.path.exists():
            return
        if not self.path.is_dir():
            raise ValueRefusedError(f"{self.path} is a file: name a folder for the demo.")
        if not self._mark.is_file():
            if any(self.path.iterdir()):
                raise ValueRefusedError(
                    f"{self.path} holds other things than a demo, and nothing in it was touched: "
                    "name an empty folder, or one that isn't there yet."
                )
        elif self._was_changed():
            raise ValueRefusedError(
                f"A notebook in {self.path} was changed since the demo wrote it, and is left as it is: "
                "name another folder, or delete this one."
            )

    def _was_changed(self) -> bool:
        sealed = self._mark.read_text(encoding="utf-8").removeprefix(_SAYS).strip()
        return bool(sealed) and self.notebook.is_file() and self._digests() != sealed

    def _digests(self) -> str:
        return " ".join(_digest(path) for path in (self.notebook, self.job_notebook) if path.is_file())

    def _remove_former(self) -> None:
        for file in (self.notebook, self.job_notebook, self.report, self.comparison):
            file.unlink(missing_ok=True)
        shutil.rmtree(
            self.path / EXECUTED, ignore_errors=True
        )  # the package is left to the export, which looks first
        if self.store.is_dir() and self._mark.is_file():
            shutil.rmtree(self.store)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
