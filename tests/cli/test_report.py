"""`nbmlops report`, as it is really called; what a browser makes of the file, tests/browser/test_report.py sees."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any


def recording(path: Path) -> Any:
    found = re.search(r'id="nbmlops-recording">(.*?)</script>', path.read_text(encoding="utf-8"))
    assert found
    return json.loads(found[1])


def names(path: Path) -> list[str]:
    return [row["name"] for row in recording(path)["page"]["rows"]]


def test_it_writes_one_file_and_says_where_and_how_large(cli: Any) -> None:
    said = cli("report", "churn", "-o", "all.html")
    page = cli.folder / "all.html"
    assert said.stdout == f"{page}\n"
    assert re.search(r"4 runs, [\d.]+ [kM]B", said.stderr)
    assert names(page) == ["forest-3", "forest-2", "forest-1", "forest-0"]
    text = page.read_text(encoding="utf-8")
    assert "no such column: tenure" in text
    assert "[bold]odd" not in text


def test_what_is_recorded_answers_for_each_run_and_each_curve(cli: Any) -> None:
    cli("report", "churn", "-o", "answers.html")
    found = recording(cli.folder / "answers.html")
    ids = {row["id"] for row in found["page"]["rows"]}
    asked = [(one["question"], one["args"]) for one in found["answers"]]
    assert {args["run_id"] for question, args in asked if question == "details"} == ids
    (curves,) = [one["answer"] for one in found["answers"] if one["question"] == "series"]
    assert {one["id"] for one in curves} == ids
    assert found["best"] in ids
    assert found["page"]["store"] == ""
    assert [one["name"] for one in found["page"]["experiments"]] == ["churn"]


def test_conditions_a_limit_and_a_title_are_said(cli: Any) -> None:
    said = cli(
        "report", "churn", "-o", "some.html", "-w", "metrics.accuracy < 0.925", "-n", "2", "--title", "Q3 <b>"
    )
    page = cli.folder / "some.html"
    assert "the newest 2 runs of 3" in said.stderr
    assert names(page) == ["forest-2", "forest-1"]
    text = page.read_text(encoding="utf-8")
    assert "<h1>Q3 &lt;b&gt;</h1>" in text
    assert "only runs where metrics.accuracy &lt; 0.925; the newest 2 of 3 runs" in text


def test_a_file_that_is_there_is_replaced_only_by_force(cli: Any) -> None:
    page = cli.folder / "kept.html"
    page.write_text("mine")
    said = cli("report", "churn", "-o", "kept.html", code=1)
    assert "kept.html is there already" in said.stderr
    assert "--force" in said.stderr
    assert page.read_text() == "mine"
    cli("report", "churn", "-o", "kept.html", "--force")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_what_is_not_there_or_can_not_be_read_is_told(cli: Any, nowhere: Any) -> None:
    assert "Did you mean 'churn'" in cli("report", "chrun", "-o", "x.html", code=3).stderr
    assert (
        "meets the condition"
        in cli("report", "churn", "-o", "x.html", "-w", "metrics.accuracy > 2", code=3).stderr
    )
    cli("report", "churn", "-o", "x.html", "-w", "metrics.accuracy >", code=2)
    cli("report", "churn", code=2)
    cli("report", "churn", "-o", "missing/x.html", code=1)
    assert "there is no store yet" in nowhere("report", "churn", "-o", "x.html", code=3).stderr
    assert not (cli.folder / "x.html").exists()
