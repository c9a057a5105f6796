"""What papermill raises for a notebook that ended with an exit code of its own."""

from __future__ import annotations

from papermill.exceptions import PapermillException  # type: ignore[import-untyped]


class NotebookEndedError(PapermillException, SystemExit):  # type: ignore[misc]
    """The notebook ended by `sys.exit(n)`, by a time-out or by its kernel's death.

    For who calls papermill from Python it is a PapermillException like any other. Where nobody catches it, as in
    the command `papermill`, it is a SystemExit, so that the process ends with the job's exit code.

    Attributes:
        code: the exit code.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.message = message
        self.code = code

    def __str__(self) -> str:
        return self.message
