"""The other commands, on a real store."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect
import pytest


def ids(cli: Any, *words: str) -> dict[str, str]:
    return {run["name"]: run["id"] for run in json.loads(cli.out("runs", "--json", *words))}


def test_show_finds_a_run_by_prefix_and_by_name(cli: Any) -> None:
    whole = ids(cli)["forest-1"]
    by_prefix, by_name = (json.loads(cli.out("show", key, "--json")) for key in (whole[:12], "forest-1"))
    assert by_prefix == by_name
    assert by_name["id"] == whole
    assert by_name["metrics"]["accuracy"] == pytest.approx(0.91)


def test_show_is_plain_in_a_pipe_and_says_why_a_run_failed(cli: Any) -> None:
    text = cli.out("show", "forest-3")
    assert "no such column: tenure" in text
    assert "\x1b" not in text


def test_history_is_the_series_in_every_form(cli: Any) -> None:
    points = json.loads(cli.out("history", "forest-0", "loss", "--json"))
    csv = cli.out("history", "forest-0", "loss", "--csv").splitlines()
    tsv = cli.out("history", "forest-0", "loss").splitlines()
    assert len(points) == len(csv) - 1 == len(tsv) - 1 == 50
    assert points[0]["value"] == 1.0
    assert csv[0] == "step,value,time"
    assert tsv[1].split("\t") == csv[1].split(",")


def test_history_draws_a_curve_on_a_terminal(cli: Any, plain_text: Callable[[str], str]) -> None:
    screen = plain_text(cli.screen("history", "forest-0", "loss", width=70))
    assert sum(any("\u2801" <= char <= "\u28ff" for char in line) for line in screen.splitlines()) >= 5
    assert "highest 1" in screen
    assert max(map(len, screen.splitlines())) <= 70


def test_history_of_an_unknown_metric_names_the_known(cli: Any) -> None:
    assert "accuracy, loss" in cli("history", "forest-0", "los", code=3).stderr


def test_compare_names_the_best_and_writes_a_page(own: Any) -> None:
    assert own.out("compare", "-e", "churn").startswith("Best: forest-2, accuracy 0.92")
    done = own("compare", "-e", "churn", "-o", "page.html")
    page = Path(done.stdout.strip())
    assert page == own.folder / "page.html"
    assert "forest-2" in page.read_text()


def test_compare_as_json_points_at_runs_by_id(cli: Any) -> None:
    known = ids(cli)
    found = json.loads(cli.out("compare", "forest-0", "forest-1", "--baseline", "forest-0", "--json"))
    assert found["best"] == known["forest-1"]
    assert found["baseline"] == known["forest-0"]
    assert found["differing_params"] == ["max_depth"]
    assert {run["id"] for run in found["runs"]} == {known["forest-0"], known["forest-1"]}


def test_an_experiment_gets_a_goal_and_says_whether_it_is_met(own: Any) -> None:
    assert "not met: the best is 0.92" in own.out("experiment", "churn", "--goal", "accuracy >= 0.95")
    assert ", met: the best is 0.92" in own.out("experiment", "churn", "--goal", "accuracy >= 0.91")
    own("experiment", "churn", "--required-tag", "team", "--required-tag", "data")
    found = json.loads(own.out("experiment", "churn", "--json"))
    assert found["goal"] == {"metric": "accuracy", "operator": ">=", "target": 0.91}
    assert found["required_tags"] == ["team", "data"]
    assert [e["name"] for e in json.loads(own.out("experiments", "--json"))] == ["[bold]odd[/bold]", "churn"]
    own("experiment", "churn", "--goal", "", "--required-tag", "")
    assert json.loads(own.out("experiment", "churn", "--json"))["goal"] is None
    own("experiment", "churn", "--goal", "good", code=2)
    own("experiment", "--goal", "accuracy > 1", code=2)


def test_delete_puts_into_the_bin_and_restore_takes_out(own: Any) -> None:
    known = ids(own)
    assert "forest-1" in own.out("delete", "forest-1", "forest-2", "--dry-run")
    assert ids(own) == known
    said = own.out("delete", "forest-1", "forest-2")
    short = known["forest-1"][:8], known["forest-2"][:8]
    assert f"nbmlops restore {short[0]} {short[1]}" in said
    assert set(ids(own, "--deleted")) == {"forest-1", "forest-2"}
    own("restore", *short)
    assert ids(own) == known


def test_nothing_is_deleted_when_one_of_the_ids_is_wrong(own: Any) -> None:
    known = ids(own)
    own("delete", "forest-1", "nonsense", code=3)
    assert ids(own) == known


def test_forever_asks_on_a_terminal_and_refuses_without_one(own: Any) -> None:
    own("delete", "forest-0", "--forever", code=2)
    child = own.terminal("delete", "forest-0", "--forever")
    child.expect("can't be undone")
    child.sendline("n")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    assert "forest-0" in ids(own)
    own("delete", "forest-0")
    own("delete", "forest-0", "--forever", "--yes")
    assert "forest-0" not in ids(own) | ids(own, "--deleted")


def test_a_run_is_renamed_tagged_and_noted(own: Any) -> None:
    own("rename", "forest-0", "first")
    own("tag", "first", "stage=old", "team=")
    own("note", "first", "kept for", "the record")
    found = json.loads(own.out("show", "first", "--json"))
    assert found["tags"] == {"stage": "old"}
    assert found["note"] == "kept for the record"
    assert "kept for the record" in own.out("show", "first")
    own("tag", "first", "stage", code=2)
    own("rename", "first", " ", code=2)


def test_a_secret_in_a_note_is_masked(own: Any) -> None:
    key = "sk-proj-" + "a1B2c3D4e5F6g7H8" * 3
    own("note", "forest-0", f"used {key}", env={"MY_API_KEY": key})
    assert key not in own.out("show", "forest-0", "--json")


def test_init_makes_a_store_here_once(nowhere: Any) -> None:
    (nowhere.folder / "inner").mkdir()
    assert nowhere.out("init") == f"Made the store {nowhere.folder / '.nbmlops'}\n"
    assert (nowhere.folder / ".nbmlops" / "store.db").is_file()
    assert "here already" in nowhere.out("init")
    said = nowhere.out("init", "--store", "inner/runs")
    assert f"export NBMLOPS_STORE={nowhere.folder / 'inner' / 'runs'}" in said
    assert json.loads(nowhere.out("--store", "inner/runs", "runs", "--json")) == []


def test_store_says_where_and_how_much(cli: Any) -> None:
    facts = json.loads(cli.out("store", "--json"))
    assert facts["location"] == str(cli.folder / ".nbmlops")
    assert (facts["runs"], facts["experiments"], facts["deleted"]) == (5, 2, 0)
    assert facts["bytes"]["database"] > 0
    assert "rm -r" in cli.screen("store")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["runs"], 0), (["runs", "--json"], 0), (["experiment"], 0), (["store"], 0), (["show", "x"], 3),
        (["compare"], 3), (["history", "x", "loss"], 3), (["delete", "x"], 3), (["tag", "x", "a=b"], 3),
        (["experiment", "x"], 3),
    ],
)  # fmt: skip
def test_reading_makes_no_store(nowhere: Any, words: list[str], code: int) -> None:
    said = nowhere(*words, code=code).stderr
    assert "there is no store" in said
    assert list(nowhere.folder.iterdir()) == []


def test_a_folder_that_is_no_store_stays_as_it_is(nowhere: Any) -> None:
    (nowhere.folder / "src").mkdir()
    assert json.loads(nowhere.out("runs", "--json", "--store", "src")) == []
    assert list((nowhere.folder / "src").iterdir()) == []
