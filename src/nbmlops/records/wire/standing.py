"""How a run stands among others."""

from __future__ import annotations

from typing import Literal, TypedDict

from nbmlops.records.wire.values import WireNumber


class RunLink(TypedDict):
    """A run to lead to.

    Attributes:
        value: of the metric that `Standing.metric` names, null where the run has none.
    """

    id: str
    name: str
    status: str
    started: float
    value: WireNumber | None


class BestInfo(TypedDict):
    """The best that other finished runs of the experiment reached in a metric, and by how much the run is better.

    Attributes:
        better: whether the run is better than it; null where they are equal.
        change: the run's value less the best, as text with a sign.
    """

    key: str
    direction: Literal["max", "min"]
    value: float
    id: str
    name: str
    better: bool | None
    change: str


class Standing(TypedDict):
    """How a run stands.

    Attributes:
        goal: what the experiment is for, `accuracy >= 0.9`, empty where nobody said.
        goal_metric: of the goal.
        goal_met: null where there is no goal, or the run lacks the metric.
        metric: the one that tells most: that of the goal, else the first that can be judged.
        best: for each metric of the run whose direction is known.
        siblings: runs of the same cell, this one among them, the oldest first; of a program, those of the same name.
        count: how many of them there are; those that are the nearest in time are listed.
        place: of this one among all, from 0.
        parent: the run that this is a part of.
        parts: runs that are parts of it.
        part_count: how many there are.
    """

    goal: str
    goal_metric: str
    goal_met: bool | None
    metric: str
    best: list[BestInfo]
    siblings: list[RunLink]
    count: int
    place: int
    parent: RunLink | None
    parts: list[RunLink]
    part_count: int
