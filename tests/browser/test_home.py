"""The page's first view, its rail, its addresses, in a real browser."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import Watch, serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

RUNS = """
import nbmlops
from datetime import UTC, datetime
from nbmlops.records import Reproduction, Verdict
from nbmlops.tracking.proofs import keep_reproduction
for number in range(90):
    for step in range(3):
        with nbmlops.start_run(f"run {step}", experiment=f"model-{number:02}"):
            nbmlops.log_metric("auc", 0.8 + number / 1000 + step / 100)
for number in range(4):
    nbmlops.experiment(f"model-{number:02}", goal="auc >= 0.822")
try:
    with nbmlops.start_run("breaks", experiment="model-07"):
        raise ValueError("no data")
except ValueError:
    pass
with nbmlops.start_run("checked", experiment="model-08") as run:
    nbmlops.log_metric("auc", 0.95)
keep_reproduction(run._recorder, run.id, Reproduction(Verdict.DIFFERS, datetime(2026, 11, 20, tzinfo=UTC)))
with nbmlops.start_run("<img src=x onerror=alert(1)>", experiment="<script>alert(1)</script>"):
    nbmlops.log_metric("auc", 0.5)
"""
SEEN_MS = 30_000
LISTED = "[...document.querySelectorAll('.nbm-fleet-open')].map(node => node.textContent)"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[str]:
    """Of a page over a store with 91 experiments."""
    if not (root / "src" / "nbmlops" / "static" / "app.js").is_file():
        pytest.skip("the front end is not built: run `npm ci && npm run build:prod` in labextension/")
    folder = tmp_path_factory.mktemp("fleet")
    subprocess.run([sys.executable, "-c", RUNS], cwd=folder, check=True, capture_output=True)
    yield from _served(folder)


def _served(folder: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "nbmlops", "ui", "--no-browser"]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@pytest.fixture
def page(browser: Any, watch: Watch, address: str) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    watch.follow(opened)
    opened.goto(address)
    opened.wait_for_selector(".nbm-fleet-line", timeout=SEEN_MS)
    yield opened
    context.close()


def listed(page: Any) -> list[str]:
    names: list[str] = page.evaluate(LISTED)
    return names


def test_all_experiments_are_the_first_view_and_numbers_filter_them(page: Any, root: Path) -> None:
    assert page.title() == "Home · nbmlops"
    assert "token" not in page.url
    assert listed(page)[:2] == ["<script>alert(1)</script>", "model-08"]
    tallies = page.inner_text(".nbm-tallies").split("\n")
    assert tallies[:2] == ["91", "experiments"]
    page.click(".nbm-tally >> text=failing")
    assert listed(page) == ["model-07"]
    page.click(".nbm-tally >> text=not reproduced")
    assert listed(page) == ["model-08"]
    page.click(".nbm-tally >> text=short of their goal")
    assert listed(page) == ["model-01", "model-00"]
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("model-4")
    page.wait_for_function(f"() => {LISTED}.length === 10", timeout=SEEN_MS)
    assert "10 experiments of 91" in page.inner_text(".nbm-home-bar")
    assert serious_violations(page, root) == []
    _picture(page, "home")


def test_lines_are_made_as_they_come_near(page: Any) -> None:
    assert len(listed(page)) < 91
    page.mouse.move(700, 600)
    page.mouse.wheel(0, 20_000)
    page.wait_for_function(f"() => {LISTED}.length === 91", timeout=SEEN_MS)
    page.select_option(".nbm-home-bar select", "attention")
    assert listed(page)[:2] == ["model-07", "model-08"]
    page.focus(".nbm-fleet-open")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(".nbm-crumbs h1 >> text=model-08", timeout=SEEN_MS)


def test_the_way_back_leads_through_the_views(page: Any) -> None:
    page.click(".nbm-fleet-open >> text=model-08")
    page.wait_for_selector(".nbm-line .nbm-label", timeout=SEEN_MS)
    assert page.url.endswith("#experiment=model-08")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"
    page.keyboard.press("g")
    page.keyboard.press("j")
    page.wait_for_selector("text=No notebook was run as a job", timeout=SEEN_MS)
    page.click(".nbm-crumbs >> text=Home")
    page.wait_for_selector(".nbm-fleet-line", timeout=SEEN_MS)
    page.go_back()
    page.wait_for_selector("text=No notebook was run as a job", timeout=SEEN_MS)
    page.go_back()
    page.wait_for_selector(".nbm-crumbs h1 >> text=model-08", timeout=SEEN_MS)
    page.go_back()
    page.wait_for_selector(".nbm-fleet-line", timeout=SEEN_MS)
    page.go_forward()
    page.wait_for_selector(".nbm-crumbs h1 >> text=model-08", timeout=SEEN_MS)
    page.reload()
    page.wait_for_selector(".nbm-line .nbm-label", timeout=SEEN_MS)
    assert page.title() == "model-08 · nbmlops"


def test_a_theme_that_was_chosen_stays(page: Any) -> None:
    ground = "getComputedStyle(document.querySelector('.nbm-page')).backgroundColor"
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"() => {ground} !== '{light}'", timeout=SEEN_MS)
    dark = page.evaluate(ground)
    page.select_option(".nbm-theme select", "light")
    assert page.evaluate(ground) == light
    page.reload()
    page.wait_for_selector(".nbm-fleet-line", timeout=SEEN_MS)
    assert page.evaluate(ground) == light
    page.select_option(".nbm-theme select", "dark")
    page.emulate_media(color_scheme="light")
    assert page.evaluate(ground) == dark


def test_a_narrow_window_has_a_menu_and_nothing_is_cut_off(page: Any) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not page.is_visible(".nbm-rail-body")
    page.click("text=Menu")
    page.fill(".nbm-rail-experiments input", "model-12")
    page.click(".nbm-rail-experiments >> text=model-12")
    page.wait_for_selector(".nbm-crumbs h1 >> text=model-12", timeout=SEEN_MS)
    assert not page.is_visible(".nbm-rail-body")
    page.keyboard.press("?")
    assert "all runs" in page.inner_text("dialog")
    page.keyboard.press("Escape")
    for board in ("registry", "monitors"):
        page.goto(page.url.split("#")[0] + f"#view={board}")
        page.wait_for_selector(".nbm-frame", timeout=SEEN_MS)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_the_token_nothing_is_shown(browser: Any, address: str) -> None:
    context = browser.new_context()
    opened = context.new_page()
    answer = opened.goto(address.split("?", maxsplit=1)[0])
    assert "login" in opened.url or answer.status == 403
    assert "model-0" not in opened.content()
    context.close()


def test_an_empty_store_says_what_fills_it(browser: Any, watch: Watch, tmp_path: Path) -> None:
    for address in _served(tmp_path):
        opened = browser.new_page()
        watch.follow(opened)
        opened.goto(address)
        opened.wait_for_selector("text=There is no store yet", timeout=SEEN_MS)
        assert "%%track" in opened.inner_text(".nbm-begin pre")
        opened.close()


def _picture(page: Any, name: str) -> None:
    """Where a person wants to look at it."""
    if folder := os.environ.get("TEST_PICTURES"):
        page.wait_for_timeout(500)
        page.screenshot(path=f"{folder}/{name}.png")
