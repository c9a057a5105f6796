from __future__ import annotations

from dataclasses import replace

import pytest
from samples import LEAK
from sanitised import sanitise, tags_of, text_of

from nbmlops.records import Finding, RunStatus
from nbmlops.views.cell_line import CellLine, LineInput, LineMetric, line_html, line_text
from nbmlops.views.proof_words import finding_line

FOREST = CellLine(
    name="forest",
    short_id="a1b2c3d4",
    status=RunStatus.FINISHED,
    metrics=(
        LineMetric("accuracy", 0.9649122807, "max", 0.956140350877193),
        LineMetric("loss", 0.21, "min", 0.2),
    ),
    inputs=(LineInput("X_train", (455, 30)), LineInput("data/churn.csv")),
    n_params=12,
    models=("RandomForestClassifier",),
    figures=1,
    goal="accuracy >= 0.95",
)
HOSTILE = "<img src=x onerror=alert(1)>\u202e\x00\x1b[31m" + "é" * 5000


def test_the_line_says_what_was_recorded_and_how_it_stands() -> None:
    text = text_of(line_html(FOREST))
    for said in ("forest", "a1b2c3d4", "accuracy 0.965 ▲ +0.0088", "loss 0.210 ▼ +0.01", "X_train 455 × 30",
                 "data/churn.csv", "12 parameters", "RandomForestClassifier", "1 figure",
                 "Goal reached: accuracy >= 0.95"):  # fmt: skip
        assert said in text


def test_findings_stand_under_the_line_with_their_codes_and_only_if_there_are_any() -> None:
    stale = Finding("NB101", "X_train came from a cell that was changed afterwards.", "X_train")
    line = replace(FOREST, findings=(stale, Finding("NB203", "randomness was drawn with no seed", "numpy")))
    for text in (text_of(line_html(line)), line_text(line)):
        assert "NB101 X_train came from a cell that was changed afterwards" in text
        assert "NB203 numpy: randomness was drawn with no seed" in text
    assert "NB" not in line_html(FOREST)
    many = replace(line, findings=(Finding("NB101", HOSTILE, HOSTILE),) * 60)
    assert len(line_html(many).encode()) < 2000
    assert "NB101" in line_html(many)
    assert "57 more notices" in line_html(replace(line, goal=None, findings=line.findings * 30))


@pytest.mark.parametrize("status", list(RunStatus))
def test_every_status_but_success_is_a_word_beside_the_dot(status: RunStatus) -> None:
    words = {"FAILED": "failed", "KILLED": "interrupted", "LOST": "lost", "RUNNING": "running"}
    assert words.get(status.value, "forest") in text_of(line_html(replace(FOREST, status=status)))


def test_plain_tuples_will_do_for_metrics_and_inputs() -> None:
    line = replace(FOREST, metrics=(LineMetric(*("accuracy", 0.5, "max", None, 0.1)),))
    assert "accuracy 0.5" in text_of(line_html(line))


@pytest.mark.parametrize("many", [1, 40])
def test_the_line_stays_under_2_kb_whatever_it_is_given(many: int) -> None:
    line = CellLine(
        name=HOSTILE,
        short_id="a1b2c3d4",
        status=RunStatus.FAILED,
        metrics=tuple(LineMetric(f"{HOSTILE}{i}", 1.2345678e-9 * i, "max", 0.3) for i in range(many)),
        inputs=tuple(LineInput(HOSTILE, (10**9, 10**9)) for _ in range(many)),
        n_params=10**9,
        models=(HOSTILE,) * many,
        goal=HOSTILE,
        notices=(HOSTILE, "'\"&<>" * 900) * many,
        error="&" * 10_000,
        degraded=(HOSTILE,) * many,
    )
    html = line_html(line)
    assert len(html.encode()) < 2000
    assert {tag for tag, _ in tags_of(html)} <= {"div", "details", "summary", "span", "b", "code"}
    assert not any(name.startswith("on") for _, attributes in tags_of(html) for name in attributes)
    assert "\u202e" not in html
    assert "\x00" not in html


def test_two_equal_results_leave_the_same_bytes() -> None:
    assert line_html(FOREST) == line_html(replace(FOREST))


def test_a_leaking_run_is_not_shown_as_better() -> None:
    html = text_of(line_html(replace(FOREST, doubts=(LEAK,))))
    assert LEAK in html
    assert "▲" not in html
    assert "+0.0088" in html


def test_without_its_styles_the_line_reads_the_same() -> None:
    html = line_html(FOREST)
    assert "style=" not in sanitise(html)
    assert text_of(sanitise(html)) == text_of(html)


def test_in_a_terminal_it_is_one_line_and_one_for_each_finding() -> None:
    lines = line_text(replace(FOREST, doubts=(LEAK,), notices=("second\nnotice",), goal=None)).split("\n")
    assert lines[0].startswith("● forest a1b2c3d4 recorded · accuracy 0.965 +0.0088")
    assert [line.strip() for line in lines[1:]] == [LEAK, "second notice"]
    assert "\x1b" not in line_text(replace(FOREST, name=HOSTILE, error=HOSTILE))


def test_the_first_run_is_compared_with_nothing() -> None:
    line = replace(FOREST, metrics=(LineMetric("accuracy", 0.9, "max"), LineMetric("depth", float("nan"))))
    assert (
        line_text(line).split("\n")[0].startswith("● forest a1b2c3d4 recorded · accuracy 0.9 · depth NaN ·")
    )


def test_a_finding_about_a_file_names_it_once() -> None:
    finding = Finding("NB105", "sales.csv was rewritten since [4] read it", "/data/2026/sales.csv")
    assert finding_line(finding) == "NB105 sales.csv was rewritten since [4] read it"
