"""The page of `nbmlops ui` in a real browser."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

RUNS = """
import math, nbmlops
for experiment in ("churn", "fraud"):
    for i, name in enumerate(["logistic", "forest", "boosting"]):
        with nbmlops.start_run(f"{name} {experiment}", experiment=experiment):
            nbmlops.log_params({"max_depth": i + 2, "seed": 0})
            nbmlops.log_metric("accuracy", 0.9 + i / 100)
            nbmlops.log_series("loss", [math.exp(-s / (20 + 5 * i)) for s in range(200)])
nbmlops.experiment("churn", goal="accuracy >= 0.95")
"""
LATER = "import nbmlops\nwith nbmlops.start_run('later', experiment='churn'): nbmlops.log_metric('accuracy', 0.99)"
PROVEN = """
from datetime import UTC, datetime
import nbmlops
from nbmlops.records import Finding, MetricCheck, Need, Reproduction, SliceCell, Verdict
from nbmlops.tracking.proofs import keep_findings, keep_reproduction, keep_slice
with nbmlops.start_run("checked", experiment="proofs") as run:
    nbmlops.log_metric("accuracy", 0.9)
cells = SliceCell("X = '<b>data</b>'", "a", 1, "X is read by cell [2]"), SliceCell("%%track", "b", 2, needs=(Need(0, ("X",)),))
keep_slice(run._recorder, run.id, cells)
keep_findings(run._recorder, run.id, [Finding("NB101", "X is stale", "X"), Finding("NB203", "no seed", "numpy")])
check = Reproduction(Verdict.DIFFERS, datetime(2026, 11, 20, tzinfo=UTC), (MetricCheck("accuracy", 0.9, 0.8, False),))
keep_reproduction(run._recorder, run.id, check)
with nbmlops.start_run("new", experiment="proofs"):
    nbmlops.log_metric("accuracy", 0.8)
"""
SEEN_MS = 30_000
NAMES = "[...document.querySelectorAll('.nbm-line .nbm-label')].map(node => node.textContent)"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[tuple[Path, str]]:
    """A store, and the page's address."""
    if not (root / "src" / "nbmlops" / "static" / "app.js").is_file():
        pytest.skip("the front end is not built: run `npm ci && npm run build:prod` in labextension/")
    folder = tmp_path_factory.mktemp("ui")
    subprocess.run([sys.executable, "-c", RUNS], cwd=folder, check=True, capture_output=True)
    command = [sys.executable, "-c", "from nbmlops.cli import main; main()", "ui", "--no-browser"]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        yield folder, process.stdout.readline().strip()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@pytest.fixture
def page(browser: Any, served: tuple[Path, str]) -> Iterator[Any]:
    faults: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.on("pageerror", lambda error: faults.append(str(error)))
    # What breaks the page's own security policy is said there; so is each refusal of a filter, which is no fault.
    refused = "Failed to load resource"
    opened.on(
        "console",
        lambda said: faults.append(said.text) if said.type == "error" and refused not in said.text else None,
    )
    opened.goto(served[1] + "#view=runs")
    opened.wait_for_selector(".nbm-line .nbm-label", timeout=SEEN_MS)
    yield opened
    context.close()
    assert faults == []


def wait_for_names(page: Any, *names: str) -> None:
    page.wait_for_function(
        f"wanted => JSON.stringify({NAMES}) === JSON.stringify(wanted)", arg=list(names), timeout=SEEN_MS
    )


def test_the_page_lists_all_runs_and_the_token_is_gone_from_its_address(page: Any) -> None:
    wait_for_names(page, "boosting fraud", "forest fraud", "logistic fraud", "boosting churn", "forest churn", "logistic churn")  # fmt: skip
    assert "token" not in page.url
    assert page.evaluate("window.history.length") <= 2
    page.reload()
    page.wait_for_selector(".nbm-line .nbm-label", timeout=SEEN_MS)
    assert page.title() == "All runs · nbmlops"


def test_an_experiment_is_chosen_and_stays_over_a_reload(page: Any) -> None:
    page.click("nav >> text=churn")
    wait_for_names(page, "boosting churn", "forest churn", "logistic churn")
    page.wait_for_selector(".nbm-best", timeout=SEEN_MS)
    assert "accuracy ≥ 0.95" in page.inner_text("main")
    _picture(page, "ui-light")
    page.reload()
    wait_for_names(page, "boosting churn", "forest churn", "logistic churn")
    page.emulate_media(color_scheme="dark")
    _picture(page, "ui-dark")


def test_filters_find(page: Any) -> None:
    page.click("nav >> text=fraud")
    page.fill(".nbm-field-where", "metrics.accuracy > 0.905")
    wait_for_names(page, "boosting fraud", "forest fraud")
    page.fill(".nbm-field-where", "metrics.acuracy > 0.905")
    page.wait_for_selector("text=did you mean", timeout=SEEN_MS)


def test_a_new_run_appears_by_itself(page: Any, served: tuple[Path, str]) -> None:
    page.click("nav >> text=churn")
    wait_for_names(page, "boosting churn", "forest churn", "logistic churn")
    page.wait_for_timeout(3000)  # the stream has given its first sign by then
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    subprocess.run([sys.executable, "-c", LATER], cwd=served[0], check=True, capture_output=True)
    wait_for_names(page, "later", "boosting churn", "forest churn", "logistic churn")
    assert [url for url in asked if "/revision" in url or "/events" in url] == []  # it was told


def test_verdicts_findings_and_the_slice_are_shown(page: Any, served: tuple[Path, str]) -> None:
    subprocess.run([sys.executable, "-c", PROVEN], cwd=served[0], check=True, capture_output=True)
    page.wait_for_selector("nav >> text=proofs", timeout=SEEN_MS)
    page.click("nav >> text=proofs")
    wait_for_names(page, "new", "checked")
    heads = page.eval_on_selector_all(".nbm-head-cell", "nodes => nodes.map(node => node.textContent.trim())")
    assert heads[:4] == ["run", "accuracy ↑", "verdict", "findings"]
    line = page.locator(".nbm-line", has_text="NB101 NB203")
    assert "≠ DIFFERS" in line.inner_text()
    assert page.locator(".nbm-found").first.get_attribute("title") == "NB101 X is stale\nNB203 numpy: no seed"
    page.click(".nbm-line .nbm-label >> text=/^checked$/")
    page.wait_for_selector(".nbm-check", timeout=SEEN_MS)
    shown = page.inner_text(".nbm-run")
    for said in ("≠ DIFFERS", "0.900", "0.800"):
        assert said in shown
    _picture(page, "ui-proof")
    page.go_back()
    page.fill(".nbm-field-where", "verdict == 'DIFFERS'")
    wait_for_names(page, "checked")


def _picture(page: Any, name: str) -> None:
    """Where a person wants to look at it."""
    if folder := os.environ.get("TEST_PICTURES"):
        page.wait_for_timeout(500)
        page.screenshot(path=f"{folder}/{name}.png")
