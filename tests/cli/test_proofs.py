"""What checks found, what speaks against runs, and where results came from, on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from nbmlops.cli import main

SEED = r"""
from datetime import UTC, datetime
import nbmlops
from nbmlops.records import Difference, Finding, LocalModule, MetricCheck, Need, Reproduction, SliceCell, Verdict
from nbmlops.tracking.proofs import keep_findings, keep_reproduction, keep_slice

CELLS = (
    SliceCell("import pandas as pd", "c0", 1, "pd is read by cell [2]"),
    SliceCell("df = pd.read_csv('churn.csv')", "c1", 2, "df is read by cell [3]",
              needs=(Need(0, ("pd",)),), reads=("/data/churn.csv",), results={"df": "a1b2c3d4"}),
    SliceCell("%%track forest\naccuracy = df.a.mean()", "c2", 3, needs=(Need(1, ("df",)),)),
)
CHECKED = datetime(2026, 11, 20, 14, 3, tzinfo=UTC)
for name, verdict, codes in (
    ("forest", "DIFFERS", ("NB101", "NB203")), ("tree", "REPRODUCED", ()), ("line", "CANNOT", ("NB301",)), ("new", None, ()),
):
    with nbmlops.start_run(name, experiment="churn") as run:
        nbmlops.log_metric("accuracy", 0.9)
    recorder = run._recorder
    keep_slice(recorder, run.id, CELLS, (LocalModule("features", "/home/features.py", "9f" * 32, "-a\n+b"),), cwd="/home")
    keep_findings(recorder, run.id, [Finding(code, f"{name} is stale", "df") for code in codes])
    if verdict:
        checks = (MetricCheck("accuracy", 0.9, 0.9 if verdict == "REPRODUCED" else 0.8, verdict == "REPRODUCED"),)
        keep_reproduction(recorder, run.id, Reproduction(Verdict(verdict), CHECKED, checks, missing=("churn.csv is gone: put it back.",) * (verdict == "CANNOT")))
"""


@pytest.fixture(scope="module")
def proven(cli: Any) -> Any:
    """A store with four runs: three that were checked, and one that was not."""
    folder = cli.folder / "proven"
    folder.mkdir()
    env = cli.env | {"NBMLOPS_STORE": str(folder / "store")}
    subprocess.run([sys.executable, "-c", SEED], cwd=folder, env=env, check=True, capture_output=True)
    return type(cli)(folder, env)


@pytest.fixture(autouse=True)
def in_its_store(proven: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBMLOPS_STORE", proven.env["NBMLOPS_STORE"])


def rows(text: str) -> list[dict[str, str]]:
    heads, *lines = (line.split("\t") for line in text.splitlines())
    return [dict(zip(heads, line, strict=True)) for line in lines]


def test_runs_show_verdicts_and_codes_before_the_note(proven: Any) -> None:
    text = proven.out("runs")
    assert text.splitlines()[0].split("\t")[-3:] == ["verdict", "findings", "note"]
    found = {row["name"]: (row["verdict"], row["findings"]) for row in rows(text)}
    assert found == {
        "forest": ("DIFFERS", "NB101 NB203"), "tree": ("REPRODUCED", ""), "line": ("CANNOT", "NB301"), "new": ("", ""),
    }  # fmt: skip


def test_a_terminal_marks_verdicts_by_sign_and_word(proven: Any, plain_text: Callable[[str], str]) -> None:
    screen = plain_text(proven.screen("runs", width=100))
    for said in ("≠ DIFFERS", "✓ REPRODUCED", "? CANNOT", "NB101 NB203", "★ 0.9"):
        assert said in screen


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("verdict == 'REPRODUCED'", ["tree"]),
        ("verdict is none", ["new"]),
        ("findings contains 'NB101'", ["forest"]),
        ("verdict in ('differs', 'cannot') and findings is not none", ["line", "forest"]),
    ],
)
def test_runs_are_found_by_verdict_and_finding(proven: Any, where: str, names: list[str]) -> None:
    assert [row["name"] for row in rows(proven.out("runs", "--where", where))] == names


def test_runs_are_ordered_by_verdict_and_unchecked_ones_come_last(proven: Any) -> None:
    for order, names in (("verdict", ["line", "forest", "tree"]), ("-verdict", ["tree", "forest", "line"])):
        assert [row["name"] for row in rows(proven.out("runs", f"--order-by={order}"))] == [*names, "new"]


def test_json_has_findings_in_full_with_one_schema_everywhere(proven: Any) -> None:
    listed = {run["name"]: run for run in json.loads(proven.out("runs", "--json"))}
    shown = json.loads(proven.out("show", "forest", "--json"))
    compared = {run["name"]: run for run in json.loads(proven.out("compare", "--json"))["runs"]}
    for run in (listed["forest"], shown, compared["forest"]):
        assert run["verdict"] == "DIFFERS"
        assert run["findings"][0] == {"code": "NB101", "message": "forest is stale", "name": "df"}
    assert (listed["new"]["verdict"], listed["new"]["findings"]) == (None, [])
    assert shown["slice"][1]["needs"] == [{"cell": 0, "names": ["pd"]}]
    assert shown["slice"][1]["reads"] == ["/data/churn.csv"]
    assert shown["reproduction"]["metrics"][0]["after"] == 0.8
    assert (shown["modules"][0]["name"], shown["cwd"]) == ("features", "/home")


def test_show_says_what_the_check_found_and_on_what_the_run_depended(proven: Any) -> None:
    text = proven.out("show", "forest")
    for said in (
        "forest", "≠ DIFFERS: 1 of 1 metric came out otherwise", "accuracy  was 0.9", "NB101 df: forest is stale",
        "depends on 2 cells", "[2]  df = pd.read_csv('churn.csv')", "features: /home/features.py",
    ):  # fmt: skip
        assert said in text
    assert "churn.csv is gone: put it back." in proven.out("show", "line")


def test_compare_marks_runs_and_a_finding_takes_none_out_of_the_ranking(proven: Any) -> None:
    text = proven.out("compare")
    assert "✓ REPRODUCED" in text
    assert "NB101 df: forest is stale" in text
    assert text.count("★") == 4
    assert "Not counted" not in text


def test_lineage_is_a_tree_a_picture_a_page_and_data(proven: Any) -> None:
    tree = proven.out("lineage", "forest")
    assert tree.splitlines()[0] == "run forest came from 3 cells, 1 file, 1 module of your own"
    assert "└─ file /data/churn.csv" in tree
    doc = json.loads(proven.out("lineage", "forest", "--json"))
    assert doc["nodes"][-1]["verdict"] == "DIFFERS"
    for name, begins in (("a.svg", "<svg"), ("a.html", "<!DOCTYPE html>"), ("a.json", "{")):
        said = proven.out("lineage", "forest", "-o", name)
        assert said.strip() == str(proven.folder / name)
        assert (proven.folder / name).read_text().startswith(begins)


def test_lineage_in_a_terminal_is_as_wide_as_that(proven: Any, plain_text: Callable[[str], str]) -> None:
    lines = plain_text(proven.screen("lineage", "forest", width=60)).splitlines()
    assert max(map(len, lines[:-1])) <= 60
    assert "nbmlops show forest" in lines[-1]


def test_lineage_says_what_it_does_not_know(proven: Any) -> None:
    assert "No run 'nope'" in proven("lineage", "nope", code=3).stderr
    assert ".svg, .html or .json" in proven("lineage", "forest", "-o", "a.pdf", code=2).stderr


def test_columns_of_a_proof_complete() -> None:
    env = {
        "_NBMLOPS_COMPLETE": "bash_complete",
        "COMP_WORDS": "nbmlops runs --columns id,verd",
        "COMP_CWORD": "3",
    }
    said = CliRunner().invoke(main, [], prog_name="nbmlops", env=env).output
    assert said.splitlines() == ["plain,id,verdict"]
