"""Runs and histories as DataFrames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nbmlops.records import Series
from nbmlops.views.proof_words import finding_codes

if TYPE_CHECKING:
    import pandas as pd

    from nbmlops.store.run_query import RunTable

FRONT_COLUMNS = ("id", "name", "experiment", "status", "started", "duration")


def runs_frame(table: RunTable) -> pd.DataFrame:
    """One row a run: id, name, experiment, status, started, duration (seconds), then `params.*`,
    `metrics.*` and `tags.*`, `verdict`, `findings` (codes, parted by blanks) and `note`; None or NaN where a run
    has none.
    """
    import pandas as pd

    columns: dict[str, Any] = {name: table.columns[name] for name in FRONT_COLUMNS}
    columns["started"] = pd.to_datetime(list(columns["started"]), unit="s", utc=True)
    for prefix, group in (("params", table.params), ("metrics", table.metrics), ("tags", table.tags)):
        columns |= _prefixed(prefix, group)
    columns["verdict"] = [None if found is None else str(found) for found in table.columns["verdict"]]
    columns["findings"] = [finding_codes(found) for found in table.columns["findings"]]
    # `note` last: it is long, and rarely there.
    columns["note"] = table.columns["note"]
    return pd.DataFrame(columns)


def _prefixed(prefix: str, group: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    return {f"{prefix}.{key}": values for key, values in group.items()}


def history_frame(series: Series) -> pd.DataFrame:
    """The points of a metric: step (int64), value (float64), time (UTC)."""
    import pandas as pd

    time = pd.to_datetime(series.times, unit="s", utc=True)
    return pd.DataFrame({"step": series.steps, "value": series.values, "time": time})
