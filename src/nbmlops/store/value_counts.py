"""Which values runs have under a key, the most frequent first: for who writes a condition on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import desc, func, select

from nbmlops.records.where_tree import RUN_FIELDS, Field
from nbmlops.store import tables
from nbmlops.store.database import Database
from nbmlops.store.known_keys import keys
from nbmlops.store.values import decode_value

_R, _E = tables.runs.c, tables.experiments.c
_P, _M, _T = tables.params.c, tables.metrics.c, tables.tags.c
_MOST: Final = 40
_LONGEST: Final = 200  # longer ones nobody chooses from a list


class ValueCounts:
    """Counts values. Threads may share one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keys(self) -> dict[str, list[str]]:
        """The keys of metrics, parameters and tags, in order."""
        with self._database.reading() as connection:
            return {group: keys(connection, group) for group in ("metrics", "params", "tags")}

    def of(self, field: Field) -> list[tuple[Any, int]]:
        """Values of a parameter, a tag, or a text of the run itself, each with the number of its runs."""
        query, decode = _query(field)
        if query is None:
            return []
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(desc("runs")).limit(_MOST)).all()
        found = [(decode(row), row[-1]) for row in rows]
        return [(value, runs) for value, runs in found if value not in (None, "") and _is_short(value)]

    def codes(self) -> list[tuple[str, int]]:
        """The codes of findings, each with the number of runs that it speaks against."""
        query = select(_R.findings, func.count()).where(_R.deleted.is_(None), _R.findings != "")
        with self._database.reading() as connection:
            rows = connection.execute(query.group_by(_R.findings)).all()
        counted: Counter[str] = Counter()
        for codes, runs in rows:
            counted.update(dict.fromkeys(codes.split(), runs))
        return counted.most_common(_MOST)

    def spread(self, key: str) -> Sequence[tuple[str, float]]:
        """Where a metric lies: its least value, its quartiles, its greatest."""
        query = select(_M.last).where(_M.key == key, _M.last.is_not(None)).order_by(_M.last)
        with self._database.reading() as connection:
            values = [row[0] for row in connection.execute(query).cursor.fetchall()]
        names = ("the least", "the lower quartile", "the median", "the upper quartile", "the greatest")
        places = [round(at * (len(values) - 1) / 4) for at in range(5)] if values else []
        return [(name, values[place]) for name, place in zip(names, places, strict=False)]


def _query(field: Field) -> tuple[Any, Any]:
    count = func.count().label("runs")
    match field.place:
        case "params":
            value = (_P.type, _P.num, _P.text)
            query = select(*value, count).where(_P.key == field.key, _P.type.in_(("i", "f", "s", "b")))
            return query.group_by(*value), lambda row: decode_value(row[0], row[1], row[2])
        case "tags":
            query = select(_T.value, count).where(_T.key == field.key).group_by(_T.value)
            return query, lambda row: row[0]
        case "run" if field.key == "experiment":
            query = select(_E.name, count).join(tables.runs, _R.experiment_id == _E.id)
            return query.where(_R.deleted.is_(None)).group_by(_E.name), lambda row: row[0]
        case "run" if RUN_FIELDS[field.key] == "text" and field.key not in (
            "id",
            "source",
            "note",
            "findings",
        ):
            column = _R[field.key]
            return select(column, count).where(_R.deleted.is_(None)).group_by(column), lambda row: row[0]
    return None, None


def _is_short(value: Any) -> bool:
    return not isinstance(value, str) or len(value) <= _LONGEST
