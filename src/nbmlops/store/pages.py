"""Runs a page at a time: found and ordered in SQL, read only as far as they are shown."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import Any

from sqlalchemy import ColumnElement, Connection, Exists, Select, asc, desc, func, or_, select
from sqlalchemy.sql.visitors import replacement_traverse

from nbmlops.errors import ValueRefusedError
from nbmlops.records import Finding, RunStatus
from nbmlops.records.where import parse_where
from nbmlops.store import tables
from nbmlops.store.database import Database
from nbmlops.store.key_summaries import KeySummary, short_content, summarise
from nbmlops.store.known_keys import check_keys
from nbmlops.store.proofs import findings_from_doc
from nbmlops.store.revision import Revision
from nbmlops.store.values import decode_metric, decode_value
from nbmlops.store.where import to_clause

_R, _E = tables.runs.c, tables.experiments.c
_M, _P, _T, _I = tables.metrics.c, tables.params.c, tables.tags.c, tables.inputs.c
_ORDERED: dict[str, ColumnElement[Any]] = {
    **{name: _R[name] for name in ("started", "name", "status", "duration", "kind", "notebook")},
    "experiment": _E.name,
    "verdict": func.nullif(_R.verdict, ""),
}
_ORDERED_TABLES = {
    "metrics": (tables.metrics, ("last",)),
    "params": (tables.params, ("num", "text")),  # numbers stand before texts
    "tags": (tables.tags, ("value",)),
}
_FLOAT_MAX = sys.float_info.max
_FEW = 500  # what each of so many runs has is read sooner than all that an index holds of one key
_LOOKED_UP = 2_000  # runs of which a condition is asked one by one; beyond, it is asked which runs fulfil it
_FIRST_LOOK = 200


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs; what is empty or None restricts nothing.

    Attributes:
        notebook: the path, as it was recorded, of the notebook that made them.
        cells: with `notebook`: or that cells of these ids made in a notebook of one of the paths `moved`, or in
            one that nobody knew the path of.
        words: all are to be found, in any case, in what names or describes a run.
        deleted: those in the bin instead of the others.
    """

    experiment: str | None = None
    notebook: str | None = None
    cells: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    cell: str | None = None
    ids: tuple[str, ...] | None = None
    where: str = ""
    words: tuple[str, ...] = ()
    deleted: bool = False

    @property
    def scope(self) -> RunFilter:
        """The same without what somebody types."""
        return replace(self, where="", words=())


@dataclass(frozen=True, slots=True)
class RunContext:
    """Where a run ran: the digest of its environment, the state of its working tree, its machine."""

    environment: str
    git: Mapping[str, Any]
    host: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as a table shows it; `started` in seconds since the epoch.

    Attributes:
        data: by the name of an input, its fingerprint in short.
        environment: the digest of the blob that tells of it, empty where there is none.
        git: commit and branch, as they were kept.
        host: the machine on which it ran, as far as it is known.
    """

    id: str
    name: str
    experiment: str
    status: str
    started: float
    duration: float | None
    kind: str
    parent: str | None
    notebook: str | None
    cell_id: str | None
    execution_count: int | None
    note: str
    error: str
    identity: str
    doubts: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()
    verdict: str = ""
    findings: tuple[Finding, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    environment: str = ""
    git: Mapping[str, Any] = field(default_factory=dict)
    host: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The runs that a filter found.

    Attributes:
        ids: in order.
        groups: of each, the number of its experiment.
        unfit: the ids of those that can't be the best, unfinished or suspect. There may be others among them.
        twins: of each, what it shares with the runs identical to it; None where nobody knows.
    """

    ids: Sequence[str]
    groups: Sequence[int]
    unfit: frozenset[str]
    twins: Sequence[Hashable]

    @property
    def experiments(self) -> int:
        """How many experiments they are of."""
        return len(set(self.groups))

    def only(self, kept: Collection[str]) -> Found:
        """Those with these ids, in their order."""
        chosen = [run_id in kept for run_id in self.ids]
        ids, groups = list(compress(self.ids, chosen)), list(compress(self.groups, chosen))
        return Found(ids, groups, self.unfit, list(compress(self.twins, chosen)))


class PageReader:
    """Reads what tables of runs show.

    Threads may share one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._revision = Revision(database)

    def revision(self) -> str:
        """A text that changes whenever anything in the tables did.

        Raises:
            StoreError: the tables can't be reached.
        """
        return self._revision.read()

    def running(self) -> int:
        """How many runs are under way."""
        query = select(func.count()).where(_R.status == RunStatus.RUNNING, _R.deleted.is_(None))
        with self._database.reading() as connection:
            return connection.scalar(query) or 0

    def find(self, wanted: RunFilter, order_by: str = "started", *, descending: bool = True) -> Found:
        """All runs that are wanted, in order; those without what they are ordered by come last, and before them,
        in the order of a metric, those whose metrics can't be believed.

        Raises:
            WhereError: `where` can't be read.
            ValueRefusedError: nothing can be ordered by this.
        """
        fit = (_R.status == RunStatus.FINISHED) & _R.suspect.is_(False)
        with self._database.reading() as connection:
            chosen = self._select(
                connection,
                wanted,
                _R.id,
                _R.experiment_id,
                fit,
                _R.identity,
                _R.status,
                _R.suspect,
                _R.findings,
            )
            query = _ordered(chosen, order_by, descending=descending)
            rows = connection.execute(query).cursor.fetchall()
        unfit = frozenset(row[0] for row in rows if not row[2])
        # As the static comparison does: a run that failed, or is not to be trusted, stands on its own.
        twins = [(row[1], *row[3:]) if row[3] else None for row in rows]
        return Found([row[0] for row in rows], [row[1] for row in rows], unfit, twins)

    def narrow(self, found: Found, wanted: RunFilter) -> Found:
        """Those that are wanted, in their order, of the runs that were found in the scope of `wanted`.

        Raises:
            WhereError: `where` can't be read.
        """
        many = len(found.ids) > _LOOKED_UP
        with self._database.reading() as connection:
            query = select(_R.id) if many else self._select(connection, wanted.scope, _R.id)
            query = self._condition(connection, query, wanted, listed=many)
            kept = {row[0] for row in connection.execute(query).cursor.fetchall()}
        return found.only(kept)

    def notebooks(self, cells: Sequence[str]) -> list[str]:
        """The paths of all notebooks in which cells of these ids made runs."""
        query = select(_R.notebook).where(_R.cell_id.in_(cells), _R.notebook.is_not(None)).distinct()
        with self._database.reading() as connection:
            return sorted(connection.scalars(query))

    def best(self, found: Found, directions: Mapping[str, str]) -> dict[str, float]:
        """By metric, the best finite last value among those runs that finished and that nothing makes suspect.

        Args:
            found: the runs.
            directions: by metric, `max` or `min`.
        """
        if not directions:
            return {}
        fit = set(found.ids) - found.unfit
        with self._database.reading() as connection:
            if len(fit) <= _FEW:
                return _best_of_few(connection, fit, directions)
            looked_up = {key: _best_of_many(connection, fit, key, way) for key, way in directions.items()}
        return {key: best for key, best in looked_up.items() if best is not None}

    def _select(self, connection: Connection, wanted: RunFilter, *columns: Any) -> Select[Any]:
        query = select(*columns).select_from(tables.runs).where(_in_bin(wanted.deleted), *_scope(wanted))
        return self._condition(connection, query, wanted, listed=False)

    def _condition(
        self, connection: Connection, query: Select[Any], wanted: RunFilter, *, listed: bool
    ) -> Select[Any]:
        if wanted.where:
            node = parse_where(wanted.where)
            check_keys(connection, node, wanted.where)
            clause = to_clause(node, tables)
            query = query.where(_listed(clause) if listed else clause)
        return query.where(*(_has_word(word, sqlite=self._database.is_sqlite) for word in wanted.words))

    def rows(self, ids: Sequence[str], *, deleted: bool = False) -> list[RunRow]:
        """The runs with these ids, in their order; those that are gone are left out.

        Args:
            ids: whole ids.
            deleted: whether they are in the bin.
        """
        with self._database.reading() as connection:
            runs = {row.id: row for row in connection.execute(_runs_query(ids, deleted=deleted))}
            metrics = _by_run(connection, select(_M.run_id, _M.key, _M.last).where(_M.run_id.in_(ids)))
            params = _by_run(
                connection, select(_P.run_id, _P.key, _P.type, _P.num, _P.text).where(_P.run_id.in_(ids))
            )
            tags = _by_run(connection, select(_T.run_id, _T.key, _T.value).where(_T.run_id.in_(ids)))
            data = _by_run(connection, select(_I.run_id, _I.name, _I.content).where(_I.run_id.in_(ids)))
        return [
            _row(
                runs[run_id],
                params={row[1]: decode_value(row[2], row[3], row[4]) for row in params.get(run_id, ())},
                metrics={row[1]: decode_metric(row[2]) for row in metrics.get(run_id, ())},
                tags={row[1]: row[2] for row in tags.get(run_id, ())},
                data={row[1]: short_content(row[2]) for row in data.get(run_id, ()) if row[2]},
            )
            for run_id in ids
            if run_id in runs
        ]

    def verdicts(self, ids: Sequence[str]) -> dict[str, str]:
        """What checks of these runs found; those that nobody checked are left out."""
        query = select(_R.id, _R.verdict).where(_R.id.in_(ids), _R.verdict != "")
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query).cursor.fetchall()}

    def contexts(self, ids: Sequence[str]) -> list[RunContext]:
        """Where these runs ran, in any order."""
        query = _with_host(select(_R.id, _R.doc, tables.journals.c.host)).where(_R.id.in_(ids))
        with self._database.reading() as connection:
            rows = connection.execute(query).cursor.fetchall()
        return [_context(json.loads(doc), host) for _, doc, host in rows]

    def summaries(self, ids: Sequence[str]) -> list[KeySummary]:
        """What every key is among these runs: metrics, parameters, tags, data, the most frequent first."""
        with self._database.reading() as connection:
            return summarise(connection, ids)


def _in_bin(deleted: bool) -> ColumnElement[bool]:
    return _R.deleted.is_not(None) if deleted else _R.deleted.is_(None)


def _scope(wanted: RunFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.experiment is not None:
        found.append(_R.experiment_id.in_(select(_E.id).where(_E.name == wanted.experiment)))
    if wanted.notebook is not None:
        moved = _R.cell_id.in_(wanted.cells) & or_(_R.notebook.in_(wanted.moved), _R.notebook.is_(None))
        found.append(or_(_R.notebook == wanted.notebook, moved))
    if wanted.cell is not None:
        found.append(_R.cell_id == wanted.cell)
    if wanted.ids is not None:
        found.append(_R.id.in_(wanted.ids))
    return found


def _has_word(word: str, *, sqlite: bool) -> ColumnElement[bool]:
    """Whether a run is named or described by a word. SQLite's LIKE folds the case of ASCII letters by itself."""
    pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"

    def like(column: ColumnElement[Any]) -> ColumnElement[bool]:
        return (column.like if sqlite else column.ilike)(pattern, escape="\\")

    return or_(
        like(_R.name),
        _R.id.startswith(word.lower(), autoescape=True),
        like(_R.note),
        like(_R.status),
        like(_R.verdict),
        like(_R.findings),
        _R.experiment_id.in_(select(_E.id).where(like(_E.name))),
        _R.id.in_(select(_T.run_id).where(or_(like(_T.key), like(_T.value)))),
        _R.id.in_(select(_P.run_id).where(_P.type == "s", like(_P.text))),
    )


def _listed(clause: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same condition, where each EXISTS that looks a key of the run up has become a list of the runs for
    which it holds. SQLite reads that from an index in one go; 10,000 look-ups take it ten times as long.
    """

    def as_list(element: Any, **_: Any) -> ColumnElement[bool] | None:
        if not isinstance(element, Exists):
            return None
        rows: Any = element.element
        join, *conditions = rows.element.whereclause.clauses
        return _R.id.in_(select(join.left).where(*conditions)) if join.right is _R.id else None

    replaced: ColumnElement[bool] = replacement_traverse(clause, {}, as_list)
    return replaced


def _best_of_few(
    connection: Connection, ids: Collection[str], directions: Mapping[str, str]
) -> dict[str, float]:
    query = (
        select(_M.key, func.min(_M.last), func.max(_M.last))
        .where(_M.run_id.in_(ids), _M.last.between(-_FLOAT_MAX, _FLOAT_MAX))
        .group_by(_M.key)
    )
    return {
        key: high if directions[key] == "max" else low
        for key, low, high in connection.execute(query)
        if key in directions
    }


def _best_of_many(connection: Connection, ids: Collection[str], key: str, direction: str) -> float | None:
    """From the best of all down, which the index has in order, to the first that is of one of these runs."""
    query = (
        select(_M.run_id, _M.last)
        .where(_M.key == key, _M.last.between(-_FLOAT_MAX, _FLOAT_MAX))
        .order_by((desc if direction == "max" else asc)(_M.last))
    )
    for part in (query.limit(_FIRST_LOOK), query):
        rows = connection.execute(part).cursor.fetchall()
        if (best := next((row[1] for row in rows if row[0] in ids), None)) is not None:
            return float(best)
    return None


def _ordered(query: Select[Any], order_by: str, *, descending: bool) -> Select[Any]:
    way = desc if descending else asc
    group, _, key = order_by.partition(".")
    if order_by == "experiment":
        query = query.outerjoin(tables.experiments, _E.id == _R.experiment_id)
    if order_by in _ORDERED:
        columns = [_ORDERED[order_by]]
    elif group in _ORDERED_TABLES and key:
        table, labels = _ORDERED_TABLES[group]
        query = query.outerjoin(table, (table.c.run_id == _R.id) & (table.c.key == key))
        columns = [table.c[label] for label in labels]
    else:
        raise ValueRefusedError(
            f"Runs can't be ordered by {order_by!r}: give one of {', '.join(_ORDERED)}, or metrics.KEY, "
            "params.KEY, tags.KEY"
        )
    # A suspect value is no better than a missing one, which comes last either way.
    doubts = [_R.suspect] if group == "metrics" else []
    parts = [part for column in columns for part in (column.is_(None), *doubts, way(column))]
    if order_by == "started":  # it always is there, and so its index serves
        parts = [way(_R.started)]
    return query.order_by(*parts, desc(_R.started), _R.id)


def _runs_query(ids: Sequence[str], *, deleted: bool) -> Select[Any]:
    columns = (
        _R.id, _R.name, _E.name.label("experiment"), _R.status, _R.started, _R.duration, _R.kind, _R.parent_id,
        _R.notebook, _R.cell_id, _R.execution_count, _R.note, _R.error, _R.identity, _R.verdict, _R.doc,
        tables.journals.c.host,
    )  # fmt: skip
    query = _with_host(select(*columns)).outerjoin(tables.experiments, _E.id == _R.experiment_id)
    return query.where(_R.id.in_(ids), _in_bin(deleted))


def _with_host(query: Select[Any]) -> Select[Any]:
    journals = tables.journals
    return query.select_from(tables.runs).outerjoin(journals, journals.c.id == _R.journal_id)


def _context(doc: Mapping[str, Any], host: str | None) -> RunContext:
    return RunContext(doc.get("environment") or "", doc.get("git") or {}, host or "")


def _by_run(connection: Connection, query: Select[Any]) -> dict[str, list[Sequence[Any]]]:
    found: dict[str, list[Sequence[Any]]] = {}
    for row in connection.execute(query).cursor.fetchall():
        found.setdefault(row[0], []).append(row)
    return found


def _row(row: Any, **groups: Mapping[str, Any]) -> RunRow:
    doc = json.loads(row.doc)
    context = _context(doc, row.host)
    return RunRow(
        id=row.id,
        name=row.name,
        experiment=row.experiment or "",
        status=row.status,
        started=row.started,
        duration=row.duration,
        kind=row.kind,
        parent=row.parent_id,
        notebook=row.notebook,
        cell_id=row.cell_id,
        execution_count=row.execution_count,
        note=row.note,
        error=row.error,
        identity=row.identity,
        doubts=tuple(doc.get("doubts", ())),
        degraded=tuple(doc.get("degraded", ())),
        verdict=row.verdict,
        findings=findings_from_doc(doc.get("findings")),
        environment=context.environment,
        git=context.git,
        host=context.host,
        **groups,
    )
