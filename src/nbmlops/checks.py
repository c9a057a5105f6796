"""Checks of runs, wired: which runs are meant, the store they are in, and where the verdict goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbmlops.capture.secret_references import fetch, parse_reference
from nbmlops.config import StoreLocation
from nbmlops.errors import ConfigError
from nbmlops.jobs.evidence import Archive, Evidence
from nbmlops.jobs.replay import ReplayOptions
from nbmlops.jobs.reproduce import Check, cannot, reproduce
from nbmlops.jobs.reproduce_job import reproduce_job
from nbmlops.records import Reproduction, RunInfo
from nbmlops.session import Session
from nbmlops.tracking.proofs import keep_reproduction
from nbmlops.workspace import Workspace

if TYPE_CHECKING:
    from nbmlops.kernels.contract import JobListener


@dataclass(frozen=True, slots=True)
class CheckWords:
    """What somebody asks of a check.

    Attributes:
        tolerance: relative difference that counts as equal.
        fresh: in an environment that is built from the run's lock.
        timeout: seconds for one execution.
        secrets: references such as `DB=env:PASSWORD`.
        listener: told what goes on.
        say: told what takes a while.
    """

    tolerance: float = 0.0
    fresh: bool = False
    timeout: float | None = None
    secrets: Sequence[str] = ()
    listener: JobListener | None = None
    say: Callable[[str], None] = field(default=lambda _text: None)


@dataclass(frozen=True, slots=True)
class Checked:
    """A run that was checked, and the runs that are part of it where it is a job."""

    run: RunInfo
    reproduction: Reproduction
    parts: tuple[Checked, ...] = ()


class WorkspaceArchive:
    """A workspace as checks read it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def evidence(self, run_id: str) -> Evidence:
        """A run with histories and parts."""
        self._workspace.sync()
        return self._evidence(run_id)

    def _evidence(self, run_id: str) -> Evidence:
        runs = self._workspace.runs
        series = self._workspace.metrics.histories([run_id])
        parts = tuple(map(self._evidence, runs.parts(run_id)))
        return Evidence(runs.info(run_id), {key: points for (_, key), points in series.items()}, parts)

    def cells(self) -> Sequence[RunInfo]:
        """All runs of tracked cells, the first one first."""
        return self._of_kind("cell")

    def begun(self) -> Sequence[RunInfo]:
        """All runs that were begun by `start_run`, the first one first."""
        return self._of_kind("script")

    def _of_kind(self, kind: str) -> Sequence[RunInfo]:
        from nbmlops.store.run_query import RunQuery

        self._workspace.sync()
        ids = self._workspace.finder.ids(RunQuery(where=f'kind = "{kind}"', order_by="started"))
        return self._workspace.runs.infos(ids)

    def start_job(self, name: str, experiment: str) -> Any:
        """Begins a job's run."""
        return self._workspace.start_job(name, experiment=experiment)

    def blob(self, digest: str) -> bytes:
        """A kept file."""
        return self._workspace.blobs.get(digest)


class Checker:
    """Checks runs of one store, one after the other.

    Args:
        owner: the session, whose store it is and whose secrets are masked.
        words: how.

    Raises:
        ConfigError: a secret can't be had.
        ValueRefusedError: a reference to a secret can't be read.
    """

    def __init__(self, owner: Session, words: CheckWords) -> None:
        self._owner = owner
        self._workspace = owner.workspace
        self._words = words
        references = [parse_reference(text) for text in words.secrets]
        secrets = {reference.name: fetch(reference) for reference in references}
        for name, value in secrets.items():
            owner.secrets.register(value, name=name)
        options = ReplayOptions(
            masker=owner.secrets,
            timeout=words.timeout,
            secrets=secrets,
            withheld=tuple(reference.place for reference in references if reference.kind == "env"),
            listener=words.listener,
        )
        self._check = Check(WorkspaceArchive(self._workspace), self._open, options, tolerance=words.tolerance)

    def check(self, run_id: str) -> Checked:
        """Checks a run and keeps the verdict with it; a job with all that is part of it.

        Raises:
            KeyboardInterrupt: the verdicts of before stay.
        """
        evidence = self._check.archive.evidence(run_id)
        if evidence.run.kind == "job":
            return self._check_job(evidence)
        return self._kept(evidence.run, self._reproduced(evidence))

    def _reproduced(self, evidence: Evidence) -> Reproduction:
        check, reason = self._in_environment(evidence.run)
        return cannot([reason]) if check is None else reproduce(evidence, check)

    def _check_job(self, evidence: Evidence) -> Checked:
        known = [run for run in (evidence.run, *(part.run for part in evidence.parts)) if run.environment]
        check, reason = self._in_environment(known[-1] if known else evidence.run)
        if check is None:
            return self._kept(evidence.run, cannot([reason]))
        found = reproduce_job(evidence, check)
        parts = tuple(self._kept(part.run, found.parts[part.run.id]) for part in evidence.parts)
        return replace(self._kept(evidence.run, found.whole), parts=parts)

    def _in_environment(self, run: RunInfo) -> tuple[Check | None, str]:
        """The check in a fresh environment where one is wanted; None and why where none can be made."""
        if not self._words.fresh:
            return self._check, ""
        from nbmlops.jobs.fresh_environment import build_environment

        if run.environment is None:
            return None, "Its environment is not known: check it without --env."
        try:
            python = build_environment(run.environment, self._words.say)
        except ConfigError as exc:
            return None, str(exc)
        options = replace(self._check.options, python=str(python))
        return replace(self._check, options=options, is_fresh=True), ""

    def _kept(self, run: RunInfo, found: Reproduction) -> Checked:
        keep_reproduction(self._workspace.recorder, run.id, found)
        self._workspace.drain.wake()
        return Checked(run, found)

    @contextmanager
    def _open(self, folder: Path) -> Iterator[Archive]:
        """The store of an execution, whose folder is removed afterwards."""
        workspace = Workspace(StoreLocation(folder), mask=self._owner.secrets.scrub_tree, on_trouble=_unheard)
        try:
            yield WorkspaceArchive(workspace)
        finally:
            workspace.drain.close()
            workspace.database.reset()


def _unheard(exc: Exception) -> None:
    """What can't be written of a store that goes away is told by the run that is missing."""
    del exc


def runs_meant(workspace: Workspace, wanted: str) -> list[str]:
    """The ids of the runs that a word stands for: a notebook's newest, one a cell, else one run.

    Raises:
        NotFoundError: there is none.
    """
    workspace.sync()
    if wanted.endswith(".ipynb"):
        found = workspace.runs.newest_of_cells(str(Path(wanted).absolute()))
        if found:
            return found
    return [workspace.finder.find(wanted).id]


def runs_of(workspace: Workspace, experiment: str | None) -> list[str]:
    """The runs of an experiment, or all, the oldest first; what is part of another one is checked with that."""
    from nbmlops.store.run_query import RunQuery

    workspace.sync()
    ids = workspace.finder.ids(RunQuery(experiment=experiment, order_by="started"))
    parents: Mapping[str, str | None] = {run.id: run.parent for run in workspace.runs.infos(ids)}
    return [run_id for run_id in ids if parents[run_id] not in parents]
