"""Comparing runs: what differs, which is best, and whether that can be believed."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nbmlops.errors import AmbiguousIdError, NotFoundError
from nbmlops.records.directions import known_direction
from nbmlops.records.runs import Direction, Goal, Metric, RunInfo, RunStatus, Series
from nbmlops.views.compared import (
    Caution,
    Comparison,
    MetricColumn,
    Row,
    Standing,
    Verdict,
)
from nbmlops.views.data_diff import compare_data
from nbmlops.views.param_diff import split_params
from nbmlops.views.proof_words import finding_line, worst_verdict
from nbmlops.views.source_diff import diff_environments, diff_sources
from nbmlops.views.verdict import judge

__all__ = ["Comparison", "Verdict", "compare_runs"]

SIDE_BY_SIDE = 4

_TRAINING = re.compile(r"(^|[^a-z])train", re.IGNORECASE)
_ORDER: dict[Standing, int] = {"ranked": 0, "doubtful": 1, "other data": 1, "running": 2, "ended early": 3}
_ENDED = {
    RunStatus.FAILED: "failed",
    RunStatus.KILLED: "was interrupted",
    RunStatus.LOST: "was lost: its process ended without a word",
}


def compare_runs(
    runs: Sequence[RunInfo],
    series: Mapping[tuple[str, str], Series] | None = None,
    *,
    baseline: str | None = None,
    goals: Sequence[Goal] = (),
    fold: bool = True,
) -> Comparison:
    """Put runs side by side, the best first.

    Args:
        runs: in any order.
        series: points of metrics by run id and key, for the charts.
        baseline: id, prefix of an id, or name of the run that others are measured against.
        goals: the first one's metric decides the order; else the best-covered metric of known direction.
        fold: identical runs become one row.

    Raises:
        NotFoundError: no run is the baseline.
        AmbiguousIdError: several are.
    """
    chosen = None if baseline is None else _find(runs, baseline)
    by_id = {run.id: run for run in runs}
    rows = _with_standing(_grouped(runs, chosen, fold=fold), chosen)
    rows = _sorted(rows, _metric_columns(rows, by_id, goals), chosen)
    base = _index_of(chosen, rows)
    kept, labels = [row.run for row in rows], [row.label for row in rows]
    metrics = _metric_columns(rows, by_id, goals)
    params, same, defaults = split_params(kept)
    data = compare_data(kept, labels, base)
    primary = metrics[0] if metrics and metrics[0].direction else None
    verdict = judge(rows, primary, data.lines, goals)
    return Comparison(
        rows=tuple(rows),
        metrics=metrics,
        params=params,
        same_params=same,
        default_params=defaults,
        data=data.lines,
        cautions=(*data.cautions, *_cautions(rows)),
        environment=diff_environments(kept),
        sources=diff_sources(kept, labels, next(i for i in (base, verdict.best, 0) if i is not None)),
        verdict=verdict,
        baseline=base,
        goals=tuple(goals),
        series=dict(series or {}),
    )


def _find(runs: Sequence[RunInfo], wanted: str) -> RunInfo:
    for found in (
        [run for run in runs if run.id == wanted],
        [run for run in runs if run.name == wanted],
        [run for run in runs if wanted and run.id.startswith(wanted)],
    ):
        if len(found) > 1:
            ids = ", ".join(run.short_id for run in found[:5])
            raise AmbiguousIdError(
                f"Baseline {wanted!r} fits several of the compared runs ({ids}): give an id."
            )
        if found:
            return found[0]
    raise NotFoundError(
        f"Baseline {wanted!r} is not among the compared runs: give the id or name of one of them."
    )


def _index_of(run: RunInfo | None, rows: Sequence[Row]) -> int | None:
    return next((i for i, row in enumerate(rows) if run is not None and run.id in row.members), None)


def _grouped(runs: Sequence[RunInfo], chosen: RunInfo | None, *, fold: bool) -> list[Row]:
    groups: dict[tuple[object, ...], list[RunInfo]] = {}
    for run in runs:
        alike = (run.identity, run.status, run.doubts, run.notices, run.findings)
        groups.setdefault(alike if fold and run.identity else (run.id,), []).append(run)
    for members in groups.values():
        members.sort(key=lambda run: run is not chosen)
    names = Counter(members[0].name for members in groups.values())
    return [
        Row(
            run=(first := members[0]),
            label=first.name
            if names[first.name] == 1 and first.name
            else f"{first.name} {first.short_id}".strip(),
            members=tuple(run.id for run in members),
            verdict=worst_verdict(run.verdict for run in members),
        )
        for members in groups.values()
    ]


def _with_standing(rows: Sequence[Row], chosen: RunInfo | None) -> list[Row]:
    data = compare_data([row.run for row in rows], [row.label for row in rows], _index_of(chosen, rows))
    return [_stand(row, data.other_data.get(i), data.remarks.get(i)) for i, row in enumerate(rows)]


def _stand(row: Row, other_data: str | None, remark: str | None) -> Row:
    run, doubtful = row.run, row.run.doubts
    remarks = [finding_line(finding) for finding in run.findings]
    remarks += run.notices
    remarks += [remark] if remark else []
    remarks += [f"Not recorded: {reason}" for reason in run.degraded]
    standing: Standing = "ranked"
    reasons: tuple[str, ...] = ()
    if run.status in _ENDED:
        standing, reasons = "ended early", (run.error or f"The run {_ENDED[run.status]}.", *doubtful)
    elif run.status is RunStatus.RUNNING:
        standing, reasons = "running", doubtful
    elif doubtful:
        standing, reasons = "doubtful", doubtful
    elif other_data:
        standing, reasons = "other data", (f"{other_data}.",)
    return replace(row, standing=standing, reasons=reasons, remarks=tuple(remarks))


def _sorted(rows: list[Row], metrics: Sequence[MetricColumn], chosen: RunInfo | None) -> list[Row]:
    primary = metrics[0] if metrics and metrics[0].direction else None

    def place(index: int) -> tuple[bool, int, float]:
        value = primary.values[index] if primary else None
        if primary is None or value is None or math.isnan(value):
            merit = math.inf
        else:
            merit = -value if primary.direction == "max" else value
        is_baseline = chosen is not None and chosen.id in rows[index].members
        return not (is_baseline and len(rows) <= SIDE_BY_SIDE), _ORDER[rows[index].standing], merit

    return [rows[index] for index in sorted(range(len(rows)), key=place)]


def _metric_columns(
    rows: Sequence[Row], by_id: Mapping[str, RunInfo], goals: Sequence[Goal]
) -> tuple[MetricColumn, ...]:
    keys = list(dict.fromkeys(key for row in rows for key in row.run.metrics))
    columns = [_metric_column(key, rows, by_id, goals) for key in keys]
    wanted = {goal.metric: index for index, goal in enumerate(goals)}

    def weight(column: MetricColumn) -> tuple[object, ...]:
        present = sum(value is not None for value in column.values)
        return (
            wanted.get(column.key, len(wanted)),
            column.direction is None,
            bool(_TRAINING.search(column.key)),
            -present,
            column.points > 1,
        )

    return tuple(sorted(columns, key=weight))


def _metric_column(
    key: str, rows: Sequence[Row], by_id: Mapping[str, RunInfo], goals: Sequence[Goal]
) -> MetricColumn:
    values = tuple(row.run.metrics.get(key) for row in rows)
    details = [detail for row in rows for detail in row.run.metric_details if detail.key == key]
    direction = _direction(key, details, goals)
    ranked = {
        index: value
        for index, (row, value) in enumerate(zip(rows, values, strict=True))
        if row.standing == "ranked" and value is not None and not math.isnan(value)
    }
    best: frozenset[int] = frozenset()
    above: frozenset[int] = frozenset()
    if direction and ranked:
        top = max(ranked.values()) if direction == "max" else min(ranked.values())
        best = frozenset(index for index, value in ranked.items() if value == top)
        above = frozenset(
            index
            for index, value in enumerate(values)
            if value is not None
            and index not in ranked
            and (value > top if direction == "max" else value < top)
        )
    return MetricColumn(
        key=key,
        values=values,
        direction=direction,
        best=best,
        unranked_better=above,
        spreads=_spreads(key, rows, by_id),
        points=max((detail.count for detail in details), default=1),
    )


def _direction(key: str, details: Sequence[Metric], goals: Sequence[Goal]) -> Direction | None:
    for goal in goals:
        if goal.metric == key:
            return goal.direction
    said = {detail.direction for detail in details if detail.direction}
    if len(said) > 1:
        return None
    return said.pop() if said else known_direction(key)


def _spreads(key: str, rows: Sequence[Row], by_id: Mapping[str, RunInfo]) -> dict[int, tuple[float, float]]:
    spreads = {}
    for index, row in enumerate(rows):
        values = [by_id[member].metrics.get(key) for member in row.members if member in by_id]
        known = [value for value in values if value is not None and math.isfinite(value)]
        if known and min(known) != max(known):
            spreads[index] = (min(known), max(known))
    return spreads


def _cautions(rows: Sequence[Row]) -> list[Caution]:
    return [
        Caution(f"{row.label} is not counted", " ".join(row.reasons))
        for row in rows
        if row.standing == "doubtful"
    ]
