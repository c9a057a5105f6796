"""The runs of a notebook's cells, for what is shown beside each cell."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select

from nbmlops.errors import NotFoundError, StoreError
from nbmlops.records.runs import Direction
from nbmlops.store import tables
from nbmlops.store.blobs import BlobStore
from nbmlops.store.database import Database
from nbmlops.store.pieces import pieces

_R = tables.runs.c
_OUTER = tables.runs.alias("outer_runs")


@dataclass(frozen=True, slots=True)
class CellRuns:
    """What a cell has made.

    Attributes:
        newest: the id of its last run.
        previous: the id of the one before, None where there is none.
        count: how many there are.
    """

    cell_id: str
    newest: str
    previous: str | None
    count: int


class CellRunReader:
    """Reads which runs cells have made.

    Args:
        database: of the store.
        blobs: of the store, where slices are.
    """

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._blobs = blobs

    def newest(self, notebook: str, cells: Sequence[str], moved: Sequence[str] = ()) -> list[CellRuns]:
        """The last runs of each of these cells that has any. What a run of a cell itself began is a part of it.

        Args:
            notebook: its path, as runs record it.
            cells: their ids.
            moved: paths that the notebook may have had before.
        """
        rows: list[Any] = []
        with self._database.reading() as connection:
            for part in pieces(cells):
                rows += connection.execute(_newest(notebook, part, moved))
        found: dict[str, list[Any]] = {}
        for row in rows:
            found.setdefault(row.cell_id, []).append(row)
        return [
            CellRuns(cell, two[0].id, two[1].id if len(two) > 1 else None, two[0].count)
            for cell, two in found.items()
        ]

    def directions(self, run_ids: Sequence[str]) -> dict[str, dict[str, Direction]]:
        """By run and metric, which way it is better, where somebody said so."""
        metrics, found = tables.metrics.c, dict[str, dict[str, Direction]]()
        columns = (metrics.run_id, metrics.key, metrics.direction)
        with self._database.reading() as connection:
            for part in pieces(run_ids):
                query = select(*columns).where(metrics.run_id.in_(part), metrics.direction.is_not(None))
                for run_id, key, direction in connection.execute(query):
                    found.setdefault(run_id, {})[key] = direction
        return found

    def sources(self, run_ids: Sequence[str]) -> dict[str, tuple[str, list[dict[str, Any]]]]:
        """By run: its source, and the cells of its slice as they are kept; none where there is no slice yet."""
        rows: list[Any] = []
        with self._database.reading() as connection:
            for part in pieces(run_ids):
                rows += connection.execute(select(_R.id, _R.source, _R.doc).where(_R.id.in_(part)))
        return {row.id: (row.source, self._slice(json.loads(row.doc).get("slice"))) for row in rows}

    def _slice(self, digest: str | None) -> list[dict[str, Any]]:
        try:
            cells: list[dict[str, Any]] = json.loads(self._blobs.get(digest))["cells"] if digest else []
        except (NotFoundError, StoreError):
            return []  # the rest is still worth showing
        return cells


def _newest(notebook: str, cells: Sequence[str], moved: Sequence[str]) -> Select[Any]:
    """The two newest runs of each cell, the newer first, each with how many the cell has."""
    of_notebook = or_(_R.notebook == notebook, _R.notebook.in_(moved), _R.notebook.is_(None))
    begun_by_own = exists().where(and_(_OUTER.c.id == _R.parent_id, _OUTER.c.cell_id == _R.cell_id))
    order = func.row_number().over(partition_by=_R.cell_id, order_by=(_R.started.desc(), _R.id))
    ranked = (
        select(
            _R.id,
            _R.cell_id,
            order.label("place"),
            func.count().over(partition_by=_R.cell_id).label("count"),
        )
        .where(_R.cell_id.in_(cells), _R.deleted.is_(None), of_notebook, ~begun_by_own)
        .subquery()
    )
    columns = ranked.c
    return (
        select(columns.id, columns.cell_id, columns["count"].label("count"))
        .where(columns.place <= 2)
        .order_by(columns.cell_id, columns.place)
    )
