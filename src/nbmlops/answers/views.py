"""Tables of runs that somebody saved."""

from __future__ import annotations

from typing import ClassVar, Final, cast

from nbmlops.answers.store import AskedStore
from nbmlops.errors import NotFoundError, ValueRefusedError
from nbmlops.records.wire.views import SavedView

_MOST_NAME: Final = 120
_MOST_TEXT: Final = 10_000
_MOST_COLUMNS: Final = 500


class Views:
    """Keeps views in the store, for all who work with it. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("views", "save_view", "delete_view")

    def __init__(self, store: AskedStore) -> None:
        self._store = store

    def views(self) -> list[SavedView]:
        """All saved views, by experiment and name."""
        from nbmlops.store.saved_views import SavedViews  # loads SQLAlchemy

        found = cast("list[SavedView]", SavedViews(self._store.workspace.database).all())
        return sorted(found, key=lambda view: (view["experiment"], view["name"].casefold(), view["name"]))

    def save_view(self, view: SavedView) -> None:
        """Saves a view; one of the same name in the same experiment is replaced.

        Args:
            view: whole.

        Raises:
            ValueRefusedError: it has no name, or too much in it.
        """
        from nbmlops.store.saved_views import SavedViews  # loads SQLAlchemy

        name = view["name"].strip()
        if not name or len(name) > _MOST_NAME:
            raise ValueRefusedError(f"A view's name has 1 to {_MOST_NAME} characters")
        texts = [value for value in view.values() if isinstance(value, str)]
        lists = [value for value in view.values() if isinstance(value, list)]
        if any(len(one) > _MOST_COLUMNS for one in lists):
            raise ValueRefusedError(f"A view has at most {_MOST_COLUMNS} columns")
        if any(len(text) > _MOST_TEXT for text in [*texts, *(item for one in lists for item in one)]):
            raise ValueRefusedError(f"A text in a view has at most {_MOST_TEXT} characters")
        # Its name tells views apart, and is no place for a secret; the rest may be a condition on one.
        kept = {**self._store.mask(dict(view)), "name": name, "experiment": view["experiment"]}
        SavedViews(self._store.workspace.database).save(view["experiment"], name, kept)

    def delete_view(self, name: str, experiment: str = "") -> None:
        """Forgets a view.

        Args:
            name: of the view.
            experiment: that it belongs to.

        Raises:
            NotFoundError: there is none.
        """
        from nbmlops.store.saved_views import SavedViews  # loads SQLAlchemy

        if not SavedViews(self._store.workspace.database).delete(experiment, name.strip()):
            raise NotFoundError(f"There is no view {name!r}: somebody may have deleted it")
