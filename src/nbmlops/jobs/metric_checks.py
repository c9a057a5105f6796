"""Metrics of two executions of a run, compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from nbmlops.jobs.evidence import Evidence, same_number
from nbmlops.records import MetricCheck, Series
from nbmlops.views.numbers import format_exact


@dataclass(frozen=True, slots=True)
class MetricDifference:
    """Where a metric differs first: at a step of its history, or in its one value."""

    key: str
    before: str
    after: str


def check_metrics(before: Evidence, after: Evidence, tolerance: float) -> tuple[MetricCheck, ...]:
    """Every metric of either side, those of the runs that are part of it with their names in front."""
    found = tuple(_own_checks(before, after, tolerance))
    for one, other in _paired_parts(before, after):
        found += tuple(
            MetricCheck(f"{one.run.name}/{check.key}", check.before, check.after, check.equal, check.decides)
            for check in check_metrics(one, other, tolerance)
        )
    return found


def _own_checks(before: Evidence, after: Evidence, tolerance: float) -> Iterator[MetricCheck]:
    then, now = before.run.metrics, after.run.metrics
    for key in dict.fromkeys([*then, *now]):
        equal = _difference(key, before, after, tolerance) is None
        yield MetricCheck(
            key, then.get(key), now.get(key), equal, decides=key not in before.undecided | after.undecided
        )


def first_metric_difference(before: Evidence, after: Evidence, tolerance: float) -> MetricDifference | None:
    """The first of the metrics that decide which is not the same."""
    for key in dict.fromkeys([*before.run.metrics, *after.run.metrics]):
        if found := metric_difference(key, before, after, tolerance):
            return found
    for one, other in _paired_parts(before, after):
        if found := first_metric_difference(one, other, tolerance):
            return MetricDifference(f"{one.run.name}/{found.key}", found.before, found.after)
    return None


def metric_difference(
    key: str, before: Evidence, after: Evidence, tolerance: float
) -> MetricDifference | None:
    """How a metric differs; None where it is the same, or never decides, or is no metric of either side."""
    known = key in before.run.metrics or key in after.run.metrics
    if not known or key in before.undecided | after.undecided:
        return None
    return _difference(key, before, after, tolerance)


def _difference(key: str, before: Evidence, after: Evidence, tolerance: float) -> MetricDifference | None:
    then, now = before.run.metrics.get(key), after.run.metrics.get(key)
    if then is None or now is None:
        return MetricDifference(
            key, *("missing" if value is None else format_exact(value) for value in (then, now))
        )
    histories = before.series.get(key), after.series.get(key)
    if any(histories):
        return _series_difference(key, _points(histories[0], then), _points(histories[1], now), tolerance)
    if same_number(then, now, tolerance):
        return None
    return MetricDifference(key, format_exact(then), format_exact(now))


def _points(series: Series | None, last: float) -> list[tuple[int | None, float]]:
    if series is None:
        return [(None, last)]
    return list(zip(map(int, series.steps), map(float, series.values), strict=True))


def _series_difference(
    key: str, then: list[tuple[int | None, float]], now: list[tuple[int | None, float]], tolerance: float
) -> MetricDifference | None:
    for (step, value), (other_step, other) in zip(then, now, strict=False):
        if step != other_step or not same_number(value, other, tolerance):
            return MetricDifference(
                key, f"{format_exact(value)} at step {step}", f"{format_exact(other)} at step {other_step}"
            )
    if len(then) != len(now):
        return MetricDifference(key, f"{len(then)} points", f"{len(now)} points")
    return None


def _paired_parts(before: Evidence, after: Evidence) -> Iterator[tuple[Evidence, Evidence]]:
    """The runs that belong to each, in the order in which they began; one that is on one side only has no metrics
    on the other.
    """
    yield from zip(before.parts, after.parts, strict=False)
    yield from ((one, _without_metrics(one)) for one in before.parts[len(after.parts) :])
    yield from ((_without_metrics(other), other) for other in after.parts[len(before.parts) :])


def _without_metrics(evidence: Evidence) -> Evidence:
    return Evidence(replace(evidence.run, metrics={}))
