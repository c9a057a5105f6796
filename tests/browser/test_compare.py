"""Runs side by side, and their curves, on the page in a real browser."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from a_notebook_session import write_session

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SEEN_MS = 30_000
NAMES = "import json, nbmlops; found = nbmlops.runs(limit=50); print(json.dumps([list(found['name']), list(found['id'])]))"


@dataclass
class Served:
    """The page's address, and the runs by name."""

    address: str
    ids: dict[str, str]

    def comparison(self, *names: str, baseline: str = "") -> str:
        """The part of an address that shows runs side by side."""
        chosen = f"&baseline={self.ids[baseline]}" if baseline else ""
        return f"#view=compare&ids={','.join(self.ids[name] for name in names)}{chosen}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Served]:
    if not (root / "src" / "nbmlops" / "static" / "app.js").is_file():
        pytest.skip("the front end is not built: run `npm ci && npm run build:prod` in labextension/")
    folder = tmp_path_factory.mktemp("compare")
    write_session(folder)
    names = subprocess.run([sys.executable, "-c", NAMES], cwd=folder, check=True, capture_output=True)
    command = [sys.executable, "-c", "from nbmlops.cli import main; main()", "ui", "--no-browser"]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        address = next(line.strip() for line in iter(process.stdout.readline, "") if line.startswith("http"))
        yield Served(address, dict(zip(*json.loads(names.stdout), strict=True)))
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@pytest.fixture
def page(browser: Any, served: Served) -> Iterator[Any]:
    faults: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    opened = context.new_page()
    opened.on("pageerror", lambda error: faults.append(str(error)))
    # A run that is not there is refused, which the browser says as well; that is no fault.
    refused = "Failed to load resource"
    opened.on(
        "console",
        lambda said: faults.append(said.text) if said.type == "error" and refused not in said.text else None,
    )
    opened.on(
        "request",
        lambda sent: (
            faults.append(sent.url)
            if not sent.url.startswith(("http://127.0.0.1", "data:", "blob:"))
            else None
        ),
    )
    opened.goto(f"{served.address}#view=runs")
    opened.wait_for_selector(".nbm-line", timeout=SEEN_MS)
    yield opened
    assert opened.evaluate("window.hit") is None, "something hostile ran"
    context.close()
    assert faults == []


def show(page: Any, place: str, seen: str = ".nbm-matrix") -> None:
    page.evaluate("place => { window.location.hash = place; }", place)
    page.wait_for_selector(seen, timeout=SEEN_MS)


def line(page: Any, name: str) -> list[str]:
    """The texts of one line of the table, its name first."""
    found = page.locator(".nbm-matrix tbody tr", has=page.locator(f"th[scope=row]:has-text('{name}')")).first
    return [text.strip() for text in found.locator("th, td").all_inner_texts()]


def test_two_runs_show_what_changed_and_by_how_much(page: Any, served: Served) -> None:
    show(page, served.comparison("near", "far"))
    assert page.inner_text(".nbm-headline").startswith("Best: near")
    name, near, far = line(page, "accuracy")
    assert "↑" in name
    assert "★" in near
    assert "▼ −" in far
    assert line(page, "threshold")[1:] == ["0.1", "0.9"]
    assert "1 parameter the same" in page.inner_text(".nbm-matrix-same >> nth=0")
    assert page.locator(".nbm-cautions").count() == 0
    _picture(page, "compare-two")
    # The other way round, what was worse is the measure of what is better; and the address says so.
    page.click("text=Swap")
    page.wait_for_selector(".nbm-run-chip-baseline:has-text('far')", timeout=SEEN_MS)
    page.wait_for_selector(".nbm-matrix thead th:nth-child(2):has-text('far')", timeout=SEEN_MS)
    assert "▲ +" in line(page, "accuracy")[2]
    page.reload()
    page.wait_for_selector(".nbm-run-chip-baseline:has-text('far')", timeout=SEEN_MS)


def test_the_diff_marks_the_words_of_the_changed_lines(page: Any, served: Served) -> None:
    show(page, served.comparison("near", "far", baseline="near"), ".nbm-diff")
    assert page.locator(".nbm-cell-change[open]").count() == 1, "what is the same stays closed"
    assert page.locator(".nbm-diff del").all_inner_texts()[:2] == ["near", "1"]
    assert page.locator(".nbm-diff ins").all_inner_texts()[:2] == ["far", "9"]
    assert page.locator(".nbm-split").count() == 1
    page.click("text=Unified")
    assert page.locator(".nbm-split").count() == 0
    assert "threshold = 0.9" in page.inner_text("tr.nbm-ins >> nth=1")
    page.click(".nbm-cell-same summary >> nth=0")
    assert "import numpy as np" in page.inner_text(".nbm-same-source")


def test_pictures_stand_side_by_side_and_scripts_in_them_do_not_run(page: Any, served: Served) -> None:
    show(page, served.comparison("near", "far"))
    page.locator("[data-section=figures]").scroll_into_view_if_needed()
    page.wait_for_function(
        "() => document.querySelectorAll('.nbm-figure-picture img').length === 2", timeout=SEEN_MS
    )
    assert page.evaluate(
        "[...document.querySelectorAll('.nbm-figure-picture img')].every(one => one.naturalWidth > 0)"
    )
    assert page.locator(".nbm-figure-picture svg, .nbm-figure-picture iframe").count() == 0


def test_other_test_data_is_said_first_and_its_numbers_carry_no_verdict(page: Any, served: Served) -> None:
    hostile = "<img src=x onerror=window.hit=1>"
    show(page, served.comparison("near", "far", "elsewhere", hostile, baseline="near"))
    assert page.inner_text(".nbm-cautions").startswith("Not the same data")
    assert "elsewhere" in page.inner_text(".nbm-cautions")
    chip = page.locator(".nbm-run-chip", has_text="elsewhere")
    assert "other data" in chip.inner_text()
    cell = page.locator(".nbm-matrix td .nbm-delta.nbm-faint").first
    assert "Not comparable" in cell.get_attribute("title")
    assert page.locator("td.nbm-other-data").count() >= 1
    assert page.locator(".nbm-run-chip", has_text=hostile).count() == 1
    _picture(page, "compare-other-data")
    chip.locator(".nbm-run-chip-remove").click()
    page.wait_for_function("() => document.querySelectorAll('.nbm-run-chip').length === 3", timeout=SEEN_MS)


def test_curves_are_zoomed_to_every_point_and_read_under_the_pointer(page: Any, served: Served) -> None:
    show(page, served.comparison("long-a", "long-b"))
    asked: list[Any] = []
    page.on(
        "request", lambda sent: asked.append(sent.post_data_json) if sent.url.endswith("/series") else None
    )
    page.click("role=tab[name=Curves]")
    page.wait_for_selector(".nbm-plot[data-drawn='2']", timeout=SEEN_MS)
    box = page.locator(".u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] - 8)
    page.wait_for_selector(".nbm-tooltip", timeout=SEEN_MS)
    assert page.locator(".nbm-tooltip tr").count() == 2
    assert page.locator(".nbm-near").count() == 1
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.22, box["y"] + 70, steps=4)
    page.mouse.up()
    page.wait_for_selector(".nbm-plot[data-close=true]", timeout=SEEN_MS)
    first, last = asked[-1]["first"], asked[-1]["last"]
    assert 1900 < first < 2000 < last < 2300
    _picture(page, "curves-zoomed")
    page.dblclick(".u-over")
    page.wait_for_function("() => !document.querySelector('.nbm-plot').dataset.close", timeout=SEEN_MS)
    page.select_option(".nbm-bar select >> nth=1", "time")
    page.wait_for_function(
        "() => document.querySelector('.nbm-plot')?.dataset.drawn === '2'", timeout=SEEN_MS
    )
    assert asked[-1]["by"] == "time"


def test_the_panel_below_the_table_holds_the_chosen_runs_against_the_baseline_of_the_table(
    page: Any, served: Served
) -> None:
    place = {"runs": json.dumps([served.ids["near"], served.ids["far"]]), "baseline": served.ids["far"]}
    show(page, f"#view=runs&{urlencode(place)}", ".nbm-line")
    page.wait_for_selector("text=Compare 2 runs", timeout=SEEN_MS)
    page.click("text=Compare 2 runs")
    page.wait_for_selector(".nbm-panel .nbm-run-chip-baseline:has-text('far')", timeout=SEEN_MS)
    page.click(".nbm-panel .nbm-run-chip-name:has-text('near')")
    page.wait_for_selector(".nbm-panel .nbm-run-chip-baseline:has-text('near')", timeout=SEEN_MS)
    assert served.ids["near"] in page.url.partition("baseline=")[2]


def test_what_is_not_there_is_said_with_what_to_do(page: Any, served: Served) -> None:
    show(page, "#view=compare&ids=", ".nbm-empty")
    assert "Choose two or more" in page.inner_text(".nbm-empty")
    show(page, f"#view=compare&ids={'0' * 32}", ".nbm-failure")
    assert "There is no run 00000000" in page.inner_text(".nbm-failure")


def _picture(page: Any, name: str) -> None:
    """Where a person wants to look at it."""
    if folder := os.environ.get("TEST_PICTURES"):
        page.wait_for_timeout(500)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
