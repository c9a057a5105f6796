"""What the readers of a report may ask: so much of it is taken down as a file should hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from nbmlops.answers.recording import Ask
from nbmlops.records import RunInfo
from nbmlops.records.wire.comparison import MOST_COMPARED
from nbmlops.records.wire.values import MOST_SERIES

_POINTS: Final = 150_000  # of all curves together
_MOST_POINTS, _LEAST_POINTS = 400, 40  # of one curve
_CURVES: Final = 20  # metrics
_PAIRS: Final = 8  # runs of which any two are compared
_PREVIEWED: Final = 5_000_000  # bytes of the artifacts that are shown


def report_asks(runs: Sequence[RunInfo], best: str | None) -> Iterator[Ask]:
    """The questions about these runs.

    Args:
        runs: all that the report is about.
        best: the id of the best of them.
    """
    yield from _curves(runs)
    yield from _comparisons([run.id for run in runs], best)
    for run in runs:
        yield from _about(run)
    yield from _artifacts(runs, best)


def _curves(runs: Sequence[RunInfo]) -> Iterator[Ask]:
    owners: dict[str, list[str]] = {}
    for run in runs:
        for metric in run.metric_details:
            if metric.count > 1:
                owners.setdefault(metric.key, []).append(run.id)
    keys = sorted(owners, key=lambda key: -len(owners[key]))[:_CURVES]
    count = sum(len(owners[key]) for key in keys)
    points = max(_LEAST_POINTS, min(_MOST_POINTS, _POINTS // max(count, 1)))
    for key in keys:
        ids = owners[key]
        for at in range(0, len(ids), MOST_SERIES):
            part = ids[at : at + MOST_SERIES]
            yield Ask("series", {"ids": part, "key": key, "max_points": points, "means": True})


def _comparisons(ids: Sequence[str], best: str | None) -> Iterator[Ask]:
    """Of all where that can be done, from which any choice can be cut; of each with the best; of any two of few."""
    if 2 < len(ids) <= MOST_COMPARED:
        yield from _together(ids)
    firsts = ids if len(ids) <= _PAIRS else [one for one in ids if one == best]
    pairs = {frozenset((one, other)) for one in firsts for other in ids if one != other}
    for pair in sorted(map(sorted, pairs)):
        yield from _together(pair)
    for one in firsts:
        yield from (Ask("source_diff", {"old": one, "new": other}) for other in ids if other != one)


def _together(ids: Sequence[str]) -> Iterator[Ask]:
    yield Ask("comparison", {"ids": list(ids)})
    yield Ask("evaluation", {"ids": list(ids)})


def _about(run: RunInfo) -> Iterator[Ask]:
    for question in ("details", "standing", "lineage", "usage", "code", "slice_notebook", "reproduction"):
        yield Ask(question, {"run_id": run.id})
    yield Ask("evaluation", {"ids": [run.id]})
    for name in dict.fromkeys(item.name for item in run.inputs):
        yield Ask("data", {"run_id": run.id, "name": name})


def _artifacts(runs: Sequence[RunInfo], best: str | None) -> Iterator[Ask]:
    """Those of the best run first, then of the others, as far as their sizes go."""
    left = _PREVIEWED
    for run in sorted(runs, key=lambda run: run.id != best):
        for artifact in run.artifacts:
            left -= artifact.size
            if left < 0:
                return
            for question in ("preview", "figure"):
                yield Ask(question, {"run_id": run.id, "name": artifact.name})
