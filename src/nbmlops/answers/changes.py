"""What a reader changes of runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from nbmlops.answers.store import AskedStore
from nbmlops.errors import ValueRefusedError
from nbmlops.records.wire.changes import MOST_CHANGED, Changed, RunChange

if TYPE_CHECKING:
    from nbmlops.store.edits import Edit

_MOST_NAME: Final = 250
_MOST_NOTE: Final = 100_000
_MOST_VALUE: Final = 5_000
_MOST_TAGS: Final = 100


class RunChanges:
    """Names, notes and tags runs, bins them and brings them back. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("change", "changes", "change_run")

    def __init__(self, store: AskedStore) -> None:
        self._store = store

    def change(
        self,
        ids: Sequence[str],
        name: str | None = None,
        note: str | None = None,
        tags: Mapping[str, str | None] | None = None,
        deleted: bool | None = None,
    ) -> Changed:
        """Changes runs, all of them or none.

        Args:
            ids: whole ids, at most `MOST_CHANGED`.
            name: of each of them.
            note: replaces what was noted; empty for none.
            tags: to set; a value of null removes the tag. Others stay.
            deleted: true moves them to the bin, false brings them back.

        Raises:
            NotFoundError: one is not there.
            ValueRefusedError: nothing is named to be changed, or a value is too long.
        """
        change: RunChange = {"ids": list(ids)}
        if name is not None:
            change["name"] = name
        if note is not None:
            change["note"] = note
        if tags is not None:
            change["tags"] = dict(tags)
        if deleted is not None:
            change["deleted"] = deleted
        return self.changes([change])

    def change_run(
        self,
        run_id: str,
        name: str | None = None,
        note: str | None = None,
        tags: Mapping[str, str | None] | None = None,
        deleted: bool | None = None,
    ) -> Changed:
        """Changes one run.

        Args:
            run_id: its whole id.
            name: its new name.
            note: replaces what was noted; empty for none.
            tags: to set; a value of null removes the tag. Others stay.
            deleted: true moves it to the bin, false brings it back.

        Raises:
            NotFoundError: it is not there.
            ValueRefusedError: nothing is named to be changed, or a value is too long.
        """
        return self.change([run_id], name, note, tags, deleted)

    def changes(self, changes: Sequence[RunChange]) -> Changed:
        """Several changes in one transaction: the `undo` of another answer.

        Args:
            changes: in this order, of at most `MOST_CHANGED` runs.

        Raises:
            NotFoundError: a run is not there.
            ValueRefusedError: nothing is named to be changed, or a value is too long.
        """
        from nbmlops.store.edits import RunEditor  # loads SQLAlchemy

        many = sum(len(change["ids"]) for change in changes)
        if many > MOST_CHANGED:
            raise ValueRefusedError(f"{many} runs are too many at once: change at most {MOST_CHANGED}")
        edits = [self._edit(change) for change in changes]
        self._store.sync()
        edited = RunEditor(self._store.workspace.database).apply(edits)
        return {"changed": edited.count, "undo": [_change(edit) for edit in edited.undo]}

    def _edit(self, change: RunChange) -> Edit:
        from nbmlops.store.edits import Edit  # loads SQLAlchemy

        if not change["ids"]:
            raise ValueRefusedError("Name the runs to change")
        if len(change) == 1:
            raise ValueRefusedError("Say what to change: name, note, tags or deleted")
        return Edit(
            tuple(dict.fromkeys(change["ids"])),
            self._name(change.get("name")),
            self._text("A note", change.get("note"), _MOST_NOTE),
            self._tags(change.get("tags", {})),
            change.get("deleted"),
        )

    def _name(self, name: str | None) -> str | None:
        if name is not None and not name.strip():
            raise ValueRefusedError("A run's name can't be empty")
        return self._text("A run's name", name and name.strip(), _MOST_NAME)

    def _tags(self, tags: Mapping[str, str | None]) -> dict[str, str | None]:
        if len(tags) > _MOST_TAGS:
            raise ValueRefusedError(f"{len(tags)} tags are too many at once: set at most {_MOST_TAGS}")
        stripped = {key.strip(): value for key, value in tags.items()}
        for key, value in stripped.items():
            if not key or len(key) > _MOST_NAME:
                raise ValueRefusedError(f"A tag's name has 1 to {_MOST_NAME} characters")
            if value is not None and len(value) > _MOST_VALUE:
                raise ValueRefusedError(f"A tag has at most {_MOST_VALUE} characters")
        masked: dict[str, str | None] = self._store.mask(stripped)
        return masked

    def _text(self, what: str, text: str | None, most: int) -> str | None:
        if text is None:
            return None
        if len(text) > most:
            raise ValueRefusedError(f"{what} has at most {most} characters, not {len(text)}")
        return str(self._store.mask(text))


def _change(edit: Edit) -> RunChange:
    change: RunChange = {"ids": list(edit.ids)}
    if edit.name is not None:
        change["name"] = edit.name
    if edit.note is not None:
        change["note"] = edit.note
    if edit.tags:
        change["tags"] = dict(edit.tags)
    if edit.deleted is not None:
        change["deleted"] = edit.deleted
    return change
