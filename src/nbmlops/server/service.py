"""What the routes share: the stores, threads to ask them on, and who tells of changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from nbmlops.answers.fleet import no_fleet
from nbmlops.answers.jobs import no_jobs
from nbmlops.answers.pages import no_page
from nbmlops.config import StoreLocation
from nbmlops.errors import NotFoundError
from nbmlops.server.feeds import Feeds
from nbmlops.server.stores import StoreBook
from nbmlops.workspace import Workspace

SETTING: Final = "nbmlops"
_T = TypeVar("_T")


class Service:
    """Asks stores, so that the server itself never waits.

    Args:
        book: the stores.
        threads: what waits for them.
    """

    def __init__(self, book: StoreBook, threads: ThreadPoolExecutor) -> None:
        self.book = book
        self._threads = threads
        self.feeds = Feeds(lambda folder: self.run(lambda: self.ask("revision", folder, {})))

    async def run(self, work: Callable[[], _T]) -> _T:
        """What comes of work on a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def ask(self, question: str, folder: str, arguments: dict[str, Any]) -> Any:
        """The answer to a question about the store of a folder; called on a thread.

        Raises:
            NotFoundError: no store was made yet.
            NbmlopsError: what the question itself meets.
        """
        location = self.book.locate(folder)
        desk = self.book.desk(location)
        if desk is None:
            return _without_store(question, location)
        query = arguments.get("query")
        if isinstance(query, dict) and isinstance(query.get("notebook"), str):
            arguments["query"] = query | {"notebook": self.book.notebook(query["notebook"])}
        if isinstance(arguments.get("notebook"), str):
            arguments["notebook"] = self.book.notebook(arguments["notebook"])
        return desk.ask(question, arguments)

    def workspace(self, folder: str) -> Workspace:
        """The store of a folder; called on a thread.

        Raises:
            NotFoundError: none was made yet.
        """
        location = self.book.locate(folder)
        found = self.book.workspace(location)
        if found is None:
            raise _no_store(location)
        return found

    def state(self, folder: str) -> str:
        """A text that is another one as soon as anything changed in the store of a folder, or it is another store."""
        location = self.book.locate(folder)
        return f"{location.database_url} {location.root} {self.ask('revision', folder, {})['revision']}"


def _without_store(question: str, location: StoreLocation) -> Any:
    """What there is to say where no store was made yet."""
    empty: Mapping[str, Any] = {
        "page": no_page(location), "revision": {"revision": "none", "running": 0}, "experiments": [], "views": [],
        "fleet": no_fleet(), "jobs": no_jobs(),
        "cells": [], "notebook_place": {"path": None},
    }  # fmt: skip
    if question in empty:
        return empty[question]
    raise _no_store(location)


def _no_store(location: StoreLocation) -> NotFoundError:
    return NotFoundError(f"There is no store yet at {location}. Begin a cell with %%track to make one.")
