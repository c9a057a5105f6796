"""News of stores: each is looked at once for all who listen, and not at all while nobody does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from nbmlops.errors import NbmlopsError
from nbmlops.records.wire.errors import wire_error

SECONDS: Final = 1.0
Look = Callable[[str], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class News:
    """What is sent: an event's name, and its data."""

    event: str
    data: Mapping[str, Any]


@dataclass(eq=False, slots=True)
class Listener:
    """Somebody who waits for news; several that come at once are one, the newest."""

    news: News | None = None
    comes: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, news: News) -> None:
        """Here is news."""
        self.news = news
        self.comes.set()

    async def next(self, seconds: float) -> News | None:
        """News, None where none came for so long."""
        try:
            await asyncio.wait_for(self.comes.wait(), seconds)
        except TimeoutError:
            return None
        self.comes.clear()
        return self.news


class Feeds:
    """All stores that somebody listens to. Used on the server's loop alone.

    Args:
        look: asks for the revision of a folder's store.
    """

    def __init__(self, look: Look) -> None:
        self._look = look
        self._feeds: dict[str, _Feed] = {}

    @contextmanager
    def listening(self, store: str, folder: str) -> Iterator[Listener]:
        """Somebody who is told of a store, first how it is now.

        Args:
            store: tells it from others.
            folder: one that it belongs to.
        """
        feed = self._feeds.setdefault(store, _Feed(lambda: self._look(folder)))
        listener = feed.add(Listener())
        try:
            yield listener
        finally:
            if feed.remove(listener) and self._feeds.get(store) is feed:
                del self._feeds[store]

    def __len__(self) -> int:
        return len(self._feeds)


class _Feed:
    """One store."""

    def __init__(self, look: Callable[[], Awaitable[Any]]) -> None:
        self._look = look
        self._listeners: set[Listener] = set()
        self._last: News | None = None
        self._task: asyncio.Task[None] | None = None

    def add(self, listener: Listener) -> Listener:
        self._listeners.add(listener)
        if self._last is not None:
            listener.tell(self._last)
        if self._task is None:
            self._task = asyncio.create_task(self._follow())
        return listener

    def remove(self, listener: Listener) -> bool:
        """Whether it was the last one."""
        self._listeners.discard(listener)
        if self._listeners or self._task is None:
            return False
        self._task.cancel()
        return True

    async def _follow(self) -> None:
        while True:
            news = await self._news()
            if news != self._last:
                self._last = news
                for listener in self._listeners:
                    listener.tell(news)
            await asyncio.sleep(SECONDS)

    async def _news(self) -> News:
        try:
            return News("revision", await self._look())
        except NbmlopsError as exc:
            return News("problem", dict(wire_error(exc)))
        except Exception as exc:  # noqa: BLE001 - whoever listens is told, and the next look may do better
            return News("problem", dict(wire_error(exc)))
