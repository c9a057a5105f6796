"""The routes. Each parses, asks on a thread, and answers with JSON as `records/wire.py` describes it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, cast

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from nbmlops.errors import NbmlopsError, NotFoundError, ValueRefusedError
from nbmlops.records.wire import ErrorCode, WireError, wire_error
from nbmlops.server.stores import FolderRefusedError, StoreBook
from nbmlops.tracking.pages import RunPages, no_page

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

_Method = TypeVar("_Method", bound=Callable[..., Any])


def _reads(method: _Method) -> _Method:
    """Lets in who may read: a POST would else count as writing."""
    return cast(_Method, authorized("read")(method))


@dataclass(frozen=True, slots=True)
class Service:
    """What the routes share: the stores, and threads to ask them on, so that the server never waits."""

    book: StoreBook
    threads: ThreadPoolExecutor


class RunsHandler(APIHandler):
    """What all routes have in common."""

    auth_resource: ClassVar[str] = "nbmlops"

    @property
    def book(self) -> StoreBook:
        """The stores."""
        return self._service.book

    @property
    def _service(self) -> Service:
        service: Service = self.settings[SETTING]
        return service

    @property
    def folder(self) -> str:
        """The folder that the request is about, relative to the server's root."""
        return str(self.get_query_argument("folder", ""))

    def ask_pages(self, ask: Callable[[RunPages], Any]) -> Any:
        """Asks what answers about the folder's store. Called on a thread.

        Raises:
            NotFoundError: none was made yet.
        """
        location = self.book.locate(self.folder)
        pages = self.book.pages(location)
        if pages is None:
            raise NotFoundError(
                f"There is no store yet at {location}. Begin a cell with %%track to make one."
            )
        return ask(pages)

    async def answer(self, work: Callable[[], Any]) -> None:
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

    def body(self) -> dict[str, Any]:
        """The request's JSON object."""
        body = self.get_json_body()
        if not isinstance(body, dict):
            raise web.HTTPError(400, "The body of this request is a JSON object")
        return body

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """What went wrong before there was anything to ask, in the form of all other errors."""
        cause = kwargs.get("exc_info", (None, None, None))[1]
        said = getattr(cause, "log_message", None) or self._reason
        code: ErrorCode = (
            "forbidden" if status_code in (401, 403) else "refused" if status_code < 500 else "fault"
        )
        hint = "Log in again: open the address that the server printed." if code == "forbidden" else ""
        self.finish(json.dumps({"code": code, "message": str(said), "hint": hint}))


class PageHandler(RunsHandler):
    """POST a Query: a Page."""

    @web.authenticated
    @_reads
    async def post(self) -> None:
        """The rows of a query."""
        query = self.body()
        await self.answer(lambda: self._page(query))

    def _page(self, query: dict[str, Any]) -> Any:
        location = self.book.locate(self.folder)
        pages = self.book.pages(location)
        if pages is None:
            return no_page(location)
        if isinstance(query.get("notebook"), str):
            query["notebook"] = self.book.notebook(query["notebook"])
        return pages.page(query)  # type: ignore[arg-type]  # `page` refuses what isn't a Query


class RevisionHandler(RunsHandler):
    """GET: a Revision."""

    _track_activity = False  # it is asked every few seconds: that is no sign of a person

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Whether anything changed."""
        await self.answer(self._revision)

    def _revision(self) -> Any:
        pages = self.book.pages(self.book.locate(self.folder))
        return pages.revision() if pages else {"revision": "none", "running": 0}


class SeriesHandler(RunsHandler):
    """POST `{"ids": [...], "key": ..., "max_points": ...}`: a list of SeriesData."""

    @web.authenticated
    @_reads
    async def post(self) -> None:
        """One metric of several runs."""
        body = self.body()
        ids, key, most = _ids(body), body.get("key"), body.get("max_points", 1000)
        if not isinstance(key, str) or not isinstance(most, int):
            raise web.HTTPError(400, '"key" is a text, "max_points" a whole number')
        await self.answer(lambda: self.ask_pages(lambda pages: pages.series(ids, key, most)))


class DetailsHandler(RunsHandler):
    """GET: RunDetails."""

    @web.authenticated
    @authorized
    async def get(self, run_id: str) -> None:
        """Everything about one run."""
        await self.answer(lambda: self.ask_pages(lambda pages: pages.details(run_id)))


class TagsHandler(RunsHandler):
    """POST a TagChange."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Sets or removes a tag."""
        body = self.body()
        run_id, key, value = body.get("id"), body.get("key"), body.get("value")
        if not isinstance(run_id, str) or not isinstance(key, str) or not isinstance(value, str | None):
            raise web.HTTPError(400, '"id" and "key" are texts, "value" is a text or null')

        def change(pages: RunPages) -> dict[str, bool]:
            pages.set_tag(run_id, key, value)
            return {"ok": True}

        await self.answer(lambda: self.ask_pages(change))


class ExperimentsHandler(RunsHandler):
    """GET: a list of ExperimentInfo."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """All experiments."""
        await self.answer(lambda: self.ask_pages(lambda pages: pages.experiments()))


class ComparisonHandler(RunsHandler):
    """POST `{"ids": [...]}`: `{"html": ...}`, what differs between these runs, escaped."""

    @web.authenticated
    @_reads
    async def post(self) -> None:
        """Compares runs."""
        ids = _ids(self.body())
        await self.answer(lambda: self._comparison(ids))

    def _comparison(self, ids: list[str]) -> dict[str, str]:
        from nbmlops.widgets.comparison import comparison_view

        if not ids:
            raise ValueRefusedError("Name the runs to compare")
        workspace = self.book.workspace(self.book.locate(self.folder))
        return {"html": comparison_view(workspace, ids).html}


def _ids(body: dict[str, Any]) -> list[str]:
    ids = body.get("ids")
    if not isinstance(ids, list) or not all(isinstance(item, str) for item in ids):
        raise web.HTTPError(400, '"ids" is a list of texts')
    return ids


ROUTES: tuple[tuple[str, type[RunsHandler]], ...] = (
    (r"/nbmlops/api/page", PageHandler),
    (r"/nbmlops/api/revision", RevisionHandler),
    (r"/nbmlops/api/series", SeriesHandler),
    (r"/nbmlops/api/runs/([0-9a-f]{32})", DetailsHandler),
    (r"/nbmlops/api/tags", TagsHandler),
    (r"/nbmlops/api/experiments", ExperimentsHandler),
    (r"/nbmlops/api/comparison", ComparisonHandler),
)
