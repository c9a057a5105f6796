"""The OpenAPI document: that of these routes, valid, and what a real server answers."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from nbmlops.server.document import DOCUMENT
from nbmlops.server.openapi import text
from nbmlops.server.routes import API, ROUTES, Route

# What is asked of each question beside ids and keys of metrics; a new question with other arguments has a line here.
VIEW = {
    "name": "v", "experiment": "", "where": "", "text": "", "order_by": "", "columns": [], "group_by": [], "metric": "",
}  # fmt: skip
SAMPLES: dict[str, dict[str, Any]] = {
    "page": {"query": {"limit": 2}},
    "run_ids": {"query": {}},
    "where_values": {"field": "params.max_depth"},
    "change": {"note": "sampled"},
    "change_run": {"note": "sampled"},
    "changes": {"changes": []},
    "cells": {"notebook": "churn/n.ipynb", "cells": ["a"]},
    "notebook_place": {"recorded": "/elsewhere/n.ipynb"},
    "save_view": {"view": VIEW},
    "delete_view": {"name": "v"},
    "spread": {"query": {}, "columns": ["started", "metrics.accuracy"]},
    "importance": {"query": {}, "metric": "accuracy"},
    "data": {"name": "table"},
    "preview": {"name": "notes.txt"},
}


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads(DOCUMENT.read_text(encoding="utf-8"))


def test_it_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == text(), "run `make openapi`"


def test_it_is_valid(document: Any) -> None:
    assert [str(fault) for fault in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_it_has_every_route_and_no_other(document: Any) -> None:
    ours = {(route.path, route.method.lower()) for route in ROUTES}
    others = {("/events", "get"), ("/openapi.json", "get"), ("/runs/{run_id}/artifacts/{name}", "get")}
    assert {
        (path, method) for path, methods in document["paths"].items() for method in methods
    } == ours | others


def test_a_name_in_braces_is_a_parameter(document: Any) -> None:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert named == set(re.findall(r"\{(\w+)\}", path))
            assert operation["summary"]


def test_the_server_has_it(server: Any, document: Any) -> None:
    assert server.ask(f"/{API}/openapi.json").json == document


def validator(document: Any, schema: Any) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": document["components"]})


def sample(operation: Any, route: Route, ids: list[str]) -> dict[str, Any]:
    """Arguments that a question takes, found by their names."""
    wanted = [one["name"] for one in operation["parameters"] if one.get("required")]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    usual: dict[str, Any] = {
        "run_id": ids[0],
        "ids": ids,
        "key": "loss",
        "old": ids[0],
        "new": ids[1],
        "name": "bars",
    }
    found = {name: usual[name] for name in [*wanted, *body.get("required", [])] if name in usual}
    return found | SAMPLES.get(route.question, {})


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_what_is_answered_is_what_the_document_says(server: Any, document: Any, route: Route) -> None:
    operation = document["paths"][route.path][route.method.lower()]
    ids = [row["id"] for row in server.ask(f"/{API}/runs?folder=churn&text=forest").json["rows"]]
    arguments = sample(operation, route, ids)
    path = re.sub(r"\{(\w+)\}", lambda found: arguments.pop(found[1]), route.path)
    if route.question == "delete_view":
        server.ask(f"/{API}/views?folder=churn", {"view": VIEW}, method="PUT")
    if route.in_address:
        said = "&".join(f"{key}={value}" for key, value in arguments.items() if key != route.whole)
        answer = server.ask(f"/{API}{path}?folder=churn&{said}", method=route.method)
    else:
        if "requestBody" in operation:  # all that some take stands in the path
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            validator(document, schema).validate(arguments)
        answer = server.ask(f"/{API}{path}?folder=churn", arguments, method=route.method)
    assert answer.status == 200, f"{answer.body!r}: give {route.question} arguments in SAMPLES"
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    validator(document, schema).validate(answer.json)


@pytest.mark.parametrize(
    ("path", "status"), [("runs?where=)", 400), ("runs/0", 404), ("runs?folder=..", 403), ("nothing", 404)]
)
def test_a_refusal_is_what_the_document_says(server: Any, document: Any, path: str, status: int) -> None:
    answer = server.ask(
        f"/{API}/{path}" + ("" if "folder" in path else ("&" if "?" in path else "?") + "folder=churn")
    )
    assert answer.status == status
    response = document["components"]["responses"][f"Problem{status}"]
    validator(document, response["content"]["application/problem+json"]["schema"]).validate(answer.json)
