"""Runs by what they have in common, for tables that show a line for each group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, select

from nbmlops.errors import ValueRefusedError
from nbmlops.store import tables
from nbmlops.store.database import Database
from nbmlops.store.pieces import pieces
from nbmlops.store.values import decode_value

_R, _E = tables.runs.c, tables.experiments.c
_P, _M, _T = tables.params.c, tables.metrics.c, tables.tags.c
_OWN: Final[Mapping[str, ColumnElement[Any]]] = {
    "experiment": _E.name,
    **{name: _R[name] for name in ("status", "kind", "notebook", "verdict", "name")},
}
_FEW: Final = 500
ALL_PARAMS: Final = "params"

Values = dict[str, Any]


class GroupReader:
    """Reads what runs have in the columns that they are grouped by, and what is averaged.

    Threads may share one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def values(self, ids: Sequence[str], columns: Sequence[str]) -> dict[str, Values]:
        """By run, what it has in the columns; those in which it has nothing are left out.

        Raises:
            ValueRefusedError: runs can't be grouped by this.
        """
        found: dict[str, Values] = {run_id: {} for run_id in ids}
        without = {name[1:] for name in columns if name.startswith("-")}
        with self._database.reading() as connection:
            for column in columns:
                if not column.startswith("-"):
                    _fill(connection, found, column, without)
        return found

    def metric(self, ids: Sequence[str], key: str) -> dict[str, float]:
        """By run, the last value of a metric; NaN and runs without it are left out."""
        query = select(_M.run_id, _M.last).where(_M.key == key, _M.last.is_not(None))
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in _rows(connection, query, _M.run_id, ids)}


def _fill(connection: Connection, found: Mapping[str, Values], column: str, without: set[str]) -> None:
    group, _, key = column.partition(".")
    ids = list(found)
    if column == ALL_PARAMS:
        _fill_params(connection, found, without)
    elif group == "params" and key:
        query = select(_P.run_id, _P.type, _P.num, _P.text).where(_P.key == key)
        for run_id, *value in _rows(connection, query, _P.run_id, ids):
            found[run_id][column] = decode_value(*value)
    elif group == "tags" and key:
        _put(
            found, column, _rows(connection, select(_T.run_id, _T.value).where(_T.key == key), _T.run_id, ids)
        )
    elif column in _OWN:
        query = select(_R.id, _OWN[column]).outerjoin(tables.experiments, _E.id == _R.experiment_id)
        _put(found, column, _rows(connection, query, _R.id, ids))
    else:
        raise ValueRefusedError(
            f"Runs can't be grouped by {column!r}: give {', '.join(_OWN)}, params, params.KEY or tags.KEY"
        )


def _put(found: Mapping[str, Values], column: str, rows: Iterable[Sequence[Any]]) -> None:
    for run_id, value in rows:
        if value not in (None, ""):
            found[run_id][column] = value


def _fill_params(connection: Connection, found: Mapping[str, Values], without: set[str]) -> None:
    """All parameters that somebody chose in one of the runs: what is an estimator's default in one may be chosen in
    another.
    """
    query = select(_P.run_id, _P.key, _P.type, _P.num, _P.text, _P.shown)
    rows = list(_rows(connection, query, _P.run_id, list(found)))
    chosen = {row[1]: f"params.{row[1]}" for row in rows if row[5]}
    names = {key: name for key, name in chosen.items() if name not in without}
    for run_id, key, kind, num, text, _ in rows:
        if key in names:
            found[run_id][names[key]] = decode_value(kind, num, text)


def _rows(
    connection: Connection, query: Any, run_id: ColumnElement[Any], ids: Sequence[str]
) -> Iterable[Sequence[Any]]:
    """The rows of these runs: of a few by their ids, of many those of all, since one pass takes less."""
    if len(ids) <= _FEW:
        for part in pieces(ids):
            yield from connection.execute(query.where(run_id.in_(part))).cursor.fetchall()
        return
    wanted = set(ids)
    for row in connection.execute(query).cursor.fetchall():
        if row[0] in wanted:
            yield row
