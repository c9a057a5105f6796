"""One run in full."""

from __future__ import annotations

from typing import ClassVar

from nbmlops.answers.store import AskedStore
from nbmlops.answers.wire_details import wire_details
from nbmlops.records.wire.details import RunDetails
from nbmlops.records.wire.doing import UsageFacts


class SingleRuns:
    """Answers about single runs. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("details", "usage")

    def __init__(self, store: AskedStore) -> None:
        self._store = store

    def details(self, run_id: str) -> RunDetails:
        """Everything about the run with this whole id.

        Raises:
            NotFoundError: there is none.
        """
        self._store.sync()
        return wire_details(self._store.workspace.runs.info(run_id))

    def usage(self, run_id: str) -> UsageFacts:
        """What the run with this whole id used over time."""
        found = self._store.workspace.runs.usage(run_id)
        return {
            "seconds": list(found.seconds),
            "cpus": list(found.cpus),
            "memory": list(map(float, found.memory)),
            "gpu": list(map(float, found.gpu)),
        }
