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
