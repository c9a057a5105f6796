"""The one file of `nbmlops report`, opened from the disk, with the network away."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import Watch, serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HOSTILE = "</script><img src=x onerror=alert(1)>"
RUNS = """
import math, sys, nbmlops
name = sys.argv[1]
nbmlops.experiment(name, goal="auc >= 0.9")
for i, model in enumerate(["logistic", name, "forest"]):
    with nbmlops.start_run(model, experiment=name):
        nbmlops.log_params({"max_depth": i + 2, "text": "<!--<script>" + chr(0x2028)})
        nbmlops.log_metric("auc", 0.9 + i / 100)
        nbmlops.log_series("loss", [math.exp(-s / (20 + 5 * i)) for s in range(2000)])
with nbmlops.start_run("secret plans", experiment="another experiment"):
    nbmlops.log_metric("auc", 0.1)
"""
SEEN_MS = 30_000


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    if not (root / "src" / "nbmlops" / "static" / "app.js").is_file():
        pytest.skip("the front end is not built: run `npm ci && npm run build:prod` in labextension/")
    folder = tmp_path_factory.mktemp("report")
    subprocess.run([sys.executable, "-c", RUNS, HOSTILE], cwd=folder, check=True, capture_output=True)
    command = [sys.executable, "-m", "nbmlops", "report", HOSTILE, "-o", "report.html"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder / "report.html"


@pytest.fixture
def opened(browser: Any, watch: Watch, report: Path) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_offline(True)
    page = context.new_page()
    watch.follow(page)
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("dialog", lambda _: pytest.fail("a name ran as a script"))
    page.goto(report.as_uri())
    yield page
    context.close()
    assert [url for url in page.asked if not url.startswith((report.as_uri(), "data:"))] == []


def test_the_document_stands_there_and_leads_to_the_runs(opened: Any, root: Path) -> None:
    opened.wait_for_selector(".nbm-report nav", timeout=SEEN_MS)
    assert opened.inner_text("h1") == HOSTILE
    assert "Goal met" in opened.inner_text("main.nbm")
    assert opened.is_visible("details.run[open] >> text=Parameters")
    assert serious_violations(opened, root) == []
    opened.click(".nbm-report nav >> text=Runs")
    opened.wait_for_selector(".nbm-line .nbm-label", timeout=SEEN_MS)
    assert not opened.is_visible("main.nbm")
    assert not opened.is_visible(".nbm-field-where")
    names = "[...document.querySelectorAll('.nbm-line .nbm-label')].map(node => node.textContent)"
    assert opened.evaluate(names) == ["forest", HOSTILE, "logistic"]
    opened.wait_for_selector(".nbm-chart canvas", timeout=SEEN_MS)
    opened.click(".nbm-head-cell >> text=auc")
    opened.wait_for_function(f"() => {names}[0] === 'forest'", timeout=SEEN_MS)
    opened.fill(".nbm-field-find", "logis")
    opened.wait_for_function(f"() => {names}.length === 1", timeout=SEEN_MS)
    opened.go_back()
    opened.wait_for_selector("main.nbm h1", timeout=SEEN_MS)
    assert opened.title() == HOSTILE


def test_the_best_run_and_any_comparison_are_in_it(opened: Any) -> None:
    opened.click(".nbm-report nav >> text=Best run")
    opened.wait_for_selector(".nbm-report main >> text=max_depth", timeout=SEEN_MS)
    assert "forest" in opened.inner_text(".nbm-report main")
    opened.click(".nbm-report nav >> text=Runs")
    for place in (0, 1):
        opened.locator(".nbm-line input[type=checkbox]").nth(place).check()
    opened.locator("[role=grid]").press("c")
    opened.wait_for_selector("text=max_depth", timeout=SEEN_MS)
    assert "does not hold" not in opened.inner_text(".nbm-report main")


def test_nothing_of_other_experiments_is_in_the_file(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    assert "another experiment" not in text
    assert "secret plans" not in text
    assert str(report.parent / ".nbmlops") not in text


def test_on_paper_it_is_the_document_whatever_is_shown(opened: Any) -> None:
    opened.click(".nbm-report nav >> text=Runs")
    opened.wait_for_selector(".nbm-line .nbm-label", timeout=SEEN_MS)
    opened.emulate_media(media="print")
    assert opened.is_visible("main.nbm h1")
    assert not opened.is_visible(".nbm-report")


def test_where_no_script_runs_it_is_a_document(browser: Any, watch: Watch, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    watch.follow(page)
    page.goto(report.as_uri())
    assert page.inner_text("h1") == HOSTILE
    assert page.is_visible("main.nbm figure svg")
    assert page.is_visible("details.run[open]")
    page.locator("details.run > summary").nth(1).click()
    assert page.locator("details.run[open]").count() == 2
    context.close()
