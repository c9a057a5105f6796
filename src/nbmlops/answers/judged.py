"""Predictions worked out and put into words of the contract. Loads NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from nbmlops.errors import ValueRefusedError
from nbmlops.evaluation import confusion as crossed
from nbmlops.evaluation.archive import read_arrays
from nbmlops.evaluation.averages import AverageCurves, average
from nbmlops.evaluation.calibration import Calibration, brier, calibrate
from nbmlops.evaluation.predictions import (
    ClassPredictions,
    Codes,
    Floats,
    NumberPredictions,
    predictions_of,
)
from nbmlops.evaluation.residuals import Residuals, measure
from nbmlops.evaluation.thresholds import Ranking, rank_rows
from nbmlops.records.wire.evaluation import (
    AverageCurve,
    CalibrationCurve,
    ClassFigures,
    EvaluatedRun,
    Evaluation,
    NumberFigures,
    ThresholdCurve,
)

_DIGITS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What is kept of predictions, whichever class is looked at."""

    rows: int
    dropped: int
    digest: str
    note: str
    labels: tuple[str, ...] = ()
    confusion: Codes | None = None
    numbers: tuple[Residuals, Floats, Floats] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ClassCurves:
    """The curves of one class against the others, or of all: then with their mean, and no thresholds."""

    ranking: Ranking | None
    probable: bool
    auc: float | None
    average_precision: float | None
    average: AverageCurves | None
    calibration: Calibration | None
    brier: float | None


def judge(data: bytes) -> Judged:
    """What predictions are, before anybody has chosen a class.

    Raises:
        ValueRefusedError: they can't be read.
    """
    found = predictions_of(read_arrays(data))
    rows = len(found.truth)
    if isinstance(found, NumberPredictions):
        residuals = measure(found)
        drawn = found.truth[residuals.drawn], found.predicted[residuals.drawn]
        return Judged(rows, found.dropped, found.digest, "", numbers=(residuals, *drawn))
    return Judged(rows, found.dropped, found.digest, found.note, found.labels, crossed.confusion(found))


def curves_of(data: bytes, label: str) -> ClassCurves:
    """The curves of a class; of all, where it is empty. None of them where there are no scores."""
    found = predictions_of(read_arrays(data))
    if not isinstance(found, ClassPredictions) or found.scores is None:
        return ClassCurves(None, False, None, None, None, None, None)
    score = brier(found.scores, found.truth) if found.probable else None
    return _of_class(found, label, score) if label else _of_all(found, score)


def _of_class(found: ClassPredictions, label: str, score: float | None) -> ClassCurves:
    at = found.labels.index(label)
    assert found.scores is not None
    positive, scores = found.truth == at, np.ascontiguousarray(found.scores[:, at])
    ranking = rank_rows(scores, positive)
    calibration = calibrate(scores, positive) if found.probable else None
    if score is not None and len(found.labels) > 2:
        score = float(np.mean((scores - positive) ** 2))
    return ClassCurves(
        ranking.thinned(),
        found.probable,
        ranking.auc(),
        ranking.average_precision(),
        None,
        calibration,
        score,
    )


def _of_all(found: ClassPredictions, score: float | None) -> ClassCurves:
    assert found.scores is not None
    columns = np.ascontiguousarray(found.scores.T)
    mean = average([rank_rows(column, found.truth == at) for at, column in enumerate(columns)])
    calibration = None
    if found.probable:
        surest = found.scores.argmax(axis=1)
        calibration = calibrate(found.scores[np.arange(len(surest)), surest], surest == found.truth)
    return ClassCurves(None, found.probable, mean.auc, mean.average_precision, mean, calibration, score)


def answer(judged: Mapping[str, Judged], of: str, curves: Callable[[str, str], ClassCurves]) -> Evaluation:
    """The answer, of the kind of predictions that most runs have.

    Args:
        judged: by run.
        of: the class that was asked for.
        curves: those of a run and a class.

    Raises:
        ValueRefusedError: there is no such class.
    """
    numbers = {run_id: one for run_id, one in judged.items() if one.numbers}
    classes = {run_id: one for run_id, one in judged.items() if not one.numbers}
    if not judged:
        return _evaluation("none", [])
    if len(numbers) > len(classes):
        return _of_numbers(numbers, classes)
    return _of_classes(classes, numbers, of, curves)


def _evaluation(task: Literal["classes", "numbers", "none"], runs: Iterable[EvaluatedRun]) -> Evaluation:
    return {
        "name": "",
        "names": [],
        "task": task,
        "labels": [],
        "folded": 0,
        "of": "",
        "width": 0.0,
        "runs": list(runs),
    }


def _of_numbers(numbers: Mapping[str, Judged], others: Mapping[str, Judged]) -> Evaluation:
    power = max(one.numbers[0].histogram.power for one in numbers.values() if one.numbers)
    runs = {run_id: _run(run_id, one, numbers=_number_figures(one, power)) for run_id, one in numbers.items()}
    runs |= {
        run_id: _run(run_id, one, note="these are predictions of classes") for run_id, one in others.items()
    }
    return {**_evaluation("numbers", runs.values()), "width": float(np.ldexp(1.0, power))}


def _of_classes(
    classes: Mapping[str, Judged],
    others: Mapping[str, Judged],
    of: str,
    curves: Callable[[str, str], ClassCurves],
) -> Evaluation:
    sides = [(one.labels, one.confusion.sum(axis=1)) for one in classes.values() if one.confusion is not None]
    labels, folded = crossed.shown_labels(sides)
    known = {label for one in classes.values() for label in one.labels}
    if of and of not in known:
        raise ValueRefusedError(f"These predictions know no class {of!r}")
    if not of and len(labels) == 2:
        of = labels[1]
    runs = {}
    for run_id, one in classes.items():
        note = f"no row is of {of}, and none was called so" if of and of not in one.labels else one.note
        found = None if note else curves(run_id, of)
        runs[run_id] = _run(run_id, one, classes=_class_figures(one, labels, folded, of, found), note=note)
    runs |= {
        run_id: _run(run_id, one, note="these are predictions of numbers") for run_id, one in others.items()
    }
    shown = [*labels, f"{folded} others"] if folded else labels
    return {**_evaluation("classes", runs.values()), "labels": shown, "folded": folded, "of": of}


def _run(
    run_id: str,
    one: Judged,
    *,
    classes: ClassFigures | None = None,
    numbers: NumberFigures | None = None,
    note: str = "",
) -> EvaluatedRun:
    return {
        "id": run_id,
        "rows": one.rows,
        "dropped": one.dropped,
        "digest": one.digest,
        "note": note,
        "classes": classes,
        "numbers": numbers,
    }


def _class_figures(
    one: Judged, labels: list[str], folded: int, of: str, found: ClassCurves | None
) -> ClassFigures:
    assert one.confusion is not None
    matrix = crossed.folded(one.confusion, one.labels, labels, others=folded > 0)
    place = one.labels.index(of) if of in one.labels else None
    called = None if place is None else one.confusion[:, place]
    hits = None if called is None else int(called[place])
    return {
        "confusion": matrix.tolist(),
        "accuracy": crossed.accuracy(one.confusion),
        "f1": crossed.macro_f1(one.confusion),
        "called_hits": hits,
        "called_alarms": None if called is None or hits is None else int(called.sum()) - hits,
        "auc": found.auc if found else None,
        "average_precision": found.average_precision if found else None,
        "brier": found.brier if found else None,
        "error": found.calibration.error() if found and found.calibration else None,
        "curve": _curve(found) if found else None,
        "average": _average(found.average) if found and found.average else None,
        "calibration": _calibration(found.calibration) if found and found.calibration else None,
    }


def _curve(found: ClassCurves) -> ThresholdCurve | None:
    ranking = found.ranking
    if ranking is None:
        return None
    return {
        "positives": ranking.positives,
        "negatives": ranking.negatives,
        "thresholds": ranking.thresholds.tolist(),  # as they are: at a rounded one others would be counted
        "hits": ranking.hits.tolist(),
        "alarms": ranking.alarms.tolist(),
        "probable": found.probable,
    }


def _average(mean: AverageCurves) -> AverageCurve:
    return {"steps": _short(mean.steps), "tpr": _short(mean.tpr), "precision": _short(mean.precision)}


def _calibration(found: Calibration) -> CalibrationCurve:
    return {"said": _short(found.said), "seen": _short(found.seen), "counts": found.counts.tolist()}


def _number_figures(one: Judged, power: int) -> NumberFigures:
    assert one.numbers is not None
    residuals, truth, predicted = one.numbers
    bins = residuals.histogram.coarser(power)
    return {
        "mae": residuals.mae,
        "rmse": residuals.rmse,
        "r2": residuals.r2,
        "bias": residuals.bias,
        "most": residuals.most,
        "over": residuals.over,
        "under": residuals.under,
        "truth": _brief(truth),
        "predicted": _brief(predicted),
        "bins": bins.counts.tolist(),
        "first": bins.first,
        "trend_predicted": _brief(residuals.trend[0]),
        "trend_residual": _brief(residuals.trend[1]),
    }


def _short(values: Floats) -> list[float]:
    """Shares, to be drawn."""
    return [round(value, _DIGITS) for value in values.tolist()]


def _brief(values: Floats) -> list[float]:
    """Numbers of any size, to be drawn."""
    return [float(f"{value:.{_DIGITS}g}") for value in values.tolist()]
