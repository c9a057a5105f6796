"""One run in full."""

from __future__ import annotations

from typing import ClassVar

from nbmlops.answers.store import AskedStore
from nbmlops.answers.wire_runs import wire_details
from nbmlops.records.wire.details import RunDetails


class SingleRuns:
    """Answers about single runs. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("details",)

    def __init__(self, store: AskedStore) -> None:
        self._store = store

    def details(self, run_id: str) -> RunDetails:
        """Everything about the run with this whole id.

        Raises:
            NotFoundError: there is none.
        """
        self._store.sync()
        return wire_details(self._store.workspace.runs.info(run_id))
