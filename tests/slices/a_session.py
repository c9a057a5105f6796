"""Plays sessions of cells in processes of their own, and plays their slices again in clean ones."""

from __future__ import annotations

import atexit
import functools
import gc
import io
import os
import pickle
import random
import select
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbmlops.records import SliceCell

UNNEEDED = "# unneeded"
SECONDS = 120  # that a session may take


@dataclass(frozen=True)
class Played:
    """What became of a session.

    Attributes:
        result: the value of `result` at its end.
        slice: what its last cell depended on.
        chosen: the places of those cells in the session.
    """

    result: Any
    slice: tuple[SliceCell, ...]
    chosen: tuple[int, ...]


def cells_of(text: str) -> list[str]:
    """The cells of a text, parted by lines `---`."""
    return [part.strip("\n") for part in ("\n" + text).split("\n---\n")]


def play(cells: Sequence[str], folder: Path) -> Played:
    """Runs a session in `folder`; its last cell is the tracked one."""
    return _nursery().ask("_play", list(cells), folder)


def play_again(cells: Sequence[SliceCell], folder: Path) -> Any:
    """Runs a slice in a clean process; the value of `result`."""
    return _nursery().ask("_play_again", list(cells), folder)


def fresh_copy(folder: Path, name: str) -> Path:
    """The folder as it was before the session, for a second run."""
    target = folder.with_name(name)
    shutil.copytree(folder, target)
    return target


class Nursery:
    """A process with one thread and nothing but a shell in it, of which each session gets a fork.

    A test's own process won't do: a fork of one that has threads may wait for ever for what another thread held.
    """

    def __init__(self) -> None:
        here = Path(__file__)
        command = (
            f"import sys; sys.path.insert(0, {str(here.parent)!r}); import {here.stem}; {here.stem}.serve()"
        )
        environ = os.environ | dict.fromkeys(
            ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ
        )
        atexit.register(self._process.kill)

    def ask(self, work: str, *arguments: Any) -> Any:
        """What a function of this module returns, called in a fork."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        pickle.dump((work, arguments), self._process.stdin)
        self._process.stdin.flush()
        ok, answer = pickle.load(self._process.stdout)
        assert ok, answer
        return answer


@functools.cache
def _nursery() -> Nursery:
    return Nursery()


def serve() -> None:
    """Answers requests until there are no more; called in the nursery."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what sessions print is nobody's
    _parents_shell()
    while True:
        try:
            work, arguments = pickle.load(requests)
        except EOFError:
            return
        answers.write(_forked(globals()[work], arguments))
        answers.flush()


def _forked(work: Callable[..., Any], arguments: tuple[Any, ...]) -> bytes:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            answer: tuple[bool, Any] = True, work(*arguments)
        except BaseException:
            answer = False, traceback.format_exc()
        with os.fdopen(writing, "wb") as stream:
            stream.write(pickle.dumps(answer))
        os._exit(0)
    os.close(writing)
    data = b""
    with os.fdopen(reading, "rb") as stream:
        if select.select([stream], [], [], SECONDS)[0]:
            data = stream.read()
        else:
            os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return data or pickle.dumps((False, "the session did not end, or died"))


@functools.cache
def _parents_shell() -> Any:
    """Made before anything is forked off: each child has one that nothing ran in."""
    import wrapt  # noqa: F401 - these are the slowest imports of most sessions
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    shell.showtraceback = lambda *args, **kwargs: None
    # A third of the time went into tracebacks in colours, which nobody sees, and into what each child imported anew.
    shell.InteractiveTB.set_mode(mode="Minimal")
    import nbmlops.capture.files
    import nbmlops.slices.build
    import nbmlops.slices.observe  # noqa: F401

    gc.collect()
    gc.freeze()  # children collect no garbage in pages that they share
    return shell


def _shell() -> Any:
    from IPython.core.interactiveshell import InteractiveShell

    shell = _parents_shell()
    InteractiveShell._instance = shell
    sys.stdout = io.StringIO()
    _unseed()
    return shell


def _unseed() -> None:
    """Both runs begin with other random numbers, as processes do."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()


def _play(cells: Sequence[str], folder: Path) -> Played:
    from nbmlops.capture.files import FileWatch
    from nbmlops.slices.build import slice_cells
    from nbmlops.slices.observe import Observer

    os.chdir(folder)
    sys.path.insert(0, "")
    shell = _shell()
    observer = Observer(shell.user_ns, FileWatch())
    for count, cell in enumerate(cells, 1):
        watched = observer.before(
            cell, shell.transform_cell(cell), cell_id=f"c{count}", execution_count=count
        )
        result = shell.run_cell(cell, store_history=True)
        last = observer.after(watched, ok=result.success)
    found = slice_cells(observer.history, last)
    assert shell.user_ns.get("result") is not None, "the session has no result"
    return Played(_plain(shell.user_ns["result"]), found, tuple(c.execution_count - 1 for c in found))


def _play_again(cells: Sequence[SliceCell], folder: Path) -> Any:
    os.chdir(folder)
    sys.path.insert(0, "")
    shell = _shell()
    for cell in cells:
        shell.execution_count = cell.execution_count
        shell.run_cell(cell.source, store_history=True)
    return _plain(shell.user_ns.get("result"))


def _plain(value: Any) -> str:
    return repr(value)
