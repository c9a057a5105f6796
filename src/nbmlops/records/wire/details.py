"""Everything about one run."""

from __future__ import annotations

from typing import Literal, TypedDict

from nbmlops.records.wire.rows import Row
from nbmlops.records.wire.values import WireNumber, WireValue


class ParamInfo(TypedDict):
    """A parameter of one run: where it comes from, and whether somebody chose it."""

    key: str
    value: WireValue
    origin: str
    chosen: bool


class MetricInfo(TypedDict):
    """The summary of a metric of one run."""

    key: str
    last: WireNumber
    min: WireNumber
    max: WireNumber
    count: int
    last_step: int | None
    direction: Literal["max", "min"] | None
    origin: str


class InputInfo(TypedDict):
    """A piece of data that a run read; `content` and `schema` are empty where it could not be hashed.

    Attributes:
        profiled: its columns are known: ask for its `data`.
        kept: the data themselves are kept.
        dvc: the md5 of a file that DVC manages.
        maker: the earlier cell that it came from, its place in `RunDetails.slice`.
    """

    name: str
    kind: str
    source: str
    shape: list[int]
    columns: list[str]
    path: str | None
    nbytes: int | None
    content: str
    schema: str
    note: str
    profiled: bool
    kept: bool
    dvc: str
    maker: int | None


class ArtifactInfo(TypedDict):
    """A file or folder kept with a run."""

    name: str
    kind: str
    media_type: str
    size: int
    digest: str
    is_dir: bool


class GitInfo(TypedDict):
    """The commit that the working tree was at."""

    commit: str
    dirty: bool
    branch: str | None
    remote: str | None


class MetricChange(TypedDict):
    """A metric that came out otherwise when its run was checked: its values as text, and by how much they differ."""

    key: str
    then: str
    now: str
    change: str


class CheckInfo(TypedDict):
    """What a check of a run found.

    Attributes:
        checked: when.
        summary: in a sentence, without the verdict.
        metrics: those that came out otherwise.
        remarks: the first difference, what is missing, what else is worth knowing, each a sentence.
    """

    verdict: str
    checked: float
    summary: str
    metrics: list[MetricChange]
    remarks: list[str]


class NeedInfo(TypedDict):
    """What a cell takes from an earlier one of the slice: that one's place, and the names."""

    cell: int
    names: list[str]


class SliceCellInfo(TypedDict):
    """An earlier cell that a run depended on.

    Attributes:
        mark: its execution count, `[12]`.
        first: the first line that says what it does.
        reason: why it belongs to the slice.
        failed: it ended with an exception.
        source: as it was executed; long ones are cut.
        needs: what it takes from earlier cells.
        reads: files that it read.
        writes: files that it wrote.
        masked: a secret stood in it.
        cell_id: as the front end names it, null where it is not known.
    """

    mark: str
    first: str
    reason: str
    failed: bool
    source: str
    needs: list[NeedInfo]
    reads: list[str]
    writes: list[str]
    masked: bool
    cell_id: str | None


class ModuleInfo(TypedDict):
    """A module of the user's own; `changed` since the commit, and how, as git prints it."""

    name: str
    path: str
    changed: bool
    diff: str


class PoolInfo(TypedDict):
    """A library that computes on several threads."""

    library: str
    version: str
    threads: int | None


class EnvironmentInfo(TypedDict):
    """What the process ran on; see `records.Environment`.

    Attributes:
        direct: what came from no index, to where from; of an editable one its folder.
    """

    build: str
    executable: str
    cpus: int | None
    pools: list[PoolInfo]
    threads: dict[str, str]
    hash_seed: str | None
    seeds: dict[str, str]
    direct: dict[str, str]


class RunDetails(TypedDict):
    """Everything about one run.

    Attributes:
        row: as in the table.
        notices: what else is worth knowing, each a sentence.
        check: the last one, null when there was none.
        slice: the earlier cells that it depended on, in executed order; the run's own cell is `source`.
        needs: what the run's own cell takes from them.
        deleted: it is in the bin.
        python: version, and `platform`, empty where unknown.
        packages: name to version.
        environment: the rest of it.
        cwd: the folder in which the first cell of the slice ran.
        cpu_seconds: null where unknown, as is `peak_rss_bytes`.
        stdout: the end of what was printed, as of `stderr`.
        result: the cell's last value as text.
    """

    row: Row
    ended: float | None
    source: str
    traceback: str
    params: list[ParamInfo]
    metrics: list[MetricInfo]
    inputs: list[InputInfo]
    artifacts: list[ArtifactInfo]
    notices: list[str]
    check: CheckInfo | None
    slice: list[SliceCellInfo]
    needs: list[NeedInfo]
    deleted: bool
    modules: list[ModuleInfo]
    git: GitInfo | None
    python: str
    platform: str
    packages: dict[str, str]
    environment: EnvironmentInfo | None
    cwd: str
    cpu_seconds: float | None
    peak_rss_bytes: int | None
    start_rss_bytes: int | None
    gpu_peak_bytes: int | None
    stdout: str
    stderr: str
    warnings: list[str]
    result: str
