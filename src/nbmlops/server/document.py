"""The OpenAPI document of the routes, as `nbmlops.server.openapi` made it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tornado import web

from nbmlops.server.problems import RouteHandler

DOCUMENT: Final = Path(__file__).with_name("openapi.json")


class DocumentHandler(RouteHandler):
    """The document."""

    @web.authenticated
    async def get(self) -> None:
        """Sends it; tornado's ETag spares it to whoever has it."""
        await self.authorize("read")
        self.set_header("Cache-Control", "private, no-cache")
        self.finish(await self.on_thread(DOCUMENT.read_bytes))

    head = get
