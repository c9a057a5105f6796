"""One run in full, and what a reader changes of it."""

from __future__ import annotations

from typing import ClassVar, Final

from nbmlops.answers.store import AskedStore
from nbmlops.answers.wire_runs import wire_details
from nbmlops.errors import ValueRefusedError
from nbmlops.records.wire.details import RunDetails

_MOST_KEY_CHARS: Final = 250


class SingleRuns:
    """Answers about single runs. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("details", "set_tag")

    def __init__(self, store: AskedStore) -> None:
        self._store = store

    def details(self, run_id: str) -> RunDetails:
        """Everything about the run with this whole id.

        Raises:
            NotFoundError: there is none.
        """
        self._store.sync()
        return wire_details(self._store.workspace.runs.info(run_id))

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
