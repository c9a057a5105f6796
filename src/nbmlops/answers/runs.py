"""One run in full, and what a reader changes of it."""

from __future__ import annotations

from typing import ClassVar, Final

from nbmlops.answers.store import AskedStore
from nbmlops.answers.wire_details import wire_details
from nbmlops.errors import ValueRefusedError
from nbmlops.records.wire.details import RunDetails
from nbmlops.records.wire.doing import UsageFacts

_MOST_KEY_CHARS: Final = 250


class SingleRuns:
    """Answers about single runs. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("details", "usage", "set_tag")

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

    def set_tag(self, run_id: str, key: str, value: str | None) -> None:
        """Sets a tag of a run; None removes it.

        Raises:
            NotFoundError: there is no such run.
            ValueRefusedError: the key is empty, or too long.
        """
        key = key.strip()
        if not key or len(key) > _MOST_KEY_CHARS:
            raise ValueRefusedError(f"A tag's name has 1 to {_MOST_KEY_CHARS} characters")
        runs = self._store.workspace.runs
        runs.info(run_id)
        runs.set_tags(run_id, self._store.mask({key: value}))
