"""What each key is among some runs: who has it, whether it differs, between which values it lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Select, case, func, select

from nbmlops.records.runs import Direction
from nbmlops.store import tables
from nbmlops.store.values import decode_metric, decode_value

Group = Literal["metrics", "params", "tags", "data", "environment"]

_M, _P, _T, _I = tables.metrics.c, tables.params.c, tables.tags.c, tables.inputs.c
_SHORT = 8


@dataclass(frozen=True, slots=True)
class KeySummary:
    """What one key is among some runs.

    Attributes:
        runs: how many of them have it.
        same: whether all that have it have the same, which is `value` then.
        direction: of a metric, where all that say so agree.
        usual: of data, the content that most runs have, in short.
    """

    group: Group
    key: str
    runs: int
    numeric: bool
    same: bool
    value: Any
    low: float | None = None
    high: float | None = None
    points: int = 0
    direction: Direction | None = None
    chosen: bool = True
    usual: str | None = None


def summarise(connection: Connection, ids: Sequence[str]) -> list[KeySummary]:
    """Metrics, parameters, tags, data of these runs, in each group those that most runs have first."""
    groups = (
        [_metric(row) for row in connection.execute(_metrics_query(ids))],
        [_param(row) for row in connection.execute(_params_query(ids))],
        [_tag(row) for row in connection.execute(_tags_query(ids))],
        _data(connection.execute(_data_query(ids)).all()),
    )
    return [one for group in groups for one in sorted(group, key=lambda one: (-one.runs, one.key))]


def _metrics_query(ids: Sequence[str]) -> Select[Any]:
    return (
        select(
            _M.key,
            func.count().label("runs"),
            func.count(_M.last).label("numbers"),
            func.min(_M.last).label("low"),
            func.max(_M.last).label("high"),
            func.max(_M.points).label("points"),
            func.min(_M.direction).label("direction"),
            func.max(_M.direction).label("other_direction"),
        )
        .where(_M.run_id.in_(ids))
        .group_by(_M.key)
    )


def _metric(row: Any) -> KeySummary:
    same = row.low == row.high and row.numbers in (0, row.runs)
    return KeySummary(
        group="metrics",
        key=row.key,
        runs=row.runs,
        numeric=True,
        same=same,
        value=decode_metric(row.low) if same else None,
        low=row.low,
        high=row.high,
        points=row.points,
        direction=row.direction if row.direction == row.other_direction else None,
    )


def _params_query(ids: Sequence[str]) -> Select[Any]:
    type_unless_none = case((_P.type != "n", _P.type))
    return (
        select(
            _P.key,
            func.count().label("runs"),
            func.min(type_unless_none).label("type"),
            func.max(type_unless_none).label("other_type"),
            func.count(type_unless_none).label("values"),
            func.min(_P.num).label("low"),
            func.max(_P.num).label("high"),
            func.count(_P.num).label("numbers"),
            func.min(_P.text).label("text"),
            func.max(_P.text).label("other_text"),
            func.count(_P.text).label("texts"),
            func.max(case((_P.shown.is_(True), 1), else_=0)).label("shown"),
        )
        .where(_P.run_id.in_(ids))
        .group_by(_P.key)
    )


def _param(row: Any) -> KeySummary:
    same = (
        (row.type, row.low, row.text) == (row.other_type, row.high, row.other_text)
        and row.values in (0, row.runs)
        and row.numbers in (0, row.runs)
        and row.texts in (0, row.runs)
    )
    numeric = row.type in ("f", "i") and row.other_type in ("f", "i")
    return KeySummary(
        group="params",
        key=row.key,
        runs=row.runs,
        numeric=numeric,
        same=same,
        value=decode_value(row.type or "n", row.low, row.text) if same else None,
        low=row.low if numeric else None,
        high=row.high if numeric else None,
        chosen=bool(row.shown),
    )


def _tags_query(ids: Sequence[str]) -> Select[Any]:
    return (
        select(
            _T.key,
            func.count().label("runs"),
            func.min(_T.value).label("value"),
            func.max(_T.value).label("other"),
        )
        .where(_T.run_id.in_(ids))
        .group_by(_T.key)
    )


def _tag(row: Any) -> KeySummary:
    same = row.value == row.other
    return KeySummary(
        group="tags", key=row.key, runs=row.runs, numeric=False, same=same, value=row.value if same else None
    )


def _data_query(ids: Sequence[str]) -> Select[Any]:
    return (
        select(_I.name, _I.content, func.count(_I.run_id.distinct()).label("runs"))
        .where(_I.run_id.in_(ids), _I.content.is_not(None))
        .group_by(_I.name, _I.content)
    )


def _data(rows: Sequence[Any]) -> list[KeySummary]:
    by_name: dict[str, dict[str, int]] = {}
    for name, content, runs in rows:
        by_name.setdefault(name, {})[short_content(content)] = runs
    return [content_summary("data", name, counts) for name, counts in by_name.items()]


def content_summary(group: Any, key: str, counts: Mapping[str, int]) -> KeySummary:
    """Of texts that are compared and never calculated with: how many runs have each."""
    usual = min(counts, key=lambda text: (-counts[text], text))
    return KeySummary(
        group=group,
        key=key,
        runs=sum(counts.values()),
        numeric=False,
        same=len(counts) == 1,
        value=usual if len(counts) == 1 else None,
        usual=usual,
    )


def short_content(content: str) -> str:
    """A fingerprint's hash as people compare it, as in `Fingerprint.short`."""
    return content.rpartition(":")[2][:_SHORT]
