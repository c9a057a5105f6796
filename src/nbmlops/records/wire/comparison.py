"""What differs between runs. Values of runs stand in lists as long as `ComparisonData.runs`, in its order; a run is
named by its place there.
"""

from __future__ import annotations

from typing import Literal, TypedDict

from nbmlops.records.wire.details import GitInfo
from nbmlops.records.wire.rows import Row
from nbmlops.records.wire.values import WireNumber, WireValue

MOST_COMPARED = 50  # runs in one comparison


class ComparedRun(TypedDict):
    """One of the runs.

    Attributes:
        label: its name, with the short id where another has the same name.
        standing: whether it takes part in the ranking, and if not, why in a word.
        reasons: why it does not, each a sentence.
        remarks: what else to know of it, each a sentence.
        source: of its cell and those that it depended on, against the baseline's.
    """

    row: Row
    label: str
    standing: Literal["ranked", "doubtful", "other data", "running", "ended early"]
    reasons: list[str]
    remarks: list[str]
    git: GitInfo | None
    source: Literal["same", "other", "unknown"]


class ComparedParam(TypedDict):
    """A parameter that is not the same in all runs; `lacking` are those that do not have it."""

    key: str
    values: list[WireValue]
    lacking: list[int]


class MetricDelta(TypedDict):
    """From the baseline's value to a run's.

    Attributes:
        absolute: the difference.
        relative: to the baseline's magnitude; null where that is 0.
        better: by the metric's direction; null where that is not known, or the values are equal.
    """

    absolute: float
    relative: float | None
    better: bool | None


class ComparedMetric(TypedDict):
    """A metric, as it was last.

    Attributes:
        values: null where a run has none.
        deltas: against the baseline; null for itself, and where there is nothing to subtract.
        best: the best among the ranked runs; more than one when tied.
        unranked_better: runs outside the ranking whose value is better than the best.
        points: the length of the longest series behind it; 1 when it was logged once.
        goal: of the experiment, `accuracy >= 0.9`; empty where there is none.
    """

    key: str
    direction: Literal["max", "min"] | None
    values: list[WireNumber | None]
    deltas: list[MetricDelta | None]
    best: list[int]
    unranked_better: list[int]
    points: int
    goal: str


class DataVersion(TypedDict):
    """One of the contents that runs read under one name: its fingerprint in short with its shape, and who read it."""

    text: str
    runs: list[int]


class ComparedData(TypedDict):
    """An input by name.

    Attributes:
        versions: by content, the baseline's or the most common first.
        same: whether all that read it read the same, as far as is known.
        is_test: metrics are computed on it, as far as its name says.
        unknown: runs that read it without a fingerprint.
        missing: finished runs that did not read it.
    """

    name: str
    versions: list[DataVersion]
    same: bool
    is_test: bool
    unknown: list[int]
    missing: list[int]


class CautionInfo(TypedDict):
    """Something to know before any number is believed."""

    title: str
    text: str


class ComparedSetting(TypedDict):
    """A part of the environment that is not the same everywhere: Python, the platform, a package's version."""

    name: str
    versions: list[DataVersion]


class FigurePlace(TypedDict):
    """A picture of one run; `content` is equal for equal pictures."""

    media_type: str
    size: int
    content: str


class ComparedFigure(TypedDict):
    """Pictures that go by one name; null where a run has none."""

    name: str
    places: list[FigurePlace | None]


class ComparisonData(TypedDict):
    """Runs side by side, the best first.

    Attributes:
        baseline: the one that the others are held against: as it was asked for, else the best, else the first.
        headline: which is best.
        grounds: what there is to say for and against it, each a sentence.
        cautions: what has to be known first: other test data, runs that are not counted.
        same_params: parameters with one value in all runs.
        default_params: how many defaults that nobody chose were left out.
        environments: how many of the runs know their environment.
        identical: nothing of what is recorded differs.
    """

    runs: list[ComparedRun]
    baseline: int
    headline: str
    grounds: list[str]
    cautions: list[CautionInfo]
    metrics: list[ComparedMetric]
    params: list[ComparedParam]
    same_params: dict[str, WireValue]
    default_params: int
    data: list[ComparedData]
    environment: list[ComparedSetting]
    environments: int
    figures: list[ComparedFigure]
    identical: bool


class FigureData(TypedDict):
    """A picture, in base64. Show it as an image, where scripts in it do not run."""

    media_type: str
    data: str
