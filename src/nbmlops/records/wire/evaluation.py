"""What the predictions of some runs say about them."""

from __future__ import annotations

from typing import Literal, TypedDict


class ThresholdCurve(TypedDict):
    """One class against the others, over the thresholds of its score.

    Attributes:
        positives: rows of the class.
        negatives: all others.
        thresholds: descending. Who is at or above one of them is called positive; below the last nobody is left out.
        hits: how many positive rows that are, exactly.
        alarms: how many negative ones.
        probable: whether the scores are probabilities.
    """

    positives: int
    negatives: int
    thresholds: list[float]
    hits: list[int]
    alarms: list[int]
    probable: bool


class AverageCurve(TypedDict):
    """The mean over all classes, each against the others.

    Attributes:
        steps: of the false positive rate, and of the recall.
    """

    steps: list[float]
    tpr: list[float]
    precision: list[float]


class CalibrationCurve(TypedDict):
    """Rows put together by what was said of them.

    Attributes:
        said: the mean probability; of several classes that of the one that was predicted.
        seen: the share of those that came to pass.
        counts: how many rows.
    """

    said: list[float]
    seen: list[float]
    counts: list[int]


class ClassFigures(TypedDict):
    """Predictions of classes.

    Attributes:
        confusion: of each class of the answer's `labels` (row) how many rows were called which (column).
        called_hits: rows of the class that is looked at that were called so in `y_pred`; null without one.
        called_alarms: others that were.
        brier, error: null without probabilities; `error` is the expected calibration error.
    """

    confusion: list[list[int]]
    accuracy: float
    f1: float
    called_hits: int | None
    called_alarms: int | None
    auc: float | None
    average_precision: float | None
    brier: float | None
    error: float | None
    curve: ThresholdCurve | None
    average: AverageCurve | None
    calibration: CalibrationCurve | None


class NumberFigures(TypedDict):
    """Predictions of numbers. A residual is what is true less what was predicted.

    Attributes:
        most: the size that one residual in twenty exceeds.
        over: how much too high a prediction is, on average over all rows; `under` how much too low.
        truth, predicted: of the rows to draw: all, or a sample and the worst.
        bins: how many residuals are in each bin; `first` is the place of the first one, counted in widths from 0.
        trend_predicted, trend_residual: means of parts of as many rows.
    """

    mae: float
    rmse: float
    r2: float | None
    bias: float
    most: float
    over: float
    under: float
    truth: list[float]
    predicted: list[float]
    bins: list[int]
    first: int
    trend_predicted: list[float]
    trend_residual: list[float]


class EvaluatedRun(TypedDict):
    """One run's predictions.

    Attributes:
        rows: how many it predicted.
        dropped: how many were left out, because something in them is no number.
        digest: of the truth: where two runs have different ones, they were not tested on the same rows.
        note: what can't be shown, and why.
    """

    id: str
    rows: int
    dropped: int
    digest: str
    note: str
    classes: ClassFigures | None
    numbers: NumberFigures | None


class Evaluation(TypedDict):
    """The predictions of one name, of several runs.

    Attributes:
        name: of the predictions.
        names: all that any of the runs has.
        task: what was predicted; `none` where there is nothing.
        labels: of the classes; where there are too many, the last one stands for the rest.
        folded: how many classes the last one stands for; 0 where it is one itself.
        of: the class whose curves these are; empty where they are of all.
        width: of the bins of residuals.
    """

    name: str
    names: list[str]
    task: Literal["classes", "numbers", "none"]
    labels: list[str]
    folded: int
    of: str
    width: float
    runs: list[EvaluatedRun]
