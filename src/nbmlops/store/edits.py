"""What people change of runs afterwards: many runs at once, in one transaction, with the way back."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, select, update

from nbmlops.errors import NotFoundError
from nbmlops.store import tables
from nbmlops.store.database import Database
from nbmlops.store.pieces import pieces

_R, _T = tables.runs.c, tables.tags.c


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to be different in some runs; None stays as it is.

    Attributes:
        ids: whole ids.
        tags: a value of None removes the tag; others stay.
        deleted: whether they are in the bin.
    """

    ids: tuple[str, ...]
    name: str | None = None
    note: str | None = None
    tags: Mapping[str, str | None] = field(default_factory=dict)
    deleted: bool | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """How many runs are different now, and the edits that make them what they were."""

    count: int
    undo: tuple[Edit, ...]


class RunEditor:
    """Edits runs in the tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def apply(self, edits: Sequence[Edit]) -> Edited:
        """Applies all of them, or none.

        Raises:
            NotFoundError: a run is not there any more.
        """
        undo: list[Edit] = []
        with self._database.transaction() as connection:
            for edit in edits:
                before = _before(connection, edit)
                self._write(connection, edit)
                undo = [*before, *undo]
        return Edited(len({run_id for one in undo for run_id in one.ids}), tuple(undo))

    def _write(self, connection: Connection, edit: Edit) -> None:
        values: dict[str, Any] = {
            name: value for name, value in (("name", edit.name), ("note", edit.note)) if value is not None
        }
        if edit.deleted is not None:
            values["deleted"] = time.time() if edit.deleted else None
        gone = [key for key, value in edit.tags.items() if value is None]
        for part in pieces(edit.ids):
            if values:
                connection.execute(update(tables.runs).where(_R.id.in_(part)).values(**values))
            if gone:
                connection.execute(delete(tables.tags).where(_T.run_id.in_(part), _T.key.in_(gone)))
        kept = [(key, value) for key, value in edit.tags.items() if value is not None]
        rows = [{"run_id": one, "key": key, "value": value} for one in edit.ids for key, value in kept]
        self._database.upsert(connection, tables.tags, rows)


def _before(connection: Connection, edit: Edit) -> list[Edit]:
    """The edits that make the runs what they are now: those that are alike in what changes are one."""
    alike: dict[tuple[Any, ...], list[str]] = {}
    for run_id, was in _states(connection, edit):
        if was != _wanted(edit):
            alike.setdefault(was, []).append(run_id)
    return [_edit(ids, was, edit) for was, ids in alike.items()]


def _edit(ids: Sequence[str], was: tuple[Any, ...], edit: Edit) -> Edit:
    name, note, deleted, *tags = was
    return Edit(tuple(ids), name, note, dict(zip(edit.tags, tags, strict=True)), deleted)


def _wanted(edit: Edit) -> tuple[Any, ...]:
    return (edit.name, edit.note, edit.deleted, *edit.tags.values())


def _states(connection: Connection, edit: Edit) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Each run as it is, as far as the edit is about it.

    Raises:
        NotFoundError: one is not there.
    """
    for part in pieces(edit.ids):
        query = select(_R.id, _R.name, _R.note, _R.deleted).where(_R.id.in_(part))
        runs = {row.id: row for row in connection.execute(query)}
        if missing := [one for one in part if one not in runs]:
            raise NotFoundError(
                f"No run {missing[0]} is in the store any more. Nothing was changed: look again at what there is."
            )
        tags = select(_T.run_id, _T.key, _T.value).where(_T.run_id.in_(part), _T.key.in_(edit.tags))
        values = {(row.run_id, row.key): row.value for row in connection.execute(tags)}
        for run_id in part:
            row = runs[run_id]
            yield (
                run_id,
                (
                    row.name if edit.name is not None else None,
                    row.note if edit.note is not None else None,
                    row.deleted is not None if edit.deleted is not None else None,
                    *(values.get((run_id, key)) for key in edit.tags),
                ),
            )
