"""Executes a notebook again in a clean kernel, with a store of its own and the settings of then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from nbmlops.capture.secret_broker import SecretBroker
from nbmlops.capture.secret_streams import Masker, OutputMask
from nbmlops.capture.threads import VARIABLES as THREAD_VARIABLES
from nbmlops.capture.threads import cpu_count
from nbmlops.config import (
    COUNTS_VARIABLE,
    DISABLE_VARIABLE,
    NOTEBOOK_VARIABLE,
    RUN_EXPERIMENT_VARIABLE,
    RUN_STORE_VARIABLE,
    RUN_VARIABLE,
    STORE_VARIABLE,
)
from nbmlops.kernels.contract import ExecuteOptions, JobListener
from nbmlops.records import RunInfo
from nbmlops.records.jobs import JobOutcome
from nbmlops.records.runs import Environment

_OURS: Final = frozenset(
    {
        COUNTS_VARIABLE, DISABLE_VARIABLE, NOTEBOOK_VARIABLE, RUN_EXPERIMENT_VARIABLE, RUN_STORE_VARIABLE,
        RUN_VARIABLE, STORE_VARIABLE, "JPY_SESSION_NAME", "PAPERMILL_INPUT_PATH", "PAPERMILL_OUTPUT_PATH",
    }
)  # fmt: skip
_POOL_VARIABLES: Final = {
    "openmp": "OMP_NUM_THREADS",
    "openblas": "OPENBLAS_NUM_THREADS",
    "mkl": "MKL_NUM_THREADS",
    "blis": "BLIS_NUM_THREADS",
}
_HASH_SEED: Final = "PYTHONHASHSEED"


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """How runs are executed again.

    Attributes:
        python: the Python of the kernel; empty for the one that the run had, where it is still there.
        timeout: seconds that one execution may take; None for no limit.
        secrets: values by the names that cells ask for.
        withheld: variables that the kernel must not see, since they hold such a value.
        masker: masks what is told and kept.
        listener: told what goes on.
    """

    masker: Masker
    python: str = ""
    timeout: float | None = None
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    withheld: tuple[str, ...] = ()
    listener: JobListener | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """What became of it.

    Attributes:
        outcome: cell by cell.
        document: the executed notebook.
    """

    outcome: JobOutcome
    document: Mapping[str, Any]


def replay(
    document: dict[str, Any],
    run: RunInfo,
    scratch: Path,
    options: ReplayOptions,
    *,
    cwd: Path,
    env: Mapping[str, str],
) -> Replay:
    """Executes the notebook.

    Args:
        document: in nbformat 4.
        run: whose environment of then counts.
        scratch: a folder that the caller removes.
        options: how.
        cwd: the kernel's working directory.
        env: what its environment gets beside the settings of then, the store among it.

    Raises:
        KernelError: the kernel doesn't start.
    """
    import json

    from nbmlops.kernels.execute import execute_notebook  # loads the kernels' client

    outputs = OutputMask(options.masker)
    with SecretBroker(options.secrets) as broker:
        then = run.environment
        settings = {} if then is None else settings_of(then)
        execute = ExecuteOptions(
            python=options.python or python_of(then),
            cwd=cwd,
            env={**settings, **env, **broker.variables},
            without=_OURS | frozenset(options.withheld) | _settings_known(then),
            scratch=scratch,
            job_timeout=options.timeout,
            mask=outputs.mask,
            hold_back=outputs.hold_back,
        )
        output = scratch / "executed.ipynb"
        outcome = execute_notebook(document, output, execute, listener=options.listener)
    return Replay(outcome, json.loads(output.read_bytes()))


def settings_of(then: Environment) -> dict[str, str]:
    """The variables that make Python hash and libraries compute as then.

    Where the machine has another number of processors now, the numbers of threads that libraries chose by
    themselves are set too.
    """
    chosen = dict(then.threads)
    if then.cpus is not None and then.cpus != cpu_count():
        for pool in then.pools:
            if (name := _POOL_VARIABLES.get(pool.library)) and pool.threads:
                chosen.setdefault(name, str(pool.threads))
    return chosen | ({_HASH_SEED: then.hash_seed} if then.hash_seed else {})


def _settings_known(then: Environment | None) -> frozenset[str]:
    """The variables of which it is known what they were, if only that they were not set."""
    known = then is not None and then.hash_seed is not None
    return frozenset({*THREAD_VARIABLES, _HASH_SEED}) if known else frozenset()


def python_of(then: Environment | None) -> str:
    """The Python that the run had, where it is still there; else ours."""
    import sys

    if then is not None and then.executable and Path(then.executable).is_file():
        return then.executable
    return sys.executable
