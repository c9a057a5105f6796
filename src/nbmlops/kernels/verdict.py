"""From how a cell's execution ended to what the notebook, the job and its exit code say."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import Any, Final

from nbmlops.kernels.cells import Ended, Why
from nbmlops.kernels.contract import ExecuteOptions
from nbmlops.kernels.limits import limit_message
from nbmlops.kernels.recorder import exit_code
from nbmlops.records.jobs import CellStatus, JobStatus

_TIMED_OUT: Final = 124  # as timeout(1) ends
_KILLED_BY: Final = 128  # plus the signal's number, as shells say it
_ALLOWED: Final = "raises-exception"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a cell, and so of its job.

    Attributes:
        cell: the cell's status.
        job: None when the job goes on.
        exit_code: the job's, when it doesn't.
        name: the exception's class; empty when the cell completed.
        message: one line, not masked.
        traceback: the kernel's own lines.
        signal: what ended the kernel.
        ours: whether the kernel could not tell of it, so that it must be added to the outputs.
    """

    cell: CellStatus
    job: JobStatus | None = None
    exit_code: int = 0
    name: str = ""
    message: str = ""
    traceback: tuple[str, ...] = ()
    signal: int | None = None
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known beside the reply.

    Attributes:
        process: the kernel's exit code, as subprocess tells it; None while it lives.
        memory: the bytes with which the memory limit was passed, None when it wasn't.
        stop_signal: the signal that we got.
        last_words: what the kernel wrote past Jupyter before it died.
    """

    process: int | None = None
    memory: int | None = None
    stop_signal: int | None = None
    last_words: str = ""


def judge(ended: Ended, cell: dict[str, Any], options: ExecuteOptions, seen: Circumstances) -> Verdict:
    """What a cell's end means."""
    if seen.memory is not None and options.memory_limit is not None:
        text = limit_message(options.memory_limit, seen.memory)
        return _died("MemoryLimitError", text, signal.SIGKILL)
    if ended.why is Why.STOPPED:
        return _stopped(seen.stop_signal or signal.SIGINT)
    if ended.why in {Why.CELL_TIMEOUT, Why.JOB_TIMEOUT}:
        return _timed_out(ended.why, options)
    reply = ended.reply
    if reply is None:
        return _dead(seen.process or 0, seen.last_words)
    if reply.get("status") == "ok":
        if any(load.get("source") == "ask_exit" for load in reply.get("payload") or ()):
            return Verdict(CellStatus.COMPLETED, JobStatus.COMPLETED)
        return Verdict(CellStatus.COMPLETED)
    return _failed(reply, cell)


def _failed(reply: dict[str, Any], cell: dict[str, Any]) -> Verdict:
    name, message = str(reply.get("ename", "")), str(reply.get("evalue", ""))
    code = exit_code(message) if name == "SystemExit" else 1
    if code == 0:
        return Verdict(CellStatus.COMPLETED, JobStatus.COMPLETED)
    if _ALLOWED in cell.get("metadata", {}).get("tags", ()) and name != "SystemExit":
        return Verdict(CellStatus.COMPLETED)
    if name == "StdinNotImplementedError":
        message = "the cell asks for input, and nobody is there to answer in a job: make it a parameter"
    return Verdict(
        CellStatus.FAILED, JobStatus.FAILED, code, name, message, tuple(reply.get("traceback") or ())
    )


def _timed_out(why: Why, options: ExecuteOptions) -> Verdict:
    if why is Why.CELL_TIMEOUT:
        text = f"the cell took longer than {options.cell_timeout:g} s"
    else:
        text = f"the job took longer than {options.job_timeout:g} s"
    return Verdict(CellStatus.TIMED_OUT, JobStatus.TIMED_OUT, _TIMED_OUT, "TimeoutError", text, ours=True)


def _stopped(signum: int) -> Verdict:
    text = "interrupted" if signum == signal.SIGINT else f"the job was ended by {signal_name(signum)}"
    code = _KILLED_BY + signum
    return Verdict(CellStatus.INTERRUPTED, JobStatus.INTERRUPTED, code, "KeyboardInterrupt", text, ours=True)


def stopped_early(signum: int | None) -> Verdict:
    """A job that was stopped before its first cell."""
    return Verdict(CellStatus.PENDING, JobStatus.INTERRUPTED, _KILLED_BY + (signum or signal.SIGINT))


def _dead(process: int, last_words: str) -> Verdict:
    signum = (
        -process if process < 0 else process - _KILLED_BY if _KILLED_BY < process <= _KILLED_BY + 64 else 0
    )
    if not signum:
        text = f"the kernel ended by itself with the exit code {process}{last_words}"
        return Verdict(
            CellStatus.KERNEL_DIED, JobStatus.KERNEL_DIED, process or 1, "DeadKernelError", text, ours=True
        )
    text = f"the kernel was ended by {signal_name(signum)}"
    if signum == signal.SIGKILL:
        text += ", as the system does when memory runs out"
    return _died("DeadKernelError", text + last_words, signum)


def _died(name: str, text: str, signum: int) -> Verdict:
    return Verdict(
        CellStatus.KERNEL_DIED,
        JobStatus.KERNEL_DIED,
        _KILLED_BY + signum,
        name,
        text,
        signal=int(signum),
        ours=True,
    )


def signal_name(signum: int) -> str:
    """A signal's name; its number where it has none.

    Example:
        >>> signal_name(9), signal_name(63)
        ('SIGKILL', 'signal 63')
    """
    try:
        return signal.Signals(signum).name
    except ValueError:
        return f"signal {signum}"
