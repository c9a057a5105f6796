"""Hooks into IPython: sees each cell before and after it runs, and tracks the ones that ask for it.

`%%track` is taken out of the cell by an input transformer, so that the body runs as an ordinary cell:
top-level `await`, display and the debugger work as they always do. What recording needs (`recording.py`,
`header.py`) is imported with the first cell that asks for it, so that `%load_ext` is quick.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nbmlops.capture.header import find_header, strip_header
from nbmlops.config import COUNTS_VARIABLE, is_disabled
from nbmlops.errors import MagicUsageError
from nbmlops.session import Session, session

if TYPE_CHECKING:
    from nbmlops.magics.proofs import ProofKeeper
    from nbmlops.magics.recording import CellRecorder
    from nbmlops.records import Finding, SliceCell
    from nbmlops.slices.history import Execution
    from nbmlops.slices.observe import Watched
    from nbmlops.tracking.cell import Proof, TrackedCell
    from nbmlops.tracking.options import CellOptions
    from nbmlops.tracking.run import Run

_ATTRIBUTE = "_nbmlops_extension"


@dataclass
class _Running:
    """A cell under way; `tracked` is None when it is not recorded."""

    python: str
    tracked: TrackedCell | None
    info: object
    pid: int
    watched: Watched | None = None
    runs: list[Run] = field(default_factory=list)


class TrackingExtension:
    """What nbmlops is to one IPython shell.

    Attributes:
        automatic: whether `%track on` is in force.
        last_run: the run that ended last, for `%track --amend`.
        executed: the sources of cells that ran since a tracked one last asked for them; cells that ran
            before the extension was loaded are taken from IPython's history.
        faults: what went wrong in following cells, for the next run's `degraded`.
    """

    def __init__(self, shell: Any, owner: Session) -> None:
        self.shell = shell
        self.session = owner
        self.automatic = False
        self.faults: list[str] = []
        self.last_run: Run | None = None
        manager = getattr(shell, "history_manager", None)
        self.executed = [source for source in getattr(manager, "input_hist_parsed", ()) if source]
        raw = getattr(manager, "input_hist_raw", ())
        self._earlier = [
            (raw[count] if count < len(raw) else python, python, count)
            for count, python in enumerate(getattr(manager, "input_hist_parsed", ()))
            if python
        ]
        self._stack: list[_Running] = []

    @cached_property
    def recorder(self) -> CellRecorder:
        """Records cells."""
        from nbmlops.magics.recording import CellRecorder

        return CellRecorder(self.shell, self.session)

    @cached_property
    def proofs(self) -> ProofKeeper:
        """Watches all cells."""
        from nbmlops.magics.proofs import ProofKeeper

        return ProofKeeper(self.shell, self.session, self._earlier)

    def slice_of(self, name: str) -> tuple[SliceCell, ...]:
        """The cells that a variable came about by; none where it is not known."""
        return self.proofs.slice_of(name)

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
        """Takes the hooks away."""
        self.shell.events.unregister("pre_run_cell", self.before_cell)
        self.shell.events.unregister("post_run_cell", self.after_cell)
        self.shell.input_transformers_cleanup.remove(transform)

    def before_cell(self, info: Any) -> None:
        """IPython is about to run a cell."""
        raw = info.raw_cell or ""
        python = getattr(info, "transformed_cell", None)
        running = _Running(python or raw, None, info, os.getpid())
        self._stack.append(running)
        self._watch(running, info)
        with self._guarded("begin to record the cell"):
            options = self._options(raw)
            if options is None:
                return
            running.python = python or self._transformed(raw)
            cell_id = getattr(info, "cell_id", None)
            running.tracked = self.recorder.cell(options, raw, running.python, cell_id, self._take_executed())
            self.recorder.begin(running.tracked)

    def _watch(self, running: _Running, info: Any) -> None:
        """Looks at what the cell is about to do; a cell that another one runs is a part of that."""
        if len(self._stack) > 1 or is_disabled():
            return
        try:
            running.watched = self.proofs.before(info, running.python)
            self.session.started = running.runs
        except (Exception, KeyboardInterrupt) as exc:  # noqa: BLE001 - what a cell depends on is not worth the cell
            self._unwatched(running, exc)

    def _unwatched(self, running: _Running, exc: BaseException) -> None:
        running.watched = None
        with self._guarded("follow what cells depend on"):
            self.proofs.lost(getattr(running.info, "raw_cell", "") or "", running.python)
            self.faults.append(f"What the cell depends on could not be followed: {type(exc).__name__}: {exc}")

    def _options(self, raw: str) -> CellOptions | None:
        """What the cell asks for; None when it is not to be tracked."""
        header = find_header(raw)
        if header is None and not self.automatic:
            return None
        from nbmlops.magics.header import read_header
        from nbmlops.tracking.options import CellOptions

        try:
            return read_header(header) if header is not None else CellOptions(automatic=True)
        except MagicUsageError:
            return None  # the transformer has refused the cell: it won't run

    def _transformed(self, raw: str) -> str:
        try:
            return str(self.shell.transform_cell(raw))
        except Exception:  # noqa: BLE001 - IPython shows the fault itself when it runs the cell
            return raw

    def _take_executed(self) -> list[str]:
        taken, self.executed = self.executed, []
        return taken

    def after_cell(self, result: Any) -> None:
        """IPython has run a cell."""
        if not self._stack or self._stack[-1].info is not result.info:
            return  # a cell that we did not see begin: it loaded us, or was empty
        running = self._stack.pop()
        if os.getpid() != running.pid:
            return  # a forked child that ran on to the end of the cell: its parent records it
        self.executed.append(running.python)
        if running.tracked is not None:
            running.tracked.stop_clock()
        execution = self._watched(running, result)
        if running.tracked is None:
            self._keep_begun(running, execution)
            return
        with self._guarded("record the cell"):
            self.recorder.end(running.tracked, result, self._proof(execution))
            if not is_disabled():
                self.last_run = running.tracked.run or self.last_run

    def _watched(self, running: _Running, result: Any) -> Execution | None:
        """What the cell has done, as far as it could be watched."""
        self.session.started = None
        if running.watched is None:
            return None
        try:
            return self.proofs.after(running.watched, result)
        except (Exception, KeyboardInterrupt) as exc:  # noqa: BLE001 - as above
            self._unwatched(running, exc)
            return None

    def _proof(self, execution: Execution | None) -> Proof:
        def keep(run: Run, notebook: str | None, metrics: Iterable[str]) -> tuple[Finding, ...]:
            faults, self.faults = self.faults, []
            if faults:
                run.describe(append={"degraded": faults})
            return self.proofs.keep(run, execution, notebook, metrics) if execution is not None else ()

        return keep

    def _keep_begun(self, running: _Running, execution: Execution | None) -> None:
        """Runs that `start_run` began in the cell depend on what the cell does."""
        if execution is None:
            return
        for run in running.runs:
            with self._guarded("keep what the run depends on"):
                self.proofs.keep(run, execution, None, sorted(run.logged_keys))

    @contextmanager
    def _guarded(self, doing: str) -> Iterator[None]:
        """Whatever fails here is ours: one line, and the user's work goes on."""
        try:
            yield
        except Exception as exc:  # noqa: BLE001 - IPython would print our traceback into the user's output
            self.session.say(
                f"nbmlops could not {doing}: {type(exc).__name__}: {exc}. Your results are not affected."
            )


def transform(lines: list[str]) -> list[str]:
    """Takes the `%%track` line out of a cell.

    Raises:
        TrackUsageError: its words are wrong; IPython shows it and does not run the cell.
    """
    cell = "".join(lines)
    header = find_header(cell)
    if header is None:
        return lines
    from nbmlops.magics.header import TrackUsageError, read_header

    try:
        read_header(header)
    except MagicUsageError as exc:
        raise TrackUsageError(str(exc)) from None
    return strip_header(cell).splitlines(keepends=True)


def extension_of(shell: Any) -> TrackingExtension | None:
    """The extension that is loaded in a shell."""
    return getattr(shell, _ATTRIBUTE, None)


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext nbmlops`."""
    if extension_of(shell) is not None:
        return
    extension = TrackingExtension(shell, session())
    extension.load()
    if COUNTS_VARIABLE in os.environ:
        from nbmlops.magics.numbering import number_cells  # only where a slice is executed again

        number_cells(shell, os.environ)
    setattr(shell, _ATTRIBUTE, extension)


def unload_ipython_extension(shell: Any) -> None:
    """`%unload_ext nbmlops`."""
    extension = extension_of(shell)
    if extension is not None:
        extension.unload()
        delattr(shell, _ATTRIBUTE)
