"""`nbmlops runs`: in a pipe, as JSON, and on a terminal."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

ROWS = 5


def table(text: str) -> list[dict[str, str]]:
    head, *lines = text.rstrip("\n").split("\n")
    names = head.split("\t")
    return [dict(zip(names, line.split("\t"), strict=True)) for line in lines]


def test_in_a_pipe_it_is_tab_separated_with_whole_ids_and_numbers(cli: Any) -> None:
    rows = table(cli.out("runs"))
    assert len(rows) == ROWS
    assert {len(row["id"]) for row in rows} == {32}
    first = rows[-1]
    assert (first["name"], first["metrics.accuracy"], first["params.max_depth"]) == ("forest-0", "0.9", "2")
    assert first["started"].endswith("+00:00")
    assert "\x1b" not in cli.out("runs")


def test_json_keeps_nan_and_infinities_apart_from_what_is_missing(cli: Any) -> None:
    runs = json.loads(cli.out("runs", "--json"))
    odd = next(run for run in runs if "odd" in run["experiment"])
    assert odd["metrics"] == {"accuracy": None, "bottom": None, "top": None}
    assert odd["nonfinite"] == {
        "metrics.accuracy": "NaN", "metrics.bottom": "-Infinity", "metrics.top": "Infinity",
    }  # fmt: skip
    plain = next(run for run in runs if run["name"] == "forest-1")
    assert "nonfinite" not in plain
    assert plain["params"] == {"criterion": "gini", "max_depth": 3}
    assert list(plain) == [
        "id", "name", "experiment", "status", "kind", "started", "duration", "params", "metrics", "tags", "verdict", "findings",
        "note",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["churn"], ["forest-3", "forest-2", "forest-1", "forest-0"]),
        (["-e", "churn", "-n", "1"], ["forest-3"]),
        (["--where", "params.max_depth <= 3"], ["forest-1", "forest-0"]),
        (["churn", "--order-by", "metrics.accuracy", "-n", "2"], ["forest-0", "forest-1"]),
        (["churn", "--order-by", "-metrics.accuracy", "-n", "2"], ["forest-3", "forest-2"]),
        (["--where", "status = 'FAILED'"], ["forest-3"]),
    ],
)
def test_runs_are_chosen_and_ordered(cli: Any, words: list[str], names: list[str]) -> None:
    assert [row["name"] for row in table(cli.out("runs", *words))] == names


def test_columns_are_named_with_or_without_their_group(cli: Any) -> None:
    text = cli.out("runs", "churn", "-n", "1", "--columns", 'name, accuracy,params.max_depth,"team"')
    assert text == "name\tmetrics.accuracy\tparams.max_depth\ttags.team\nforest-3\t0.93\t5\tgrowth\n"


def test_columns_stand_in_the_order_of_the_dataframe(cli: Any) -> None:
    heads = cli.out("runs").splitlines()[0].split("\t")
    assert heads == [
        "id", "name", "experiment", "status", "started", "duration", "params.criterion", "params.max_depth",
        "metrics.accuracy", "metrics.bottom", "metrics.loss", "metrics.top", "tags.t", "tags.team", "verdict",
        "findings", "note",
    ]  # fmt: skip


def test_a_key_alone_is_a_metric_before_it_is_a_parameter() -> None:
    from nbmlops.cli.run_columns import wished_columns
    from nbmlops.store.run_query import RunTable

    columns: dict[str, list[Any]] = {
        name: []
        for name in (
            "id",
            "name",
            "experiment",
            "status",
            "started",
            "duration",
            "verdict",
            "findings",
            "note",
        )
    }
    table = RunTable(columns, {"x": [], "name": []}, {"x": []}, {"x": []})
    assert [c.name for c in wished_columns(table, "x,name,tags.x")] == ["metrics.x", "name", "tags.x"]


def test_an_unknown_column_is_a_usage_error_that_knows_better(cli: Any) -> None:
    assert "Did you mean accuracy" in cli("runs", "--columns", "acurracy", code=2).stderr


def test_a_bad_condition_points_at_its_place(cli: Any) -> None:
    said = cli("runs", "--where", "metrics.accuracy >> 1", code=2).stderr
    assert said.startswith("Error: ")
    expression, pointer = said.rstrip("\n").split("\n")[-2:]
    assert expression[pointer.index("^")] == ">"


def test_hostile_names_are_text(cli: Any, plain_text: Callable[[str], str]) -> None:
    piped, screen = cli.out("runs"), cli.screen("runs", width=160)
    assert len(piped.splitlines()) == ROWS + 1
    for text in (piped, plain_text(screen)):
        assert "[red]x[/red] ansi line" in text
        assert "\u202e" not in text
    assert "\x1b[31mansi" not in screen
    assert "\x1b]" not in screen + piped


def test_a_terminal_gets_colours_and_the_next_command(cli: Any, plain_text: Callable[[str], str]) -> None:
    screen = cli.screen("runs", "churn")
    assert "\x1b[" in screen
    lines = plain_text(screen).splitlines()
    assert lines[0].split()[:4] == ["id", "name", "status", "accuracy"]
    assert any(line.startswith("nbmlops show ") for line in lines)
    # The failed run has the highest value, and is not the best.
    assert "★ 0.92" in plain_text(screen)
    assert "★ 0.93" not in plain_text(screen)


@pytest.mark.parametrize("width", [50, 80, 120])
def test_no_line_is_wider_than_the_terminal(cli: Any, plain_text: Callable[[str], str], width: int) -> None:
    from rich.cells import cell_len

    lines = plain_text(cli.screen("runs", width=width)).splitlines()
    tables = [line for line in lines if line.startswith(("●", "✕"))]
    assert len(tables) == ROWS
    assert max(map(cell_len, tables)) <= width


def test_no_colour_where_none_is_wanted(cli: Any) -> None:
    assert "\x1b[3" not in cli.screen("runs", env={"NO_COLOR": "1"})


def test_identical_runs_are_one_line_until_asked_for(nowhere: Any, plain_text: Callable[[str], str]) -> None:
    from nbmlops.cli.run_list import _groups
    from nbmlops.store.run_query import RunTable

    columns = {"identity": ["a", "a", "b", "", ""], "status": ["FINISHED"] * 4 + ["FAILED"]}
    assert _groups(RunTable(columns, {}, {}, {}), None, all_lines=False) == [[0, 1], [2], [3], [4]]
    assert _groups(RunTable(columns, {}, {}, {}), 2, all_lines=True) == [[0], [1]]


def test_an_experiment_that_is_not_there_names_those_that_are(cli: Any) -> None:
    done = cli("runs", "chrun")
    assert done.stdout == ""
    assert "churn" in done.stderr


def test_a_job_is_told_from_the_runs_of_its_cells(nowhere: Any, plain_text: Callable[[str], str]) -> None:
    code = """
import os
from nbmlops.session import RUN_VARIABLE, session
job = session().start_job("nightly", experiment="churn")
os.environ[RUN_VARIABLE] = job.id
for name in ("fit", "score"):
    with session().start_run(name, experiment="churn", kind="cell") as run:
        run.log_metric("accuracy", 0.75)
job.end("FINISHED")
print(job.id)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=nowhere.folder,
        env=nowhere.env,
        check=True,
        capture_output=True,
        text=True,
    )
    job_id = done.stdout.strip()
    runs = {run["name"]: run for run in json.loads(nowhere.out("runs", "--json"))}
    assert {name: run["kind"] for name, run in runs.items()} == {
        "nightly": "job",
        "fit": "cell",
        "score": "cell",
    }
    assert json.loads(nowhere.out("show", "nightly", "--json"))["parts"] == [
        runs["fit"]["id"],
        runs["score"]["id"],
    ]
    shown = nowhere.out("show", "nightly")
    assert f"runs of its cells\n  ● {runs['fit']['id'][:8]}  fit    accuracy 0.75\n" in shown
    assert f"part of {job_id[:8]}" in nowhere.out("show", "fit")
    lines = plain_text(nowhere.screen("runs", width=100)).splitlines()
    assert sum("  job  " in line for line in lines) == 1
    assert sum("  cell  " in line for line in lines) == 2
