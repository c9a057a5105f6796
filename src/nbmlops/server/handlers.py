"""One handler for all questions: it parses, asks on a thread, and answers with JSON as `records/wire` describes it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tornado import web

from nbmlops.server.arguments import from_request
from nbmlops.server.artifacts import ArtifactHandler
from nbmlops.server.bodies import json_object
from nbmlops.server.caching import known_tags, tag_of
from nbmlops.server.document import DocumentHandler
from nbmlops.server.events import EventsHandler
from nbmlops.server.links import links
from nbmlops.server.problems import RefusedRequest, RouteHandler, UnknownHandler
from nbmlops.server.routes import API, ROUTES, Route


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent: `text` is None where the client has it already."""

    found: Any
    text: str | None
    tag: str | None


class QuestionHandler(RouteHandler):
    """Asks what the route is for."""

    _tag: str | None = None

    def initialize(self, routes: Mapping[str, Route]) -> None:
        """Takes the routes that share this path, by their method."""
        self._routes = routes
        if all(route.question == "revision" for route in routes.values()):
            self._track_activity = False  # it is asked every few seconds: that is no sign of a person

    @web.authenticated
    async def get(self, **named: str) -> None:
        """Asks."""
        await self._take("GET", named)

    @web.authenticated
    async def head(self, **named: str) -> None:
        """Asks, for the headers alone."""
        await self._take("GET", named)

    @web.authenticated
    async def post(self, **named: str) -> None:
        """Asks what is too long for an address, or changes something."""
        await self._take("POST", named)

    @web.authenticated
    async def put(self, **named: str) -> None:
        """Sets."""
        await self._take("PUT", named)

    @web.authenticated
    async def patch(self, **named: str) -> None:
        """Changes."""
        await self._take("PATCH", named)

    @web.authenticated
    async def delete(self, **named: str) -> None:
        """Removes."""
        await self._take("DELETE", named)

    async def _take(self, method: str, named: Mapping[str, str]) -> None:
        route = self._routes.get(method)
        if route is None:
            raise RefusedRequest(405, f"This route takes no {self.request.method}")
        await self.authorize("write" if route.changes else "read")
        said, folder = self._said(route), self.folder
        known = known_tags(self.request)
        answer = await self.on_thread(lambda: self._answer(route, folder, said, named, known=known))
        self._send(route, answer)

    @property
    def allowed(self) -> list[str]:
        """The methods of this path."""
        return [*(["HEAD"] if "GET" in self._routes else []), *self._routes]

    def _said(self, route: Route) -> dict[str, Any]:
        """What the body says, or a query string: there each value is a list of texts."""
        if not route.in_address:
            return json_object(self.request)
        said = {key: self.get_query_arguments(key) for key in self.request.query_arguments}
        # JupyterLab adds the time, a number without a value, so that nothing on the way keeps the answer. The
        # token is the server's own.
        return {key: said[key] for key in said if key not in ("folder", "token") and not key.isdigit()}

    def _answer(
        self,
        route: Route,
        folder: str,
        said: dict[str, Any],
        named: Mapping[str, str],
        *,
        known: frozenset[str],
    ) -> Answer:
        """Called on a thread."""
        arguments = {**from_request(route, said), **named}
        tag = (
            tag_of(self.service.state(folder), route.question, arguments) if route.follows_revision else None
        )
        if tag in known:
            return Answer(None, None, tag)
        found = self.service.ask(route.question, folder, arguments)
        return Answer(found, json.dumps(found, allow_nan=False), tag)

    def _send(self, route: Route, answer: Answer) -> None:
        self._tag = answer.tag
        self.set_header("Cache-Control", "private, no-cache" if route.method == "GET" else "no-store")
        if answer.text is None:
            self.set_status(304)
            self.set_etag_header()
            self.finish()
            return
        if route.question == "page" and route.method == "GET":
            for name, value in links(self.request, answer.found).items():
                self.set_header(name, value)
        self.finish(answer.text)

    def compute_etag(self) -> str | None:
        """That of the store's revision where the answer follows from it, else that of the answer itself."""
        return self._tag or super().compute_etag()


def handlers() -> list[tuple[Any, ...]]:
    """What a Jupyter server is given: a handler for each path, with the routes that share it."""
    paths: dict[str, dict[str, Route]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method] = route
    return [
        *((_pattern(path), QuestionHandler, {"routes": routes}) for path, routes in paths.items()),
        (f"/{API}/events", EventsHandler),
        (f"/{API}/openapi.json", DocumentHandler),
        (f"/{API}/runs/(?P<run_id>[^/]+)/artifacts/(?P<name>.+)", ArtifactHandler),
        (r"/nbmlops/api(?:/.*)?", UnknownHandler),
    ]


def _pattern(path: str) -> str:
    return f"/{API}" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)
