"""The answer of a comparison in words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from nbmlops.records import proof
from nbmlops.records.runs import Goal
from nbmlops.views.compared import DataLine, MetricColumn, Row, Verdict, join_names
from nbmlops.views.numbers import count_of, format_column, format_number
from nbmlops.views.proof_words import finding_codes

_CHECKED = {
    proof.Verdict.REPRODUCED: "its metrics came out again",
    proof.Verdict.DIFFERS: "its metrics came out otherwise",
    proof.Verdict.CANNOT: "it could not be done again",
}
_SHARE_OF_ROWS = re.compile(r"(^|[^a-z])(acc|accuracy)([^a-z]|$)", re.IGNORECASE)


def judge(
    rows: Sequence[Row], metric: MetricColumn | None, data: Sequence[DataLine], goals: Sequence[Goal]
) -> Verdict:
    """Say which run is best, by how much, on what ground, and which runs were left out of it.

    Args:
        rows: of the comparison.
        metric: the one that rows are ordered by; None when no direction is known.
        data: the inputs, for what the metric was computed on.
        goals: of the experiment.
    """
    best = min(metric.best) if metric and metric.best else None
    grounds = []
    if metric is not None and best is not None:
        grounds += [*_lead(rows, metric, data, best), *_same_data(rows, data), *_proof(rows[best])]
    grounds += [*_goals(rows, metric, goals, best), *_left_out(rows)]
    return Verdict(best, _headline(rows, metric, best), tuple(grounds))


def _headline(rows: Sequence[Row], metric: MetricColumn | None, best: int | None) -> str:
    if not rows:
        return "No runs to compare"
    if metric is None:
        return f"{count_of(len(rows), 'run')}, none called best: no metric's direction is known"
    if best is None:
        return f"No run can be called best by {metric.key}"
    value = format_column(metric.values)[best]
    if len(rows) == 1:
        return f"{rows[0].label}, {metric.key} {value}: nothing to compare it with"
    if sum(row.standing == "ranked" for row in rows) == 1:
        return f"{rows[best].label}, {metric.key} {value}: no other run can be ranked with it"
    tied = sorted(metric.best)
    if len(tied) > 1:
        return f"Best: {join_names([rows[i].label for i in tied], 2)}, tied at {metric.key} {value}"
    return f"Best: {rows[best].label}, {metric.key} {value}"


def _lead(rows: Sequence[Row], metric: MetricColumn, data: Sequence[DataLine], best: int) -> Iterator[str]:
    top = metric.values[best]
    behind = [
        (abs(top - value), index)
        for index, (row, value) in enumerate(zip(rows, metric.values, strict=True))
        if top is not None and value is not None and math.isfinite(value)
        if row.standing == "ranked" and index not in metric.best
    ]
    if not behind or len(metric.best) > 1 or top is None:
        return
    lead, second = min(behind)
    texts = format_column([top, *(metric.values[index] for _, index in behind)])
    text = (
        f"{format_number(lead, 2)} ahead of {rows[second].label} ({texts[1 + behind.index((lead, second))]})"
    )
    yield f"{text}{_sampling_error(metric, data, top, lead)}."


def _sampling_error(metric: MetricColumn, data: Sequence[DataLine], top: float, lead: float) -> str:
    sizes = [line.n_rows for line in data if line.is_test and line.n_rows]
    if not _SHARE_OF_ROWS.search(metric.key) or not sizes or not 0 <= top <= 1:
        return ""
    size = min(sizes)
    error = math.sqrt(max(top * (1 - top), 1 / size) / size)
    rows = round(lead * size)
    if rows < 1 or lead >= 2 * error:
        return ""
    return f": {rows} of {size} test rows, within the sampling error of about ±{format_number(error, 2)}"


def _same_data(rows: Sequence[Row], data: Sequence[DataLine]) -> Iterator[str]:
    ranked = {index for index, row in enumerate(rows) if row.standing == "ranked"}
    test = [line for line in data if line.is_test]
    if len(ranked) < 2:
        return
    if not test:
        yield "No input is named like test data, so what the metric was computed on is not known."
        return
    same = [line for line in test if any(ranked <= set(version.rows) for version in line.versions)]
    if len(same) == len(test):
        names = join_names([f"{line.name} ({line.versions[0].text})" for line in same])
        yield f"{'Both' if len(ranked) == 2 else f'All {len(ranked)}'} ranked runs read the same {names}."


def _proof(row: Row) -> Iterator[str]:
    """Whether the best one can be believed."""
    if row.verdict:
        yield f"{row.label} was checked: {_CHECKED[row.verdict]} ({row.verdict})."
    if row.run.findings:
        number = len(row.run.findings)
        speaks = "finding speaks" if number == 1 else "findings speak"
        yield f"{number} {speaks} against {row.label}: {finding_codes(row.run.findings, 4)}."


def _goals(
    rows: Sequence[Row], metric: MetricColumn | None, goals: Sequence[Goal], best: int | None
) -> Iterator[str]:
    for goal in goals:
        if metric is None or goal.metric != metric.key or best is None:
            continue
        met = [
            index
            for index, (row, value) in enumerate(zip(rows, metric.values, strict=True))
            if row.standing == "ranked" and value is not None and goal.is_met(value)
        ]
        ranked = sum(row.standing == "ranked" for row in rows)
        yield f"Goal {goal}: " + (
            f"met by {len(met)} of {ranked} ranked runs." if met else "not met by any ranked run."
        )


def _left_out(rows: Sequence[Row]) -> Iterator[str]:
    for standing, said in (
        ("other data", "Not ranked, because measured on other data"),
        ("running", "Still running"),
    ):
        names = [row.label for row in rows if row.standing == standing]
        if names:
            yield f"{said}: {join_names(names)}."
