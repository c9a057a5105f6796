"""Runs that have the same in some columns, and the means of their metrics."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from nbmlops.answers.wire_runs import wire_value
from nbmlops.records.runs import Direction
from nbmlops.records.wire.rows import Mean

_KEY_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Group:
    """Some runs.

    Attributes:
        key: made of its values, and so the same as long as they are.
        values: what all its runs have, by column.
        ids: of its runs, in the order in which they were found.
        counted: of those that means are of.
    """

    key: str
    values: Mapping[str, Any]
    ids: Sequence[str]
    counted: Sequence[str]


def make_groups(values: Mapping[str, Mapping[str, Any]], unfit: Collection[str]) -> list[Group]:
    """The groups in the order in which the first of their runs were found.

    Args:
        values: by run, in order, what it has in the columns.
        unfit: runs that no mean counts.
    """
    by_text: dict[str, list[str]] = {}
    for run_id, own in values.items():
        by_text.setdefault(json.dumps(own, sort_keys=True, default=str), []).append(run_id)
    return [
        Group(_key(text), values[ids[0]], ids, [one for one in ids if one not in unfit])
        for text, ids in by_text.items()
    ]


def _key(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:_KEY_DIGITS]


def mean_of(values: Sequence[float]) -> tuple[float, float | None, int] | None:
    """Mean, standard deviation (with n - 1) and number of the finite ones among some numbers."""
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return None
    count = len(finite)
    mean = _sum(finite) / count
    if not math.isfinite(mean):
        return None
    spread = _sum([(value - mean) ** 2 for value in finite]) if _is_small(finite, mean) else math.inf
    sd = math.sqrt(spread / (count - 1)) if count > 1 and math.isfinite(spread) else None
    return mean, sd, count


def _sum(values: Sequence[float]) -> float:
    try:
        return math.fsum(values)
    except OverflowError:
        return math.inf


def _is_small(values: Sequence[float], mean: float) -> bool:
    """Whether squares of the deviations are numbers."""
    return all(abs(value - mean) < math.sqrt(1.7e308) for value in values)


def means_of(
    groups: Sequence[Group], last: Mapping[str, float], direction: Direction | None
) -> dict[str, Mean]:
    """By the key of a group, the mean of a metric, of which the best are marked.

    Args:
        groups: all of them.
        last: by run, the last value.
        direction: which way is better, None where nobody knows or groups can't be ranked.
    """
    found = {one.key: mean_of([last[run_id] for run_id in one.counted if run_id in last]) for one in groups}
    told = {key: value for key, value in found.items() if value is not None}
    best = (max if direction == "max" else min)((mean for mean, _, _ in told.values()), default=None)
    return {
        key: {"mean": mean, "sd": sd, "count": count, "best": direction is not None and mean == best}
        for key, (mean, sd, count) in told.items()
    }


def ordered_by_mean(groups: Sequence[Group], means: Mapping[str, Mean], *, descending: bool) -> list[Group]:
    """The groups by their means; those without one come last, in the order that they had."""
    ranked = [one for one in groups if one.key in means]
    ranked.sort(key=lambda one: means[one.key]["mean"], reverse=descending)
    return ranked + [one for one in groups if one.key not in means]


def wire_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a group's runs have, as JSON can hold it."""
    return {column: wire_value(value) for column, value in values.items()}
