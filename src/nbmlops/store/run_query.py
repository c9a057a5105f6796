"""Which runs: found by id, selected by the `where` language, laid out as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, asc, desc, func, select

from nbmlops.errors import AmbiguousIdError, NotFoundError, ValueRefusedError
from nbmlops.records import RunStatus
from nbmlops.records.where import parse_where
from nbmlops.store import tables
from nbmlops.store.database import Database
from nbmlops.store.values import decode_metric, decode_value
from nbmlops.store.where import to_clause

_R, _E = tables.runs.c, tables.experiments.c
_MANY = 500
_HEX = set("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class RunQuery:
    """Which runs, in which order.

    Attributes:
        experiment: only those of this experiment.
        where: an expression of the `where` language.
        order_by: a field of it, "-" before it for descending; newest first when empty.
        limit: at most so many.
        deleted: those in the bin instead of the others.
        cells: only those made by one of these cell ids.
    """

    experiment: str | None = None
    where: str | None = None
    order_by: str | None = None
    limit: int | None = None
    deleted: bool = False
    ids: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class RunTable:
    """Runs as columns, for a DataFrame: each of `columns` has as many values as there are runs."""

    columns: Mapping[str, Sequence[Any]]
    params: Mapping[str, Sequence[Any]]
    metrics: Mapping[str, Sequence[Any]]
    tags: Mapping[str, Sequence[Any]]


class RunFinder:
    """Finds runs in the tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def resolve(self, prefix: str, *, deleted: bool = False) -> str:
        """The id that a prefix (at least one character), or a name that only one run has, stands for.

        Raises:
            NotFoundError: no run fits.
            AmbiguousIdError: several do.
        """
        wanted = str(prefix).strip()
        with self._database.reading() as connection:
            found = _matching(connection, wanted, deleted=deleted)
        if len(found) == 1:
            return str(found[0].id)
        where = "in the bin" if deleted else "in the store"
        if not found:
            raise NotFoundError(
                f"No run {wanted!r} {where} {self._database.location}. List them with `nbmlops runs`"
                + (" --deleted." if deleted else ", or those in the bin with `nbmlops runs --deleted`.")
            )
        listed = ", ".join(f"{row.id[:12]} ({row.name})" for row in found[:5])
        raise AmbiguousIdError(
            f"{wanted!r} fits {len(found)} runs: {listed}. Give more characters of the id."
        )

    def table(self, query: RunQuery) -> RunTable:
        """The runs of a query with their parameters, metrics and tags."""
        with self._database.reading() as connection:
            chosen = _select_runs(query)
            rows = connection.execute(chosen).all()
            ids = [row.id for row in rows]
            filtered = (
                query.where or query.limit or query.experiment or query.ids is not None or query.deleted
            )
            restrict = ids if filtered else None
            position = {run_id: at for at, run_id in enumerate(ids)}
            return RunTable(
                columns=_columns(rows),
                params=_pivot(
                    _wide(connection, tables.params, ("type", "num", "text"), restrict), position, _param
                ),
                metrics=_pivot(_wide(connection, tables.metrics, ("last",), restrict), position, _metric),
                tags=_pivot(_wide(connection, tables.tags, ("value",), restrict), position, _tag),
            )

    def ids(self, query: RunQuery) -> list[str]:
        """The ids of the runs of a query, in its order."""
        with self._database.reading() as connection:
            return [row.id for row in connection.execute(_select_runs(query))]

    def best(self, experiment: str, metric: str, direction: str, *, without: str = "") -> float | None:
        """The best last value of a metric among the experiment's finished runs that nothing makes suspect,
        None where there is none.
        """
        table = tables.metrics.c
        value = (func.max if direction == "max" else func.min)(table.last)
        query = (
            select(value)
            .join(tables.runs, _R.id == table.run_id)
            .join(tables.experiments, _E.id == _R.experiment_id)
            .where(
                _E.name == experiment,
                table.key == metric,
                _R.status == RunStatus.FINISHED,
                _R.deleted.is_(None),
                _R.id != without,
                _R.suspect.is_(False),
            )
        )
        with self._database.reading() as connection:
            found: float | None = connection.scalar(query)
        return found


def _matching(connection: Connection, wanted: str, *, deleted: bool) -> Sequence[Any]:
    state = _R.deleted.is_not(None) if deleted else _R.deleted.is_(None)
    query = select(_R.id, _R.name).where(state).limit(20)
    lowered = wanted.lower()
    if lowered and set(lowered) <= _HEX:
        found = connection.execute(query.where(_R.id.startswith(lowered))).all()
        if found:
            return found
    return connection.execute(query.where(_R.name == wanted)).all()


def _select_runs(query: RunQuery) -> Select[Any]:
    chosen = (
        select(
            _R.id, _R.name, _E.name.label("experiment"), _R.status, _R.started, _R.duration,
            _R.kind, _R.note, _R.identity, _R.error,
        )
        .outerjoin(tables.experiments, _E.id == _R.experiment_id)
        .where(_R.deleted.is_not(None) if query.deleted else _R.deleted.is_(None))
    )  # fmt: skip
    if query.experiment is not None:
        chosen = chosen.where(_E.name == query.experiment)
    if query.ids is not None:
        chosen = chosen.where(_R.id.in_(query.ids))
    if query.where:
        chosen = chosen.where(to_clause(parse_where(query.where), tables))
    chosen = chosen.order_by(*_ordering(query.order_by), desc(_R.started), _R.id)
    return chosen.limit(query.limit) if query.limit is not None else chosen


_ORDERED_COLUMNS = {name: _R[name] for name in ("id", "name", "status", "started", "duration", "kind")} | {
    "experiment": _E.name
}


def _ordering(order_by: str | None) -> list[ColumnElement[Any]]:
    """Runs without the key come last either way."""
    if not order_by:
        return []
    name = order_by.removeprefix("-").strip()
    way = desc if order_by.startswith("-") else asc
    columns = _ordered_columns(name)
    return [part for column in columns for part in (column.is_(None), way(column))]


def _ordered_columns(name: str) -> list[ColumnElement[Any]]:
    """A parameter's numbers stand before its texts."""
    if name in _ORDERED_COLUMNS:
        return [_ORDERED_COLUMNS[name]]
    group, _, key = name.partition(".")
    key = key.strip("\"'`")
    for table, labels in (
        (tables.metrics, ["last"]),
        (tables.params, ["num", "text"]),
        (tables.tags, ["value"]),
    ):
        if group == table.name and key:
            here = (table.c.run_id == _R.id, table.c.key == key)
            return [select(table.c[label]).where(*here).scalar_subquery() for label in labels]
    raise ValueRefusedError(
        f"Runs can't be ordered by {name!r}: give one of {', '.join(_ORDERED_COLUMNS)}, "
        "or metrics.KEY, params.KEY, tags.KEY; a '-' before it turns the order round"
    )


def _columns(rows: Sequence[Any]) -> dict[str, Sequence[Any]]:
    names = ("id", "name", "experiment", "status", "started", "duration", "kind", "note", "identity", "error")
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return dict(zip(names, columns, strict=True))


def _wide(
    connection: Connection, table: Any, names: Sequence[str], run_ids: list[str] | None
) -> list[Sequence[Any]]:
    """Rows `(run id, key, values...)`: of all runs, or of some."""
    query = select(table.c.run_id, table.c.key, *(table.c[name] for name in names))
    if run_ids is None:
        return _plain_rows(connection, query)
    found: list[Sequence[Any]] = []
    for at in range(0, len(run_ids), _MANY):
        found += _plain_rows(connection, query.where(table.c.run_id.in_(run_ids[at : at + _MANY])))
    return found


def _plain_rows(connection: Connection, query: Select[Any]) -> list[Sequence[Any]]:
    """The driver's tuples: texts and floats need no conversion, and SQLAlchemy's rows take as long again."""
    return list(connection.execute(query).cursor.fetchall())


def _pivot(rows: list[Sequence[Any]], position: Mapping[str, int], decode: Any) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    size = len(position)
    for row in rows:
        at = position.get(row[0])
        if at is None:
            continue  # its run is in the bin
        column = columns.get(row[1])
        if column is None:
            column = columns[row[1]] = [None] * size
        column[at] = decode(row)
    return dict(sorted(columns.items()))


def _param(row: Sequence[Any]) -> Any:
    return row[3] if row[2] == "f" and row[3] is not None else decode_value(row[2], row[3], row[4])


def _metric(row: Sequence[Any]) -> float:
    return decode_metric(row[2])


def _tag(row: Sequence[Any]) -> str:
    return str(row[2])
