"""What a request says, in its body or in its address; whoever sent it may have sent anything."""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

from tornado.httputil import HTTPServerRequest

from nbmlops.server.problems import RefusedRequest

MOST_BYTES: Final = 16 << 20


def json_object(request: HTTPServerRequest) -> dict[str, Any]:
    """The object that a body holds; an empty one where there is no body.

    Raises:
        RefusedRequest: it is too large, of another type, no JSON, or no object.
    """
    if len(request.body) > MOST_BYTES:
        raise RefusedRequest(413, f"The body of this request has more than {MOST_BYTES >> 20} MiB")
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind and kind != "application/json":
        raise RefusedRequest(
            415, f"The body of this request is of the type {kind!r}", "Send JSON, as application/json."
        )
    if not request.body.strip():
        return {}
    body = _parsed(request.body)
    if not isinstance(body, dict):
        raise RefusedRequest(400, "The body of this request is a JSON object")
    return body


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError as exc:
        raise RefusedRequest(400, "The body of this request is nested too deeply") from exc
    except ValueError as exc:  # no JSON, no UTF-8, or a number of thousands of digits
        raise RefusedRequest(400, f"The body of this request is no JSON: {exc}") from exc


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}")
