"""All experiments at a glance, and the jobs of a store."""

from __future__ import annotations

from typing import Literal, TypedDict

Mark = Literal["running", "failing", "differs", "unmet", "met", "doubtful", "unchecked"]


class FleetRun(TypedDict):
    """A run, as far as a glance needs it.

    Attributes:
        value: of the metric that its experiment is ranked by; null where it has none, or is not finite.
        verdict: what a check of it found, null when there was none.
        findings: the codes of what speaks against it.
    """

    id: str
    name: str
    experiment: str
    status: str
    started: float
    duration: float | None
    value: float | None
    verdict: str | None
    findings: list[str]


class FleetItem(TypedDict):
    """One experiment.

    Attributes:
        goal: `accuracy >= 0.9`, or empty.
        target: the number in it, null where there is no goal.
        models: how many models its runs kept.
        metric: the one that tells which run is best, empty where no metric's direction is known.
        best: the best finished run that nothing makes doubtful.
        met: whether the best meets the goal; null without goal, or where nothing was measured by it.
        trend: the metric in the last runs that have it, the oldest first.
        recent: how the last runs ended, the oldest first.
        failed: how many of those failed or were lost.
        marks: what of it is worth a look: `failing` (the last that ended failed, or half of the recent ones),
            `differs` (a check of the best or the newest run found something else, or could not be done),
            `doubtful` (something speaks against the best), `unchecked` (nobody has checked the best).
    """

    name: str
    goal: str
    target: float | None
    runs: int
    running: int
    models: int
    metric: str
    direction: Literal["max", "min"] | None
    newest: FleetRun | None
    best: FleetRun | None
    met: bool | None
    trend: list[float]
    recent: list[str]
    failed: int
    marks: list[Mark]


class Fleet(TypedDict):
    """All experiments.

    Attributes:
        items: by name.
        newest: the last runs of all, the newest first.
        made: false when there is no store yet; everything else is empty then.
    """

    items: list[FleetItem]
    newest: list[FleetRun]
    made: bool


class JobPart(TypedDict):
    """A run that a job's notebook made."""

    id: str
    name: str
    status: str


class JobCells(TypedDict):
    """How far the code cells of a job's notebook came.

    Attributes:
        failed: the place among all code cells, from 1, of the one that ended the job; null where none did.
    """

    total: int
    completed: int
    failed: int | None


class JobInfo(TypedDict):
    """A notebook that was run as a job.

    Attributes:
        duration: null while it runs.
        error: one line, empty unless it failed.
        cells: null where the executed notebook was not kept, or is yet to come.
        parts: the runs that its cells made, in their order; the first of them where there are many.
        part_count: how many there are.
    """

    id: str
    name: str
    experiment: str
    status: str
    started: float
    duration: float | None
    notebook: str | None
    error: str
    verdict: str | None
    cells: JobCells | None
    parts: list[JobPart]
    part_count: int


class Jobs(TypedDict):
    """The jobs of a store: those from an offset on, the newest first."""

    jobs: list[JobInfo]
    total: int
