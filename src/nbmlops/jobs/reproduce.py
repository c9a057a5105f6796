"""Checks a run: does again what it depended on, and compares what comes out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from nbmlops.config import COUNTS_VARIABLE, NOTEBOOK_VARIABLE, STORE_VARIABLE
from nbmlops.errors import KernelError
from nbmlops.jobs.differences import NO_ERROR, clock_names, error_of, first_difference, without_chance
from nbmlops.jobs.environments import environment_notices, package_remedy
from nbmlops.jobs.evidence import Archive, Evidence
from nbmlops.jobs.inputs_now import FilesNow, check_inputs, written_files
from nbmlops.jobs.kept_modules import KeptModules, keep_modules
from nbmlops.jobs.metric_checks import check_metrics
from nbmlops.jobs.obstacles import obstacles
from nbmlops.jobs.replay import Replay, ReplayOptions, replay
from nbmlops.jobs.spared_files import SparedFiles
from nbmlops.programs.slice_notebook import execution_counts, slice_notebook
from nbmlops.records import Difference, MetricCheck, Reproduction, RunInfo, RunStatus, Verdict
from nbmlops.records.jobs import CellFailure, JobStatus

_LACKING: Final = frozenset({"ModuleNotFoundError", "ImportError", "FileNotFoundError", "ConfigError"})

_NO_RUN: Final = (
    "The cell left no run when it was executed again: `nbmlops reproduce --keep-notebook FILE` writes the notebook "
    "that was executed, to look into."
)


@dataclass(frozen=True, slots=True)
class Check:
    """What every check of a command needs.

    Attributes:
        archive: the store that the runs are in.
        open_archive: opens another one in a folder, and closes it.
        options: how notebooks are executed.
        tolerance: relative difference that counts as equal; 0 for bit for bit.
        files: fingerprints that are known already.
        is_fresh: the Python of the options is in an environment that was built from the run's lock.
    """

    archive: Archive
    open_archive: Callable[[Path], Any]
    options: ReplayOptions
    tolerance: float = 0.0
    files: FilesNow = field(default_factory=FilesNow)
    is_fresh: bool = False


def reproduce(evidence: Evidence, check: Check) -> Reproduction:
    """Executes the slice of a tracked cell again in a clean kernel, with a store of its own that is removed.

    Args:
        evidence: what the run left.
        check: how, and against what.

    Raises:
        KeyboardInterrupt: it was interrupted; there is no verdict then.
    """
    with timed(check) as finish:
        run = evidence.run
        inputs = check_inputs([run], check.files)
        if missing := (*obstacles(run), *inputs.missing):
            return finish(cannot(missing, inputs.notices))
        with TemporaryDirectory(prefix="nbmlops-check-", ignore_cleanup_errors=True) as folder:
            scratch = Path(folder)
            modules = keep_modules(run.modules, check.archive.blob, scratch / "modules")
            if modules.missing:
                return finish(cannot(modules.missing, inputs.notices))
            notices = (*inputs.notices, *modules.notices)
            with SparedFiles(written_files(run), scratch / "spared"):
                found = _replayed(evidence, check, scratch, modules)
            return finish(replace(found, notices=(*notices, *found.notices)))


@contextmanager
def timed(check: Check) -> Iterator[Callable[[Reproduction], Reproduction]]:
    """Gives what adds to a check how long it took."""
    began = time.monotonic()
    yield lambda found: replace(
        found,
        checked=datetime.now(UTC),
        seconds=time.monotonic() - began,
        tolerance=check.tolerance,
        fresh_environment=check.is_fresh,
    )


def cannot(missing: Iterable[str], notices: Iterable[str] = ()) -> Reproduction:
    """That it can't be told."""
    return Reproduction(Verdict.CANNOT, datetime.now(UTC), missing=tuple(missing), notices=tuple(notices))


def _replayed(evidence: Evidence, check: Check, scratch: Path, modules: KeptModules) -> Reproduction:
    run = evidence.run
    document = slice_notebook(
        run.slice,
        fails=run.status is RunStatus.FAILED,
        path=modules.folder,
        begins_runs=run.kind == "script",
    )
    env = {
        STORE_VARIABLE: str(scratch / "store"),
        COUNTS_VARIABLE: execution_counts(run.slice),
        **({NOTEBOOK_VARIABLE: run.notebook} if run.notebook else {}),
    }
    try:
        done = replay(document, run, scratch, check.options, cwd=folder_of(run), env=env)
    except KernelError as exc:
        return cannot([f"No kernel could be started: {exc}"])
    if (stopped := refused(done)) is not None:
        return stopped
    with check.open_archive(scratch / "store") as archive:
        found = _begun_again(run, check.archive, archive) if run.kind == "script" else _again(run, archive)
        after = None if found is None else archive.evidence(found.id)
        if done.outcome.failure is not None:
            return _failed(run, done.outcome.failure, after)
        if after is None:
            return cannot([_NO_RUN])
        return judge(evidence, after, done.document["cells"][1:], check.tolerance)


def refused(done: Replay) -> Reproduction | None:
    """That it can't be told, where the notebook did not come to an end of its own.

    Raises:
        KeyboardInterrupt: we were interrupted; its argument is the exit code that goes with the signal.
    """
    if done.outcome.status is JobStatus.INTERRUPTED:
        raise KeyboardInterrupt(done.outcome.exit_code)
    failure = done.outcome.failure
    if failure is not None and done.outcome.status is JobStatus.TIMED_OUT:
        return cannot([f"It took too long: {failure.message}. Give it more with --timeout."])
    if failure is not None and done.outcome.status is JobStatus.KERNEL_DIED:
        return cannot([f"The kernel was lost: {failure.message}. Try again where there is more memory."])
    return None


def folder_of(run: RunInfo) -> Path:
    """Where a run is executed again: where it ran, else the notebook's folder, else here."""
    if run.cwd:
        return Path(run.cwd)
    folder = Path(run.notebook or "").parent
    return folder if run.notebook and folder.is_absolute() and folder.is_dir() else Path.cwd()


def _again(run: RunInfo, archive: Archive) -> RunInfo | None:
    """The run that the tracked cell left now: its number and its source tell it from others of the slice."""
    runs = [other for other in archive.cells() if other.source == run.source]
    numbered = [other for other in runs if other.execution_count == run.execution_count]
    return next(iter((numbered or runs)[-1:]), None)


def _begun_again(run: RunInfo, then: Archive, now: Archive) -> RunInfo | None:
    """The run that the same call of `start_run` began now: its name tells, and its place where a loop began several."""
    after = [other for other in now.begun() if _is_of_cell(other, run)]
    after = [other for other in after if other.name == run.name] or after
    if len(after) < 2:
        return next(iter(after), None)
    before = [other for other in then.begun() if _is_of_cell(other, run)]
    if any(other.name == run.name for other in after):
        before = [other for other in before if other.name == run.name]
    place = next((at for at, other in enumerate(before) if other.id == run.id), 0)
    return after[place % len(after)]  # a session of before may have left the same ones


def _is_of_cell(other: RunInfo, run: RunInfo) -> bool:
    """Whether a run was begun by the same execution of the same cell."""
    if not other.slice:
        return False
    ours, theirs = run.slice[-1], other.slice[-1]
    return (ours.source, ours.execution_count) == (theirs.source, theirs.execution_count)


def _failed(run: RunInfo, failure: CellFailure, after: Evidence | None) -> Reproduction:
    """A cell failed that had not failed then."""
    index = failure.index - 1
    what = f"{failure.name}: {failure.message}".removesuffix(": ")
    if index < 0:
        return cannot([f"nbmlops can't be loaded in the kernel ({what}): pip install nbmlops there."])
    count = run.slice[index].execution_count
    if failure.name in _LACKING:
        where = f"Cell [{count}]" if count is not None else f"Cell {index + 1} of the slice"
        return cannot([f"{where} lacks something: {what}. {package_remedy(failure, run.environment)}"])
    difference = Difference(index, count, "error", NO_ERROR, without_chance(what))
    metrics = () if after is None else check_metrics(Evidence(run), after, 0.0)
    return Reproduction(Verdict.DIFFERS, datetime.now(UTC), metrics=metrics, first_difference=difference)


def judge(
    before: Evidence, after: Evidence, cells: Sequence[Mapping[str, Any]], tolerance: float
) -> Reproduction:
    """The verdict on two executions that both came to an end.

    Args:
        before: of then.
        after: of now.
        cells: the executed cells, those of the slice in its order.
        tolerance: relative difference that counts as equal.
    """
    metrics = check_metrics(before, after, tolerance)
    notices = environment_notices(before.run.environment, after.run.environment)
    ended = _ended_otherwise(before.run, after.run, cells)
    difference = ended or first_difference(before, after, cells, tolerance)
    if ended is None and _is_same(before.run, after.run, metrics):
        notices = (*notices, *_compared_instead(before.run, metrics))
        return Reproduction(Verdict.REPRODUCED, datetime.now(UTC), metrics=metrics, notices=notices)
    return Reproduction(
        Verdict.DIFFERS, datetime.now(UTC), metrics=metrics, first_difference=difference, notices=notices
    )


def _compared_instead(run: RunInfo, metrics: Sequence[MetricCheck]) -> Iterator[str]:
    """What was compared of a run whose metrics don't tell."""
    if run.status is RunStatus.FAILED:
        yield "It failed again, in the same way."
    elif not metrics and run.kind == "cell":
        what = "what its variables held" if run.slice[-1:] and run.slice[-1].results else "only how it ended"
        yield f"It recorded no metrics: {what} was compared."


def _is_same(before: RunInfo, after: RunInfo, metrics: Sequence[MetricCheck]) -> bool:
    """Whether all that decides is equal; of a run without metrics the variables that its cell left."""
    deciding = [check for check in metrics if check.decides]
    if deciding or not before.slice or before.status is RunStatus.FAILED:
        return all(check.equal for check in deciding)
    then, now = before.slice[-1].results, after.slice[-1].results if after.slice else {}
    clocks = clock_names(before.slice[-1].source)
    return all(now.get(name, digest) == digest for name, digest in then.items() if name not in clocks)


def _ended_otherwise(
    before: RunInfo, after: RunInfo, cells: Sequence[Mapping[str, Any]]
) -> Difference | None:
    """The difference between two ends; None where both are the same."""
    then, now = (without_chance(run.error) or NO_ERROR for run in (before, after))
    if before.status == after.status and (then == now or before.status is not RunStatus.FAILED):
        return None
    shown = error_of(cells[-1]) if cells else ""
    return Difference(
        len(before.slice) - 1, before.execution_count, "error", then, now if now != NO_ERROR else shown or now
    )
