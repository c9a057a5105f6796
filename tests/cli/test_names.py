"""What a name, an id and a mistyped word stand for on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest


def listed(cli: Any) -> list[dict[str, Any]]:
    return json.loads(cli.out("runs", "--json"))


def test_to_read_a_shared_name_is_the_newest_and_that_is_said(twins: Any) -> None:
    newest = next(run["id"] for run in listed(twins) if run["name"] == "twin")
    said = twins("show", "twin", "--json")
    assert json.loads(said.stdout)["id"] == newest
    assert said.stderr == "newest of 4 runs named twin\n"
    said = twins("history", "twin", "loss", "--json")
    assert [point["value"] for point in json.loads(said.stdout)] == [0.0, -1.0]
    assert "newest of 4" in said.stderr
    said = twins("compare", "twin", "other", "--baseline", "twin", "--json")
    assert {run["id"] for run in json.loads(said.stdout)["runs"]} >= {newest}
    assert json.loads(said.stdout)["baseline"] == newest
    assert "newest of 4" in said.stderr
    assert twins("show", "other").stderr == ""


def test_the_line_about_the_newest_is_grey_unless_colours_are_unwanted(twins: Any) -> None:
    assert "\x1b[90mnewest of 4 runs named twin\x1b[0m" in twins.screen("show", "twin")
    assert "newest of 4" in (screen := twins.screen("show", "twin", env={"NO_COLOR": "1"}))
    assert "\x1b[90m" not in screen


@pytest.mark.parametrize(
    "words",
    [["delete", "twin"], ["rename", "twin", "x"], ["tag", "twin", "a=b"], ["note", "twin", "n"],
     ["delete", "twin", "--forever", "--yes"]],
)  # fmt: skip
def test_to_change_a_shared_name_is_refused_with_what_to_type(twins: Any, words: list[str]) -> None:
    before = listed(twins)
    said = twins(*words, code=3).stderr.splitlines()
    twin = [run["id"][:8] for run in before if run["name"] == "twin"]
    assert said[0] == "Error: 4 runs are named 'twin':"
    assert [line.split()[0] for line in said[1:5]] == twin
    assert said[-1].endswith(f"such as {twin[0]}.")
    assert listed(twins) == before


def test_history_without_a_metric_names_those_there_are(cli: Any) -> None:
    said = cli("history", "forest-0", code=2)
    assert said.stdout == ""
    assert ": accuracy, loss" in said.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["compare", "-e", "chrun"], 3, "No experiment 'chrun' in the store"),
        (["compare", "-e", "chrun"], 3, "Did you mean 'churn'?"),
        (["experiment", "chrun"], 3, "Did you mean 'churn'?"),
        (["compare", "-w", "metrics.accuracy > 5"], 3, "No run meets the condition."),
        (["show", "forest_0"], 3, "Did you mean 'forest-0'?"),
        (["runs", "-w", "metrics.acurracy > 0.5"], 2, "did you mean metrics.accuracy?"),
        (["runs", "-s", "-metrics.acurracy"], 2, "did you mean metrics.accuracy?"),
        (["runs", "-s", "accuracy"], 2, "Did you mean metrics.accuracy?"),
        (["runs", "-w", "status = 'interrupted'"], 2, "did you mean 'killed'?"),
        (["runs", "--store", "mysql://u:pw@h/d"], 4, "--store mysql://u:***@h/d is no store"),
        (["init", "--store", "/dev/null"], 4, "--store /dev/null is a file"),
    ],
)
def test_a_mistyped_word_gets_an_answer_that_helps(cli: Any, words: list[str], code: int, said: str) -> None:
    assert said in cli(*words, code=code).stderr


def test_comparing_where_there_is_no_store_says_so_plainly(nowhere: Any) -> None:
    assert nowhere("compare", code=3).stderr.startswith("Error: No runs: there is no store yet at ")


DEFAULTS = """
import nbmlops
with nbmlops.start_run("fitted") as run:
    run.write_params([("depth", 3, "estimator", True), ("leaf", 1, "estimator", False)])
"""


def test_parameters_that_nobody_set_are_shown_when_asked_for(
    nowhere: Any, plain_text: Callable[[str], str]
) -> None:
    subprocess.run([sys.executable, "-c", DEFAULTS], cwd=nowhere.folder, env=nowhere.env, check=True)
    assert "params.leaf" not in nowhere.out("runs").splitlines()[0].split("\t")
    assert "params.leaf" in nowhere.out("runs", "--defaults").splitlines()[0].split("\t")
    assert nowhere.out("runs", "--columns", "name,params.leaf").splitlines()[1] == "fitted\t1"
    assert json.loads(nowhere.out("runs", "--json"))[0]["params"] == {"depth": 3, "leaf": 1}
