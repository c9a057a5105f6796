"""Starts the guardian of a job, see guardian.py."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Final

from nbmlops.kernels.kernel import Kernel

_GUARDIAN: Final = Path(__file__).with_name("guardian.py")
_SECONDS: Final = 5.0


class Guard:
    """Our end of the guardian. Where none can be started the job goes on without.

    Args:
        output: where the executed notebook goes.
    """

    def __init__(self, output: Path) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_GUARDIAN)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # what ends our whole group must not end it too
                cwd="/",
            )
        except OSError:
            return
        self._tell(f"output={output.absolute()}")
        self._tell("path=" + "\0".join(sys.path))

    def __enter__(self) -> Guard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is None or self._process.stdin is None:
            return
        self._tell("done")
        self._process.stdin.close()
        try:
            self._process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def watch(self, kernel: Kernel) -> None:
        """This kernel must not outlive us."""
        self._tell(f"kernel={kernel.pid} {kernel.mark} {kernel.folder}")

    def remove_with_us(self, scratch: Path) -> None:
        """This folder must not outlive us, and neither does the executed notebook in it."""
        self._tell(f"scratch={scratch.absolute()}")

    def _tell(self, line: str) -> None:
        if self._process is None or self._process.stdin is None:
            return
        try:
            self._process.stdin.write(line.encode("utf-8", "surrogateescape") + b"\n")
            self._process.stdin.flush()
        except OSError:  # somebody ended it: the journal is left for the next look
            pass
