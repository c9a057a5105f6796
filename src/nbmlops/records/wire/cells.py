"""What the cells of a notebook have made, for the badges beside them."""

from __future__ import annotations

from typing import Literal, TypedDict

from nbmlops.records.wire.values import WireNumber


class CellMetric(TypedDict):
    """The metric that tells most of a run.

    Attributes:
        direction: which way it is better, null when unknown.
        best: the best value that other finished runs of the experiment reached, null where there is none.
    """

    key: str
    value: WireNumber
    direction: Literal["max", "min"] | None
    best: float | None


class SourceMark(TypedDict):
    """What a source is known again by; its `%%track` line and blanks at its end don't count.

    Attributes:
        digest: CRC-32 in hexadecimal, a dash, and the length in bytes; empty where a secret was masked.
        pattern: then the source itself, where `***` stands for anything.
    """

    digest: str
    pattern: str


class CellNeed(TypedDict):
    """An earlier cell that a run depended on, as it was executed; the last version where there are several."""

    cell_id: str | None
    execution_count: int | None
    source: SourceMark


class CellState(TypedDict):
    """The last run of a cell.

    Attributes:
        duration: null while it runs.
        metric: null where it has none.
        runs: how many this cell has made.
        previous: the id of the run before, null where there is none.
        counted: false when something makes its metrics doubtful.
        findings: codes of what speaks against it, each once.
        source: what ran, null where it is not known.
        needs: what it depended on, in executed order; empty while it runs.
    """

    cell_id: str
    run_id: str
    name: str
    experiment: str
    status: str
    started: float
    duration: float | None
    execution_count: int | None
    error: str
    metric: CellMetric | None
    runs: int
    previous: str | None
    counted: bool
    verdict: str | None
    findings: list[str]
    source: SourceMark | None
    needs: list[CellNeed]


class NotebookPlace(TypedDict):
    """Where the server has a notebook: relative to its root, null where it lies outside or is gone."""

    path: str | None
