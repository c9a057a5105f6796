"""Git and environment of a run, read beside it: neither is worth a pause of the user's."""

from __future__ import annotations

import json
import os
import time
import weakref
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import asdict
from pathlib import Path

from nbmlops.capture.environment import EnvironmentReader
from nbmlops.capture.git import read_diff, read_git
from nbmlops.records import GitState
from nbmlops.tracking.file_marks import FileMarks
from nbmlops.tracking.recorder import Recorder

_GIT_SECONDS = 2.0


class ContextReader:
    """Reads on one background thread and adds what it found to the run, even after its end."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._environments = EnvironmentReader()
        self._file_marks = FileMarks()
        self._last_git: tuple[float, Path | None, GitState | None] = (0.0, None, None)
        self._begin()
        forked = weakref.WeakMethod(self._begin)
        os.register_at_fork(after_in_child=lambda: (method := forked()) and method())

    def _begin(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._last: Future[None] | None = None

    def read_for(self, run_id: str) -> None:
        """Begins to read for a run; returns at once."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="nbmlops-context")
        self._last = self._pool.submit(self._read, run_id, Path.cwd())

    def diff_for(self, run_id: str, modules: Mapping[str, str]) -> None:
        """Begins to ask git what differs from the commit in the user's modules; returns at once.

        Args:
            run_id: what is found is added to this run.
            modules: names to files.
        """
        if self._pool is not None:
            self._last = self._pool.submit(self._diff, run_id, modules)

    def _diff(self, run_id: str, modules: Mapping[str, str]) -> None:
        found = {name: diff for name, path in modules.items() if (diff := read_diff(Path(path)))}
        if found:
            self._recorder.context(run_id, doc={"module_diffs": found})
            self._recorder.wake()

    def files_for(self, run_id: str, files: Mapping[str, float]) -> None:
        """Begins to hash files that cells before the tracked one read; returns at once.

        Args:
            run_id: what is found is added to this run.
            files: paths to when they were read, in seconds since the epoch; what was written since is left out.
        """
        if self._pool is not None:
            self._last = self._pool.submit(self._hash, run_id, files)

    def _hash(self, run_id: str, files: Mapping[str, float]) -> None:
        found = {path: mark for path, read in files.items() if (mark := self._file_marks.of(path, read))}
        if found:
            self._recorder.context(run_id, doc={"files": found})
            self._recorder.wake()

    def wait(self, seconds: float = 30.0) -> None:
        """Waits until what was begun is written, or for so long: whoever reads the run sees it later then."""
        if self._last is not None:
            wait([self._last], timeout=seconds)

    def _git(self, folder: Path) -> GitState | None:
        """The state of the working tree; for runs that follow each other closely it is asked once."""
        now = time.monotonic()
        asked, known, state = self._last_git
        if known != folder or now - asked > _GIT_SECONDS:
            state = read_git(folder)
            self._last_git = (now, folder, state)
        return state

    def _read(self, run_id: str, folder: Path) -> None:
        try:
            environment = self._recorder.mask(asdict(self._environments.read()))
            digest = self._recorder.blobs.put(json.dumps(environment, sort_keys=True).encode())
            git = self._git(folder)
            doc = {"environment": digest, "git": asdict(git) if git else None}
            self._recorder.context(run_id, doc=doc)
        except Exception as exc:  # noqa: BLE001 - a background thread has nobody to raise to: the run says it
            self._recorder.context(
                run_id,
                append={"degraded": [f"Environment and git could not be read: {type(exc).__name__}: {exc}"]},
            )
        finally:
            self._recorder.wake()
