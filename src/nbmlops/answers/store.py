"""The store that is asked, and what all who answer for it share."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from nbmlops.errors import StoreError
from nbmlops.workspace import Workspace

_SYNC_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class AskedStore:
    """An open store.

    Attributes:
        workspace: the store itself.
        mask: replaces secrets in what is written.
        root: the folder that the front end names notebooks from; None where there is none.
    """

    workspace: Workspace
    mask: Callable[[Any], Any]
    root: Path | None = None

    def sync(self) -> None:
        """Takes in what was logged. Where that can't be done now, what the tables hold is still worth reading:
        whether they can be read, the reading says.
        """
        with self.workspace.database.patience(_SYNC_SECONDS), suppress(StoreError, OSError):
            self.workspace.sync()
