"""The routes of the server extension, asked over HTTP."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import Any

import pytest
from tornado.web import RequestHandler

from nbmlops.answers.desk import WHO
from nbmlops.server.handlers import handlers
from nbmlops.server.page import PAGE_ROUTES
from nbmlops.server.routes import API, ROUTES, Route

METHODS = ("get", "head", "post", "put", "patch", "delete")
ALL_HANDLERS: list[type[RequestHandler]] = list(
    dict.fromkeys(handler for _, handler, *_ in [*handlers(), *PAGE_ROUTES])
)


def unauthenticated_methods(handler: type[RequestHandler]) -> list[str]:
    """The methods that a handler answers without asking who asks."""
    own = [name for name in METHODS if getattr(handler, name) is not getattr(RequestHandler, name)]
    # `web.authenticated` wraps by functools.wraps, and looks at the current user first.
    return [name for name in own if "current_user" not in getattr(handler, name).__code__.co_names]


@pytest.mark.parametrize("handler", ALL_HANDLERS)
def test_every_handler_asks_who_asks(handler: type[RequestHandler]) -> None:
    assert unauthenticated_methods(handler) == []


def test_a_handler_that_lets_anybody_in_would_be_found() -> None:
    class Open(RequestHandler):
        def get(self) -> None:
            self.finish("runs")

    assert unauthenticated_methods(Open) == ["get"]


def test_every_question_has_a_route_and_every_route_a_question() -> None:
    assert {route.question for route in ROUTES} == set(WHO)
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)


def path_of(route: Route) -> str:
    return f"/{API}" + re.sub(r"\{\w+\}", "0" * 32, route.path)


WALKED = [
    *((path_of(route), route.method) for route in ROUTES),
    ("/nbmlops/", "GET"),
    ("/nbmlops/assets/app.js", "GET"),
]


@pytest.mark.parametrize("token", [None, "wrong"])
@pytest.mark.parametrize(("path", "method"), WALKED)
def test_nobody_is_let_in_without_the_token(server: Any, path: str, method: str, token: str | None) -> None:
    answer = server.ask(path, None if method == "GET" else b"{}", method=method, token=token)
    # A page leads to the login, all else refuses.
    assert answer.status == (403 if path.startswith(f"/{API}") else 302)
    assert b"forest" not in answer.body


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_method_that_a_path_does_not_have_is_refused_with_those_that_it_has(
    server: Any, route: Route
) -> None:
    own = {one.method for one in ROUTES if one.path == route.path}
    answer = server.ask(
        path_of(route), b"", method=next(one for one in ("PATCH", "PUT", "POST") if one not in own)
    )
    assert (answer.status, answer.json["code"]) == (405, "refused")
    assert set(answer.headers["Allow"].split(", ")) - {"HEAD"} == own


@pytest.fixture(scope="module")
def cookies(server: Any) -> str:
    login = server.ask(f"/nbmlops/?token={server.token}", token=None)
    found = [value.split(";")[0] for name, value in login.headers.items() if name.lower() == "set-cookie"]
    assert found
    return "; ".join(found)


@pytest.mark.parametrize("route", [one for one in ROUTES if one.method != "GET"], ids=path_of)
def test_a_cookie_alone_changes_nothing(server: Any, cookies: str, route: Route) -> None:
    forged = server.ask(path_of(route), b"{}", method=route.method, token=None, headers={"Cookie": cookies})
    assert forged.status == 403


def test_a_page_of_the_folders_store(server: Any) -> None:
    query = {"query": {"where": "metrics.accuracy > 0.905"}}
    answer = server.ask(f"/{API}/runs/query?folder=churn", query)
    assert answer.status == 200
    assert [row["name"] for row in answer.json["rows"]] == ["forest-2", "forest-1"]
    assert server.ask(f"/{API}/revision?folder=churn").json["revision"] == answer.json["revision"]
    experiments = server.ask(f"/{API}/experiments?folder=churn").json
    assert experiments == [{"name": "churn", "runs": 3, "goal": ""}]


def test_a_query_may_stand_in_the_address(server: Any) -> None:
    asked = (
        f"/{API}/runs?folder=churn&where=params.max_depth%20%3E%202&order_by=name&descending=false&limit=1"
    )
    answer = server.ask(asked)
    assert [row["name"] for row in answer.json["rows"]] == ["forest-1"]
    assert answer.json["total"] == 2


def test_curves_details_and_comparison(server: Any) -> None:
    ids = [row["id"] for row in server.ask(f"/{API}/runs?folder=churn").json["rows"]]
    curves = server.ask(f"/{API}/series?folder=churn", {"ids": ids, "key": "loss"}).json
    assert [curve["values"] for curve in curves] == [[1.0, 0.5, 0.25]] * 3
    details = server.ask(f"/{API}/runs/{ids[0]}?folder=churn").json
    assert details["row"]["id"] == ids[0]
    compared = server.ask(f"/{API}/comparison?folder=churn", {"ids": ids, "baseline": ids[1]}).json
    assert compared["runs"][compared["baseline"]]["row"]["id"] == ids[1]
    assert [one["key"] for one in compared["params"]] == ["max_depth"]


def test_a_run_is_changed_and_changed_back(server: Any) -> None:
    run_id = server.ask(f"/{API}/runs?folder=churn&text=forest-0").json["rows"][0]["id"]
    run = f"/{API}/runs/{run_id}?folder=churn"
    before = server.ask(run).json["row"]
    done = server.ask(run, {"tags": {"seen": "yes"}, "note": "odd"}, method="PATCH")
    assert (done.status, done.json["changed"]) == (200, 1)
    row = server.ask(run).json["row"]
    assert (row["tags"], row["note"]) == ({"seen": "yes"}, "odd")
    undone = server.ask(f"/{API}/runs/changes?folder=churn", {"changes": done.json["undo"]})
    assert undone.json["changed"] == 1
    assert server.ask(run).json["row"] == before


def test_runs_are_binned_listed_there_and_brought_back(server: Any) -> None:
    ids = [row["id"] for row in server.ask(f"/{API}/runs?folder=churn&text=forest").json["rows"]][:2]
    change = f"/{API}/runs/change?folder=churn"
    assert server.ask(change, {"ids": ids, "deleted": True}).json["changed"] == 2
    binned = server.ask(f"/{API}/runs?folder=churn&deleted=true").json
    assert ({row["id"] for row in binned["rows"]}, binned["total"]) == (set(ids), 2)
    assert server.ask(f"/{API}/runs?folder=churn&text=forest").json["total"] == 1
    assert server.ask(change, {"ids": ids, "deleted": False}).json["changed"] == 2
    assert server.ask(f"/{API}/runs?folder=churn&text=forest").json["total"] == 3


def test_a_view_is_saved_replaced_and_deleted(server: Any) -> None:
    views = f"/{API}/views?folder=churn"

    def kept() -> list[Any]:
        return [one for one in server.ask(views).json if one["experiment"] == "churn"]

    view = {
        "name": "a/b ä", "experiment": "churn", "where": "metrics.accuracy > 0.9", "text": "", "order_by": "-started",
        "columns": ["metrics.accuracy"], "group_by": [], "metric": "",
    }  # fmt: skip
    assert server.ask(views, {"view": view}, method="PUT").status == 200
    assert server.ask(views, {"view": view | {"text": "forest"}}, method="PUT").status == 200
    assert kept() == [view | {"text": "forest"}]
    gone = f"{views}&experiment=churn&name=a%2Fb%20%C3%A4"
    assert [server.ask(gone, method="DELETE").status for _ in range(2)] == [200, 404]
    assert kept() == []


@pytest.mark.parametrize(
    "folder", ["..", "../outside", "churn/../../outside", "way-out", "/..", "%2e%2e/outside", "..%2Foutside"]
)
def test_no_folder_leads_out_of_the_root(server: Any, folder: str) -> None:
    answer = server.ask(f"/{API}/runs?folder={folder}")
    assert answer.status in (403, 404)
    assert answer.json["code"] in ("forbidden", "not-found")
    assert b"forest" not in answer.body
    assert str(server.outside).encode() not in answer.body


def test_an_absolute_path_is_one_inside_the_root(server: Any) -> None:
    assert server.ask(f"/{API}/runs?folder={server.outside}").status == 404


def test_to_look_makes_no_store(server: Any) -> None:
    answer = server.ask(f"/{API}/runs?folder=empty")
    assert (answer.status, answer.json["made"], answer.json["rows"]) == (200, False, [])
    assert server.ask(f"/{API}/revision?folder=empty").json == {"revision": "none", "running": 0}
    refused = server.ask(f"/{API}/series?folder=empty", {"ids": [], "key": "loss"})
    assert refused.status == 404
    assert "%%track" in refused.json["detail"]
    assert list((server.root / "empty").iterdir()) == []


NOBODY = "0" * 32


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "runs/query", {"query": {"where": "metrics.accuracy >"}}, 400, "where"),
        ("POST", "runs/query", {"query": {"where": "metrics.acuracy > 0"}}, 400, "where"),
        ("POST", "runs/query", {"query": {"order_by": "; drop"}}, 400, "refused"),
        ("POST", "runs/query", {"query": {"colour": "red"}}, 400, "refused"),
        ("POST", "runs/query", {"query": []}, 400, "refused"),
        ("POST", "runs/query", {}, 400, "refused"),
        ("POST", "runs/query", [], 400, "refused"),
        ("POST", "runs/query", b"no json", 400, "refused"),
        ("GET", "runs?limit=many", None, 400, "refused"),
        ("GET", "runs?descending=perhaps", None, 400, "refused"),
        ("GET", "runs?colour=red", None, 400, "refused"),
        ("GET", "revision?colour=red", None, 400, "refused"),
        ("GET", "runs?folder=nowhere", None, 404, "not-found"),
        ("POST", "series", {"ids": "x", "key": "loss"}, 400, "refused"),
        ("POST", "series", {"ids": [], "key": 3}, 400, "refused"),
        ("POST", "series", {"ids": [NOBODY] * 201, "key": "loss"}, 400, "refused"),
        ("GET", f"runs/{NOBODY}", None, 404, "not-found"),
        ("PATCH", f"runs/{NOBODY}", {"note": "b"}, 404, "not-found"),
        ("PATCH", f"runs/{NOBODY}", {"note": 1}, 400, "refused"),
        ("PATCH", f"runs/{NOBODY}", {"tags": {"a": 1}}, 400, "refused"),
        ("PATCH", f"runs/{NOBODY}", {"name": "  "}, 400, "refused"),
        ("PATCH", f"runs/{NOBODY}", {}, 400, "refused"),
        ("PATCH", f"runs/{NOBODY}", {"colour": "red"}, 400, "refused"),
        ("POST", "runs/change", {"ids": [], "note": ""}, 400, "refused"),
        ("POST", "runs/change", {"ids": [NOBODY] * 10_001, "note": ""}, 400, "refused"),
        ("POST", "runs/changes", {"changes": [{"ids": [NOBODY], "note": None}]}, 400, "refused"),
        ("POST", "runs/changes", {"changes": [{"note": "x"}]}, 400, "refused"),
        ("PUT", "views", {"view": {"name": "x"}}, 400, "refused"),
        ("DELETE", "views", None, 400, "refused"),
        ("DELETE", "views?name=nothing", None, 404, "not-found"),
        ("GET", "nonsense", None, 404, "not-found"),
        ("POST", "runs/query", b'{"query": {"limit": NaN}}', 400, "refused"),
        ("POST", "runs/query", b'{"query": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "refused"),
        ("POST", "runs/query", b'{"query": ' + b'{"a":' * 200 + b"1" + b"}" * 201, 400, "refused"),
        ("POST", "runs/query", b"\xff\xfe", 400, "refused"),
        ("POST", "runs/query", b" " * (50 << 20), 413, "refused"),
        ("POST", "comparison", {"ids": []}, 400, "refused"),
        ("POST", "comparison", {"ids": [NOBODY]}, 404, "not-found"),
    ],
)
def test_a_refusal_says_why_in_one_form(
    server: Any, method: str, path: str, body: Any, status: int, code: str
) -> None:
    folder = "" if "folder=" in path else ("&" if "?" in path else "?") + "folder=churn"
    answer = server.ask(f"/{API}/{path}{folder}", body, method=method)
    assert (answer.status, answer.json["code"]) == (status, code)
    said = answer.json
    assert (said["status"], said["type"]) == (status, f"urn:nbmlops:problem:{code}")
    assert said["instance"] == f"/{API}/{path.partition('?')[0]}"
    assert said["title"]
    assert said["detail"]
    assert ("column" in said) == (code == "where")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"Traceback" not in answer.body


def test_a_store_that_is_deleted_and_made_anew_is_seen(server: Any) -> None:
    folder = server.root / "again"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    track = "import nbmlops\nwith nbmlops.start_run({!r}): pass"
    for name in ("first", "second"):
        subprocess.run(
            [sys.executable, "-c", track.format(name)], cwd=folder, check=True, capture_output=True
        )
        rows = server.ask(f"/{API}/runs?folder=again").json["rows"]
        assert [row["name"] for row in rows] == [name]
        shutil.rmtree(folder / ".nbmlops")
        assert server.ask(f"/{API}/runs?folder=again").json["made"] is False


def test_a_damaged_store_is_said_to_be_so_and_others_are_still_served(server: Any) -> None:
    folder = server.root / "damaged"
    (folder / ".nbmlops" / "journals").mkdir(parents=True)
    (folder / ".nbmlops" / "store.db").write_bytes(b"this is no database" * 1000)
    answer = server.ask(f"/{API}/runs?folder=damaged")
    assert (answer.status, answer.json["code"]) == (503, "store")
    assert "damaged" in answer.json["detail"] or "database" in answer.json["detail"]
    assert server.ask(f"/{API}/runs?folder=churn").status == 200


def test_a_notebooks_path_is_that_which_its_kernel_records(server: Any) -> None:
    folder = server.root / "notebooks"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    track = (
        "from nbmlops.session import session\n"
        f"with session().start_run('cell', kind='cell', notebook={str(folder / 'n.ipynb')!r}): pass"
    )
    subprocess.run([sys.executable, "-c", track], cwd=folder, check=True, capture_output=True)
    found = server.ask(f"/{API}/runs?folder=notebooks&notebook=notebooks/n.ipynb").json
    assert [row["name"] for row in found["rows"]] == ["cell"]


def test_the_package_names_its_extension_points(root: Any) -> None:
    import nbmlops

    (point,) = nbmlops._jupyter_server_extension_points()
    assert point == {"module": "nbmlops.server.extension"}
    (place,) = nbmlops._jupyter_labextension_paths()
    assert f'"name": "{place["dest"]}"' in (root / "labextension" / "package.json").read_text()
