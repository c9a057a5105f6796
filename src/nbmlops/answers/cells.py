"""What the cells of a notebook have made: the badges beside them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from nbmlops.answers.kept import Kept
from nbmlops.answers.pages import is_gone
from nbmlops.answers.source_marks import mark_of
from nbmlops.answers.store import AskedStore
from nbmlops.answers.wire_runs import wire_number
from nbmlops.errors import ValueRefusedError
from nbmlops.records import Goal
from nbmlops.records.directions import known_direction
from nbmlops.records.runs import Direction
from nbmlops.records.wire.cells import CellMetric, CellNeed, CellState, NotebookPlace

if TYPE_CHECKING:
    from nbmlops.store.cell_runs import CellRunReader, CellRuns
    from nbmlops.store.pages import PageReader, RunRow

_MOST_CELLS: Final = 10_000
_TRAINING = re.compile(r"(^|[^a-z])train", re.IGNORECASE)


class NotebookCells:
    """Answers about the cells of notebooks. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("cells", "notebook_place")

    def __init__(self, store: AskedStore) -> None:
        self._store = store
        self._known: Kept[list[CellState]] = Kept()

    @cached_property
    def _pages(self) -> PageReader:
        from nbmlops.store.pages import PageReader  # loads SQLAlchemy

        return PageReader(self._store.workspace.database)

    @cached_property
    def _cells(self) -> CellRunReader:
        from nbmlops.store.cell_runs import CellRunReader

        return CellRunReader(self._store.workspace.database, self._store.workspace.blobs)

    def cells(self, notebook: str, cells: Sequence[str]) -> list[CellState]:
        """The last run of each of these cells that has any.

        Args:
            notebook: its path, as runs record it; a server makes that of the path under its root.
            cells: the ids of its cells.

        Raises:
            ValueRefusedError: these are too many cells.
            StoreError: the store can't be read.
        """
        if len(cells) > _MOST_CELLS:
            raise ValueRefusedError(f"{len(cells)} cells are too many at once: ask for at most {_MOST_CELLS}")
        self._store.sync()
        revision = self._pages.revision()  # before the data: what is written meanwhile is asked for again
        moved = tuple(p for p in self._pages.notebooks(cells) if p != notebook and is_gone(p))
        asked = (revision, notebook, moved, tuple(cells))
        return self._known.get(asked, lambda: self._read(notebook, cells, moved))

    def notebook_place(self, recorded: str) -> NotebookPlace:
        """Where the server has a notebook.

        Args:
            recorded: its path, as a run recorded it.
        """
        root, path = self._store.root, Path(recorded)
        if root is None or not path.is_absolute() or is_gone(recorded):
            return {"path": None}
        for base, full in ((root, path), (root.resolve(), path.resolve())):
            if full.is_relative_to(base) and ".." not in full.parts:
                return {"path": full.relative_to(base).as_posix()}
        return {"path": None}

    def _read(self, notebook: str, cells: Sequence[str], moved: Sequence[str]) -> list[CellState]:
        found = self._cells.newest(notebook, cells, moved)
        ids = [one.newest for one in found]
        rows = {row.id: row for row in self._pages.rows(ids)}
        sources = self._cells.sources(ids)
        directions = self._cells.directions(ids)
        goals = {one.name: one.goal for one in self._store.workspace.experiments.all() if one.goal}
        found = [one for one in found if one.newest in rows and one.newest in sources]
        return [
            _state(
                one, rows[one.newest], *sources[one.newest], self._metric(rows[one.newest], goals, directions)
            )
            for one in found
        ]

    def _metric(
        self, row: RunRow, goals: Mapping[str, Goal], directions: Mapping[str, Mapping[str, Direction]]
    ) -> CellMetric | None:
        """That of the goal, or one that is known to be better one way; of a test before of training."""
        if not row.metrics:
            return None
        goal, said = goals.get(row.experiment), directions.get(row.id, {})
        ways = {key: said.get(key) or known_direction(key) for key in row.metrics}
        aim = goal.metric if goal else ""
        if goal:
            ways[aim] = goal.direction
        key = min(row.metrics, key=lambda key: (key != aim, ways[key] is None, _is_training(key), key))
        direction = ways[key]
        best = None
        if direction and not row.doubts:
            best = self._store.workspace.finder.best(row.experiment, key, direction, without=row.id)
        finite = best if best is not None and math.isfinite(best) else None
        return {"key": key, "value": wire_number(row.metrics[key]), "direction": direction, "best": finite}


def _state(
    runs: CellRuns,
    row: RunRow,
    source: str,
    slice_cells: Sequence[Mapping[str, Any]],
    metric: CellMetric | None,
) -> CellState:
    own: Mapping[str, Any] = slice_cells[-1] if slice_cells else {"source": source}
    return {
        "cell_id": runs.cell_id,
        "run_id": row.id,
        "name": row.name,
        "experiment": row.experiment,
        "status": str(row.status),
        "started": row.started,
        "duration": row.duration,
        "execution_count": row.execution_count or own.get("execution_count"),
        "error": row.error,
        "metric": metric,
        "runs": runs.count,
        "previous": runs.previous,
        "counted": not row.doubts,
        "verdict": row.verdict or None,
        "findings": list(dict.fromkeys(finding.code for finding in row.findings)),
        "source": mark_of(own["source"]) if own["source"] else None,
        "needs": needs_of(slice_cells, runs.cell_id),
    }


def needs_of(slice_cells: Sequence[Mapping[str, Any]], own: str) -> list[CellNeed]:
    """The earlier cells of a slice, of each the last version, but for those of the tracked cell itself.

    Args:
        slice_cells: as `store.proofs` lays them out, the tracked one last.
        own: the id of the tracked cell.
    """
    last: dict[Any, CellNeed] = {}
    for at, cell in enumerate(slice_cells[:-1]):
        cell_id = cell.get("cell_id")
        if cell_id == own:
            continue
        key = at if cell_id is None else cell_id
        last.pop(key, None)  # so that it stands where it ran last
        last[key] = {
            "cell_id": cell_id,
            "execution_count": cell.get("execution_count"),
            "source": mark_of(cell["source"]),
        }
    return list(last.values())


def _is_training(key: str) -> bool:
    return _TRAINING.search(key) is not None
