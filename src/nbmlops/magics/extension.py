"""Hooks into IPython: sees each cell before and after it runs, and tracks the ones that ask for it.

`%%track` is taken out of the cell by an input transformer, so that the body runs as an ordinary cell:
top-level `await`, display and the debugger work as they always do.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from nbmlops.capture.header import Header, find_header, strip_header
from nbmlops.capture.notebook import notebook_path
from nbmlops.errors import MagicUsageError
from nbmlops.magics.arguments import TrackUsageError, parse_track
from nbmlops.magics.history import LiteralHistory
from nbmlops.magics.line import show_line
from nbmlops.magics.progress import HashProgress
from nbmlops.session import Session, session
from nbmlops.tracking.cell import CellEnd, CellSource, TrackedCell
from nbmlops.tracking.options import CellOptions
from nbmlops.tracking.run import Run
from nbmlops.tracking.watchers import Watchers

_ATTRIBUTE = "_nbmlops_extension"


@dataclass
class _Running:
    """A cell under way; `tracked` is None when it is not recorded."""

    python: str
    tracked: TrackedCell | None
    pid: int


class TrackingExtension:
    """What nbmlops is to one IPython shell.

    Attributes:
        automatic: whether `%track on` is in force.
        last_run: the run that ended last, for `%track --amend`.
    """

    def __init__(self, shell: Any, owner: Session) -> None:
        self.shell = shell
        self.session = owner
        self.automatic = False
        self.last_run: Run | None = None
        self._history = LiteralHistory(shell)
        self._watchers = Watchers(owner.secrets, shell)
        self._stack: list[_Running] = []

    def load(self) -> None:
        """Registers hooks and magics."""
        from nbmlops.magics.completion import complete_flags
        from nbmlops.magics.track import NbmlopsMagics

        self.shell.events.register("pre_run_cell", self.before_cell)
        self.shell.events.register("post_run_cell", self.after_cell)
        self.shell.input_transformers_cleanup.insert(0, transform)
        self.shell.register_magics(NbmlopsMagics(self.shell, self))
        for word in ("%%track", "%track", "%nbmlops"):
            self.shell.set_hook("complete_command", complete_flags, str_key=word)
        self.session.secrets.watch_getpass(getattr(self.shell, "kernel", None))

    def unload(self) -> None:
        """Takes the hooks away; the magics stay and say that they need the extension."""
        self.shell.events.unregister("pre_run_cell", self.before_cell)
        self.shell.events.unregister("post_run_cell", self.after_cell)
        self.shell.input_transformers_cleanup.remove(transform)

    def before_cell(self, info: Any) -> None:
        """IPython is about to run a cell."""
        raw = info.raw_cell or ""
        options = self._options(raw)
        if options is None:
            self._stack.append(_Running(raw, None, os.getpid()))
            return
        python = getattr(info, "transformed_cell", None) or self._transformed(raw)
        running = _Running(python, None, os.getpid())
        self._stack.append(running)
        with self._guarded("begin to record the cell"):
            running.tracked = self._tracked(options, raw, python, getattr(info, "cell_id", None))
            running.tracked.begin(self._start_run)

    def _options(self, raw: str) -> CellOptions | None:
        """What the cell asks for; None when it is not to be tracked."""
        header = find_header(raw)
        if header is not None:
            try:
                return _read_header(header)
            except MagicUsageError:
                return None  # the transformer has refused the cell: it won't run
        return CellOptions(automatic=True) if self.automatic else None

    def _transformed(self, raw: str) -> str:
        try:
            return str(self.shell.transform_cell(raw))
        except Exception:  # noqa: BLE001 - IPython shows the fault itself when it runs the cell
            return raw

    def _tracked(self, options: CellOptions, raw: str, python: str, cell_id: str | None) -> TrackedCell:
        source = CellSource(
            raw=raw,
            python=python,
            namespace=self.shell.user_ns,
            literals=self._history.literals(),
            cell_id=cell_id,
            execution_count=self.shell.execution_count,
            notebook=notebook_path(self.shell.user_ns, os.environ),
        )
        self.session.secrets.register_from_source(python, self.shell.user_ns)
        return TrackedCell(options, source, self._watchers, HashProgress())

    def _start_run(self, name: str | None, **columns: Any) -> Run:
        run = self.session.start_run(name, **columns)
        self._watchers.ignore_store(self.session.workspace.folder.root)
        return run

    def after_cell(self, result: Any) -> None:
        """IPython has run a cell."""
        if not self._stack:
            return  # the cell that loaded us
        running = self._stack.pop()
        if os.getpid() != running.pid:
            return  # a forked child that ran on to the end of the cell: its parent records it
        self._history.add(running.python)
        if running.tracked is None:
            return
        with self._guarded("record the cell"):
            self._end(running.tracked, running.python, result)

    def _end(self, tracked: TrackedCell, python: str, result: Any) -> None:
        error = result.error_before_exec or result.error_in_exec
        # What the cell fetched (getpass, os.environ) is known only now.
        self.session.secrets.register_from_source(python, self.shell.user_ns)
        tracked.end(CellEnd(result.result, error))
        self._show(tracked)

    @contextmanager
    def _guarded(self, doing: str) -> Iterator[None]:
        """Whatever fails here is ours: one line, and the user's work goes on."""
        try:
            yield
        except Exception as exc:  # noqa: BLE001 - IPython would print our traceback into the user's output
            self.session.say(
                f"nbmlops could not {doing}: {type(exc).__name__}: {exc}. Your results are not affected."
            )

    def _show(self, tracked: TrackedCell) -> None:
        run = tracked.run
        if run is None:
            return
        self.last_run = run
        if tracked.options.quiet:
            return
        troubles = self.session.troubles
        if troubles:
            tracked.outcome.degraded += [text for text in troubles if text not in tracked.outcome.degraded]
        show_line(self.session.workspace, run, tracked.outcome)


def transform(lines: list[str]) -> list[str]:
    """Takes the `%%track` line out of a cell.

    Raises:
        TrackUsageError: its words are wrong; IPython shows it and does not run the cell.
    """
    cell = "".join(lines)
    header = find_header(cell)
    if header is None:
        return lines
    try:
        _read_header(header)
    except MagicUsageError as exc:
        raise TrackUsageError(str(exc)) from None
    return strip_header(cell).splitlines(keepends=True)


def _read_header(header: Header) -> CellOptions:
    if header.repeated:
        raise MagicUsageError("%%track stands twice at the head of this cell: one run is recorded, so keep one")
    return parse_track(header.line)


def extension_of(shell: Any) -> TrackingExtension | None:
    """The extension that is loaded in a shell."""
    return getattr(shell, _ATTRIBUTE, None)


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext nbmlops`."""
    if extension_of(shell) is not None:
        return
    extension = TrackingExtension(shell, session())
    extension.load()
    setattr(shell, _ATTRIBUTE, extension)


def unload_ipython_extension(shell: Any) -> None:
    """`%unload_ext nbmlops`."""
    extension = extension_of(shell)
    if extension is not None:
        extension.unload()
        delattr(shell, _ATTRIBUTE)
