"""Errors as RFC 9457 has them, and the handler that all routes share."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, TypeVar

from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import ensure_async
from tornado import web

from nbmlops.errors import NbmlopsError
from nbmlops.records.wire.errors import ErrorCode, Problem, WireError, wire_error
from nbmlops.server.service import SETTING, Service
from nbmlops.server.stores import FolderRefusedError

PROBLEM: Final = "application/problem+json"
STATUS: Final[Mapping[ErrorCode, int]] = {
    "where": 400,
    "refused": 400,
    "forbidden": 403,
    "not-found": 404,
    "busy": 503,
    "store": 503,
    "config": 500,
    "fault": 500,
}
TITLES: Final[Mapping[ErrorCode, str]] = {
    "where": "The condition can't be read",
    "refused": "The request can't be answered as it stands",
    "forbidden": "This is not allowed",
    "not-found": "There is no such thing here",
    "busy": "The store is held by others",
    "store": "The store can't be used",
    "config": "The configuration is wrong",
    "fault": "nbmlops failed",
}
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_NOT_LOGGED_IN: Final = "Log in again: open the address that the server printed."
_T = TypeVar("_T")


def problem(error: WireError, *, status: int, instance: str) -> Problem:
    """An error as the body of an answer.

    Args:
        error: what happened.
        status: of HTTP.
        instance: the path that was asked.
    """
    said: Problem = {
        "type": f"urn:nbmlops:problem:{error['code']}",
        "title": TITLES[error["code"]],
        "status": status,
        "detail": error["message"],
        "instance": instance,
        "code": error["code"],
        "hint": error["hint"],
    }
    if "column" in error:
        said["column"] = error["column"]
    return said


class RefusedRequest(Exception):  # noqa: N818 - it is no fault of nbmlops
    """A request that is answered with a problem."""

    def __init__(self, status: int, message: str, hint: str = "", code: ErrorCode = "refused") -> None:
        super().__init__(message)
        self.status = status
        self.error: WireError = {"code": code, "message": message, "hint": hint}


class RouteHandler(APIHandler):
    """What is the same for all routes: who may ask, where the work is done, how errors are told."""

    auth_resource: ClassVar[str] = "nbmlops"

    @property
    def service(self) -> Service:
        """What the routes share."""
        found: Service = self.settings[SETTING]
        return found

    @property
    def folder(self) -> str:
        """Whose store the request is about."""
        return str(self.get_query_argument("folder", ""))

    @property
    def allowed(self) -> list[str]:
        """The methods of this path."""
        kind, none = type(self), web.RequestHandler
        return [one for one in _METHODS if getattr(kind, one.lower()) is not getattr(none, one.lower())]

    async def authorize(self, action: str) -> None:
        """Lets those on who may do this: `read` or `write`.

        Raises:
            RefusedRequest: the user may not.
        """
        allowed = self.authorizer.is_authorized(self, self.current_user, action, self.auth_resource)
        if not await ensure_async(allowed):
            hint = "You may look at runs here, and change nothing." if action == "write" else ""
            raise RefusedRequest(403, f"You may not {action} here", hint, "forbidden")

    async def on_thread(self, work: Callable[[], _T]) -> _T:
        """What comes of work that may wait for a store."""
        return await self.service.run(work)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Tells what went wrong, wherever it did."""
        cause = kwargs.get("exc_info", (None, None, None))[1]
        status, error = self._told(status_code, cause)
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        if status == 405:
            self.set_header("Allow", ", ".join(sorted(self.allowed)))
        said = problem(error, status=status, instance=self.request.path)
        self.finish(json.dumps(said), set_content_type=PROBLEM)

    def _told(self, status: int, cause: BaseException | None) -> tuple[int, WireError]:
        if isinstance(cause, RefusedRequest):
            return cause.status, cause.error
        if isinstance(cause, web.HTTPError) or cause is None:
            return status, self._of_http(status, cause)
        error = wire_error(cause)
        if isinstance(cause, FolderRefusedError):
            error["code"] = "forbidden"
        return STATUS[error["code"]], error

    def _of_http(self, status: int, cause: web.HTTPError | None) -> WireError:
        """What the server found before there was anything to ask."""
        message = (cause.log_message if cause else None) or self._reason
        if status in (401, 403):
            return {"code": "forbidden", "message": message, "hint": _NOT_LOGGED_IN}
        code: ErrorCode = "not-found" if status == 404 else "refused" if status < 500 else "fault"
        return {"code": code, "message": message, "hint": ""}

    def log_exception(self, *failure: Any) -> None:
        """The log has a fault of ours whole; what was asked wrongly is nothing to log."""
        cause = failure[1]
        if not isinstance(cause, NbmlopsError | RefusedRequest):
            super().log_exception(*failure)


class UnknownHandler(RouteHandler):
    """Whatever no route is for."""

    @web.authenticated
    async def get(self, *_path: str) -> None:
        """Says that there is no such route."""
        raise RefusedRequest(
            404, f"There is no route {self.request.path}", "openapi.json lists the routes.", "not-found"
        )

    head = post = put = patch = delete = get
