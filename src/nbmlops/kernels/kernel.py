"""A kernel of our own: its start, its messages, its end."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from hmac import compare_digest
from pathlib import Path
from typing import IO, Any, Final
from uuid import uuid4

import zmq
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_client.manager import KernelManager

from nbmlops.errors import KernelError
from nbmlops.kernels.launch import fast_argv, ipykernel_of, is_ipykernel
from nbmlops.kernels.process_tree import MARK_VARIABLE, ProcessTree

Message = dict[str, Any]

_AT_ONCE: Final = 500  # messages, so that whoever floods us can still be interrupted
_LOOK: Final = 0.2  # seconds between two looks at a process whose end can't be waited for
_NUDGE: Final = 1.0  # seconds until a kernel that hasn't answered is asked again
_LOG_TAIL: Final = 4000  # bytes of what a kernel wrote past Jupyter, shown when it dies


class Kernel:
    """A kernel's process with its sockets.

    Args:
        name: the kernelspec's name.
        cwd: its working directory.
        env: its whole environment.
        python: the Python whose ipykernel is started, in place of what `name` names.

    Raises:
        KernelError: there is no such kernel, or it can't be started.
    """

    def __init__(self, name: str, *, cwd: Path | None, env: Mapping[str, str], python: str = "") -> None:
        self.name = python or name
        self.mark = uuid4().hex
        self.folder = Path(
            tempfile.mkdtemp(prefix="nbmlops-kernel-")
        )  # ours alone: it holds the key and the sockets
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the kernel lives
        self._exit_code: int | None = None
        self._pidfd = -1
        self._manager: KernelManager | None = None
        try:
            self._manager, self._is_ipykernel = _manager(name, self.folder, python)
            self._start(self._manager, cwd, {**env, MARK_VARIABLE: self.mark})
        except BaseException:
            self.close()
            raise

    def _start(self, manager: KernelManager, cwd: Path | None, env: dict[str, str]) -> None:
        where = {} if cwd is None else {"cwd": str(cwd)}
        try:
            manager.start_kernel(env=env, stderr=self._log, **where)
        except (OSError, RuntimeError, ValueError) as exc:
            raise KernelError(f"The kernel {self.name!r} could not be started: {exc}") from exc
        self._process: Any = getattr(manager.provisioner, "process", None)
        if self._process is None:
            raise KernelError(
                f"The kernel {self.name!r} runs on another machine, which jobs can't watch: name another."
            )
        self.pid: int = self._process.pid
        self.tree = ProcessTree(self.pid, self.mark)
        self._session = manager.session
        self._shell = manager.connect_shell(identity=self._session.bsession)
        self._iopub = manager.connect_iopub()
        self._poller = zmq.Poller()
        self._poller.register(self._shell, zmq.POLLIN)
        self._poller.register(self._iopub, zmq.POLLIN)
        if hasattr(os, "pidfd_open"):
            self._pidfd = os.pidfd_open(self.pid)
            self._poller.register(self._pidfd, zmq.POLLIN)

    def watch(self, fd: int) -> None:
        """`wait` returns also when this descriptor can be read."""
        self._poller.register(fd, zmq.POLLIN)

    def wait(self, seconds: float | None) -> None:
        """Returns when something has come, the process has ended, or the time is over."""
        if self._pidfd < 0:
            seconds = _LOOK if seconds is None else min(seconds, _LOOK)
        self._poller.poll(None if seconds is None else max(0, int(seconds * 1000) + 1))

    @property
    def exit_code(self) -> int | None:
        """The process's, as subprocess tells it: negative when a signal ended it; None while it lives."""
        if self._exit_code is None:
            self._exit_code = self._process.poll()
        return self._exit_code

    def outputs(self) -> Iterator[Message]:
        """What has come on the channel of outputs, without waiting."""
        return self._arrived(self._iopub)

    def replies(self) -> Iterator[Message]:
        """The replies that have come, without waiting."""
        return self._arrived(self._shell)

    def _arrived(self, socket: Any) -> Iterator[Message]:
        for _ in range(_AT_ONCE):
            try:
                parts = socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            message = self._read(parts)
            if message is not None:
                yield message

    def _read(self, parts: list[bytes]) -> Message | None:
        """A message as it came; None when our kernel didn't sign it.

        The session's own way to read turns every date into an object, which is a third of what a small cell costs.
        """
        _, (signature, *parts) = self._session.feed_identities(parts)
        if not compare_digest(self._session.sign(parts[:4]), signature):
            return None
        header, parent, _, content = (self._session.unpack(part) for part in parts[:4])
        return {
            "msg_type": header["msg_type"],
            "parent_header": parent,
            "content": content,
            "buffers": parts[4:],
        }

    def execute(self, source: str, cell_id: str) -> str:
        """Asks for a cell's execution; returns the request's id."""
        content = {
            "code": source,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,  # one request at a time: there is nothing to stop
        }
        metadata = {"cellId": cell_id} if cell_id else {}
        return self._send("execute_request", content, metadata)

    def _send(self, kind: str, content: dict[str, Any], metadata: dict[str, Any] | None = None) -> str:
        message = self._session.msg(kind, content, metadata=metadata)
        self._session.send(self._shell, message)
        return str(message["header"]["msg_id"])

    def greet(self, seconds: float, stopped: Callable[[], bool]) -> Message | None:
        """Waits until the kernel answers and its outputs reach us.

        Args:
            seconds: how long to wait.
            stopped: tells whether somebody wants us to stop.

        Returns:
            What it tells of itself; None when we were stopped.

        Raises:
            KernelError: it died or didn't answer in time.
        """
        end, asked = time.monotonic() + seconds, 0.0
        info, heard = None, False
        while info is None or not heard:
            now = time.monotonic()
            if self.exit_code is not None:
                raise KernelError(f"The kernel {self.name!r} died while it started{self.last_words()}")
            if stopped():
                return None
            if now > end:
                raise KernelError(
                    f"The kernel {self.name!r} did not answer within {seconds:g} s{self.last_words()}"
                )
            if now - asked > _NUDGE:
                self._send("kernel_info_request", {})
                asked = now
            self.wait(min(end - now, _NUDGE))
            heard = any(True for _ in self.outputs()) or heard
            info = next((reply["content"] for reply in self.replies()), info)
        return dict(info)

    def last_words(self) -> str:
        """What the process wrote past Jupyter, as it does when it crashes; empty when that is nothing."""
        size = os.fstat(self._log.fileno()).st_size
        tail = (
            os.pread(self._log.fileno(), _LOG_TAIL, max(0, size - _LOG_TAIL))
            .decode("utf-8", "replace")
            .strip()
        )
        return f":\n{tail}" if tail else ""

    def interrupt(self) -> None:
        """Interrupts what it executes, as the interrupt button does."""
        if self.exit_code is None and self._manager is not None:
            self._manager.interrupt_kernel()

    def ask_to_end(self) -> str:
        """Asks it to end, so that it runs what it wanted to run at its end; returns the request's id."""
        if self.exit_code is not None or self._manager is None:
            return ""
        if self._is_ipykernel:
            # Not on the channel of controls: there, ipykernel now and then waits for itself until it is killed.
            return self._send("shutdown_request", {"restart": False})
        self._manager.request_shutdown()
        return ""

    def close(self) -> None:
        """Ends whatever is left of it and of all that it started, and removes its traces."""
        if hasattr(self, "tree"):
            self._end_processes()
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1
        for name in ("_shell", "_iopub"):
            if hasattr(self, name):
                getattr(self, name).close(linger=0)
        if self._manager is not None:
            self._manager.cleanup_resources()
            self._manager = None
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end_processes(self) -> None:
        if self.exit_code is None:
            self.tree.kill()
            self._exit_code = self._process.wait()
        self.tree.end()
        if self._process.stdin is not None:
            self._process.stdin.close()


def _manager(name: str, folder: Path, python: str) -> tuple[KernelManager, bool]:
    """What starts this kernel, and whether that is ipykernel."""
    specs = KernelSpecManager()
    spec = ipykernel_of(python) if python else _spec(specs, name)
    ipykernel = is_ipykernel(spec.argv)
    # Sockets in a folder that only we can open are safe from others on the machine and need no free ports.
    place = {"transport": "ipc", "ip": str(folder / "k")} if ipykernel and len(str(folder)) < 80 else {}
    manager = KernelManager(
        kernel_name=name, kernel_spec_manager=specs, connection_file=str(folder / "kernel.json"), **place
    )
    if ipykernel:
        spec.argv = fast_argv(spec.argv)
        manager._kernel_spec = spec  # the manager would read it again
    return manager, ipykernel


def _spec(specs: KernelSpecManager, name: str) -> KernelSpec:
    try:
        return specs.get_kernel_spec(name)
    except NoSuchKernel as exc:
        raise KernelError(_missing(name, sorted(specs.find_kernel_specs()))) from exc


def _missing(name: str, known: list[str]) -> str:
    if not known:
        return f"There is no kernel {name!r}, nor any other: pip install ipykernel (for Python {sys.version_info[0]})"
    return f"There is no kernel {name!r}. Installed are: {', '.join(known)}. Choose one with --kernel NAME."
