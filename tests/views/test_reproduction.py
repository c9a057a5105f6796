from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from nbmlops.records import Difference, MetricCheck, Reproduction, RunInfo, RunStatus, SliceCell, Verdict
from nbmlops.views.reproduction import reproduction_html, reproduction_text, summary_cells

NOW = datetime(2026, 11, 21, tzinfo=UTC)
RUN = RunInfo(
    "3f9c2a1b" + "0" * 24, "forest", "churn", RunStatus.FINISHED, NOW, kind="cell",
    slice=(SliceCell("# split\nX_train, X_test = split(X)", execution_count=3), SliceCell("%%track\nacc = 1", execution_count=9)),
)  # fmt: skip
SAME = tuple(MetricCheck(f"m{number}", 0.5, 0.5, equal=True) for number in range(11))
CLOCK = MetricCheck("seconds", 1.0, 2.0, equal=False, decides=False)
OTHER = MetricCheck("accuracy", 0.9473684210526315, 0.956140350877193, equal=False)
DIFFERENCE = Difference(0, 3, "X_train", "1a2b3c4d", "5e6f7a8b")


def check(verdict: Verdict, **facts: object) -> Reproduction:
    return Reproduction(verdict, NOW, seconds=4.2, **facts)  # type: ignore[arg-type]


def test_a_reproduced_run_is_two_lines() -> None:
    text = reproduction_text(RUN, check(Verdict.REPRODUCED, metrics=SAME))
    assert text == "✓ REPRODUCED  forest 3f9c2a1b\n  11 metrics equal bit for bit, in 4.2 s"


def test_metrics_are_aligned_only_where_they_differ_and_the_first_difference_names_its_cell() -> None:
    found = check(Verdict.DIFFERS, metrics=(*SAME, OTHER, CLOCK), first_difference=DIFFERENCE)
    assert reproduction_text(RUN, found).splitlines() == [
        "≠ DIFFERS  forest 3f9c2a1b",
        "  metric    then                now",
        "  accuracy  0.9473684210526315  0.956140350877193",
        "  11 metrics equal bit for bit, 1 metric of a clock or the network not compared, in 4.2 s",
        "  First difference: cell [3], X_train: 1a2b3c4d then, 5e6f7a8b now",
        "      X_train, X_test = split(X)",
    ]
    assert summary_cells(RUN, found)[3] == "cell [3], X_train: 1a2b3c4d then, 5e6f7a8b now"


def test_what_is_missing_stands_first() -> None:
    found = check(Verdict.CANNOT, missing=("data.csv has changed: put it back.",), notices=("A remark.",))
    lines = reproduction_text(RUN, found).splitlines()
    assert lines == ["? CANNOT  forest 3f9c2a1b", "  data.csv has changed: put it back.", "  A remark."]


@pytest.mark.parametrize("verdict", list(Verdict))
def test_the_page_holds_what_the_text_says_and_escapes_it(verdict: Verdict) -> None:
    hostile = Difference(0, 3, "<b>x</b>", "\x1b[31m1", "2")
    found = check(verdict, metrics=(OTHER,), first_difference=hostile, missing=("<script>alert(1)</script>",))
    page = reproduction_html(RUN, found)
    HTMLParser().feed(page)
    assert "<script" not in page
    assert "<b>x" not in page
    assert "\x1b" not in page
    assert str(verdict) in page
    assert "0.956140350877193" in page
