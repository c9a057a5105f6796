"""Ctrl+C and SIGTERM as something to be asked for, so that they never cut off what must be finished."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Final

_STOPS: Final = (signal.SIGINT, signal.SIGTERM)


class StopSignals:
    """While it is entered, SIGINT and SIGTERM only count up; in other threads than the main one it does nothing.

    Attributes:
        signum: the first signal that came, None as long as none has.
        count: how many have come.
        wake_fd: can be read from as soon as one has.
    """

    def __init__(self) -> None:
        self.signum: int | None = None
        self.count = 0
        self._before: dict[signal.Signals, Any] = {}
        self.wake_fd, self._write_fd = os.pipe()
        os.set_blocking(self.wake_fd, False)
        os.set_blocking(self._write_fd, False)

    def __enter__(self) -> StopSignals:
        if threading.current_thread() is threading.main_thread():
            for signum in _STOPS:
                # A signal that is ignored (nohup) stays ignored; one that another language handles stays with it.
                if signal.getsignal(signum) not in {signal.SIG_IGN, None}:
                    self._before[signum] = signal.signal(signum, self._take)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        for signum, handler in self._before.items():
            signal.signal(signum, handler)
        os.close(self.wake_fd)
        os.close(self._write_fd)

    def _take(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as signal handlers are called
        self.signum = self.signum or signum
        self.count += 1
        try:
            os.write(self._write_fd, b"!")
        except BlockingIOError:  # nobody has read the ones before
            pass

    def drain(self) -> None:
        """Forget what woke us; `count` stays."""
        try:
            while os.read(self.wake_fd, 64):
                pass
        except BlockingIOError:
            pass
