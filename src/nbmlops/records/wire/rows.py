"""Runs as tables show them, and what their columns hold."""

from __future__ import annotations

from typing import Literal, TypedDict

from nbmlops.records.wire.values import Group, WireNumber, WireValue


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
        data: by the name of an input, the short fingerprint of its content.
        environment: `python`, `platform`, `commit`, `branch`, `host`, and the versions of packages that differ between
            the runs of the page's query, as far as they are known.
        alike: how many runs this line stands for: itself, and those identical to it that are folded behind it.
        inside: the id or key of the line that was opened to show this one, empty for others.
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
    data: dict[str, str]
    environment: dict[str, str]
    alike: int
    inside: str


class Mean(TypedDict):
    """A metric over the runs of a group.

    Attributes:
        mean: of the finite last values of its runs that finished and that nothing makes doubtful.
        sd: their standard deviation, with n - 1; null for a single one.
        count: how many there are.
        best: whether no other group has a better mean; false where no direction is known.
    """

    mean: float
    sd: float | None
    count: int
    best: bool


class RunGroup(TypedDict):
    """Runs that have the same in the columns of `Query.group_by`, as one line.

    Attributes:
        key: names it in `Query.group` and `Query.unfold`.
        at: the place of its line.
        runs: how many they are.
        counted: how many of them finished without doubts: means are of these.
        values: what all have, by column; what none of them has is left out.
        metrics: of the metrics in `Query.means`.
        open: whether its runs follow it.
    """

    key: str
    at: int
    runs: int
    counted: int
    values: dict[str, WireValue]
    metrics: dict[str, Mean]
    open: bool


class ColumnInfo(TypedDict):
    """One column over all runs that the query found, not only those of the page; see `Page.judged`.

    Attributes:
        kind: how to align and sort it: `numeric` when all its values are numbers.
        runs: how many of the runs have it.
        differs: whether two runs that have it have not the same, or some have it and others don't.
        value: what all have that have it, where it doesn't differ among them; for a table that folds such
            columns.
        usual: for data and environment: what most of them have, so that the others stand out; else null.
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
    usual: str | None
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
        rows: the lines from `offset` on that are runs, in order.
        groups: those that are groups, with their places; the rows stand in the others.
        offset: the place of the first line.
        total: how many lines there are.
        runs: how many runs the query found.
        identical: how many of them are, or would be, folded behind others.
        columns: metrics, parameters, tags, data, environment, in this order; within each, those that most runs have
            first.
        judged: how many of the runs the columns tell of (but for `best`, which is of all): fewer than
            all where there are thousands, so that an answer never takes long. Say so where it matters.
        experiments: all of the store, by name.
        revision: of the data that this page shows; see `Revision`.
        store: where the store lies, for people; no password in it.
        made: false when there is no store yet; everything else is empty then.
    """

    rows: list[Row]
    groups: list[RunGroup]
    offset: int
    total: int
    runs: int
    identical: int
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
