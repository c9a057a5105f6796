"""Single columns of many runs at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Select, select

from nbmlops.errors import ValueRefusedError
from nbmlops.store import tables
from nbmlops.store.database import Database
from nbmlops.store.values import decode_metric, decode_value

_R, _E = tables.runs.c, tables.experiments.c
_M, _P, _T = tables.metrics.c, tables.params.c, tables.tags.c
_FEW = 500  # of more runs a whole key is read, which an index holds in one piece
OWN = ("started", "duration", "status", "experiment", "name")

Reader = Callable[[Connection, str, Collection[str]], dict[str, Any]]


class ColumnReader:
    """Reads columns.

    Threads may share one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, ids: Sequence[str], columns: Sequence[str]) -> dict[str, list[Any]]:
        """By column, the value of each run, None where it has none.

        Args:
            ids: of the runs.
            columns: `metrics.KEY`, `params.KEY`, `tags.KEY`, or one of `OWN`.

        Raises:
            ValueRefusedError: there is no such column.
        """
        with self._database.reading() as connection:
            found = {column: self._column(connection, column, ids) for column in columns}
        return {column: [values.get(run_id) for run_id in ids] for column, values in found.items()}

    def params(self, ids: Sequence[str]) -> dict[str, list[Any]]:
        """By key, the value of each run, of all parameters that somebody chose."""
        query = select(_P.run_id, _P.key, _P.type, _P.num, _P.text).where(_P.shown.is_(True))
        place = {run_id: at for at, run_id in enumerate(ids)}
        found: dict[str, list[Any]] = {}
        with self._database.reading() as connection:
            rows = connection.execute(_of(query, _P.run_id, ids)).cursor.fetchall()
        for run_id, key, kind, num, text in rows:
            if run_id in place:
                if key not in found:
                    found[key] = [None] * len(ids)
                found[key][place[run_id]] = decode_value(kind, num, text)
        return found

    def _column(self, connection: Connection, column: str, ids: Sequence[str]) -> dict[str, Any]:
        group, _, key = column.partition(".")
        if column in OWN:
            return _own(connection, column, ids)
        if group not in _READERS or not key:
            raise ValueRefusedError(
                f"There is no column {column!r}: give metrics.KEY, params.KEY, tags.KEY, or one of {', '.join(OWN)}"
            )
        return _READERS[group](connection, key, ids)


def _of(query: Select[Any], run_id: Any, ids: Collection[str]) -> Select[Any]:
    return query.where(run_id.in_(ids)) if len(ids) <= _FEW else query


def _own(connection: Connection, column: str, ids: Collection[str]) -> dict[str, Any]:
    query = select(_R.id, _E.name if column == "experiment" else _R[column]).select_from(
        tables.runs.outerjoin(tables.experiments, _E.id == _R.experiment_id)
    )
    return {row[0]: row[1] for row in connection.execute(_of(query, _R.id, ids)).cursor.fetchall()}


def _metrics(connection: Connection, key: str, ids: Collection[str]) -> dict[str, Any]:
    query = _of(select(_M.run_id, _M.last).where(_M.key == key), _M.run_id, ids)
    return {row[0]: decode_metric(row[1]) for row in connection.execute(query).cursor.fetchall()}


def _params(connection: Connection, key: str, ids: Collection[str]) -> dict[str, Any]:
    query = _of(select(_P.run_id, _P.type, _P.num, _P.text).where(_P.key == key), _P.run_id, ids)
    return {row[0]: decode_value(*row[1:]) for row in connection.execute(query).cursor.fetchall()}


def _tags(connection: Connection, key: str, ids: Collection[str]) -> dict[str, Any]:
    query = _of(select(_T.run_id, _T.value).where(_T.key == key), _T.run_id, ids)
    return {row[0]: row[1] for row in connection.execute(query).cursor.fetchall()}


_READERS: dict[str, Reader] = {"metrics": _metrics, "params": _params, "tags": _tags}
