"""What the front end is told of runs, as JSON: the one contract of the Lab panel, the page and the widget.

`labextension/src/shared/contract.ts` says the same in TypeScript; a test holds the two together.

Rules that hold for every message:
- Times are seconds since the epoch, durations are seconds.
- JSON knows no NaN and no infinities: where a number stands alone (`WireNumber`) they are the texts "NaN",
  "Infinity" and "-Infinity"; in the points of a series they are null, and counted.
- A whole number that JavaScript's numbers can't hold exactly (from 2**53 on) is a text of its digits.
- A column is named by its group and its key: `metrics.accuracy`. The key is all that follows the first dot.
- Every text is as the user wrote it: whoever shows it must escape it.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from nbmlops.errors import (
    ConfigError,
    NbmlopsError,
    NotFoundError,
    StoreBusyError,
    StoreError,
    ValueRefusedError,
    WhereError,
)

WireNumber = float | Literal["NaN", "Infinity", "-Infinity"]
# A parameter: a text, a number, true, false, null, or lists and objects of them.
WireValue = None | bool | float | str | list["WireValue"] | dict[str, "WireValue"]
Group = Literal["metrics", "params", "tags"]
ErrorCode = Literal["where", "refused", "not-found", "busy", "store", "config", "forbidden", "fault"]

MOST_ROWS = 500  # of one page
MOST_SERIES = 200  # in one answer


class Query(TypedDict, total=False):
    """Which runs, in which order. Every part may be left out: then it restricts nothing.

    Attributes:
        experiment: only those of this experiment.
        notebook: only those that this notebook made: its path as it was recorded. The server makes one of the
            path in Lab.
        cells: together with `notebook`: also those made by cells of these ids in a notebook that is gone, since
            a kernel never learns that its notebook was renamed.
        cell: only those made by the cell of this id.
        ids: only those with these whole ids.
        where: an expression of the `where` language.
        text: words, all of which are to be found: in name, id, experiment, note, status, tags, or in
            parameters that are texts. Small and capital letters are the same.
        order_by: `started` (the default), `name`, `status`, `duration`, `experiment`, or a column
            (`metrics.accuracy`). Runs without a value come last either way.
        descending: the other way round. Left out: descending for `started`, ascending for all others.
        offset: how many to leave out at the front.
        limit: at most so many rows (default 100, at most `MOST_ROWS`).
    """

    experiment: str
    notebook: str
    cells: list[str]
    cell: str
    ids: list[str]
    where: str
    text: str
    order_by: str
    descending: bool
    offset: int
    limit: int


class FindingInfo(TypedDict):
    """A reason not to trust a run as it stands: a code such as `NB101`, a sentence, and the name that it is about."""

    code: str
    message: str
    name: str


class Row(TypedDict):
    """One run in a table.

    Attributes:
        duration: null while it runs: count it from `started` then.
        doubts: why its metrics can't be believed, each a sentence. Such a run is never called best.
        degraded: what could not be recorded, each a sentence.
        error: one line, empty unless it failed.
        identity: equal for runs of the same source, inputs and parameters; empty when unknown.
        verdict: what the last check of it found, `REPRODUCED`, `DIFFERS` or `CANNOT`; null when there was none.
        findings: what speaks against it. It is marked, and may still be called best.
        params: all of them; which nobody chose, tells `ColumnInfo.chosen`.
        metrics: last values.
    """

    id: str
    name: str
    experiment: str
    status: str
    started: float
    duration: float | None
    kind: str
    parent: str | None
    notebook: str | None
    cell_id: str | None
    execution_count: int | None
    note: str
    error: str
    doubts: list[str]
    degraded: list[str]
    identity: str
    verdict: str | None
    findings: list[FindingInfo]
    params: dict[str, WireValue]
    metrics: dict[str, WireNumber]
    tags: dict[str, str]


class ColumnInfo(TypedDict):
    """One column over all runs that the query found, not only those of the page; see `Page.judged`.

    Attributes:
        kind: how to align and sort it: `numeric` when all its values are numbers.
        runs: how many of the runs have it.
        differs: whether two runs that have it have not the same, or some have it and others don't.
        value: what all have that have it, where it doesn't differ among them; for a table that folds such
            columns.
        chosen: false for a parameter that nobody chose in any run (estimators' defaults).
        points: the length of the longest series (1 for a metric without history), 0 for other groups.
        direction: which way a metric is better, null when unknown or when runs disagree.
        best: the best last value among finished runs without doubts; null without direction, and when the
            runs are of several experiments, since those can't be told better from worse.
        low: the least finite value of a numeric column, null where there is none.
        high: the greatest.
    """

    key: str
    group: Group
    kind: Literal["numeric", "text"]
    runs: int
    differs: bool
    value: WireValue
    chosen: bool
    points: int
    direction: Literal["max", "min"] | None
    best: float | None
    low: float | None
    high: float | None


class ExperimentInfo(TypedDict):
    """An experiment: its name, how many runs it has, and what it is for (`accuracy >= 0.9`, or empty)."""

    name: str
    runs: int
    goal: str


class Page(TypedDict):
    """A part of the runs that a query found.

    Attributes:
        rows: those from `offset` on.
        offset: the place of the first of them.
        total: how many the query found.
        columns: metrics, parameters, tags, in this order; within each, those that most runs have first.
        judged: how many of the `total` runs the columns tell of (but for `best`, which is of all): fewer than
            all where there are thousands, so that an answer never takes long. Say so where it matters.
        experiments: all of the store, by name.
        revision: of the data that this page shows; see `Revision`.
        store: where the store lies, for people; no password in it.
        made: false when there is no store yet; everything else is empty then.
    """

    rows: list[Row]
    offset: int
    total: int
    columns: list[ColumnInfo]
    judged: int
    experiments: list[ExperimentInfo]
    revision: str
    store: str
    made: bool


class Revision(TypedDict):
    """Tells whether to ask again: an opaque text that changes when anything in the store did.

    Attributes:
        running: how many runs are under way, hence whether it is worth asking often.
    """

    revision: str
    running: int


class SeriesData(TypedDict):
    """The points of one metric of one run, in the order of their steps.

    Attributes:
        steps: not decreasing.
        values: null for NaN and infinities, where a line has a gap.
        count: how many points there really are.
        thinned: whether these are fewer: the first, the last, and the least and the greatest of each stretch
            between them, so that no peak is lost.
        nonfinite: how many of the `count` are no finite numbers.
    """

    id: str
    key: str
    steps: list[int]
    values: list[float | None]
    count: int
    thinned: bool
    nonfinite: int


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
    """A piece of data that a run read; `content` and `schema` are empty where it could not be hashed."""

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


class ArtifactInfo(TypedDict):
    """A file kept with a run."""

    name: str
    kind: str
    media_type: str
    size: int


class GitInfo(TypedDict):
    """The commit that the working tree was at."""

    commit: str
    dirty: bool
    branch: str | None


class MetricChange(TypedDict):
    """A metric that came out otherwise when its run was checked: its values as text, and by how much they differ."""

    key: str
    then: str
    now: str
    change: str


class CheckInfo(TypedDict):
    """What a check of a run found.

    Attributes:
        summary: in a sentence, without the verdict.
        metrics: those that came out otherwise.
        remarks: the first difference, what is missing, what else is worth knowing, each a sentence.
    """

    verdict: str
    summary: str
    metrics: list[MetricChange]
    remarks: list[str]


class SliceCellInfo(TypedDict):
    """An earlier cell that a run depended on.

    Attributes:
        mark: its execution count, `[12]`.
        first: the first line that says what it does.
        reason: why it belongs to the slice.
        failed: it ended with an exception.
        source: as it was executed; long ones are cut.
    """

    mark: str
    first: str
    reason: str
    failed: bool
    source: str


class ModuleInfo(TypedDict):
    """A module of the user's own; `changed` since the commit."""

    name: str
    path: str
    changed: bool


class RunDetails(TypedDict):
    """Everything about one run.

    Attributes:
        row: as in the table.
        notices: what else is worth knowing, each a sentence.
        check: the last one, null when there was none.
        slice: the earlier cells that it depended on, in executed order; the run's own cell is `source`.
        python: version, and `platform`, empty where unknown.
        packages: name to version.
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
    modules: list[ModuleInfo]
    git: GitInfo | None
    python: str
    platform: str
    packages: dict[str, str]
    cpu_seconds: float | None
    peak_rss_bytes: int | None
    stdout: str
    stderr: str
    warnings: list[str]
    result: str


class TagChange(TypedDict):
    """A tag to set; a value of null removes it."""

    id: str
    key: str
    value: str | None


class WireError(TypedDict):
    """Why there is no answer.

    Attributes:
        message: what happened, to what.
        hint: what to do, empty where there is nothing to say.
        column: for `where`: the 0-based place of the fault in the expression.
    """

    code: ErrorCode
    message: str
    hint: str
    column: NotRequired[int]


_CODES: tuple[tuple[type[BaseException], ErrorCode], ...] = (
    (ValueRefusedError, "refused"),
    (NotFoundError, "not-found"),
    (StoreBusyError, "busy"),
    (StoreError, "store"),
    (ConfigError, "config"),
    (NbmlopsError, "refused"),
)
_HINTS: dict[ErrorCode, str] = {
    "busy": "It is tried again by itself.",
    "store": "Runs that are under way keep what they log and write it as soon as the store is back.",
}


def wire_error(exc: BaseException) -> WireError:
    """What the front end is told of an error; of a fault of ours only its kind, never what it holds."""
    if isinstance(exc, WhereError):
        message = str(exc.args[0]).partition("\n")[0]
        return {"code": "where", "message": message, "hint": "", "column": exc.column}
    for kind, code in _CODES:
        if isinstance(exc, kind):
            return {"code": code, "message": str(exc), "hint": _HINTS.get(code, "")}
    return {
        "code": "fault",
        "message": f"nbmlops failed with {type(exc).__name__}.",
        "hint": "This is a fault of nbmlops: what the server's log says of it helps to mend it.",
    }
