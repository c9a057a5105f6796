"""Executes a planned job and keeps what became of it with its run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from nbmlops.capture.secret_broker import SecretBroker
from nbmlops.capture.secret_streams import Masker, OutputMask
from nbmlops.config import NOTEBOOK_VARIABLE, RUN_EXPERIMENT_VARIABLE, RUN_VARIABLE
from nbmlops.jobs.failures import failure_report, failure_sentence
from nbmlops.jobs.leftovers import note_of
from nbmlops.jobs.plan import JobPlan
from nbmlops.jobs.result import JobResult, run_status
from nbmlops.kernels.contract import ExecuteOptions, JobListener
from nbmlops.records.jobs import JobOutcome
from nbmlops.records.runs import RunStatus


class JobRun(Protocol):
    """What a job needs of its run."""

    id: str
    name: str
    experiment: str

    def log_params(self, params: Mapping[str, Any], /) -> None:
        """Keeps parameters."""

    def note(self, text: str, /) -> None:
        """Sets the note."""

    def log_artifact(self, path: str | Path, name: str | None = None, /) -> None:
        """Keeps a copy of a file."""

    def describe(
        self, *, doc: Mapping[str, Any] | None = None, append: Mapping[str, list[str]] | None = None
    ) -> None:
        """Adds to what is known of the run."""

    def keep_traceback(self, exc: BaseException, /) -> None:
        """Keeps a traceback."""

    def end(self, status: RunStatus, /, *, error: str = "", duration: float | None = None) -> None:
        """Ends the run."""


def run_job(
    plan: JobPlan,
    run: JobRun,
    *,
    secrets: Masker,
    env: Mapping[str, str] | None = None,
    listener: JobListener | None = None,
) -> JobResult:
    """Executes the notebook and ends the run, whatever happens.

    Args:
        plan: what is to be done.
        run: has begun.
        secrets: masks every text that is kept or told. The plan's own are registered with it already.
        env: added to the kernel's environment, for example which store to use.
        listener: told what goes on.

    Raises:
        KernelError: there is no such kernel, or it doesn't start; the run then says so.
    """
    from nbmlops.kernels.execute import execute_notebook  # loads the kernels' client

    output = plan.output_for(run.id)
    # From the start, so that it can be found as well when nobody comes to end the run.
    run.note(note_of(output))
    run.log_params(plan.params)
    try:
        with SecretBroker(plan.secrets) as broker:
            options = _options(plan, run, OutputMask(secrets), {**(env or {}), **broker.variables})
            outcome = execute_notebook(plan.document(), output, options, listener=listener)
    except BaseException as exc:
        run.keep_traceback(exc)
        killed = isinstance(exc, KeyboardInterrupt)
        run.end(
            RunStatus.KILLED if killed else RunStatus.FAILED,
            error=f"{type(exc).__name__}: {exc}".removesuffix(": "),
        )
        raise
    _keep(run, plan, outcome)
    return JobResult(run.id, run.name, run.experiment, plan.notebook, plan.params, outcome)


def _options(plan: JobPlan, run: JobRun, outputs: OutputMask, env: Mapping[str, str]) -> ExecuteOptions:
    own = {
        RUN_VARIABLE: run.id,
        RUN_EXPERIMENT_VARIABLE: run.experiment,
        NOTEBOOK_VARIABLE: str(plan.notebook.absolute()),
        **dict.fromkeys(plan.withheld, ""),
    }
    return replace(
        plan.options,
        cwd=plan.options.cwd or plan.notebook.absolute().parent,
        env={**plan.options.env, **own, **env},
        mask=outputs.mask,
        hold_back=outputs.hold_back,
    )


def _keep(run: JobRun, plan: JobPlan, outcome: JobOutcome) -> None:
    """What became of it, in the order of its worth: should we be killed here, the rest is known from the start."""
    error = ""
    if outcome.failure is not None:
        error = failure_sentence(outcome.failure)
        run.describe(doc={"traceback": failure_report(outcome.failure)})
    elif outcome.exit_code:
        error = f"The notebook ended with the exit code {outcome.exit_code}"
    try:
        run.log_artifact(outcome.output, plan.notebook.name)
    except Exception as exc:  # noqa: BLE001 - the job is done, and must be known as such without its copy
        run.describe(append={"degraded": [f"The executed notebook could not be kept: {exc}"]})
    run.end(run_status(outcome), error=error, duration=outcome.seconds)
