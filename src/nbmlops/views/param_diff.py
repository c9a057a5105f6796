"""Which parameters of runs differ."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from nbmlops.records.runs import RunInfo, RunStatus
from nbmlops.views.compared import ABSENT, ParamColumn

# A run that is not finished may lack what it would still have recorded.


def split_params(runs: Sequence[RunInfo]) -> tuple[tuple[ParamColumn, ...], dict[str, Any], int]:
    """Parameters that differ, those that are the same, and the number of defaults left out.

    A default that nobody chose counts only where it meets another value: chosen elsewhere, or
    changed by a newer version of the library. That two classes have different defaults is no difference
    that anybody made: theirs are compared among runs of the same class.
    """
    shown = {detail.key for run in runs for detail in run.param_details if detail.shown}
    hidden = {detail.key for run in runs for detail in run.param_details} - shown
    columns, same, defaults = [], {}, 0
    for key in dict.fromkeys(key for run in runs for key in run.params):
        values = tuple(run.params.get(key, ABSENT) for run in runs)
        present = [value for value in values if value is not ABSENT]
        distinct = len({canonical(value) for value in present})
        if key in hidden and (distinct == 1 or not _differs_in_a_class(key, runs)):
            defaults += 1
        elif distinct > 1 or any(run.status is RunStatus.FINISHED and key not in run.params for run in runs):
            columns.append(ParamColumn(key, values))
        else:
            same[key] = present[0]
    columns.sort(key=lambda column: -column.present)
    return tuple(columns), same, defaults


def _differs_in_a_class(key: str, runs: Sequence[RunInfo]) -> bool:
    """Whether a default differs among runs whose estimator is of one class."""
    owner = key.rpartition("__")[0] if "__" in key else key.rpartition(".")[0]
    seen: dict[tuple[str, Any], tuple[str, Any]] = {}
    return any(
        seen.setdefault(canonical(run.params.get(owner)), value := canonical(run.params[key])) != value
        for run in runs
        if key in run.params
    )


def canonical(value: Any) -> tuple[str, Any]:
    """A key that is equal when people would call two parameters equal: 1 is 1.0 but not True."""
    if isinstance(value, bool) or value is None:
        return "constant", repr(value)
    if isinstance(value, int | float):
        return "number", "nan" if value != value else value  # noqa: PLR0124  NaN is the one value unlike itself
    if isinstance(value, str):
        return "text", value
    try:
        return "json", json.dumps(value, sort_keys=True, default=str)
    except (TypeError, ValueError):
        return "json", str(type(value))
