"""The OpenAPI document of the routes, made of their table, the questions' signatures and the messages.

`python -m nbmlops.server.openapi` writes it where the server finds it; a test compares.
"""

from __future__ import annotations

import inspect
import json
import re
import typing
from collections.abc import Mapping
from typing import Any, Final

from nbmlops.answers.desk import WHO
from nbmlops.records import wire
from nbmlops.records.wire.errors import Problem
from nbmlops.records.wire.rows import Revision
from nbmlops.server.document import DOCUMENT
from nbmlops.server.routes import API, ROUTES, Route
from nbmlops.server.schemas import Schema, Schemas, described

_ABOUT: Final = """\
Runs of a store of nbmlops, as JupyterLab's server and `nbmlops ui` serve them. Log in with the server's token in a \
header, `Authorization: token ...`. A browser sends its cookie instead, and for all but GET the value of the cookie \
`_xsrf` in the header `X-XSRFToken`.

Errors are problem details (RFC 9457). A GET has an ETag; with `If-None-Match` it is answered by 304 \
when nothing changed.

"""
_FOLDER: Final[Schema] = {
    "name": "folder",
    "in": "query",
    "description": "Whose store is asked, relative to the folder that the server was started in. `nbmlops ui` "
    "knows one store, and needs none.",
    "schema": {"type": "string"},
}
_PROBLEMS: Final[Mapping[str, str]] = {
    "400": "The request can't be answered as it stands: its code is `refused`, or `where`.",
    "403": "Not logged in, not allowed, or a folder outside of the server's: `forbidden`.",
    "404": "No such run, view, artifact, folder or route; or no store was made yet: `not-found`.",
    "413": "The body is too large: `refused`.",
    "415": "The body is not JSON: `refused`.",
    "500": "A fault of nbmlops, or a wrong configuration: `fault`, `config`.",
    "503": "The store can't be used, or is held by others: `store`, `busy`.",
}
_OF_BODIES: Final = ("413", "415")


def document() -> Schema:
    """The whole document."""
    schemas = Schemas()
    schemas.of(Problem)
    paths: dict[str, Schema] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    paths |= {
        "/events": _events(schemas),
        "/runs/{run_id}/artifacts/{name}": _artifact(),
        "/openapi.json": _itself(),
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "nbmlops", "version": "1", "description": _ABOUT + _rules(), "license": _LICENSE},
        "servers": [{"url": f"/{API}", "description": "Below the server's base URL."}],
        "security": [{"token": []}, {"cookie": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.named.items())),
            "responses": {f"Problem{status}": _problem(said) for status, said in _PROBLEMS.items()},
            "securitySchemes": _SCHEMES,
        },
    }


_LICENSE: Final = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
_SCHEMES: Final = {
    "token": {
        "type": "apiKey", "in": "header", "name": "Authorization", "description": "`token` and the server's token.",
    },
    "cookie": {"type": "apiKey", "in": "cookie", "name": "username-localhost-PORT"},
}  # fmt: skip


def _rules() -> str:
    """What holds for all messages, as the contract says it."""
    return "".join((inspect.getdoc(wire) or "").partition("Rules that hold")[1:])


def _operation(route: Route, schemas: Schemas) -> Schema:
    answer = getattr(WHO[route.question], route.question)
    said, parts = described(answer)
    hints = typing.get_type_hints(answer)
    returned = hints.pop("return")
    in_path = re.findall(r"\{(\w+)\}", route.path)
    parameters = [_parameter(name, "path", schemas.of(hints.pop(name)), parts) for name in in_path]
    defaults = {
        name for name, one in inspect.signature(answer).parameters.items() if one.default is not one.empty
    }
    found: Schema = {"operationId": f"{route.method.lower()}_{route.question}", "summary": said}
    if route.in_address:
        parameters += _in_query(route, hints, defaults, parts, schemas)
    elif hints:
        found["requestBody"] = _body(hints, defaults, parts, schemas)
    found["parameters"] = [*parameters, _FOLDER]
    found["responses"] = _responses(route, schemas.of(returned))
    return found


def _in_query(
    route: Route, hints: Mapping[str, Any], defaults: set[str], parts: Mapping[str, str], schemas: Schemas
) -> list[Schema]:
    if route.whole:
        message = hints[route.whole]
        kinds, parts = typing.get_type_hints(message), described(message)[1]
        return [_parameter(name, "query", schemas.of(kind), parts) for name, kind in kinds.items()]
    return [
        _parameter(name, "query", schemas.of(kind), parts, required=name not in defaults)
        for name, kind in hints.items()
    ]


def _parameter(
    name: str, place: str, schema: Schema, parts: Mapping[str, str], *, required: bool = False
) -> Schema:
    found: Schema = {"name": name, "in": place, "schema": schema}
    if name in parts:
        found["description"] = parts[name]
    return found | ({"required": True} if required or place == "path" else {})


def _body(hints: Mapping[str, Any], defaults: set[str], parts: Mapping[str, str], schemas: Schemas) -> Schema:
    properties = {
        name: schemas.of(kind) | ({"description": parts[name]} if name in parts else {})
        for name, kind in hints.items()
    }
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    required = [name for name in hints if name not in defaults]
    if required:
        schema["required"] = required
    return {"required": bool(required), "content": {"application/json": {"schema": schema}}}


def _responses(route: Route, schema: Schema) -> Schema:
    answer: Schema = {"description": "The answer.", "content": {"application/json": {"schema": schema}}}
    if route.method == "GET":
        answer["headers"] = {"ETag": _header("Of what the answer says.")}
        if route.question == "page":
            answer["headers"] |= {
                "Link": _header("Where the next page and the one before are: RFC 8288, `next` and `prev`."),
                "X-Total-Count": {"description": "How many runs were found.", "schema": {"type": "integer"}},
            }
    spared = _OF_BODIES if route.in_address else ()
    problems = {
        status: {"$ref": f"#/components/responses/Problem{status}"}
        for status in _PROBLEMS
        if status not in spared
    }
    unchanged = {"304": {"description": "What the client has is still so."}} if route.method == "GET" else {}
    return {"200": answer, **unchanged, **problems}


def _header(said: str) -> Schema:
    return {"description": said, "schema": {"type": "string"}}


def _problem(said: str) -> Schema:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": said, "content": {"application/problem+json": {"schema": schema}}}


def _events(schemas: Schemas) -> Schema:
    schemas.of(Revision)
    return _plain(
        "get_events",
        "Server-sent events: `revision`, whose data is a Revision, now and after each change; `problem`, whose data "
        "is an object with `code`, `message` and `hint`, when the store can't be read.",
        {"text/event-stream": {"schema": {"type": "string"}}},
        [_FOLDER],
    )


def _artifact() -> Schema:
    said = {"path": "One file of an artifact that is a folder; without it all of them come as a zip file."}
    text: Schema = {"type": "string"}
    return _plain(
        "get_artifact",
        "The bytes of an artifact. Only images, texts and JSON are shown by a browser, and nothing in them runs.",
        {"*/*": {"schema": {}}},
        [
            _parameter("run_id", "path", text, {}),
            _parameter("name", "path", text, {"name": "It may hold slashes."}),
            _parameter("path", "query", text, said),
            _FOLDER,
        ],
    )


def _itself() -> Schema:
    return _plain("get_openapi", "This document.", {"application/json": {"schema": {"type": "object"}}}, [])


def _plain(name: str, said: str, content: Schema, parameters: list[Schema]) -> Schema:
    problems = {
        status: {"$ref": f"#/components/responses/Problem{status}"} for status in ("403", "404", "503")
    }
    responses = {"200": {"description": "The answer.", "content": content}, **problems}
    return {"get": {"operationId": name, "summary": said, "parameters": parameters, "responses": responses}}


def text() -> str:
    """The document as it is kept."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(text(), encoding="utf-8")
