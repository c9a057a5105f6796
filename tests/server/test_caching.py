"""Pages that lead to each other, and answers that need not be sent again."""

from __future__ import annotations

import re
from typing import Any

import pytest

from nbmlops.server.routes import API, ROUTES

RUNS = f"/{API}/runs?folder=churn"


def link(answer: Any, rel: str) -> str | None:
    found = re.search(rf'<([^>]+)>; rel="{rel}"', answer.headers.get("Link", ""))
    return found[1] if found else None


def test_each_page_leads_to_the_next_and_back(server: Any) -> None:
    at: str | None = f"{RUNS}&limit=1&order_by=name&text=forest&token={server.token}"
    names, pages = [], []
    while at:
        pages.append(server.ask(at))
        names += [row["name"] for row in pages[-1].json["rows"]]
        at = link(pages[-1], "next")
    assert names == ["forest-0", "forest-1", "forest-2"]
    assert [page.headers["X-Total-Count"] for page in pages] == ["3"] * 3
    assert [link(page, "prev") is None for page in pages] == [True, False, False]
    assert server.ask(link(pages[2], "prev")).json["rows"] == pages[1].json["rows"]
    assert all(server.token not in page.headers.get("Link", "") for page in pages)


@pytest.mark.parametrize("path", ["runs", "revision", "experiments", "views", "openapi.json"])
def test_what_did_not_change_is_not_sent_again(server: Any, path: str) -> None:
    address = f"/{API}/{path}?folder=churn"
    first = server.ask(address)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = server.ask(address, headers={"If-None-Match": first.headers["Etag"]})
    assert (again.status, again.body) == (304, b"")
    assert again.headers["Etag"] == first.headers["Etag"]
    # As a proxy that packs answers passes it on.
    weak = server.ask(address, headers={"If-None-Match": f'"x", W/{first.headers["Etag"]}'})
    assert weak.status == 304


def test_another_question_or_another_state_is_answered(server: Any) -> None:
    first = server.ask(RUNS)
    known = {"If-None-Match": first.headers["Etag"]}
    assert server.ask(f"{RUNS}&limit=1", headers=known).status == 200
    assert server.ask(f"/{API}/runs?folder=empty", headers=known).status == 200
    run_id = first.json["rows"][0]["id"]
    server.ask(f"/{API}/runs/{run_id}?folder=churn", {"note": "new"}, method="PATCH")
    changed = server.ask(RUNS, headers=known)
    assert changed.status == 200
    assert changed.headers["Etag"] != first.headers["Etag"]


def test_the_headers_alone_are_the_same(server: Any) -> None:
    whole = server.ask(RUNS)
    head = server.ask(RUNS, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    for name in ("Etag", "Content-Length", "Content-Type", "X-Total-Count"):
        assert head.headers[name] == whole.headers[name]


def test_a_fault_is_never_kept(server: Any) -> None:
    refused = server.ask(f"{RUNS}&where=)")
    assert refused.headers["Cache-Control"] == "no-store"
    assert "Etag" not in refused.headers
    assert (
        server.ask(f"/{API}/series?folder=churn", {"ids": [], "key": "a"}).headers["Cache-Control"]
        == "no-store"
    )


def test_only_what_is_asked_by_get_may_follow_the_revision() -> None:
    assert all(route.method == "GET" for route in ROUTES if route.follows_revision)
