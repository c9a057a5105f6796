"""Which runs: found by id, selected by the `where` language, laid out as columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, asc, case, desc, func, select

from nbmlops.errors import ValueRefusedError
from nbmlops.records import RunStatus, Verdict
from nbmlops.records.where import parse_where
from nbmlops.records.where_tree import Field
from nbmlops.store import tables
from nbmlops.store.database import Database
from nbmlops.store.known_keys import check_keys, has_key, near_fields, unknown_order
from nbmlops.store.pieces import pieces
from nbmlops.store.proofs import findings_from_doc
from nbmlops.store.run_ids import FoundRuns, ambiguous, find_runs, not_found
from nbmlops.store.values import decode_metric, decode_value
from nbmlops.store.where import to_clause

_R, _E = tables.runs.c, tables.experiments.c
_FETCHED = 500  # rows at a time


@dataclass(frozen=True, slots=True)
class RunQuery:
    """Which runs, in which order.

    Attributes:
        experiment: only those of this experiment.
        where: an expression of the `where` language.
        order_by: a field of it, "-" before it for descending; newest first when empty.
        limit: at most so many.
        deleted: those in the bin instead of the others.
        ids: only those of these ids.
        defaults: with the parameters that nobody chose in any of them (estimators' defaults).
    """

    experiment: str | None = None
    where: str | None = None
    order_by: str | None = None
    limit: int | None = None
    deleted: bool = False
    ids: Sequence[str] | None = None
    defaults: bool = False


@dataclass(frozen=True, slots=True)
class RunTable:
    """Runs as columns, for a DataFrame: each of `columns` has as many values as there are runs.

    `columns["verdict"]` holds a `Verdict` or None, `columns["findings"]` a tuple of `Finding` for each run.
    """

    columns: Mapping[str, Sequence[Any]]
    params: Mapping[str, Sequence[Any]]
    metrics: Mapping[str, Sequence[Any]]
    tags: Mapping[str, Sequence[Any]]


class RunFinder:
    """Finds runs in the tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def resolve(self, wanted: str, *, deleted: bool = False) -> str:
        """The id of the one run that `wanted` stands for: a whole id, else a name, else the beginning of an id.

        Raises:
            NotFoundError: no run fits.
            AmbiguousIdError: several do.
        """
        return self._find(wanted, deleted=deleted, takes_newest=False).id

    def find(self, wanted: str, *, deleted: bool = False) -> FoundRuns:
        """As `resolve`, to read only: of several runs that share a name it takes the newest.

        Raises:
            NotFoundError: no run fits.
            AmbiguousIdError: it is the beginning of several ids.
        """
        return self._find(wanted, deleted=deleted, takes_newest=True)

    def _find(self, wanted: str, *, deleted: bool, takes_newest: bool) -> FoundRuns:
        wanted = str(wanted).strip()
        with self._database.reading() as connection:
            found = find_runs(connection, wanted, deleted=deleted)
            if found.count > 1 and not (found.by_name and takes_newest):
                raise ambiguous(connection, found)
            if not found.count:
                raise not_found(connection, wanted, self._database.location, deleted=deleted)
        return found

    def with_model(self, name: str) -> str | None:
        """The id of the newest run that kept a model of this name, None where none did."""
        kept = tables.artifacts.c
        query = (
            select(_R.id)
            .join(tables.artifacts, kept.run_id == _R.id)
            .where(kept.name == name, kept.kind == "model", _R.deleted.is_(None))
            .order_by(desc(_R.started))
            .limit(1)
        )
        with self._database.reading() as connection:
            found: str | None = connection.scalar(query)
        return found

    def table(self, query: RunQuery) -> RunTable:
        """The runs of a query with their parameters, metrics and tags.

        A parameter that is an estimator's default in all of them is left out, unless `defaults` asks for it.

        Raises:
            WhereError: `where` can't be read, or names a key that only its spelling keeps from being found.
            ValueRefusedError: there is nothing like `order_by`.
        """
        with self._database.reading() as connection:
            rows = _chosen(connection, query)
            pivot = _Pivot(connection, [row.id for row in rows], takes_all=_is_unfiltered(query))
            return RunTable(
                columns=_columns(rows),
                params=pivot.params(defaults=query.defaults),
                metrics=pivot.columns(tables.metrics, ("last",), _metric),
                tags=pivot.columns(tables.tags, ("value",), _tag),
            )

    def ids(self, query: RunQuery) -> list[str]:
        """The ids of the runs of a query, in its order."""
        with self._database.reading() as connection:
            return [row.id for row in _chosen(connection, query)]

    def best(self, experiment: str, metric: str, direction: str, *, without: str = "") -> float | None:
        """The best last value of a metric among the experiment's finished runs that nothing makes suspect,
        None where there is none.
        """
        value = (func.max if direction == "max" else func.min)(tables.metrics.c.last)
        with self._database.reading() as connection:
            found: float | None = connection.scalar(
                select(value).select_from(_ranked()).where(*_rankable(experiment, metric, without))
            )
        return found

    def best_run(self, experiment: str, metric: str, direction: str, *, without: str = "") -> str | None:
        """The id of the run that has that value, of several the first."""
        value = tables.metrics.c.last
        query = (
            select(_R.id)
            .select_from(_ranked())
            .where(*_rankable(experiment, metric, without), value.is_not(None))
            .order_by(desc(value) if direction == "max" else value, _R.started, _R.id)
            .limit(1)
        )
        with self._database.reading() as connection:
            found: str | None = connection.scalar(query)
        return found


def _ranked() -> Any:
    """Metrics with their runs and experiments."""
    joined = tables.metrics.join(tables.runs, _R.id == tables.metrics.c.run_id)
    return joined.join(tables.experiments, _E.id == _R.experiment_id)


def _rankable(experiment: str, metric: str, without: str) -> list[ColumnElement[bool]]:
    return [
        _E.name == experiment,
        tables.metrics.c.key == metric,
        _R.status == RunStatus.FINISHED,
        _R.deleted.is_(None),
        _R.id != without,
        _R.suspect.is_(False),
    ]


def _chosen(connection: Connection, query: RunQuery) -> Sequence[Any]:
    """The rows of a query's runs."""
    node = parse_where(query.where) if query.where else None
    ordered = _read_order(connection, query.order_by) if query.order_by else None
    if node is not None and query.where:
        check_keys(connection, node, query.where)
    chosen = _in_scope(query).order_by(*_ordering(query.order_by, ordered), desc(_R.started), _R.id)
    if node is not None:
        chosen = chosen.where(to_clause(node, tables))
    rows = connection.execute(chosen.limit(query.limit) if query.limit is not None else chosen).all()
    if rows and ordered is not None and not has_key(connection, ordered):
        raise unknown_order(connection, ordered)
    return rows


def _in_scope(query: RunQuery) -> Select[Any]:
    """The runs of the experiment, or those with the ids, or those in the bin."""
    chosen = (
        select(
            _R.id, _R.name, _E.name.label("experiment"), _R.status, _R.started, _R.duration,
            _R.kind, _R.note, _R.identity, _R.error, _R.verdict,
            case((_R.findings != "", _R.doc), else_="{}").label("findings"),  # long, and rarely needed
        )
        .outerjoin(tables.experiments, _E.id == _R.experiment_id)
        .where(_R.deleted.is_not(None) if query.deleted else _R.deleted.is_(None))
    )  # fmt: skip
    if query.experiment is not None:
        chosen = chosen.where(_E.name == query.experiment)
    if query.ids is not None:
        chosen = chosen.where(_R.id.in_(query.ids))
    return chosen


def _is_unfiltered(query: RunQuery) -> bool:
    return query == RunQuery(order_by=query.order_by, defaults=query.defaults)


_ORDERED_COLUMNS: dict[str, ColumnElement[Any]] = {
    **{name: _R[name] for name in ("id", "name", "status", "started", "duration", "kind")},
    "experiment": _E.name,
    "verdict": func.nullif(_R.verdict, ""),
}
_ORDERED_TABLES: dict[str, tuple[Table, Sequence[str]]] = {
    "metrics": (tables.metrics, ["last"]),
    "params": (tables.params, ["num", "text"]),  # numbers stand before texts
    "tags": (tables.tags, ["value"]),
}


def _read_order(connection: Connection, order_by: str) -> Field:
    """The field of an `order_by`, without the "-" before it."""
    name = order_by.removeprefix("-").strip()
    if name in _ORDERED_COLUMNS:
        return Field("run", name)
    group, _, key = name.partition(".")
    key = key.strip("\"'`")
    if group in _ORDERED_TABLES and key:
        return Field(group, key)  # type: ignore[arg-type]  # the table knows them
    near = near_fields(connection, Field("run", name))
    meant = f"Did you mean {' or '.join(map(str, near))}? " if near else ""
    raise ValueRefusedError(
        f"Runs can't be ordered by {name!r}. {meant}It may be one of {', '.join(_ORDERED_COLUMNS)}, "
        "or metrics.KEY, params.KEY, tags.KEY; a '-' before it turns the order round"
    )


def _ordering(order_by: str | None, field: Field | None) -> list[ColumnElement[Any]]:
    """Runs without the key come last either way, and before them those whose metrics can't be believed."""
    if not order_by or field is None:
        return []
    way = desc if order_by.startswith("-") else asc
    doubts = [_R.suspect] if field.place == "metrics" else []
    return [part for column in _ordered_columns(field) for part in (column.is_(None), *doubts, way(column))]


def _ordered_columns(field: Field) -> list[ColumnElement[Any]]:
    if field.place == "run":
        return [_ORDERED_COLUMNS[field.key]]
    table, labels = _ORDERED_TABLES[field.place]
    here = (table.c.run_id == _R.id, table.c.key == field.key)
    return [select(table.c[label]).where(*here).scalar_subquery() for label in labels]


def _columns(rows: Sequence[Any]) -> dict[str, Sequence[Any]]:
    names = (
        "id", "name", "experiment", "status", "started", "duration", "kind", "note", "identity", "error", "verdict",
        "findings",
    )  # fmt: skip
    columns: dict[str, Sequence[Any]] = dict(
        zip(names, zip(*rows, strict=True) if rows else [()] * len(names), strict=True)
    )
    columns["verdict"] = [Verdict(found) if found else None for found in columns["verdict"]]
    columns["findings"] = [findings_from_doc(json.loads(doc).get("findings")) for doc in columns["findings"]]
    return columns


class _Pivot:
    """Makes columns, with a value for each of some runs, of tables that have a row for each key of a run.

    Args:
        connection: to the tables.
        run_ids: the runs, in order.
        takes_all: they are all that are not in the bin, so that the tables are read through at once.
    """

    def __init__(self, connection: Connection, run_ids: Sequence[str], *, takes_all: bool) -> None:
        self._connection = connection
        self._run_ids = run_ids
        self._takes_all = takes_all
        self._position = {run_id: at for at, run_id in enumerate(run_ids)}

    def columns(
        self, table: Table, names: Sequence[str], decode: Callable[[Sequence[Any]], Any]
    ) -> dict[str, list[Any]]:
        """Every key of the runs, in order."""
        columns: dict[str, list[Any]] = {}
        self._fill(columns, self._rows(_wide(table, names)), decode)
        return dict(sorted(columns.items()))

    def params(self, *, defaults: bool) -> dict[str, list[Any]]:
        """The parameters: those that somebody chose in one of the runs, or all."""
        table, names = tables.params, ("type", "num", "text")
        if defaults:
            return self.columns(table, names, _param)
        columns: dict[str, list[Any]] = {}
        self._fill(columns, self._rows(_wide(table, names).where(table.c.shown.is_(True))), _param)
        for some in pieces(list(columns)):
            # Joined to "" so that SQLite doesn't go by the index of keys, which takes ten times as long.
            opened = _wide(table, names).where(table.c.shown.is_(False), (table.c.key + "").in_(some))
            self._fill(columns, self._rows(opened), _param)
        return dict(sorted(columns.items()))

    def _rows(self, query: Select[Any]) -> Iterator[Sequence[Any]]:
        """Rows `(run id, key, values...)` as the driver gives them: texts and floats need no conversion, and
        SQLAlchemy's rows take as long again.
        """
        run_id = query.selected_columns[0]
        parts = [query] if self._takes_all else [query.where(run_id.in_(p)) for p in pieces(self._run_ids)]
        for part in parts:
            cursor = self._connection.execute(part).cursor
            while rows := cursor.fetchmany(_FETCHED):
                yield from rows

    def _fill(
        self,
        columns: dict[str, list[Any]],
        rows: Iterable[Sequence[Any]],
        decode: Callable[[Sequence[Any]], Any],
    ) -> None:
        position, size = self._position, len(self._position)
        for row in rows:
            at = position.get(row[0])
            if at is None:
                continue  # its run is in the bin
            column = columns.get(row[1])
            if column is None:
                column = columns[row[1]] = [None] * size
            column[at] = decode(row)


def _wide(table: Table, names: Sequence[str]) -> Select[Any]:
    return select(table.c.run_id, table.c.key, *(table.c[name] for name in names))


def _param(row: Sequence[Any]) -> Any:
    return row[3] if row[2] == "f" and row[3] is not None else decode_value(row[2], row[3], row[4])


def _metric(row: Sequence[Any]) -> float:
    return decode_metric(row[2])


def _tag(row: Sequence[Any]) -> str:
    return str(row[2])
