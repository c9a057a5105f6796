"""A run and its parts, as they are read back from the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from nbmlops.records.data import Fingerprint, Input
from nbmlops.records.proof import Finding, LocalModule, Reproduction, SliceCell, Verdict
from nbmlops.records.status import RunStatus as RunStatus  # noqa: PLC0414 - read from here with the other records

ParamValue = Any  # whatever JSON can hold: str, int, float, bool, None, lists and dicts of them
Direction = Literal["max", "min"]
Origin = Literal["explicit", "inferred", "estimator"]
RunKind = Literal["cell", "script", "job"]
ArtifactKind = Literal["figure", "model", "file", "predictions", "output"]


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter; `shown` is False for the estimator defaults that nobody chose."""

    key: str
    value: ParamValue
    origin: Origin = "explicit"
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Metric:
    """The summary of one metric's series. NaN and infinities are kept as they are."""

    key: str
    last: float
    min: float
    max: float
    count: int = 1
    last_step: int | None = None
    direction: Direction | None = None
    origin: Origin = "explicit"


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file or a directory kept with a run.

    `digest` names the blob; for a directory (a model) it is that of its manifest, a JSON object
    from relative path to blob digest.
    """

    name: str
    kind: ArtifactKind
    media_type: str
    digest: str
    size: int
    is_dir: bool = False


@dataclass(frozen=True, slots=True)
class GitState:
    """The commit that the working tree was at, and whether it had changes."""

    commit: str
    dirty: bool
    branch: str | None = None
    remote: str | None = None


@dataclass(frozen=True, slots=True)
class ThreadPool:
    """A library that computes on several threads, as it was loaded: its name, version and number of threads."""

    library: str
    version: str = ""
    threads: int | None = None
    architecture: str = ""


@dataclass(frozen=True, slots=True)
class Environment:
    """What the process ran on. Runs of older versions know only the first three.

    Attributes:
        python: implementation and version: `CPython 3.12.4`.
        platform: system, release and machine.
        packages: every installed distribution and its version.
        direct: of those that came from no index the URL with commit or hash, as pip writes it behind `name @`.
        editable: of those that are installed as editable their folders.
        build: Python's version in full.
        executable: the Python that ran.
        cpus: processors that the process might use.
        pools: libraries of linear algebra and threads that were loaded.
        threads: variables that set numbers of threads (`OMP_NUM_THREADS`), those that were set.
        hash_seed: `PYTHONHASHSEED`; empty when it was not set, None when it is not known.
        seeds: random generators that were seeded, each with its seed.
    """

    python: str
    platform: str
    packages: Mapping[str, str] = field(default_factory=dict)
    direct: Mapping[str, str] = field(default_factory=dict)
    editable: Mapping[str, str] = field(default_factory=dict)
    build: str = ""
    executable: str = ""
    cpus: int | None = None
    pools: tuple[ThreadPool, ...] = ()
    threads: Mapping[str, str] = field(default_factory=dict)
    hash_seed: str | None = None
    seeds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResourceUse:
    """Sampled while the run went: seconds of CPU (children included), bytes of resident memory."""

    cpu_seconds: float | None = None
    peak_rss_bytes: int | None = None
    start_rss_bytes: int | None = None
    gpu_peak_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class OutputTails:
    """The ends of what the cell printed, the warnings it raised, and its last expression's value as text."""

    stdout: str = ""
    stderr: str = ""
    warnings: tuple[str, ...] = ()
    result: str = ""


@dataclass(frozen=True, slots=True)
class RunInfo:
    """Everything the store knows of one run.

    Attributes:
        id: 32 hexadecimal digits; any unique prefix names the run.
        params: key to value, estimator defaults included (`param_details` tells them apart).
        metrics: key to last value (`metric_details` has minimum, maximum, count, direction).
        source: the source of the cell as it was executed, secrets masked.
        duration: seconds, None while it runs.
        identity: equal for runs of the same source, inputs and parameters.
        doubts: why its metrics can't be believed (test rows among the training rows), each a sentence. Such
            a run is never called best.
        notices: what else is worth knowing about it, each a sentence.
        degraded: what capture could not record, each a sentence; empty when all is there.
        slice: the executed cells that it depended on, in executed order, the tracked cell last; empty for runs that
            began outside a notebook.
        modules: the user's own modules that it worked with.
        cwd: the folder in which the first cell of the slice ran.
        files: fingerprints of the files that cells before the tracked one read, by path.
        findings: why it may not be possible to trust it, or to do it again.
        verdict: of the last check (`nbmlops reproduce`); None when it was never checked.
        reproduction: that check in full.
    """

    id: str
    name: str
    experiment: str
    status: RunStatus
    started: datetime
    ended: datetime | None = None
    duration: float | None = None
    kind: RunKind = "script"
    params: Mapping[str, ParamValue] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[Input, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    param_details: tuple[Param, ...] = ()
    metric_details: tuple[Metric, ...] = ()
    source: str = ""
    note: str = ""
    traceback: str = ""
    error: str = ""
    notebook: str | None = None
    cell_id: str | None = None
    execution_count: int | None = None
    parent: str | None = None
    identity: str = ""
    git: GitState | None = None
    environment: Environment | None = None
    resources: ResourceUse = field(default_factory=ResourceUse)
    output: OutputTails = field(default_factory=OutputTails)
    degraded: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    deleted: datetime | None = None
    slice: tuple[SliceCell, ...] = ()
    modules: tuple[LocalModule, ...] = ()
    cwd: str = ""
    files: Mapping[str, Fingerprint] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    verdict: Verdict | None = None
    reproduction: Reproduction | None = None

    @property
    def short_id(self) -> str:
        """The first eight characters of the id, as shown everywhere."""
        return self.id[:8]


@dataclass(frozen=True, slots=True)
class Series:
    """The points of one metric of one run, ordered as logged (equal lengths).

    Attributes:
        steps: int64 array of shape (n,).
        values: float64 array of shape (n,), bit for bit as logged.
        times: float64 array of shape (n,), seconds since the epoch.
    """

    key: str
    steps: Any
    values: Any
    times: Any


@dataclass(frozen=True, slots=True)
class Goal:
    """What an experiment is for: `accuracy >= 0.9`."""

    metric: str
    operator: Literal[">=", "<=", ">", "<"]
    target: float

    @property
    def direction(self) -> Direction:
        """Which way is better."""
        return "max" if self.operator in (">=", ">") else "min"

    def is_met(self, value: float) -> bool:
        """Whether `value` reaches the target; NaN never does."""
        match self.operator:
            case ">=":
                return value >= self.target
            case "<=":
                return value <= self.target
            case ">":
                return value > self.target
            case "<":
                return value < self.target

    def __str__(self) -> str:
        return f"{self.metric} {self.operator} {self.target:g}"


@dataclass(frozen=True, slots=True)
class Experiment:
    """A named group of runs, with what it asks of them."""

    name: str
    goal: Goal | None = None
    required_tags: tuple[str, ...] = ()
    runs: int = 0
    created: datetime | None = None
