"""What a stretch of journal says, gathered so that each table is written once."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Connection, delete, insert, select, update

from nbmlops.records import RunStatus
from nbmlops.store import chunks, frames, tables
from nbmlops.store.database import Database
from nbmlops.store.pieces import pieces
from nbmlops.store.scan import PointBlock
from nbmlops.store.series import PendingPoints, SeriesWriter
from nbmlops.store.values import encode_value, short_key

_START_COLUMNS = ("name", "kind", "started", "parent_id", "notebook", "cell_id", "execution_count", "source")
_END_COLUMNS = ("status", "ended", "duration", "error")


@dataclass
class _RunDraft:
    """The changes to one run: `columns` and `doc` replace, `lists` append."""

    columns: dict[str, Any] = field(default_factory=dict)
    doc: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    experiment: str | None = None


class Batch:
    """Collects frames, then writes them in the caller's transaction.

    Args:
        journal_id: whose frames they are.
        keys: series number to (run id, key); grows with the KEY frames that are added.
        discarded: runs of the journal that leave no trace, whatever still comes about them; grows.
        ended: runs that name no more metrics; changes with what is added.
    """

    def __init__(
        self,
        journal_id: str,
        keys: dict[int, tuple[str, str]],
        discarded: set[str],
        *,
        ended: set[str] | None = None,
    ) -> None:
        self._journal_id = journal_id
        self._keys = keys
        self._all_discarded = discarded
        self._ended = set() if ended is None else ended
        self._runs: dict[str, _RunDraft] = defaultdict(_RunDraft)
        self._rows: dict[Any, dict[tuple[Any, ...], dict[str, Any]]] = defaultdict(dict)
        self._inputs: dict[str, list[dict[str, Any]]] = {}
        self._points = PendingPoints()
        self._blocks: list[PointBlock] = []
        self._journal: dict[str, Any] = {}
        self._losses: list[str] = []
        self._mentioned: set[str] = set()

    def add(self, item: bytes | PointBlock) -> None:
        """Takes a frame's payload or a block of points in; what is unknown is passed over."""
        if isinstance(item, PointBlock):
            self._blocks.append(item)
            return
        match frames.unpack(item):
            case frames.Chunk(series, data):
                self._gather_blocks()  # points of one metric keep their order
                self._points.add_many(self._keys.get(series), chunks.unpack(data))
            case frames.Key(series, run_id, key):
                self._keys[series] = (run_id, short_key(key))
                self._ended.discard(run_id)
            case frames.Doc(fields):
                if handler := self._HANDLERS.get(fields["op"]):
                    handler(self, fields)

    def note_damage(self, size: int) -> None:
        """Marks the runs of the journal that are going on: some of its bytes were lost."""
        self._losses.append(
            f"{size} bytes of the journal were passed over: a write was cut off, by a full disk or a crash. "
            "What could be written again is there."
        )

    def note_loss(self, run_id: str, sentence: str) -> None:
        """Marks one run."""
        self._runs[run_id].lists["degraded"].append(sentence)

    def write(self, connection: Connection, database: Database) -> None:
        """Writes everything gathered."""
        self._gather_blocks()
        self._write_losses(connection)
        self._write_journal(connection)
        self._write_runs(connection)
        for table, rows in self._rows.items():
            database.upsert(connection, table, list(rows.values()))
        self._write_inputs(connection)
        SeriesWriter(connection, database).write(self._points)
        if self._all_discarded:
            for run_id in self._all_discarded & self._touched():
                remove_run(connection, run_id)

    def _gather_blocks(self) -> None:
        if self._blocks:
            self._points.add_block(PointBlock.joined(self._blocks), self._keys)
            self._blocks.clear()

    def _touched(self) -> set[str]:
        """The runs that this batch is about."""
        in_rows = {key[0] for rows in self._rows.values() for key in rows}
        return {
            *self._mentioned,
            *self._runs,
            *self._inputs,
            *in_rows,
            *(run_id for run_id, _ in self._points.by_metric),
        }

    def _write_losses(self, connection: Connection) -> None:
        """Marks the runs that went on when something was lost."""
        if not self._losses:
            return
        table = tables.runs
        going_on = connection.scalars(
            select(table.c.id).where(
                table.c.journal_id == self._journal_id, table.c.status == RunStatus.RUNNING
            )
        )
        for run_id in {*going_on, *self._touched()}:
            self._runs[run_id].lists["degraded"] += self._losses

    # What each op of a DOC frame does.

    def _on_open(self, fields: Mapping[str, Any]) -> None:
        self._journal = {"host": fields["host"], "pid": fields["pid"], "opened": fields["time"]}

    def _on_start(self, fields: Mapping[str, Any]) -> None:
        draft = self._runs[fields["run"]]
        draft.experiment = fields["experiment"]
        draft.columns.update({name: fields[name] for name in _START_COLUMNS if name in fields})
        draft.columns.setdefault("status", RunStatus.RUNNING)
        draft.columns["journal_id"] = self._journal_id

    def _on_end(self, fields: Mapping[str, Any]) -> None:
        self._runs[fields["run"]].columns.update(
            {name: fields[name] for name in _END_COLUMNS if name in fields}
        )
        self._ended.add(fields["run"])

    def _on_context(self, fields: Mapping[str, Any]) -> None:
        columns = fields.get("columns", {})
        if unknown := set(columns) - set(tables.runs.columns.keys()):
            raise KeyError(f"runs have no columns {sorted(unknown)}")  # an insert would pass over them
        draft = self._runs[fields["run"]]
        draft.columns.update(columns)
        draft.doc.update(fields.get("doc", {}))
        for name, items in fields.get("append", {}).items():
            draft.lists[name] += items

    def _on_params(self, fields: Mapping[str, Any]) -> None:
        for key, value, origin, shown in fields["items"]:
            kind, num, text = encode_value(value)
            self._row(
                tables.params, fields["run"], key,
                type=kind, num=num, text=text, origin=origin, shown=shown,
            )  # fmt: skip

    def _on_tags(self, fields: Mapping[str, Any]) -> None:
        for key, value in fields["items"].items():
            self._row(tables.tags, fields["run"], key, value=value)

    def _on_metric(self, fields: Mapping[str, Any]) -> None:
        self._points.describe(
            (fields["run"], short_key(fields["key"])), fields.get("direction"), fields.get("origin")
        )

    def _on_artifact(self, fields: Mapping[str, Any]) -> None:
        row = {name: value for name, value in fields.items() if name not in {"op", "run"}}
        row["name"] = short_key(row["name"])
        self._rows[tables.artifacts][fields["run"], row["name"]] = {"run_id": fields["run"], **row}

    def _on_inputs(self, fields: Mapping[str, Any]) -> None:
        self._inputs.setdefault(fields["run"], []).extend(fields["items"])

    def _on_discard(self, fields: Mapping[str, Any]) -> None:
        self._all_discarded.add(fields["run"])
        self._mentioned.add(fields["run"])

    def _on_dropped(self, fields: Mapping[str, Any]) -> None:
        self._losses.append(
            f"{fields['count']} entries were dropped: the store could not be written for so long that memory for "
            "them ran out."
        )

    _HANDLERS: ClassVar[Mapping[str, Callable[[Batch, Mapping[str, Any]], None]]] = {
        "open": _on_open,
        "start": _on_start,
        "end": _on_end,
        "context": _on_context,
        "params": _on_params,
        "tags": _on_tags,
        "metric": _on_metric,
        "artifact": _on_artifact,
        "inputs": _on_inputs,
        "discard": _on_discard,
        "dropped": _on_dropped,
    }

    def _row(self, table: Any, run_id: str, key: str, **values: Any) -> None:
        key = short_key(key)
        self._rows[table][run_id, key] = {"run_id": run_id, "key": key, **values}

    def _write_journal(self, connection: Connection) -> None:
        if self._journal:
            table = tables.journals
            connection.execute(update(table).where(table.c.id == self._journal_id).values(**self._journal))

    def _write_runs(self, connection: Connection) -> None:
        if not self._runs:
            return
        experiments = _ExperimentIds(connection)
        known = _known_docs(connection, list(self._runs))
        new = []
        for run_id, draft in self._runs.items():
            columns = dict(draft.columns)
            if draft.experiment is not None:
                columns["experiment_id"] = experiments.of(draft.experiment, columns.get("started", 0.0))
            columns["doc"] = _merged_doc(known.get(run_id, {}), draft)
            if run_id in known:
                table = tables.runs
                connection.execute(update(table).where(table.c.id == run_id).values(**columns))
            else:
                new.append({**_BLANK_RUN, "id": run_id, **self._first_seen(), **columns})
        if new:
            connection.execute(insert(tables.runs), new)

    def _first_seen(self) -> dict[str, Any]:
        """What is supposed of a run whose start was not read yet, or was lost."""
        return {"journal_id": self._journal_id, "started": time.time()}

    def _write_inputs(self, connection: Connection) -> None:
        table = tables.inputs
        for run_id, items in self._inputs.items():
            connection.execute(delete(table).where(table.c.run_id == run_id))
            rows = [
                {
                    "run_id": run_id,
                    "number": n,
                    "name": i["name"],
                    "content": i.get("content"),
                    "doc": json.dumps(i),
                }
                for n, i in enumerate(items)
            ]
            connection.execute(insert(table), rows)


# A run that a child process logged to before its parent's journal was read.
_BLANK_RUN: Mapping[str, Any] = {
    column.name: getattr(column.default, "arg", None) for column in tables.runs.columns
} | {"experiment_id": 0, "status": RunStatus.RUNNING}


class _ExperimentIds:
    """Experiments by name, made when they are new."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ids: dict[str, int] = {}

    def of(self, name: str, created: float) -> int:
        if name not in self._ids:
            self._ids[name] = experiment_id(self._connection, name, created)
        return self._ids[name]


def experiment_id(connection: Connection, name: str, created: float) -> int:
    """The id of an experiment, which is made when there is none of this name."""
    table, name = tables.experiments, short_key(name)
    found = connection.scalar(select(table.c.id).where(table.c.name == name))
    if found is None:
        made = connection.execute(insert(table).values(name=name, created=created))
        return int(made.inserted_primary_key[0])  # type: ignore[index]  # one row was inserted
    return int(found)


def remove_run(connection: Connection, run_id: str) -> None:
    """Deletes every row of a run."""
    connection.execute(delete(tables.runs).where(tables.runs.c.id == run_id))
    for table in (
        tables.params,
        tables.metrics,
        tables.metric_chunks,
        tables.tags,
        tables.inputs,
        tables.artifacts,
    ):
        connection.execute(delete(table).where(table.c.run_id == run_id))


def _known_docs(connection: Connection, run_ids: list[str]) -> dict[str, dict[str, Any]]:
    table = tables.runs
    found: dict[str, dict[str, Any]] = {}
    for part in pieces(run_ids):
        rows = connection.execute(select(table.c.id, table.c.doc).where(table.c.id.in_(part)))
        found.update({row.id: json.loads(row.doc) for row in rows})
    return found


def _merged_doc(old: dict[str, Any], draft: _RunDraft) -> str:
    merged = old | draft.doc
    for name, items in draft.lists.items():
        present = merged.get(name, [])
        merged[name] = present + [item for item in items if item not in present]
    return json.dumps(merged)
