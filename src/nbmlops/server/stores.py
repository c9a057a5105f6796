"""Which store a request is about: that of a folder under the server's root, as a notebook there would find it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nbmlops.answers.desk import Desk
from nbmlops.answers.store import AskedStore
from nbmlops.capture.secrets import SecretRegistry
from nbmlops.config import STORE_VARIABLE, StoreLocation, find_store
from nbmlops.errors import NotFoundError, ValueRefusedError
from nbmlops.workspace import Workspace


class FolderRefusedError(ValueRefusedError):
    """A folder outside of the server's root."""


class StoreBook:
    """The stores that were asked about, opened once each. Threads share it.

    Args:
        root: the server's root folder: no request leads out of it.
        on_trouble: told when a store can't be written.
        fixed: the one store there is, whatever the folder.
    """

    def __init__(
        self,
        root: Path,
        *,
        on_trouble: Callable[[Exception], None],
        fixed: StoreLocation | None = None,
    ) -> None:
        self._root = root
        self._on_trouble = on_trouble
        self._fixed = fixed
        self._mutex = threading.Lock()
        self._open: dict[str, tuple[Workspace, Desk]] = {}

    def locate(self, folder: str) -> StoreLocation:
        """Where the store of a folder lies, made or not.

        Args:
            folder: relative to the root, parted by slashes; empty for the root itself.

        Raises:
            FolderRefusedError: it leads out of the root.
            NotFoundError: there is no such folder.
            ConfigError: `NBMLOPS_STORE` names no store.
        """
        if self._fixed is not None:
            return self._fixed
        here = self._inside(folder)
        return find_store(here, _environment_in(here))

    def notebook(self, path: str) -> str:
        """The path of a notebook as its kernel records it.

        Args:
            path: relative to the root, as the front end names it.
        """
        path = path.removeprefix("RTC:")
        return str(self._root / path) if self._fixed is None else path

    def _inside(self, folder: str) -> Path:
        if "\0" in folder:
            raise FolderRefusedError("A folder's name holds no NUL")
        root = self._root.resolve()
        here = (root / folder.removeprefix("RTC:").strip("/")).resolve()
        if here != root and root not in here.parents:
            raise FolderRefusedError(
                f"The folder {folder!r} lies outside of the one that this server was started in"
            )
        if not here.is_dir():
            raise NotFoundError(f"There is no folder {folder!r} where this server was started")
        return here

    def desk(self, location: StoreLocation) -> Desk | None:
        """What answers about a store; None where none was made yet: to look must not make one."""
        found = self._opened(location)
        return found[1] if found else None

    def workspace(self, location: StoreLocation) -> Workspace | None:
        """The store itself; None where none was made yet."""
        found = self._opened(location)
        return found[0] if found else None

    def _opened(self, location: StoreLocation) -> tuple[Workspace, Desk] | None:
        key = f"{location.database_url} {location.root}"
        with self._mutex:
            if not _is_made(location):
                self._drop(key)
                return None
            if key in self._open and not self._open[key][0].database.is_in_place():
                self._drop(key)  # deleted and made anew: what is open is the old one
            if key not in self._open:
                mask = SecretRegistry(os.environ).scrub_tree
                workspace = Workspace(location, mask=mask, on_trouble=self._on_trouble)
                self._open[key] = (
                    workspace,
                    Desk(AskedStore(workspace, mask, None if self._fixed else self._root)),
                )
            return self._open[key]

    def _drop(self, key: str) -> None:
        if key in self._open:
            self._open.pop(key)[0].database.reset()


def _is_made(location: StoreLocation) -> bool:
    if location.database_url:
        return True
    return (location.root / "store.db").is_file() or (location.root / "journals").is_dir()


def _environment_in(folder: Path) -> Mapping[str, str]:
    """The environment as a kernel in this folder reads it: its store's path may be relative."""
    named: Any = os.environ.get(STORE_VARIABLE, "").strip()
    if not named or "://" in named:
        return os.environ
    return {**os.environ, STORE_VARIABLE: str(folder / Path(named).expanduser())}
