"""A comparison as the front end is told of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from nbmlops.answers.source_cells import has_source, source_key
from nbmlops.answers.wire_details import wire_git
from nbmlops.answers.wire_runs import wire_number, wire_row, wire_value
from nbmlops.records import Goal, RunInfo
from nbmlops.records.wire.comparison import (
    ComparedData,
    ComparedFigure,
    ComparedMetric,
    ComparedParam,
    ComparedRun,
    ComparisonData,
    DataVersion,
    FigurePlace,
    MetricDelta,
)
from nbmlops.views.compared import ABSENT, Comparison, DataLine, MetricColumn, ParamColumn, Row, Version


def wire_comparison(comparison: Comparison) -> ComparisonData:
    """All that a comparison says, in the order of its rows."""
    base = comparison.verdict.best if comparison.baseline is None else comparison.baseline
    base = base or 0
    rows = comparison.rows
    infos = [row.run for row in rows]
    answer: ComparisonData = {
        "runs": [_run(row, infos[base]) for row in rows],
        "baseline": base,
        "headline": comparison.verdict.headline,
        "grounds": list(comparison.verdict.grounds),
        "cautions": [{"title": one.title, "text": one.text} for one in comparison.cautions],
        "metrics": [_metric(metric, base, comparison.goals) for metric in comparison.metrics],
        "params": [_param(param) for param in comparison.params],
        "same_params": {key: wire_value(value) for key, value in comparison.same_params.items()},
        "default_params": comparison.default_params,
        "data": [_data(line) for line in comparison.data],
        "environment": [
            {"name": one.name, "versions": _versions(one.versions)} for one in comparison.environment
        ],
        "environments": sum(info.environment is not None for info in infos),
        "figures": list(_figures(infos)),
        "identical": False,
    }
    answer["identical"] = _are_identical(answer)
    return answer


def _run(row: Row, base: RunInfo) -> ComparedRun:
    run = row.run
    known = has_source(run) and has_source(base)
    return {
        "row": wire_row(run),
        "label": row.label,
        "standing": row.standing,
        "reasons": list(row.reasons),
        "remarks": list(row.remarks),
        "git": wire_git(run.git) if run.git else None,
        "source": "unknown" if not known else "same" if source_key(run) == source_key(base) else "other",
    }


def _metric(metric: MetricColumn, base: int, goals: Sequence[Goal]) -> ComparedMetric:
    return {
        "key": metric.key,
        "direction": metric.direction,
        "values": [None if value is None else wire_number(value) for value in metric.values],
        "deltas": [
            None if at == base else _delta(metric.values[base], value, metric.direction)
            for at, value in enumerate(metric.values)
        ],
        "best": sorted(metric.best),
        "unranked_better": sorted(metric.unranked_better),
        "points": metric.points,
        "goal": next((str(goal) for goal in goals if goal.metric == metric.key), ""),
    }


def _delta(base: float | None, value: float | None, direction: str | None) -> MetricDelta | None:
    if base is None or value is None or not math.isfinite(value - base):
        return None
    change = value - base
    better = None if direction is None or not change else (change > 0) == (direction == "max")
    relative = change / abs(base) if base else None
    if relative is not None and not math.isfinite(relative):
        relative = None
    return {"absolute": change, "relative": relative, "better": better}


def _param(param: ParamColumn) -> ComparedParam:
    return {
        "key": param.key,
        "values": [None if value is ABSENT else wire_value(value) for value in param.values],
        "lacking": [at for at, value in enumerate(param.values) if value is ABSENT],
    }


def _data(line: DataLine) -> ComparedData:
    return {
        "name": line.name,
        "versions": _versions(line.versions),
        "same": line.same,
        "is_test": line.is_test,
        "unknown": list(line.unknown),
        "missing": list(line.missing),
    }


def _versions(versions: Sequence[Version]) -> list[DataVersion]:
    return [{"text": version.text, "runs": list(version.rows)} for version in versions]


def _figures(infos: Sequence[RunInfo]) -> Iterator[ComparedFigure]:
    """Pictures by name, those first that most runs have."""
    found: dict[str, dict[int, FigurePlace]] = {}
    for at, info in enumerate(infos):
        for one in info.artifacts:
            if one.kind == "figure":
                place: FigurePlace = {
                    "media_type": one.media_type,
                    "size": one.size,
                    "content": one.digest,
                }
                found.setdefault(one.name, {})[at] = place
    for name, places in sorted(found.items(), key=lambda item: -len(item[1])):
        yield {"name": name, "places": [places.get(at) for at in range(len(infos))]}


def _are_identical(answer: ComparisonData) -> bool:
    """Whether nothing that is recorded of the runs differs; when they ran always does."""
    unlike = (
        answer["params"],
        [metric for metric in answer["metrics"] if len({str(value) for value in metric["values"]}) > 1],
        [line for line in answer["data"] if not line["same"] or line["missing"]],
        answer["environment"],
        [run for run in answer["runs"] if run["source"] == "other"],
        [one for one in answer["figures"] if len({place and place["content"] for place in one["places"]}) > 1],
        {(run["git"]["commit"], run["git"]["dirty"]) if run["git"] else None for run in answer["runs"]} - {None},
    )  # fmt: skip
    *lists, commits = unlike
    statuses = {run["row"]["status"] for run in answer["runs"]}
    return not any(lists) and len(commits) <= 1 and statuses == {"FINISHED"}
