from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from samples import ERROR, EXPERIMENT, GOAL, LEAK, TRACEBACK, loss_series, make_run, twelve_runs
from sanitised import tags_of, text_of

from nbmlops.records import Experiment, Goal
from nbmlops.views.charts import metric_chart
from nbmlops.views.comparison import compare_runs
from nbmlops.views.report import report_html

HOSTILE = '<img src=x onerror="alert(1)"></style></script>'


@pytest.fixture(scope="module")
def page() -> str:
    runs = twelve_runs()
    c = compare_runs(runs, loss_series(runs), goals=[GOAL])
    chart = metric_chart(c)
    assert chart is not None
    return report_html(EXPERIMENT, c, [chart], runs, figures={runs[0].id: [chart.png, b"not a picture"]})


def test_the_answer_comes_first(page: str) -> None:
    text = text_of(page)
    parts = [
        "breast-cancer",
        "0.974",
        "Best run boosting-slow",
        "Goal met",
        "Can it be trusted?",
        "All runs",
        "Each run",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_it_says_which_runs_not_to_trust_and_why(page: str) -> None:
    text = text_of(page)
    assert f"forest-all is not counted. {LEAK}" in text
    assert f"logistic-l1 did not finish. {ERROR}" in text
    assert "not counted: accuracy 1.000" in text


def test_every_run_is_there_in_full(page: str) -> None:
    text = text_of(page)
    for said in ("random_state 0", "X_train dataframe 455 × 30", "clf = SVC(C=10.0",
                 " ".join(TRACEBACK.split()[-8:]), "scikit-learn 1.6.1",
                 "4f2a9c1b on main, with changes"):  # fmt: skip
        assert said in text
    assert sum(tag == "details" and a.get("class") == "run" for tag, a in tags_of(page)) == 12


def test_figures_of_a_run_are_inside_and_what_is_no_picture_is_not(page: str) -> None:
    images = [attributes for tag, attributes in tags_of(page) if tag == "img"]
    assert len(images) == 1
    assert (images[0]["src"] or "").startswith("data:image/png;base64,")
    assert images[0]["alt"]


def test_it_loads_nothing_and_runs_no_script(page: str) -> None:
    for tag, attributes in tags_of(page):
        assert tag not in {"script", "link", "iframe", "object", "embed", "base", "form"}
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in {"src", "href", "xlink:href"}:
                assert (value or "").startswith(("data:image/png", "#"))
    assert "@import" not in page
    assert "url(http" not in page


def test_hostile_text_is_only_text() -> None:
    runs = [make_run(HOSTILE + str(i), {"accuracy": i / 3}, source=HOSTILE, note=HOSTILE, traceback=HOSTILE,
                     tags={HOSTILE: HOSTILE}, params={HOSTILE: HOSTILE}) for i in range(3)]  # fmt: skip
    c = compare_runs(runs)
    chart = metric_chart(c)
    assert chart is not None
    page = report_html(Experiment(HOSTILE), c, [chart], runs)
    tags = tags_of(page)
    assert not {"img", "script"} & {tag for tag, _ in tags}
    assert sum(tag == "main" for tag, _ in tags) == 1


def test_a_missed_goal_is_said() -> None:
    runs = [make_run("a", {"accuracy": 0.8}), make_run("b", {"accuracy": 0.7})]
    goal = Goal("accuracy", ">=", 0.9)
    page = report_html(Experiment("e", goal=goal), compare_runs(runs, goals=[goal]), [], runs)
    assert "Goal not met: accuracy >= 0.9" in text_of(page)


def test_an_experiment_without_runs_has_a_page_too() -> None:
    page = report_html(Experiment("empty"), compare_runs([]), [], [])
    assert "No runs to compare" in text_of(page)
    assert "%%track" in text_of(page)


def test_the_date_stands_there_only_when_given() -> None:
    c = compare_runs([])
    dated = report_html(EXPERIMENT, c, [], [make_run("a")], made=datetime(2030, 1, 2, 3, 4, tzinfo=UTC))
    assert "written 2030-01-02 03:04:00 UTC" in text_of(dated)
    assert "written" not in text_of(report_html(EXPERIMENT, c, [], [make_run("a")]))


@pytest.mark.browser
def test_in_a_browser_nothing_overflows_and_nothing_is_fetched(page: str, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        try:
            for width in (390, 1280):
                tab = browser.new_page(viewport={"width": width, "height": 900})
                asked: list[str] = []
                tab.on("request", lambda request, asked=asked: asked.append(request.url))
                tab.goto(file.as_uri())
                assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
                assert tab.evaluate("document.documentElement.scrollWidth") <= width
        finally:
            browser.close()
