"""Checks a notebook that ran as a job: executes it once more, and compares it and every run that is part of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from nbmlops.config import (
    NOTEBOOK_VARIABLE,
    RUN_EXPERIMENT_VARIABLE,
    RUN_STORE_VARIABLE,
    RUN_VARIABLE,
    STORE_VARIABLE,
)
from nbmlops.errors import KernelError, NotFoundError, StoreError
from nbmlops.jobs.evidence import Archive, Evidence
from nbmlops.jobs.failures import failure_sentence
from nbmlops.jobs.inputs_now import check_inputs, written_files
from nbmlops.jobs.kept_modules import keep_modules
from nbmlops.jobs.obstacles import UNFINISHED, holds_mask
from nbmlops.jobs.replay import Replay, replay
from nbmlops.jobs.reproduce import Check, cannot, judge, refused, timed
from nbmlops.jobs.result import run_status
from nbmlops.jobs.spared_files import SparedFiles
from nbmlops.records import Difference, Reproduction, RunInfo, Verdict
from nbmlops.views.numbers import count_of

_MASKED: Final = re.compile(r"""(["'])\*\*\*\1|:\*\*\*@""")
_WORST: Final = (Verdict.REPRODUCED, Verdict.DIFFERS, Verdict.CANNOT)


@dataclass(frozen=True, slots=True)
class JobReproduction:
    """What became of checking a job.

    Attributes:
        whole: of the job.
        parts: of the runs that are part of it, by id, in the order they began.
    """

    whole: Reproduction
    parts: Mapping[str, Reproduction] = field(default_factory=dict)


def reproduce_job(evidence: Evidence, check: Check) -> JobReproduction:
    """Executes the notebook of a job again, with the parameters that it had.

    Args:
        evidence: of the job and its parts.
        check: how, and against what.

    Raises:
        KeyboardInterrupt: it was interrupted; there is no verdict then.
    """
    with (
        timed(check) as finish,
        TemporaryDirectory(prefix="nbmlops-check-", ignore_cleanup_errors=True) as folder,
    ):
        found = _checked(evidence, check, Path(folder))
        return JobReproduction(finish(found.whole), {key: finish(part) for key, part in found.parts.items()})


def _checked(evidence: Evidence, check: Check, scratch: Path) -> JobReproduction:
    job = evidence.run
    runs = [job, *(part.run for part in evidence.parts)]
    document, missing = _document(job, check.archive)
    inputs = check_inputs(runs, check.files)
    changed = keep_modules(_modules(runs), check.archive.blob, scratch / "modules")
    missing += [*inputs.missing, *(f"{text} Put it back as it was." for text in changed.notices)]
    if document is None or missing:
        return _cannot(evidence, missing, inputs.notices)
    written = dict.fromkeys(path for run in runs for path in written_files(run))
    with SparedFiles(written, scratch / "spared"), check.open_archive(scratch / "store") as archive:
        return _replayed(evidence, document, archive, check, scratch)


def _modules(runs: Sequence[RunInfo]) -> list[Any]:
    return list({module.name: module for run in runs for module in run.modules}.values())


def _document(job: RunInfo, archive: Archive) -> tuple[dict[str, Any] | None, list[str]]:
    """The executed notebook that the job kept, and what keeps it from being executed again."""
    if job.status in UNFINISHED:
        return None, [UNFINISHED[job.status]]
    kept = [item for item in job.artifacts if item.name.endswith(".ipynb")]
    try:
        document: dict[str, Any] = json.loads(archive.blob(kept[-1].digest)) if kept else {}
    except (NotFoundError, StoreError, ValueError):
        document = {}
    if not document:
        return None, ["Its executed notebook was not kept: run it again with `nbmlops run`."]
    missing = []
    for cell in document["cells"]:
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        if cell["cell_type"] == "code" and _MASKED.search(source) and holds_mask(source):
            missing.append(
                "The notebook holds a secret, which was not kept: read it by nbmlops.secret(NAME), run the notebook "
                "again, and check with --secret NAME=env:VARIABLE."
            )
    folder = _folder(job)
    if not folder.is_dir():
        missing.append(f"The folder that it ran in is not there any more: make {folder} again.")
    return document, missing[:1]


def _folder(job: RunInfo) -> Path:
    return Path(job.notebook).parent if job.notebook else Path.cwd()


def _cannot(evidence: Evidence, missing: Sequence[str], notices: Sequence[str] = ()) -> JobReproduction:
    found = cannot(missing, notices)
    return JobReproduction(found, {part.run.id: found for part in evidence.parts})


def _replayed(
    evidence: Evidence, document: dict[str, Any], archive: Archive, check: Check, scratch: Path
) -> JobReproduction:
    job = evidence.run
    again = archive.start_job(job.name, job.experiment)
    store = str(scratch / "store")
    env = {
        STORE_VARIABLE: store,
        RUN_STORE_VARIABLE: store,
        RUN_VARIABLE: again.id,
        RUN_EXPERIMENT_VARIABLE: job.experiment,
        NOTEBOOK_VARIABLE: job.notebook or "",
    }
    then = next((part.run for part in evidence.parts if part.run.environment), job)
    try:
        done = replay(document, then, scratch, check.options, cwd=_folder(job), env=env)
    except KernelError as exc:
        return _cannot(evidence, [f"No kernel could be started: {exc}"])
    if (stopped := refused(done)) is not None:
        return _cannot(evidence, stopped.missing)
    again.end(run_status(done.outcome), error=_error(done))
    return _judged(evidence, archive.evidence(again.id), check.tolerance)


def _error(done: Replay) -> str:
    if done.outcome.failure is not None:
        return failure_sentence(done.outcome.failure)
    code = done.outcome.exit_code
    return f"The notebook ended with the exit code {code}" if code else ""


def _judged(before: Evidence, after: Evidence, tolerance: float) -> JobReproduction:
    left = list(after.parts)
    parts: dict[str, Reproduction] = {}
    for part in before.parts:
        same = [other for other in left if other.run.source == part.run.source]
        if same:
            left.remove(same[0])
            parts[part.run.id] = judge(part, same[0], (), tolerance)
        else:
            parts[part.run.id] = _gone(part)
    own = judge(replace(before, parts=()), replace(after, parts=()), (), tolerance)
    if parts:
        own = replace(own, notices=(*own.notices, f"{count_of(len(parts), 'run')} of its cells compared."))
    return JobReproduction(_worst(own, before, parts), parts)


def _gone(part: Evidence) -> Reproduction:
    found = cannot(())
    last = len(part.run.slice) - 1
    difference = Difference(last, part.run.execution_count, "error", "a run", "no run")
    return replace(found, verdict=Verdict.DIFFERS, first_difference=difference)


def _worst(own: Reproduction, before: Evidence, parts: Mapping[str, Reproduction]) -> Reproduction:
    """The job's verdict: its own, or that of the part that is worse."""
    worst = own
    for part in before.parts:
        found = parts[part.run.id]
        if _WORST.index(found.verdict) > _WORST.index(worst.verdict):
            first = found.first_difference
            named = first and replace(first, name=f"{part.run.name}/{first.name}")
            worst = replace(own, verdict=found.verdict, first_difference=named, missing=found.missing)
    return worst
