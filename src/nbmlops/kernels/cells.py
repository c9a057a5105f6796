"""Executes one cell after the other and finds out what became of each."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from nbmlops.kernels.contract import ExecuteOptions
from nbmlops.kernels.kernel import Kernel, Message
from nbmlops.kernels.limits import MemoryWatch
from nbmlops.kernels.recorder import Recorder
from nbmlops.kernels.stop_signals import StopSignals

_SILENCE: Final = 5.0  # seconds after the reply in which the kernel must say that it is idle
_LAST: Final = 0.02  # seconds of silence after which nothing more comes from a kernel that has ended
_LAST_OF_KILLED: Final = 0.2  # one that was killed could not wait until its messages were on their way


class Why(Enum):
    """Why the wait for a cell was over."""

    REPLIED = auto()
    DIED = auto()
    CELL_TIMEOUT = auto()
    JOB_TIMEOUT = auto()
    STOPPED = auto()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a request ended.

    Attributes:
        why: what ended the wait; after a time-out or a signal the kernel may live or have been killed.
        reply: the kernel's, None where it gave none.
        complete: whether all outputs are known to have come.
    """

    why: Why
    reply: dict[str, Any] | None
    complete: bool = True


class CellRunner:
    """Waits for cells, and interrupts those that take too long.

    Args:
        kernel: has started.
        recorder: takes the outputs.
        options: with the limits.
        stop: the signals that we get.
        started: when the job did, on the monotonic clock.
    """

    def __init__(
        self,
        kernel: Kernel,
        recorder: Recorder,
        options: ExecuteOptions,
        *,
        stop: StopSignals,
        started: float,
    ) -> None:
        self.kernel = kernel
        self.recorder = recorder
        self.options = options
        self.stop = stop
        self.job_end = None if options.job_timeout is None else started + options.job_timeout
        limit = options.memory_limit
        self.memory = None if limit is None else MemoryWatch(kernel.tree, limit)

    def run(self, index: int, source: str, cell_id: str) -> Ended:
        """Executes a cell and waits for its end."""
        request = self.kernel.execute(source, cell_id)
        self.recorder.expect(request, index)
        ended = _Wait(self, request, time.monotonic()).until_over()
        self.recorder.flush(index)
        return ended

    def drain(self, seconds: float) -> None:
        """Takes the outputs that still come, until the kernel has ended or the time is over."""
        end = time.monotonic() + seconds
        while self.kernel.exit_code is None and time.monotonic() < end:
            self.kernel.wait(end - time.monotonic())
            self._take_outputs()
            self._drop_replies()
        self.take_last()

    def close(self) -> None:
        """Ends the watch over memory."""
        if self.memory is not None:
            self.memory.stop()

    def _take_outputs(self) -> None:
        for message in self.kernel.outputs():
            self.recorder.take(message)

    def _drop_replies(self) -> None:
        for _ in self.kernel.replies():
            pass

    def take_last(self) -> None:
        """What the kernel had sent before it ended may still be on its way."""
        silence = _LAST_OF_KILLED if self.kernel.exit_code else _LAST
        end = time.monotonic() + silence
        while time.monotonic() < end:
            for message in self.kernel.outputs():
                self.recorder.take(message)
                end = time.monotonic() + silence
            time.sleep(_LAST / 4)


class _Wait:
    """The wait for one request; interrupts when its time is over, and kills when that doesn't help."""

    def __init__(self, runner: CellRunner, request: str, started: float) -> None:
        self._runner = runner
        self._kernel = runner.kernel
        self._stop = runner.stop
        self._request = request
        self._why: Why | None = None
        self._kill_at: float | None = None
        self._reply: dict[str, Any] | None = None
        self._heard = started
        options = runner.options
        self._cell_end = None if options.cell_timeout is None else started + options.cell_timeout
        self._kernel_grace = options.grace

    def until_over(self) -> Ended:
        while True:
            self._kernel.wait(self._patience())
            self._stop.drain()
            self._listen()
            if self._reply is not None and self._request in self._runner.recorder.idle:
                return Ended(self._why or Why.REPLIED, self._reply)
            if self._reply is not None and time.monotonic() > self._heard + _SILENCE:
                return Ended(self._why or Why.REPLIED, self._reply, complete=False)
            if self._kernel.exit_code is not None:
                self._runner.take_last()
                return Ended(self._why or Why.DIED, self._reply)
            self._press()

    def _listen(self) -> None:
        for message in self._kernel.outputs():
            self._runner.recorder.take(message)
            self._heard = time.monotonic()
        for reply in self._kernel.replies():
            self._take_reply(reply)

    def _take_reply(self, reply: Message) -> None:
        if reply["parent_header"].get("msg_id") == self._request:
            self._reply, self._heard = reply["content"], time.monotonic()

    def _press(self) -> None:
        """Interrupts what must end; kills it when it was interrupted and hasn't ended in its grace."""
        now = time.monotonic()
        if self._why is None:
            self._why = self._reason(now)
            if self._why is not None:
                self._kill_at = now + self._kernel_grace
                self._kernel.interrupt()
        elif self._kill_at is not None and (now >= self._kill_at or self._stop.count > 1):
            self._kernel.tree.kill()

    def _reason(self, now: float) -> Why | None:
        if self._stop.count:
            return Why.STOPPED
        if self._runner.job_end is not None and now >= self._runner.job_end:
            return Why.JOB_TIMEOUT
        if self._cell_end is not None and now >= self._cell_end:
            return Why.CELL_TIMEOUT
        return None

    def _patience(self) -> float | None:
        """Seconds until something is to be done even if nothing comes."""
        ends = [self._kill_at] if self._why is not None else [self._cell_end, self._runner.job_end]
        if self._reply is not None:
            ends.append(self._heard + _SILENCE)
        known = [end for end in ends if end is not None]
        return max(0.0, min(known) - time.monotonic()) if known else None
