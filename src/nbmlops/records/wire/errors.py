"""Why there is no answer."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from nbmlops.errors import (
    ConfigError,
    NbmlopsError,
    NotFoundError,
    StoreBusyError,
    StoreError,
    ValueRefusedError,
    WhereError,
)

ErrorCode = Literal["where", "refused", "not-found", "busy", "store", "config", "forbidden", "fault"]


class WireError(TypedDict):
    """Why there is no answer.

    Attributes:
        message: what happened, to what.
        hint: what to do, empty where there is nothing to say.
        column: for `where`: the 0-based place of the fault in the expression.
    """

    code: ErrorCode
    message: str
    hint: str
    column: NotRequired[int]


class Problem(TypedDict):
    """An error as the REST interface sends it: RFC 9457, and three members of our own.

    Attributes:
        type: a URN, the same for all errors of a code.
        title: what such an error is.
        status: of HTTP.
        detail: what happened, to what.
        instance: the path that was asked.
        hint: what to do, empty where there is nothing to say.
        column: for `where`: the 0-based place of the fault in the expression.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: ErrorCode
    hint: str
    column: NotRequired[int]


_CODES: tuple[tuple[type[BaseException], ErrorCode], ...] = (
    (ValueRefusedError, "refused"),
    (NotFoundError, "not-found"),
    (StoreBusyError, "busy"),
    (StoreError, "store"),
    (ConfigError, "config"),
    (NbmlopsError, "refused"),
)
_HINTS: dict[ErrorCode, str] = {
    "busy": "It is tried again by itself.",
    "store": "Runs that are under way keep what they log and write it as soon as the store is back.",
}


def wire_error(exc: BaseException) -> WireError:
    """What the front end is told of an error; of a fault of ours only its kind, never what it holds."""
    if isinstance(exc, WhereError):
        message = str(exc.args[0]).partition("\n")[0]
        return {"code": "where", "message": message, "hint": "", "column": exc.column}
    for kind, code in _CODES:
        if isinstance(exc, kind):
            return {"code": code, "message": str(exc), "hint": _HINTS.get(code, "")}
    return {
        "code": "fault",
        "message": f"nbmlops failed with {type(exc).__name__}.",
        "hint": "This is a fault of nbmlops: what the server's log says of it helps to mend it.",
    }
