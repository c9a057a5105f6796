"""Shows a job's progress as papermill does."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from papermill.log import logger  # type: ignore[import-untyped]

from nbmlops.records.jobs import CellReport


class PapermillListener:
    """Moves papermill's bar, and copies the streams where papermill would.

    Args:
        total: how many cells there are.
        options: what papermill gives to its engines.
    """

    def __init__(self, total: int, options: Mapping[str, Any]) -> None:
        self._log = bool(options.get("log_output"))
        self._files = {"stdout": options.get("stdout_file"), "stderr": options.get("stderr_file")}
        self._bar: Any = None
        if wanted := options.get("progress_bar"):
            from tqdm.auto import tqdm

            told = wanted if isinstance(wanted, dict) else {}
            self._bar = tqdm(**({"total": total, "unit": "cell", "desc": "Executing"} | told))

    def __enter__(self) -> PapermillListener:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def cell_started(self, index: int, total: int, source: str) -> None:  # noqa: ARG002 - as listeners are told
        """A cell begins."""
        if self._log:
            logger.info("Executing Cell %s", f"{index + 1:-<40}")
        if self._bar is not None:
            self._bar.update(index - self._bar.n)

    def stream(self, index: int, name: str, text: str) -> None:  # noqa: ARG002
        """A cell wrote something."""
        if self._log:
            logger.log(logging.INFO if name == "stdout" else logging.WARNING, text)
        if (file := self._files.get(name)) is not None:
            file.write(text)
            file.flush()

    def cell_ended(self, report: CellReport) -> None:
        """A cell is over."""
        if self._log:
            logger.info("Ending Cell %s", f"{report.index + 1:-<43}")
        if self._bar is not None:
            self._bar.update(report.index + 1 - self._bar.n)
