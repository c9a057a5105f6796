"""The runs that belong to a job: those of its notebook's tracked cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbmlops.config import is_disabled

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from nbmlops.jobs import JobResult
    from nbmlops.records.runs import RunInfo

_NEWEST = 1000


@dataclass(frozen=True, slots=True)
class StoreState:
    """What a store looked like from outside: loading SQLAlchemy takes as long as a short notebook, and is of no use
    where nobody but the job itself has written.

    Attributes:
        journals: the names of the files of processes that write.
        database: sizes and times of the database's files; empty for a server, which tells nothing from outside.
    """

    journals: frozenset[str]
    database: tuple[tuple[int, int], ...]
    is_server: bool

    def tells_of_others(self, earlier: StoreState, own: str) -> bool:
        """Whether somebody else than the journal `own` may have written since."""
        return (
            self.is_server
            or self.database != earlier.database
            or bool(self.journals - earlier.journals - {own})
        )


def store_state() -> StoreState:
    """The state of the session's store now."""
    from nbmlops.session import session

    workspace = session().workspace
    files = workspace.folder
    database = (files.database, files.database.with_name(f"{files.database.name}-wal"))
    return StoreState(
        frozenset(path.name for path in files.journals.glob("*.journal")),
        tuple(_stats(database)),
        bool(workspace.location.database_url),
    )


def _stats(paths: Iterable[Path]) -> Iterable[tuple[int, int]]:
    for path in paths:
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        yield found.st_size, found.st_mtime_ns


def part_runs(result: JobResult, earlier: StoreState | None) -> list[RunInfo]:
    """The runs that are part of a job, the first one first, and its own where something was logged to it.

    Args:
        result: of the job.
        earlier: the state of the store before it; None where nothing is tracked.
    """
    if earlier is None or is_disabled():
        return []
    from nbmlops.session import session

    workspace = session().workspace
    if not store_state().tells_of_others(earlier, workspace.journal.path.name):
        return []
    from nbmlops.store.run_query import RunQuery

    workspace.sync()
    own = workspace.runs.info(result.run_id)
    columns = workspace.finder.table(RunQuery(limit=_NEWEST)).columns
    since = own.started.timestamp()
    ids = [id_ for id_, began in zip(columns["id"], columns["started"], strict=True) if began >= since]
    parts = [run for run in workspace.runs.infos(ids) if run.parent == result.run_id]
    parts.sort(key=lambda run: run.started)
    return [*parts, own] if own.metrics else parts
