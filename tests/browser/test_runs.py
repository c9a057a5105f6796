"""The table of runs in a real browser: filtered, folded, grouped, chosen, changed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from browser.conftest import Watch, serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

RUNS = """
import nbmlops
for c in (0.1, 1.0, 10.0):
    for seed in range(4):
        with nbmlops.start_run(f"C={c} {seed}", experiment="seeds"):
            nbmlops.log_params({"C": c, "seed": seed, "solver": "lbfgs"})
            nbmlops.log_metric("accuracy", 0.8 + (c > 0.5) * 0.1 + seed / 300)
for name in ("alpha", "beta", "gamma"):
    with nbmlops.start_run(name, experiment="twins") as run:
        nbmlops.log_metric("accuracy", 0.9)
    run._recorder.context(run.id, columns={"identity": "the same"})
with nbmlops.start_run("<img src=x onerror=document.title='hit'>", experiment="twins"):
    nbmlops.log_params({"text": "<b>" * 20_000})
"""
ROW = "import json, nbmlops; print(json.dumps([r for r in nbmlops.runs(experiment='seeds').to_dict('records')], default=str))"
SEEN_MS = 30_000
NAMES = "[...document.querySelectorAll('.nbm-line .nbm-label')].map(node => node.textContent)"
WHERE = ".nbm-field-where"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[tuple[Path, str]]:
    """A store, and the page's address."""
    if not (root / "src" / "nbmlops" / "static" / "app.js").is_file():
        pytest.skip("the front end is not built: run `npm ci && npm run build:prod` in labextension/")
    folder = tmp_path_factory.mktemp("runs")
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
def page(browser: Any, served: tuple[Path, str], watch: Watch) -> Iterator[Any]:
    """All runs of the experiment `seeds`."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    watch.follow(opened)
    opened.goto(served[1])
    opened.click("nav >> text=seeds", timeout=SEEN_MS)
    wait_for_count(opened, 12)
    yield opened
    context.close()


def wait_for_count(page: Any, lines: int) -> None:
    page.wait_for_function(f"wanted => {NAMES}.length === wanted", arg=lines, timeout=SEEN_MS)


def wait_for_names(page: Any, *names: str) -> None:
    page.wait_for_function(
        f"wanted => JSON.stringify({NAMES}) === JSON.stringify(wanted)", arg=list(names), timeout=SEEN_MS
    )


def wait_for_chosen(page: Any, runs: int) -> None:
    word = "run" if runs == 1 else "runs"
    page.wait_for_selector(f".nbm-actions >> text=/^{runs} {word} chosen$/", timeout=SEEN_MS)


def line(page: Any, name: str) -> Any:
    return page.locator(".nbm-line", has=page.get_by_text(name, exact=True))


def picture(page: Any, name: str) -> None:
    """Where a person wants to look at it."""
    if folder := os.environ.get("TEST_PICTURES"):
        page.wait_for_timeout(500)
        page.screenshot(path=f"{folder}/{name}.png")


def test_a_condition_is_written_with_completion_alone(page: Any) -> None:
    page.keyboard.press("/")
    page.click(WHERE)
    page.keyboard.type("acc")
    page.wait_for_selector("[role=option] >> text=metrics.accuracy", timeout=SEEN_MS)
    page.keyboard.press("Tab")
    page.wait_for_function(f"() => document.querySelector('{WHERE}').value === 'metrics.accuracy '")
    page.keyboard.type("> 0.85 and sol")
    page.wait_for_selector("[role=option] >> text=params.solver", timeout=SEEN_MS)
    page.keyboard.press("Enter")
    page.keyboard.type("== ")
    page.wait_for_selector("[role=option] >> text=lbfgs", timeout=SEEN_MS)
    picture(page, "runs-completion")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value(WHERE).strip() == "metrics.accuracy > 0.85 and params.solver == 'lbfgs'"
    wait_for_count(page, 8)
    page.keyboard.press("Escape")
    page.wait_for_selector("[role=listbox]", state="hidden")
    assert page.input_value(WHERE)


def test_what_cannot_be_read_is_marked_in_its_place(page: Any) -> None:
    page.fill(WHERE, "metrics.accuracy > 0.85 and params.solvr == 'x'")
    page.keyboard.press("Escape")
    page.wait_for_selector(".nbm-fault mark", timeout=SEEN_MS)
    assert page.inner_text(".nbm-fault mark") == "params.solvr"
    assert "did you mean params.solver" in page.inner_text(".nbm-fault")


def test_identical_runs_fold_and_open(page: Any) -> None:
    page.click("nav >> text=twins")
    wait_for_names(page, "<img src=x onerror=document.title='hit'>", "gamma")
    assert page.title() == "twins · nbmlops"
    assert "4 runs" in page.inner_text(".nbm-heading")
    page.click(".nbm-unfold")
    wait_for_names(page, "<img src=x onerror=document.title='hit'>", "gamma", "beta", "alpha")
    assert line(page, "beta").get_attribute("aria-level") == "2"
    page.click("text=Fold identical")
    page.wait_for_selector(".nbm-unfold", state="detached", timeout=SEEN_MS)
    assert "fold=no" in page.url
    wait_for_names(page, "<img src=x onerror=document.title='hit'>", "gamma", "beta", "alpha")


def test_runs_are_grouped_over_their_seeds_with_mean_and_deviation(page: Any, root: Path) -> None:
    page.click(".nbm-filters >> text=Group")
    page.click("text=/All parameters but seed/")
    wait_for_names(page, "C 10", "C 1", "C 0.1")
    page.wait_for_selector(".nbm-sd", timeout=SEEN_MS)
    best = [0.9 + seed / 300 for seed in range(4)]
    cell = page.locator(".nbm-line", has_text="C 10").locator(".nbm-best")
    assert f"{np.mean(best):.3f} ± {np.std(best, ddof=1):.3f}" in cell.inner_text()
    assert f"{np.std(best, ddof=1):.6f}"[:8] in cell.get_attribute("title")
    page.click(".nbm-head-cell >> text=accuracy")
    page.click(".nbm-head-cell >> text=accuracy")
    wait_for_names(page, "C 0.1", "C 10", "C 1")
    page.locator(".nbm-line", has_text="C 0.1").locator(".nbm-unfold").click()
    wait_for_names(page, "C 0.1", "C=0.1 0", "C=0.1 1", "C=0.1 2", "C=0.1 3", "C 10", "C 1")
    page.locator(".nbm-line", has_text="C 10").locator("input").click()
    wait_for_chosen(page, 4)
    picture(page, "runs-groups")
    page.reload()
    wait_for_names(page, "C 0.1", "C 10", "C 1")
    assert serious_violations(page, root, "main") == []


def test_ranges_are_chosen_by_mouse_and_keys(page: Any) -> None:
    place = {"x": 520, "y": 12}
    page.locator(".nbm-line").nth(1).click(position=place)
    page.locator(".nbm-line").nth(4).click(position=place, modifiers=["Shift"])
    wait_for_chosen(page, 4)
    page.locator(".nbm-line").nth(2).click(position=place, modifiers=["Shift"])
    wait_for_chosen(page, 2)
    page.locator(".nbm-line").nth(6).click(position=place, modifiers=["ControlOrMeta"])
    wait_for_chosen(page, 3)
    page.keyboard.press("Escape")
    page.wait_for_selector("text=/chosen$/", state="detached")
    page.focus(".nbm-table")
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowDown")
    wait_for_chosen(page, 4)
    page.keyboard.press("Shift+ArrowUp")
    wait_for_chosen(page, 3)
    page.keyboard.press("ControlOrMeta+a")
    wait_for_chosen(page, 12)


def test_columns_are_resized_fitted_and_moved(page: Any) -> None:
    def width() -> float:
        return float(page.locator("[data-column='metrics.accuracy']").bounding_box()["width"])

    def drag(start: tuple[float, float], by: float) -> None:
        page.mouse.move(*start)
        page.mouse.down()
        for step in range(1, 6):
            page.mouse.move(start[0] + by * step / 5, start[1])
        page.mouse.up()

    before = width()
    edge = page.locator("[data-column='metrics.accuracy'] .nbm-edge").bounding_box()
    drag((edge["x"] + 3, edge["y"] + 8), 90)
    assert width() == pytest.approx(before + 90, abs=3)
    page.reload()
    wait_for_count(page, 12)
    assert width() == pytest.approx(before + 90, abs=3)
    page.dblclick("[data-column='metrics.accuracy'] .nbm-edge")
    page.wait_for_timeout(100)
    assert width() < before + 60
    head = page.locator("[data-column='params.C']").bounding_box()
    drag((head["x"] + head["width"] / 2, head["y"] + 15), -head["width"])
    first = "() => document.querySelector('[data-column]').dataset.column === 'params.C'"
    page.wait_for_function(first, timeout=SEEN_MS)


def test_chosen_runs_are_tagged_and_deleted_and_brought_back(page: Any, served: tuple[Path, str]) -> None:
    for at in (0, 1):
        page.locator(".nbm-line input").nth(at).click()
    wait_for_chosen(page, 2)
    page.click(".nbm-actions >> text=Tag")
    page.fill("[aria-label='name of the tag']", "stage")
    page.fill("[aria-label='value of the tag']", "candidate")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=2 runs tagged stage = candidate", timeout=SEEN_MS)
    page.wait_for_selector("[data-column='tags.stage']", timeout=SEEN_MS)
    done = subprocess.run(
        [sys.executable, "-c", ROW], cwd=served[0], check=True, capture_output=True, text=True
    )
    tagged = [run["name"] for run in json.loads(done.stdout) if run.get("tags.stage") == "candidate"]
    assert tagged == ["C=10.0 3", "C=10.0 2"]
    page.click(".nbm-actions >> text=Delete")
    wait_for_count(page, 10)
    page.click(".nbm-toast >> text=Undo")
    wait_for_count(page, 12)
    page.locator(".nbm-line input").nth(11).click()
    page.click(".nbm-actions >> text=Delete")
    wait_for_count(page, 11)
    page.click(".nbm-filters >> text=Bin")
    wait_for_names(page, "C=0.1 0")
    page.locator(".nbm-line input").first.click()
    page.click(".nbm-actions >> text=Restore")
    page.wait_for_selector("text=No run is in the bin", timeout=SEEN_MS)


def test_a_view_is_saved_and_opened(page: Any) -> None:
    page.fill(WHERE, "params.C == 1.0")
    wait_for_count(page, 4)
    page.click(".nbm-filters >> text=Views")
    page.fill("[aria-label='name of the view']", "middle")
    page.keyboard.press("Enter")
    page.wait_for_selector(".nbm-menu-row >> text=middle", timeout=SEEN_MS)
    page.keyboard.press("Escape")
    page.fill(WHERE, "")
    wait_for_count(page, 12)
    page.click(".nbm-filters >> text=Views")
    page.click(".nbm-menu-row >> text=middle")
    wait_for_count(page, 4)
    page.click(".nbm-filters >> text=Views")
    page.click("[aria-label='Remove the view middle']")
    page.wait_for_selector("text=No view is saved yet", timeout=SEEN_MS)
