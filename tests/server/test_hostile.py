"""Requests of those who mean no good: they are refused or answered, and never make the server fail."""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from nbmlops.answers.desk import WHO
from nbmlops.server.routes import API, ROUTES, Route

NOBODY = "0" * 32
TEXTS = [
    "a\0b",
    "\ud800",
    "\U0001f600" * 100,
    "'; DROP TABLE runs; --",
    "../../etc/passwd",
    "<script>",
    "%s%n{0}",
    "",
    "a" * 20_000,
]
VALUES = [*TEXTS, -1, 2**70, 1e308, True, None, [], {}, [[]], {"a": {"b": []}}, ["\0"], [None], {"": ""}]


def name_of(route: Route) -> str:
    return f"{route.method} {route.path}"


def attacks(route: Route) -> Iterator[dict[str, Any]]:
    """Each argument with each hostile value, the others as they are often sent."""
    hints = typing.get_type_hints(getattr(WHO[route.question], route.question))
    hints.pop("return", None)
    usual = {"ids": [NOBODY], "query": {}, "key": "loss", "run_id": NOBODY, "note": "x", "name": "x"}
    for name in hints:
        for value in VALUES:
            yield {key: usual[key] for key in hints if key in usual} | {name: value}


def hostile_answers(server: Any, route: Route) -> Iterator[tuple[Any, Any]]:
    for arguments in attacks(route):
        path = route.path
        for name in re.findall(r"\{(\w+)\}", path):
            path = path.replace(
                f"{{{name}}}", quote(str(arguments.pop(name)).encode("utf-8", "replace"), safe="") or "x"
            )
        if not route.in_address:
            yield arguments, server.ask(f"/{API}{path}?folder=churn", arguments, method=route.method)
            continue
        query = "&".join(
            f"{key}={quote(str(value).encode('utf-8', 'replace'))}" for key, value in arguments.items()
        )
        yield arguments, server.ask(f"/{API}{path}?folder=churn&{query}", method=route.method)


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_no_argument_makes_it_fail(server: Any, route: Route) -> None:
    for arguments, answer in hostile_answers(server, route):
        assert answer.status < 500, (arguments, answer.body[:500])
        assert b"Traceback" not in answer.body
        assert answer.headers["Content-Type"].startswith("application/")


@pytest.mark.parametrize("part", sorted(typing.get_type_hints(WHO["page"].page)["query"].__annotations__))
def test_no_part_of_a_query_makes_it_fail(server: Any, part: str) -> None:
    for value in VALUES:
        answer = server.ask(f"/{API}/runs/query?folder=churn", {"query": {part: value}})
        assert answer.status in (200, 400), (value, answer.body[:500])
        text = quote(str(value).encode("utf-8", "replace"))
        assert server.ask(f"/{API}/runs?folder=churn&{part}={text}").status in (200, 400)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/xml"]
)
def test_a_body_that_is_no_json_is_refused(server: Any, kind: str) -> None:
    answer = server.ask(f"/{API}/runs/query?folder=churn", b"query=1", headers={"Content-Type": kind})
    assert (answer.status, answer.json["code"]) in ((415, "refused"), (400, "refused"))
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_json_with_its_charset_is_json(server: Any) -> None:
    kind = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert server.ask(f"/{API}/runs/query?folder=churn", {"query": {}}, headers=kind).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/v1",
        "/v1/",
        "/v2/runs",
        "/v1/runs/",
        "/v1//runs",
        "/v1/runs/x/y/z",
        "/page",
        "/v1/%00",
        "/v1/..%2f..",
    ],
)
def test_whatever_no_route_is_for_is_told_so(server: Any, path: str) -> None:
    answer = server.ask(f"/nbmlops/api{path}")
    assert answer.status == 404
    assert answer.json["code"] == "not-found"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert server.ask(f"/nbmlops/api{path}", token=None).status == 403


@pytest.mark.parametrize("query", ["folder=%ff", "folder=a&folder=../outside", "where=%ff", "ids=a&ids=%00"])
def test_addresses_that_are_no_text_are_refused(server: Any, query: str) -> None:
    answer = server.ask(f"/{API}/runs?{query}")
    assert answer.status in (200, 400, 403, 404)
    assert json.loads(answer.body)


def test_a_long_address_is_refused(server: Any) -> None:
    assert server.ask(f"/{API}/runs?folder=churn&where={'a' * 40_000}").status == 400
