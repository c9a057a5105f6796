"""Below a path of JupyterHub's, and with somebody who may only read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nbmlops.server.routes import API, ROUTES, Route

from .conftest import Server, jupyter_server, page_server

BASE = "/user/ada"
CONFIG = """
import json
from jupyter_server.auth import Authorizer

class ReadsOnly(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        if "/nbmlops/" in handler.request.path:
            with open({log!r}, "a") as log:
                print(json.dumps([action, resource, handler.request.method, handler.request.path]), file=log)
        return action == "read"

c.ServerApp.authorizer_class = ReadsOnly
"""


class Hub:
    """A server below a path, whose users may only read; it notes what they were asked for."""

    def __init__(self, server: Server, log: Path) -> None:
        self.server = server
        self._log = log

    def ask(self, path: str, body: Any = None, **options: Any) -> Any:
        return self.server.ask(BASE + path, body, **options)

    def asked(self) -> list[list[str]]:
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        self._log.write_text("")
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Hub]:
    home = tmp_path_factory.mktemp("hub")
    (home / "config").mkdir()
    log = home / "asked"
    (home / "config" / "jupyter_server_config.py").write_text(CONFIG.format(log=str(log)))
    with jupyter_server(home, root, f"--ServerApp.base_url={BASE}/") as server:
        yield Hub(server, log)


def path_of(route: Route, run_id: str = "0" * 32) -> str:
    return f"/{API}" + re.sub(r"\{\w+\}", run_id, route.path) + "?folder=churn"


def name_of(route: Route) -> str:
    return f"{route.method} {route.path}"


def test_all_is_served_below_the_path_and_nothing_beside_it(hub: Hub) -> None:
    page = hub.ask("/nbmlops/")
    assert f'src="{BASE}/nbmlops/assets/app.js"' in page.body.decode()
    assert '{"baseUrl": "/user/ada/"}' in page.body.decode().replace("&quot;", '"')
    assert hub.ask("/nbmlops/assets/app.js").status == 200
    runs = hub.ask(f"/{API}/runs?folder=churn&limit=1")
    assert runs.json["total"] == 3
    assert f"<{BASE}/{API}/runs?" in runs.headers["Link"]
    assert hub.server.ask(f"/{API}/runs?folder=churn").status == 404


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_each_route_asks_for_the_right_that_it_needs(hub: Hub, route: Route) -> None:
    hub.asked()
    answer = hub.ask(path_of(route), None if route.method == "GET" else {}, method=route.method)
    action = "write" if route.changes else "read"
    assert hub.asked() == [[action, "nbmlops", route.method, BASE + path_of(route).partition("?")[0]]]
    assert (answer.status == 403) == route.changes


@pytest.mark.parametrize("path", ["events", "openapi.json", f"runs/{'0' * 32}/artifacts/a"])
def test_so_does_what_is_no_question(hub: Hub, path: str) -> None:
    hub.asked()
    with hub.server.stream(f"{BASE}/{API}/{path}?folder=churn") as response:
        assert response.status in (200, 404)
    assert [asked[:2] for asked in hub.asked()] == [["read", "nbmlops"]]


@pytest.mark.parametrize("route", [one for one in ROUTES if one.changes], ids=name_of)
def test_who_may_only_read_changes_nothing_and_is_told_so(hub: Hub, route: Route) -> None:
    rows = hub.ask(f"/{API}/runs?folder=churn").json["rows"]
    ids = [row["id"] for row in rows]
    body = {"ids": ids, "note": "x", "changes": [{"ids": ids, "note": "x"}]}
    answer = hub.ask(path_of(route, ids[0]), body, method=route.method)
    assert (answer.status, answer.json["code"]) == (403, "forbidden")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "look at runs" in answer.json["hint"]
    assert hub.ask(f"/{API}/runs?folder=churn").json["rows"] == rows


def test_who_may_only_read_reads_all(hub: Hub) -> None:
    ids = [row["id"] for row in hub.ask(f"/{API}/runs/query?folder=churn", {"query": {}}).json["rows"]]
    assert len(ids) == 3
    assert hub.ask(f"/{API}/runs/{ids[0]}?folder=churn").status == 200
    assert hub.ask(f"/{API}/series?folder=churn", {"ids": ids, "key": "loss"}).status == 200


def test_the_page_of_its_own_stands_below_a_path_too(tmp_path: Path) -> None:
    with page_server(
        tmp_path,
        "--base-url",
        "user/ada/proxy/absolute/8010",
        "--allow-remote",
        base="/user/ada/proxy/absolute/8010/",
    ) as ui:
        answer = ui.server.ask(ui.address.partition(str(ui.server.port))[2], token=None)
        assert answer.status == 200
        assert "/user/ada/proxy/absolute/8010/nbmlops/assets/app.js" in answer.body.decode()
        # A proxy passes on the name that the browser asked.
        runs = f"/user/ada/proxy/absolute/8010/{API}/runs"
        assert ui.server.ask(runs, headers={"Host": "hub.example"}).json["total"] == 3
        assert ui.server.ask(f"/{API}/runs").status == 404
