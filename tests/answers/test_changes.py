"""What a reader changes of runs, and the views that he saves; over a real store."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nbmlops.answers.desk import Desk
from nbmlops.answers.store import AskedStore
from nbmlops.config import StoreLocation, locate
from nbmlops.errors import NotFoundError, ValueRefusedError
from nbmlops.workspace import Workspace


def masked(value: Any) -> Any:
    return json.loads(json.dumps(value).replace("hunter2", "***"))


def open_workspace(folder: Path) -> Workspace:
    return Workspace(StoreLocation(folder / "store"), mask=lambda value: value, on_trouble=pytest.fail)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path)
    yield opened
    opened.drain.close()
    opened.database.reset()


@pytest.fixture
def desk(workspace: Workspace) -> Desk:
    return Desk(AskedStore(workspace, masked))


def some_runs(workspace: Workspace, count: int = 3) -> list[str]:
    ids = []
    for number in range(count):
        with workspace.start_run(f"run-{number}", experiment="churn", reads_context=False) as run:
            run.set_tags({"team": f"t{number % 2}"})
        ids.append(run.id)
    workspace.sync()
    return ids


def states(desk: Desk) -> dict[str, Any]:
    rows = desk.ask("page", {"query": {}})["rows"] + desk.ask("page", {"query": {"deleted": True}})["rows"]
    return {row["id"]: (row["name"], row["note"], row["tags"]) for row in rows}


def test_many_runs_are_changed_at_once_and_back_at_once(workspace: Workspace, desk: Desk) -> None:
    ids = some_runs(workspace)
    before = states(desk)
    tags = {"team": "core", "seen": "yes"}
    done = desk.ask("change", {"ids": ids, "note": "look", "tags": tags, "deleted": True})
    assert done["changed"] == 3
    assert states(desk) == {one: (before[one][0], "look", tags) for one in ids}
    assert desk.ask("page", {"query": {}})["total"] == 0
    assert desk.ask("changes", {"changes": done["undo"]})["changed"] == 3
    assert states(desk) == before
    assert desk.ask("page", {"query": {}})["total"] == 3


def test_what_was_so_before_counts_as_no_change(workspace: Workspace, desk: Desk) -> None:
    ids = some_runs(workspace)
    done = desk.ask("change", {"ids": ids, "tags": {"team": "t0"}})
    assert (done["changed"], done["undo"]) == (1, [{"ids": [ids[1]], "tags": {"team": "t1"}}])
    assert desk.ask("change", {"ids": ids, "tags": {"team": "t0"}}) == {"changed": 0, "undo": []}


def test_one_run_that_is_gone_keeps_all_from_being_changed(workspace: Workspace, desk: Desk) -> None:
    ids = some_runs(workspace)
    before = states(desk)
    workspace.runs.purge(ids[2:])
    with pytest.raises(NotFoundError, match=ids[2]):
        desk.ask("changes", {"changes": [{"ids": ids[:2], "note": "x"}, {"ids": ids, "note": "y"}]})
    assert states(desk) == {one: before[one] for one in ids[:2]}


def test_changes_that_follow_each_other_are_undone_in_the_other_order(
    workspace: Workspace, desk: Desk
) -> None:
    ids = some_runs(workspace, 1)
    before = states(desk)
    done = desk.ask("changes", {"changes": [{"ids": ids, "name": "a"}, {"ids": ids, "name": "b"}]})
    assert states(desk)[ids[0]][0] == "b"
    desk.ask("changes", {"changes": done["undo"]})
    assert states(desk) == before


def test_secrets_are_masked_before_they_are_written(workspace: Workspace, desk: Desk) -> None:
    (run_id,) = some_runs(workspace, 1)
    change = {"name": "n hunter2", "note": "is hunter2", "tags": {"login": "hunter2"}}
    desk.ask("change_run", {"run_id": run_id, **change})
    assert states(desk)[run_id] == ("n ***", "is ***", {"team": "t0", "login": "***"})


def test_ten_thousand_runs_take_a_moment_and_one_more_is_refused(workspace: Workspace, desk: Desk) -> None:
    from sqlalchemy import insert

    from nbmlops.store import tables

    some_runs(workspace, 1)
    ids = [f"{number:032x}" for number in range(10_000)]
    rows = [{"id": one, "experiment_id": 1, "status": "FINISHED", "started": 1.0} for one in ids]
    with workspace.database.transaction() as connection:
        connection.execute(insert(tables.runs), rows)
    began = time.monotonic()
    done = desk.ask("change", {"ids": ids, "tags": {"a": "b"}, "note": "n"})
    assert time.monotonic() - began < 10  # 0.4 s where nothing else runs
    assert done["changed"] == 10_000
    assert len(done["undo"]) == 1
    with pytest.raises(ValueRefusedError, match="10001"):
        desk.ask("change", {"ids": [*ids, "f" * 32], "note": "n"})


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"name": "x" * 251},
        {"note": "x" * 100_001},
        {"tags": {" ": "x"}},
        {"tags": {"x" * 251: "x"}},
        {"tags": {"x": "x" * 5_001}},
        {"tags": {str(number): "" for number in range(101)}},
        {},
    ],
)
def test_what_is_no_change_is_refused(workspace: Workspace, desk: Desk, change: dict[str, Any]) -> None:
    (run_id,) = some_runs(workspace, 1)
    before = states(desk)
    with pytest.raises(ValueRefusedError):
        desk.ask("change_run", {"run_id": run_id, **change})
    assert states(desk) == before


def test_what_no_database_can_hold_is_left_out(workspace: Workspace, desk: Desk) -> None:
    (run_id,) = some_runs(workspace, 1)
    desk.ask("change_run", {"run_id": run_id, "note": "a\0b\ud800c"})
    assert states(desk)[run_id][1] == "ab?c"


# ------------------------------------------------------------------------------------------- views


def view(name: str, **parts: Any) -> dict[str, Any]:
    empty = {
        "experiment": "",
        "where": "",
        "text": "",
        "order_by": "",
        "columns": [],
        "group_by": [],
        "metric": "",
    }
    return {"name": name, **empty, **parts}


def test_a_view_is_there_for_all_who_open_the_store(desk: Desk, tmp_path: Path) -> None:
    first, second = view("Best", experiment="churn", group_by=["params.C"]), view("all")
    desk.ask("save_view", {"view": first})
    desk.ask("save_view", {"view": second})
    other = open_workspace(tmp_path)
    assert Desk(AskedStore(other, masked)).ask("views", {}) == [second, first]
    other.database.reset()


def test_a_view_is_known_by_its_name_in_its_experiment(desk: Desk) -> None:
    desk.ask("save_view", {"view": view("best", metric="a")})
    desk.ask("save_view", {"view": view(" best ", metric="b")})
    desk.ask("save_view", {"view": view("best", experiment="churn")})
    assert desk.ask("views", {}) == [view("best", metric="b"), view("best", experiment="churn")]
    desk.ask("delete_view", {"name": "best"})
    assert desk.ask("views", {}) == [view("best", experiment="churn")]
    with pytest.raises(NotFoundError):
        desk.ask("delete_view", {"name": "best"})


def test_views_that_are_saved_at_once_are_all_kept(workspace: Workspace, tmp_path: Path) -> None:
    workspace.sync()
    stores = [open_workspace(tmp_path) for _ in range(4)]

    def save(number: int) -> None:
        for at in range(5):
            Desk(AskedStore(stores[number], masked)).ask("save_view", {"view": view(f"{number} {at}")})

    threads = [threading.Thread(target=save, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Desk(AskedStore(workspace, masked)).ask("views", {})) == 20
    for store in stores:
        store.database.reset()


def test_views_leave_the_format_of_the_store_as_it_is(
    workspace: Workspace, desk: Desk, tmp_path: Path
) -> None:
    (run_id,) = some_runs(workspace, 1)
    desk.ask("save_view", {"view": view("x" * 120, where="params.C > 1")})
    other = open_workspace(tmp_path)
    assert not other.database.migrate(dry_run=True).is_needed
    assert other.runs.info(run_id).name == "run-0"
    other.database.reset()


@pytest.mark.parametrize(
    "wrong",
    [
        view(" "),
        view("x" * 121),
        view("a", where="x" * 10_001),
        view("a", columns=["c"] * 501),
        view("a", columns=["x" * 10_001]),
        view("a", columns=[1]),
        {"name": "a"},
        view("a") | {"colour": "red"},
    ],
)
def test_what_is_no_view_is_refused(desk: Desk, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueRefusedError):
        desk.ask("save_view", {"view": wrong})
    assert desk.ask("views", {}) == []


def test_a_condition_on_a_secret_is_masked(desk: Desk) -> None:
    desk.ask("save_view", {"view": view("a", where="params.login == 'hunter2'")})
    assert desk.ask("views", {})[0]["where"] == "params.login == '***'"


@pytest.mark.postgres
def test_a_server_keeps_changes_and_views_as_well(postgres_url: str, tmp_path: Path) -> None:
    opened = Workspace(
        locate(postgres_url, tmp_path / ".nbmlops"), mask=lambda value: value, on_trouble=pytest.fail
    )
    asked = Desk(AskedStore(opened, masked))
    ids = some_runs(opened)
    before = states(asked)
    done = asked.ask(
        "change", {"ids": ids, "note": "a\0b", "tags": {"team": None, "seen": "yes"}, "deleted": True}
    )
    assert states(asked) == {one: (before[one][0], "ab", {"seen": "yes"}) for one in ids}
    asked.ask("changes", {"changes": done["undo"]})
    assert states(asked) == before
    for name in ("a", "b", "a"):
        asked.ask("save_view", {"view": view(name)})
    asked.ask("delete_view", {"name": "b"})
    assert asked.ask("views", {}) == [view("a")]
    opened.drain.close()
    opened.database.reset()
