"""The routes of the server extension, asked over HTTP."""

from __future__ import annotations

import inspect
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tornado.web import RequestHandler

from nbmlops.server.handlers import ROUTES
from nbmlops.server.page import PAGE_ROUTES

METHODS = ("get", "head", "post", "put", "patch", "delete")
ALL_ROUTES: list[tuple[str, type[RequestHandler]]] = [*ROUTES, *PAGE_ROUTES]


def unauthenticated_methods(handler: type[RequestHandler]) -> list[str]:
    """The methods that a handler answers without asking who asks."""
    own = [name for name in METHODS if getattr(handler, name) is not getattr(RequestHandler, name)]
    # `web.authenticated` wraps by functools.wraps, and looks at the current user first.
    return [name for name in own if "current_user" not in _names_in(getattr(handler, name))]


def _names_in(method: Any) -> set[str]:
    return set(method.__code__.co_names)


@pytest.mark.parametrize("handler", [handler for _, handler in ALL_ROUTES])
def test_every_handler_asks_who_asks(handler: type[RequestHandler]) -> None:
    assert unauthenticated_methods(handler) == []


def test_a_handler_that_lets_anybody_in_would_be_found() -> None:
    class Open(RequestHandler):
        def get(self) -> None:
            self.finish("runs")

    assert unauthenticated_methods(Open) == ["get"]


def paths() -> list[tuple[str, str]]:
    """Every route with each method that it has."""
    found = []
    for pattern, handler in ALL_ROUTES:
        path = pattern.replace("([0-9a-f]{32})", "0" * 32).replace("/?", "/").replace("\\", "")
        own = [m for m in METHODS if getattr(handler, m) is not getattr(RequestHandler, m)]
        found += [(path, method.upper()) for method in own]
    return found


@pytest.mark.parametrize("token", [None, "wrong"])
@pytest.mark.parametrize(("path", "method"), paths())
def test_nobody_is_let_in_without_the_token(server: Any, path: str, method: str, token: str | None) -> None:
    answer = server.ask(path, b"{}" if method == "POST" else None, method=method, token=token)
    # A page leads to the login, all else refuses.
    assert answer.status == (302 if path == "/nbmlops/" or path.endswith(".js") else 403)
    assert b"forest" not in answer.body


def test_a_cookie_alone_changes_nothing(server: Any) -> None:
    login = server.ask(f"/nbmlops/?token={server.token}", token=None)
    cookies = "; ".join(
        value.split(";")[0] for name, value in login.headers.items() if name.lower() == "set-cookie"
    )
    assert cookies
    forged = server.ask("/nbmlops/api/tags?folder=churn", {}, token=None, headers={"Cookie": cookies})
    assert forged.status == 403


def test_a_page_of_the_folders_store(server: Any) -> None:
    answer = server.ask("/nbmlops/api/page?folder=churn", {"where": "metrics.accuracy > 0.905"})
    assert answer.status == 200
    assert [row["name"] for row in answer.json["rows"]] == ["forest-2", "forest-1"]
    assert server.ask("/nbmlops/api/revision?folder=churn").json["revision"] == answer.json["revision"]
    assert server.ask("/nbmlops/api/experiments?folder=churn").json == [
        {"name": "churn", "runs": 3, "goal": ""}
    ]


def test_curves_details_and_comparison(server: Any) -> None:
    ids = [row["id"] for row in server.ask("/nbmlops/api/page?folder=churn", {}).json["rows"]]
    curves = server.ask("/nbmlops/api/series?folder=churn", {"ids": ids, "key": "loss"}).json
    assert [curve["values"] for curve in curves] == [[1.0, 0.5, 0.25]] * 3
    details = server.ask(f"/nbmlops/api/runs/{ids[0]}?folder=churn").json
    assert details["row"]["id"] == ids[0]
    html = server.ask("/nbmlops/api/comparison?folder=churn", {"ids": ids}).json["html"]
    assert "max_depth" in html
    assert "<script" not in html


def test_a_tag_is_set(server: Any) -> None:
    run_id = server.ask("/nbmlops/api/page?folder=churn", {"text": "forest-0"}).json["rows"][0]["id"]
    change = {"id": run_id, "key": "seen", "value": "yes"}
    assert server.ask("/nbmlops/api/tags?folder=churn", change).status == 200
    assert server.ask(f"/nbmlops/api/runs/{run_id}?folder=churn").json["row"]["tags"] == {"seen": "yes"}
    assert server.ask("/nbmlops/api/tags?folder=churn", change | {"value": None}).status == 200
    assert server.ask(f"/nbmlops/api/runs/{run_id}?folder=churn").json["row"]["tags"] == {}


@pytest.mark.parametrize(
    "folder", ["..", "../outside", "churn/../../outside", "way-out", "/..", "%2e%2e/outside", "..%2Foutside"]
)
def test_no_folder_leads_out_of_the_root(server: Any, folder: str) -> None:
    answer = server.ask(f"/nbmlops/api/page?folder={folder}", {})
    assert answer.status in (403, 404)
    assert answer.json["code"] in ("forbidden", "not-found")
    assert b"forest" not in answer.body
    assert str(server.outside).encode() not in answer.body


def test_an_absolute_path_is_one_inside_the_root(server: Any) -> None:
    assert server.ask(f"/nbmlops/api/page?folder={server.outside}", {}).status == 404


def test_to_look_makes_no_store(server: Any) -> None:
    answer = server.ask("/nbmlops/api/page?folder=empty", {})
    assert (answer.status, answer.json["made"], answer.json["rows"]) == (200, False, [])
    assert server.ask("/nbmlops/api/revision?folder=empty").json == {"revision": "none", "running": 0}
    refused = server.ask("/nbmlops/api/series?folder=empty", {"ids": [], "key": "loss"})
    assert refused.status == 404
    assert "%%track" in refused.json["message"]
    assert list((server.root / "empty").iterdir()) == []


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("page?folder=churn", {"where": "metrics.accuracy >"}, 400, "where"),
        ("page?folder=churn", {"where": "metrics.acuracy > 0"}, 400, "where"),
        ("page?folder=churn", {"order_by": "; drop"}, 400, "refused"),
        ("page?folder=churn", [], 400, "refused"),
        ("page?folder=churn", b"no json", 400, "refused"),
        ("page?folder=nowhere", {}, 404, "not-found"),
        ("page?folder=a%00b", {}, 404, "not-found"),
        ("series?folder=churn", {"ids": "x", "key": "loss"}, 400, "refused"),
        ("series?folder=churn", {"ids": [], "key": 3}, 400, "refused"),
        ("runs/" + "0" * 32 + "?folder=churn", None, 404, "not-found"),
        ("tags?folder=churn", {"id": "0" * 32, "key": "a", "value": "b"}, 404, "not-found"),
        ("tags?folder=churn", {"id": 1, "key": "a", "value": "b"}, 400, "refused"),
        ("comparison?folder=churn", {"ids": []}, 400, "refused"),
        ("comparison?folder=churn", {"ids": ["0" * 32]}, 404, "not-found"),
    ],
)
def test_a_refusal_says_why_in_one_form(server: Any, path: str, body: Any, status: int, code: str) -> None:
    answer = server.ask(f"/nbmlops/api/{path}", body)
    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.json["message"]
    assert "hint" in answer.json
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
        rows = server.ask("/nbmlops/api/page?folder=again", {}).json["rows"]
        assert [row["name"] for row in rows] == [name]
        shutil.rmtree(folder / ".nbmlops")
        assert server.ask("/nbmlops/api/page?folder=again", {}).json["made"] is False


def test_a_damaged_store_is_said_to_be_so_and_others_are_still_served(server: Any) -> None:
    folder = server.root / "damaged"
    (folder / ".nbmlops" / "journals").mkdir(parents=True)
    (folder / ".nbmlops" / "store.db").write_bytes(b"this is no database" * 1000)
    answer = server.ask("/nbmlops/api/page?folder=damaged", {})
    assert (answer.status, answer.json["code"]) == (503, "store")
    assert "damaged" in answer.json["message"] or "database" in answer.json["message"]
    assert server.ask("/nbmlops/api/page?folder=churn", {}).status == 200


def test_a_notebooks_path_is_that_which_its_kernel_records(server: Any) -> None:
    track = (
        "from nbmlops.session import session\n"
        f"with session().start_run('cell', kind='cell', notebook={str(server.root / 'churn' / 'n.ipynb')!r}): pass"
    )
    subprocess.run([sys.executable, "-c", track], cwd=server.root / "churn", check=True, capture_output=True)
    found = server.ask("/nbmlops/api/page?folder=churn", {"notebook": "churn/n.ipynb"}).json
    assert [row["name"] for row in found["rows"]] == ["cell"]


def test_the_routes_are_all_in_the_module_of_routes() -> None:
    import nbmlops.server.handlers as module

    made = {
        handler
        for _, handler in inspect.getmembers(module, inspect.isclass)
        if issubclass(handler, module.RunsHandler) and handler is not module.RunsHandler
    }
    assert made == {handler for _, handler in ROUTES}


def test_the_package_names_its_extension_points(root: Path) -> None:
    import nbmlops

    (point,) = nbmlops._jupyter_server_extension_points()
    assert point == {"module": "nbmlops.server.extension"}
    (place,) = nbmlops._jupyter_labextension_paths()
    assert f'"name": "{place["dest"]}"' in (root / "labextension" / "package.json").read_text()
