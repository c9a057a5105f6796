"""Runs: found, read whole, renamed, noted, binned and brought back."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from nbmlops.errors import NotFoundError, StoreError, ValueRefusedError
from nbmlops.records import (
    Artifact,
    Fingerprint,
    LocalModule,
    Metric,
    Param,
    RunInfo,
    RunStatus,
    SliceCell,
    Verdict,
)
from nbmlops.records.usage import Usage
from nbmlops.store import tables
from nbmlops.store.batch import remove_run
from nbmlops.store.blobs import BlobStore
from nbmlops.store.database import Database
from nbmlops.store.documents import (
    environment_from_doc,
    git_from_doc,
    input_from_doc,
    output_from_doc,
    resources_from_doc,
    usage_from_doc,
)
from nbmlops.store.pieces import pieces
from nbmlops.store.proofs import findings_from_doc, reproduction_from_doc, slice_from_doc
from nbmlops.store.values import decode_metric, decode_value

_R, _E = tables.runs.c, tables.experiments.c


class RunRepository:
    """Reads and mends runs in the tables. What a run logs comes by its journal."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._blobs = blobs

    def info(self, run_id: str) -> RunInfo:
        """Everything about the run with this whole id."""
        found = self.infos([run_id])
        if not found:
            raise NotFoundError(f"No run {run_id} in the store {self._database.location}")
        return found[0]

    def infos(self, run_ids: Sequence[str]) -> list[RunInfo]:
        """Everything about several runs, in the order of the ids; those that don't exist are left out."""
        with self._database.reading() as connection:
            rows = _by_run(connection, run_ids, _run_rows)
            parts = {
                table.name: _grouped(connection, table, run_ids)
                for table in (tables.params, tables.metrics, tables.tags, tables.inputs, tables.artifacts)
            }
        return [self._info(rows[run_id], parts) for run_id in run_ids if run_id in rows]

    def usage(self, run_id: str) -> Usage:
        """What a run used over time; empty where it was over soon, or an older version tracked it."""
        with self._database.reading() as connection:
            doc = connection.scalar(select(_R.doc).where(_R.id == run_id))
        digest = json.loads(doc or "{}").get("usage")
        try:
            return usage_from_doc(json.loads(self._blobs.get(digest))) if digest else Usage()
        except (NotFoundError, StoreError):
            return Usage()  # the rest of the run is still worth reading

    def of_cell(self, notebook: str, cell_id: str) -> list[str]:
        """The ids of the runs of one cell, the oldest first; none that is in the bin."""
        query = (
            select(_R.id)
            .where(_R.notebook == notebook, _R.cell_id == cell_id, _R.deleted.is_(None))
            .order_by(_R.started, _R.id)
        )
        with self._database.reading() as connection:
            return list(connection.scalars(query))

    def of_name(self, experiment: str, name: str) -> list[str]:
        """The ids of the runs of one name in an experiment, the oldest first; none that is in the bin."""
        query = (
            select(_R.id)
            .join(tables.experiments, _E.id == _R.experiment_id)
            .where(_E.name == experiment, _R.name == name, _R.deleted.is_(None))
            .order_by(_R.started, _R.id)
        )
        with self._database.reading() as connection:
            return list(connection.scalars(query))

    def beginnings(self, run_ids: Sequence[str]) -> dict[str, float]:
        """When runs began, in seconds since the epoch; those that don't exist are left out."""
        with self._database.reading() as connection:
            return {
                row.id: row.started
                for part in pieces(run_ids)
                for row in connection.execute(select(_R.id, _R.started).where(_R.id.in_(part)))
            }

    def parts(self, run_id: str) -> list[str]:
        """The ids of the runs that are part of one, in the order they began; none that is in the bin."""
        query = select(_R.id).where(_R.parent_id == run_id, _R.deleted.is_(None)).order_by(_R.started, _R.id)
        with self._database.reading() as connection:
            return list(connection.scalars(query))

    def newest_of_cells(self, notebook: str) -> list[str]:
        """The ids of the newest runs of a notebook's tracked cells, one for each cell, the oldest first.

        Args:
            notebook: as the runs name it.
        """
        query = (
            select(_R.id, _R.cell_id, _R.source)
            .where(_R.notebook == notebook, _R.kind == "cell", _R.deleted.is_(None))
            .order_by(_R.started, _R.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        newest = {row.cell_id or row.source: row.id for row in rows}
        return sorted(newest.values(), key=[row.id for row in rows].index)

    def _info(self, row: Any, parts: Mapping[str, Mapping[str, list[Any]]]) -> RunInfo:
        doc = json.loads(row.doc)
        cells, modules, cwd = self._slice(doc.get("slice"))
        params = tuple(
            Param(p.key, decode_value(p.type, p.num, p.text), p.origin, p.shown)
            for p in parts["params"].get(row.id, ())
        )
        metrics = tuple(_metric_record(m) for m in parts["metrics"].get(row.id, ()))
        return RunInfo(
            id=row.id,
            name=row.name,
            experiment=row.experiment or "",
            status=RunStatus(row.status),
            started=_moment(row.started),
            ended=_moment(row.ended) if row.ended is not None else None,
            duration=row.duration,
            kind=row.kind,
            params={p.key: p.value for p in params},
            metrics={m.key: m.last for m in metrics},
            tags={t.key: t.value for t in parts["tags"].get(row.id, ())},
            inputs=tuple(input_from_doc(json.loads(i.doc)) for i in parts["inputs"].get(row.id, ())),
            artifacts=tuple(
                Artifact(a.name, a.kind, a.media_type, a.digest, a.size, a.is_dir)
                for a in parts["artifacts"].get(row.id, ())
            ),
            param_details=params,
            metric_details=metrics,
            source=row.source,
            note=row.note,
            traceback=doc.get("traceback", ""),
            error=row.error,
            notebook=row.notebook,
            cell_id=row.cell_id,
            execution_count=row.execution_count,
            parent=row.parent_id,
            identity=row.identity,
            git=git_from_doc(doc.get("git")),
            environment=self._environment(doc.get("environment"), doc.get("seeds", {})),
            resources=resources_from_doc(doc.get("resources")),
            output=output_from_doc(doc.get("output")),
            degraded=tuple(doc.get("degraded", ())),
            doubts=tuple(doc.get("doubts", ())),
            notices=tuple(doc.get("notices", ())),
            deleted=_moment(row.deleted) if row.deleted is not None else None,
            slice=cells,
            modules=tuple(replace(m, diff=doc.get("module_diffs", {}).get(m.name, "")) for m in modules),
            cwd=cwd,
            files={path: Fingerprint(*marks) for path, marks in doc.get("files", {}).items()},
            findings=findings_from_doc(doc.get("findings")),
            verdict=Verdict(row.verdict) if row.verdict else None,
            reproduction=reproduction_from_doc(doc.get("reproduction")),
        )

    def _slice(self, digest: str | None) -> tuple[tuple[SliceCell, ...], tuple[LocalModule, ...], str]:
        if digest is None:
            return (), (), ""
        try:
            return slice_from_doc(json.loads(self._blobs.get(digest)))
        except (NotFoundError, StoreError):
            return (), (), ""  # the rest of the run is still worth reading

    def _environment(self, digest: str | None, seeds: Mapping[str, str]) -> Any:
        if digest is None:
            return None
        try:
            found = environment_from_doc(json.loads(self._blobs.get(digest)))
            return replace(found, seeds=seeds) if found is not None else None
        except (NotFoundError, StoreError):
            return None  # the rest of the run is still worth reading

    def reading(self, content: str, limit: int = 20) -> list[str]:
        """The ids of the runs that read data of this content, the newest first."""
        inputs = tables.inputs.c
        query = (
            select(_R.id)
            .where(_R.id.in_(select(inputs.run_id).where(inputs.content == content)), _R.deleted.is_(None))
            .order_by(_R.started.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return list(connection.scalars(query))

    def rename(self, run_id: str, name: str) -> None:
        """Gives the run another name."""
        if not name.strip():
            raise ValueRefusedError("A run's name can't be empty")
        self._update([run_id], name=name)

    def add_note(self, run_id: str, text: str) -> None:
        """Adds a paragraph to the run's note."""
        with self._database.transaction() as connection:
            old = connection.scalar(select(_R.note).where(_R.id == run_id)) or ""
            new = f"{old}\n{text}".strip()
            connection.execute(update(tables.runs).where(_R.id == run_id).values(note=new))

    def set_tags(self, run_id: str, tags: Mapping[str, str | None]) -> None:
        """Sets tags; a value of None removes the tag."""
        with self._database.transaction() as connection:
            gone = [key for key, value in tags.items() if value is None]
            table = tables.tags
            connection.execute(delete(table).where(table.c.run_id == run_id, table.c.key.in_(gone)))
            rows = [{"run_id": run_id, "key": k, "value": v} for k, v in tags.items() if v is not None]
            self._database.upsert(connection, table, rows)

    def drop_keys(self, run_id: str, keys: Sequence[str]) -> list[str]:
        """Removes parameters and metrics by key; the ones that were there."""
        dropped: list[str] = []
        with self._database.transaction() as connection:
            for table in (tables.params, tables.metrics, tables.metric_chunks):
                match = (table.c.run_id == run_id) & table.c.key.in_(keys)
                dropped += connection.scalars(select(table.c.key).where(match))
                connection.execute(delete(table).where(match))
        return sorted(set(dropped))

    def bin(self, run_ids: Sequence[str]) -> None:
        """Moves runs to the bin, from which `restore` brings them back."""
        self._update(run_ids, deleted=time.time())

    def restore(self, run_ids: Sequence[str]) -> None:
        """Brings runs back from the bin."""
        self._update(run_ids, deleted=None)

    def purge(self, run_ids: Sequence[str]) -> None:
        """Deletes runs for good."""
        with self._database.transaction() as connection:
            for run_id in run_ids:
                remove_run(connection, run_id)

    def _update(self, run_ids: Sequence[str], **values: Any) -> None:
        with self._database.transaction() as connection:
            for part in pieces(run_ids):
                connection.execute(update(tables.runs).where(_R.id.in_(part)).values(**values))


def _by_run(connection: Connection, run_ids: Sequence[str], rows: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in pieces(run_ids):
        found.update({row.id: row for row in rows(connection, part)})
    return found


def _run_rows(connection: Connection, run_ids: Sequence[str]) -> Any:
    return connection.execute(
        select(tables.runs, _E.name.label("experiment"))
        .outerjoin(tables.experiments, _E.id == _R.experiment_id)
        .where(_R.id.in_(run_ids))
    )


def _grouped(connection: Connection, table: Any, run_ids: Sequence[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    order = table.c.number if "number" in table.c else table.c.key if "key" in table.c else table.c.name
    for part in pieces(run_ids):
        query = select(table).where(table.c.run_id.in_(part)).order_by(order)
        for row in connection.execute(query):
            found.setdefault(row.run_id, []).append(row)
    return found


def _metric_record(row: Any) -> Metric:
    return Metric(
        key=row.key,
        last=decode_metric(row.last),
        min=decode_metric(row.min),
        max=decode_metric(row.max),
        count=row.points,
        last_step=row.last_step,
        direction=row.direction,
        origin=row.origin,
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
