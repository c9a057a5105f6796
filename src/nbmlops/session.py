"""What belongs to this process: its open store, its active runs, its secrets."""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from nbmlops.capture.files import FileWatch
from nbmlops.capture.notebook import cell_under_way
from nbmlops.capture.secrets import SecretRegistry
from nbmlops.config import (
    RUN_EXPERIMENT_VARIABLE,
    RUN_STORE_VARIABLE,
    RUN_VARIABLE,
    STORE_VARIABLE,
    StoreLocation,
    find_store,
    is_disabled,
)
from nbmlops.errors import StoreError
from nbmlops.records.ids import new_id
from nbmlops.tracking.current import CurrentRuns
from nbmlops.tracking.run import Run
from nbmlops.tracking.silent import silent_recorder
from nbmlops.workspace import Workspace

_HANDED = (RUN_VARIABLE, RUN_STORE_VARIABLE)
_QUIET_SECONDS = 600.0  # one full disk is many troubles: the journal's, the database's, the blobs'


class _HandedDown:
    """The run that child processes log to, in this process's environment."""

    def __init__(self) -> None:
        self._before: dict[str, tuple[str | None, ...]] = {}  # by run: what stood there when it began

    def enter(self, run_id: str, store: str) -> None:
        """Hands a run down."""
        self._before[run_id] = tuple(os.environ.get(name) for name in _HANDED)
        self._set((run_id, store))

    def leave(self, run_id: str) -> None:
        """Puts back what stood there before the run, unless another began since: then that one will."""
        before = self._before.pop(run_id, None)
        if before is None:
            return
        if os.environ.get(RUN_VARIABLE) == run_id:
            self._set(before)
        for other, (its_before, *_) in self._before.items():
            if its_before == run_id:
                self._before[other] = before

    def _set(self, values: tuple[str | None, ...]) -> None:
        for name, value in zip(_HANDED, values, strict=True):
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class Session:
    """The state of one process. `session()` gives the only one there is outside tests."""

    def __init__(self) -> None:
        self.secrets = SecretRegistry(os.environ)
        self.current = CurrentRuns()
        self.files = FileWatch()  # one for a process: its audit hook can never be removed
        self.started: list[Run] | None = None  # filled with the runs that the cell under way begins
        self._workspaces: dict[str, Workspace] = {}
        self._found: tuple[str | None, Workspace] | None = None
        self._attached: Run | None = None
        self._handed = _HandedDown()
        self._announced: set[StoreLocation] = set()
        self._troubles: list[str] = []
        self._told: float | None = None
        self._renew()
        forked = weakref.WeakMethod(self._renew)
        os.register_at_fork(after_in_child=lambda: (method := forked()) and method())

    def _renew(self) -> None:
        """In a forked child too: there, nobody is left to let go of what another thread held."""
        self._mutex = threading.RLock()

    @property
    def workspace(self) -> Workspace:
        """The store that this process works with: found at its first use, and again only when `NBMLOPS_STORE`
        changes, so that a `chdir` moves nothing.
        """
        named = os.environ.get(STORE_VARIABLE)
        with self._mutex:
            if self._found is None or self._found[0] != named:
                self._found = (named, self._open(find_store()))
            return self._found[1]

    def _open(self, location: StoreLocation) -> Workspace:
        # One folder, one workspace, by whatever path it is named: a journal's lock can't be tried by its own process.
        key = f"{location.database_url} {location.root.resolve()}"
        if key not in self._workspaces:
            self._workspaces[key] = Workspace(
                location, mask=self.secrets.scrub_tree, on_trouble=self._on_trouble, on_loss=self.say
            )
        return self._workspaces[key]

    def start_run(
        self,
        name: str | None = None,
        *,
        experiment: str | None = None,
        tags: Mapping[str, object] | None = None,
        nested: bool = True,
        **columns: Any,
    ) -> Run:
        """Begins a run and makes it the active one; where another is active it becomes part of that one,
        unless it is not `nested` and of the same process. With tracking switched off it is a run that keeps nothing.
        """
        if is_disabled():
            run = Run(silent_recorder(), new_id(), name=name or "off", experiment="off", parent=None)
            self.current.enter(run)
            run.on_end(self.current.leave)
            return run
        if columns.get("kind") != "cell":
            columns = cell_under_way() | columns  # begun by code in a cell: it is shown beside that cell
        workspace = self._announced_workspace()
        # A cell of a notebook that runs as a job is part of the job, which lives in another process.
        parent = (self.current.find_parent() if nested else None) or self._inherited()
        run = workspace.start_run(name, experiment=experiment, tags=tags, parent=parent, **columns)
        self.current.enter(run, everywhere=columns.get("kind") == "cell")
        run.on_end(self._leave)
        if self.started is not None and columns.get("kind") != "cell":
            self.started.append(run)
        with self._mutex:
            self._handed.enter(run.id, str(workspace.location.root))
        return run

    def start_job(
        self,
        name: str,
        *,
        experiment: str | None = None,
        tags: Mapping[str, object] | None = None,
        **columns: Any,
    ) -> Run:
        """Begins the run of a notebook that a kernel executes: the active one there, not in this process."""
        if is_disabled():
            return Run(silent_recorder(), new_id(), name=name, experiment="off", parent=None)
        workspace = self._announced_workspace()
        parent = self.current.find_parent() or self._inherited()
        return workspace.start_job(name, experiment=experiment, tags=tags, parent=parent, **columns)

    @property
    def store_variables(self) -> dict[str, str]:
        """What a process elsewhere needs in its environment to work with this store."""
        location = self.workspace.location
        return {
            STORE_VARIABLE: location.database_url or str(location.root),
            RUN_STORE_VARIABLE: str(location.root),
        }

    def _leave(self, run: Run) -> None:
        self.current.leave(run)
        with self._mutex:
            self._handed.leave(run.id)

    def _announced_workspace(self) -> Workspace:
        workspace = self.workspace
        with self._mutex:
            known = workspace.location in self._announced
            self._announced.add(workspace.location)
        if not known and not workspace.location.exists:
            with suppress(StoreError):  # the journal meets the same trouble, and says so
                workspace.folder.ensure()
                self.say(f"nbmlops keeps its runs in {workspace.location} (made now; ignored by git)")
        return workspace

    def find_run(self) -> Run | None:
        """The active run of this process, or the one of its parent process."""
        return self.current.find() or self._inherited()

    def active_run(self) -> Run:
        """The active run.

        Raises:
            NoActiveRunError: there is none.
        """
        run = self.current.find() or self._inherited()
        return run if run is not None else self.current.require()

    def _inherited(self) -> Run | None:
        """The run that the parent process handed down in the environment."""
        run_id = os.environ.get(RUN_VARIABLE)
        if not run_id or self.current.holds(run_id):
            return None
        if self._attached is None or self._attached.id != run_id:
            root = os.environ.get(RUN_STORE_VARIABLE)
            # The folder tells the parent's store from one that would be found from here; a database is named in
            # the environment, which is the parent's.
            url = self.workspace.location.database_url
            workspace = self._open(StoreLocation(Path(root), url)) if root else self.workspace
            if self._attached is not None:
                for known in self._workspaces.values():
                    known.detach(self._attached.id)
            self._attached = workspace.attach(run_id, os.environ.get(RUN_EXPERIMENT_VARIABLE, ""))
        return self._attached

    def _on_trouble(self, exc: Exception) -> None:
        """Said once, however many writes it keeps from being done and whatever else they then say."""
        text = str(exc)
        if text not in self._troubles:
            self._troubles.append(text)
            now = time.monotonic()
            if self._told is not None and now - self._told < _QUIET_SECONDS:
                return
            self._told = now
            self.say(
                f"nbmlops can't write its store now: {text.rstrip('.')}. Your work goes on; what it logs is "
                "kept, and written as soon as that is possible."
            )

    @property
    def troubles(self) -> tuple[str, ...]:
        """What could not be written so far."""
        return tuple(self._troubles)

    def say(self, text: str) -> None:
        """One line to the user, where there is anybody to hear it."""
        with suppress(OSError, ValueError):  # a closed stream; without one there is None
            if sys.stderr is not None:
                print(text, file=sys.stderr)


class _Holder:
    """Makes the session when it is first needed."""

    session: Session | None = None
    mutex = threading.Lock()

    @classmethod
    def renew(cls) -> None:
        """In a forked child: another thread may have held it."""
        cls.mutex = threading.Lock()


os.register_at_fork(after_in_child=_Holder.renew)


def session() -> Session:
    """The session of this process."""
    if _Holder.session is None:
        with _Holder.mutex:  # threads that log first at the same moment must share one
            if _Holder.session is None:
                _Holder.session = Session()
    return _Holder.session
