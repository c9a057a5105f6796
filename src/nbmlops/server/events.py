"""Server-sent events: a front end is told when a store changes, and need not ask."""

from __future__ import annotations

import json
from typing import Final

from tornado import web
from tornado.iostream import StreamClosedError

from nbmlops.server.feeds import Listener, News
from nbmlops.server.problems import RouteHandler

BEAT_SECONDS: Final = 15.0  # a line that says nothing, so that no proxy takes the connection for dead


class EventsHandler(RouteHandler):
    """The stream: an event `revision` now and after each change, `problem` when the store can't be read."""

    _track_activity = False  # a page that stands open is no sign of a person
    _listener: Listener | None = None
    _gone = False

    @web.authenticated
    async def get(self) -> None:
        """Sends events until the client goes."""
        await self.authorize("read")
        folder = self.folder
        location = await self.on_thread(lambda: self.service.book.locate(folder))
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Accel-Buffering", "no")  # nginx would keep events back
        with self.service.feeds.listening(f"{location.database_url} {location.root}", folder) as listener:
            self._listener = listener
            await self._send_all(listener)

    async def _send_all(self, listener: Listener) -> None:
        try:
            while not self._gone:
                news = await listener.next(BEAT_SECONDS)
                self.write(": \n\n" if news is None else _event(news))
                await self.flush()
        except StreamClosedError:
            pass  # the client went while it was written to

    def on_connection_close(self) -> None:
        """The client went."""
        self._gone = True
        if self._listener is not None:
            self._listener.comes.set()


def _event(news: News) -> str:
    return f"event: {news.event}\ndata: {json.dumps(news.data)}\n\n"
