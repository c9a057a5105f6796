"""One handler for all routes: it parses, asks on a thread, and answers with JSON as `records/wire` describes it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ClassVar

from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import ensure_async
from tornado import web

from nbmlops.answers.pages import no_page
from nbmlops.errors import NbmlopsError, NotFoundError
from nbmlops.records.wire.errors import ErrorCode, WireError, wire_error
from nbmlops.server.arguments import from_request
from nbmlops.server.routes import API, ROUTES, Route
from nbmlops.server.stores import FolderRefusedError, StoreBook

SETTING = "nbmlops"
_STATUS: dict[ErrorCode, int] = {
    "where": 400,
    "refused": 400,
    "forbidden": 403,
    "not-found": 404,
    "busy": 503,
    "store": 503,
    "config": 500,
    "fault": 500,
}


@dataclass(frozen=True, slots=True)
class Service:
    """What the routes share: the stores, and threads to ask them on, so that the server never waits."""

    book: StoreBook
    threads: ThreadPoolExecutor


class QuestionHandler(APIHandler):
    """Asks what the route is for."""

    auth_resource: ClassVar[str] = "nbmlops"

    def initialize(self, routes: Mapping[str, Route]) -> None:
        """Takes the routes that share this path, by their method."""
        self._routes = routes
        if all(route.question == "revision" for route in routes.values()):
            self._track_activity = False  # it is asked every few seconds: that is no sign of a person

    @property
    def _service(self) -> Service:
        service: Service = self.settings[SETTING]
        return service

    @web.authenticated
    async def get(self, **named: str) -> None:
        """Asks."""
        await self._take(named)

    @web.authenticated
    async def post(self, **named: str) -> None:
        """Asks what is too long for an address, or changes something."""
        await self._take(named)

    @web.authenticated
    async def put(self, **named: str) -> None:
        """Sets."""
        await self._take(named)

    @web.authenticated
    async def patch(self, **named: str) -> None:
        """Changes."""
        await self._take(named)

    @web.authenticated
    async def delete(self, **named: str) -> None:
        """Removes."""
        await self._take(named)

    async def _take(self, named: Mapping[str, str]) -> None:
        route = self._routes.get(self.request.method or "")
        if route is None:
            raise web.HTTPError(405)
        await self._authorize("write" if route.changes else "read")
        said = self._said(route)
        folder = str(self.get_query_argument("folder", ""))
        await self._answer(lambda: self._ask(route, folder, {**from_request(route, said), **named}))

    async def _authorize(self, action: str) -> None:
        """A POST that only asks is for those as well who may only read."""
        allowed = self.authorizer.is_authorized(self, self.current_user, action, self.auth_resource)
        if not await ensure_async(allowed):
            raise web.HTTPError(403)

    def _said(self, route: Route) -> dict[str, Any]:
        """What the body says, or a GET's query string: there each value is a list of texts."""
        if route.method == "GET":
            said = {key: self.get_query_arguments(key) for key in self.request.query_arguments}
            # JupyterLab adds the time, a number without a value, so that nothing on the way keeps the answer.
            return {key: texts for key, texts in said.items() if key != "folder" and not key.isdigit()}
        body = self.get_json_body() or {}
        if not isinstance(body, dict):
            raise web.HTTPError(400, "The body of this request is a JSON object")
        return body

    def _ask(self, route: Route, folder: str, arguments: dict[str, Any]) -> Any:
        """Called on a thread.

        Raises:
            NotFoundError: no store was made yet.
        """
        book = self._service.book
        location = book.locate(folder)
        desk = book.desk(location)
        if desk is None:
            empty: Mapping[str, Any] = {
                "page": no_page(location), "revision": {"revision": "none", "running": 0}, "experiments": [],
                "cells": [], "notebook_place": {"path": None},
            }  # fmt: skip
            if route.question in empty:
                return empty[route.question]
            raise NotFoundError(
                f"There is no store yet at {location}. Begin a cell with %%track to make one."
            )
        query = arguments.get("query")
        if isinstance(query, dict) and isinstance(query.get("notebook"), str):
            arguments["query"] = query | {"notebook": book.notebook(query["notebook"])}
        if isinstance(arguments.get("notebook"), str):
            arguments["notebook"] = book.notebook(arguments["notebook"])
        return desk.ask(route.question, arguments)

    async def _answer(self, work: Callable[[], Any]) -> None:
        """Works on a thread, and sends what comes of it."""
        try:
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(self._service.threads, work)
        except NbmlopsError as exc:
            self._refuse(wire_error(exc), forbidden=isinstance(exc, FolderRefusedError))
        except Exception as exc:  # the edge: the log has it whole, the front end its kind
            self.log.error("nbmlops failed on %s", self.request.path, exc_info=True)
            self._refuse(wire_error(exc))
        else:
            self.finish(json.dumps(found, allow_nan=False))

    def _refuse(self, error: WireError, *, forbidden: bool = False) -> None:
        if forbidden:
            error["code"] = "forbidden"
        self.set_status(_STATUS[error["code"]])
        self.finish(json.dumps(error))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """What went wrong before there was anything to ask, in the form of all other errors."""
        cause = kwargs.get("exc_info", (None, None, None))[1]
        said = getattr(cause, "log_message", None) or self._reason
        code: ErrorCode = (
            "forbidden" if status_code in (401, 403) else "refused" if status_code < 500 else "fault"
        )
        hint = "Log in again: open the address that the server printed." if code == "forbidden" else ""
        self.finish(json.dumps({"code": code, "message": str(said), "hint": hint}))


def handlers() -> list[tuple[str, type[QuestionHandler], dict[str, Any]]]:
    """What a Jupyter server is given: a handler for each path, with the routes that share it."""
    paths: dict[str, dict[str, Route]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method] = route
    return [(_pattern(path), QuestionHandler, {"routes": routes}) for path, routes in paths.items()]


def _pattern(path: str) -> str:
    return f"/{API}" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)
