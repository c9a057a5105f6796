"""Predictions and what spreads over runs, seen in a real browser: real models, and costs that move."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser.conftest import Watch, serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

RUNS = """
import nbmlops
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import train_test_split

X, y = load_breast_cancer(return_X_y=True)
ids = []
for seed, name, model in [(0, "logistic", LogisticRegression(max_iter=5000)), (0, "forest", RandomForestClassifier(30, random_state=0)),
                          (1, "<img src=x onerror=alert(1)>", RandomForestClassifier(30, random_state=0))]:
    a, b, c, d = train_test_split(X[:, :4], y, test_size=0.5, random_state=seed)
    with nbmlops.start_run(name, experiment="tumour") as run:
        model.fit(a, c)
        nbmlops.log_predictions(d, model.predict(b), model.predict_proba(b)[:, 1])
        nbmlops.log_metric("accuracy", model.score(b, d))
    ids.append(run.id)
X, y = load_diabetes(return_X_y=True)
with nbmlops.start_run("ridge", experiment="sugar") as run:
    nbmlops.log_predictions(y, Ridge().fit(X, y).predict(X))
ids.append(run.id)
for at in range(30):
    with nbmlops.start_run(f"search {at}", experiment="search") as run:
        nbmlops.log_params({"depth": at % 7, "rate": 10 ** -(at % 5), "solver": "ab"[at % 2]})
        nbmlops.log_metric("auc", 0.6 + at % 7 / 20)
ids.append(run.id)
print(" ".join(ids))
"""
SEEN_MS = 30_000


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[tuple[list[str], str]]:
    """Ids of runs, and the page's address."""
    if not (root / "src" / "nbmlops" / "static" / "app.js").is_file():
        pytest.skip("the front end is not built: run `npm ci && npm run build:prod` in labextension/")
    folder = tmp_path_factory.mktemp("evaluation")
    made = subprocess.run(
        [sys.executable, "-c", RUNS], cwd=folder, check=True, capture_output=True, text=True
    )
    command = [sys.executable, "-m", "nbmlops", "ui", "--no-browser"]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        yield made.stdout.split(), process.stdout.readline().strip()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@pytest.fixture
def page(browser: Any, served: tuple[list[str], str], watch: Watch) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    opened = context.new_page()
    watch.follow(opened)
    opened.goto(served[1])
    opened.wait_for_selector("nav", timeout=SEEN_MS)
    yield opened
    context.close()


def look_at(page: Any, *ids: str) -> None:
    page.evaluate(
        "hash => { location.hash = hash; dispatchEvent(new PopStateEvent('popstate')); }",
        f"#view=compare&ids={'%2C'.join(ids)}",
    )
    page.click("[data-tab=predictions]", timeout=SEEN_MS)
    page.wait_for_selector(".nbm-ev", timeout=SEEN_MS)


def look_at_all(page: Any) -> None:
    page.click("nav >> text=search")
    page.click("button:has-text('Scatter')", timeout=SEEN_MS)
    page.wait_for_selector(".nbm-sp-scatter svg", timeout=SEEN_MS)


def sentence(page: Any) -> str:
    return str(page.inner_text(".nbm-ev-sentence")).replace("\u2009", "")


def confusion(page: Any) -> list[int]:
    return [
        int(text) for text in page.locator(".nbm-ev-matrix").first.locator("td").all_inner_texts() if text
    ]


def test_costs_and_the_threshold_move_everything(
    page: Any, served: tuple[list[str], str], root: Path
) -> None:
    look_at(page, *served[0][:2])
    assert "errors per 1000 cases" in sentence(page)
    before = confusion(page)
    page.get_by_role("slider").fill("20")
    assert confusion(page) != before
    assert sum(confusion(page)) == sum(before) == 285
    page.get_by_label("a miss costs").fill("250")
    page.get_by_label("unit").fill("€")
    assert "€" in sentence(page)
    assert "% less than" in sentence(page)
    page.locator(".nbm-ev-table .nbm-link").first.click()
    now, best = page.locator(".nbm-ev-table tbody tr").first.locator("td").all_inner_texts()[-3:-1]
    assert best.endswith(now)
    assert serious_violations(page, root, ".nbm-ev") == []


def test_costs_stay_over_a_reload(page: Any, served: tuple[list[str], str]) -> None:
    look_at(page, *served[0][:2])
    page.get_by_label("a false alarm costs").fill("7")
    page.reload()
    page.click("[data-tab=predictions]", timeout=SEEN_MS)
    page.wait_for_selector(".nbm-ev-sentence", timeout=SEEN_MS)
    assert page.get_by_label("a false alarm costs").input_value() == "7"


def test_other_test_rows_are_a_caution_and_a_name_is_a_text(page: Any, served: tuple[list[str], str]) -> None:
    look_at(page, *served[0][:3])
    caution = page.inner_text(".nbm-ev .nbm-caution")
    assert "Not the same test rows: <img src=x onerror=alert(1)> (285 rows)" in caution
    assert "onerror" not in sentence(page)
    assert page.locator(".nbm-ev img").count() == 0


def test_numbers_have_residuals(page: Any, served: tuple[list[str], str], root: Path) -> None:
    look_at(page, served[0][3], served[0][4])
    assert "ridge is off by" in sentence(page)
    page.get_by_label("a unit too little costs").fill("3")
    assert "ridge costs" in sentence(page)
    page.get_by_role("checkbox", name="residuals").check()
    assert page.locator(".nbm-ev-dots").count() == 1
    assert "no predictions of this name" in page.inner_text(".nbm-ev")
    assert serious_violations(page, root, ".nbm-ev") == []


def test_a_brush_chooses_runs_of_the_table(page: Any, root: Path) -> None:
    look_at_all(page)
    assert serious_violations(page, root, ".nbm-sp") == []
    page.click("text=Parallel coordinates")
    page.wait_for_selector(".nbm-sp-grip", timeout=SEEN_MS)
    grip = page.locator(".nbm-sp-grip").first.bounding_box()
    x = grip["x"] + grip["width"] / 2
    page.mouse.move(x, grip["y"] + 1)
    page.mouse.down()
    page.mouse.move(x, grip["y"] + grip["height"] * 0.3, steps=4)
    page.mouse.up()
    assert "8 of 30 runs" in page.inner_text(".nbm-sp-passed")
    page.click("text=choose them")
    assert page.locator(".nbm-sp .nbm-sp-passed").last.inner_text().startswith("8 runs chosen")
    assert "Compare 8 runs" in page.inner_text(".nbm-heading")
    first = page.locator(".nbm-sp-name").first
    name = first.inner_text()
    first.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".nbm-sp-name").nth(1).inner_text() == name
    assert serious_violations(page, root, ".nbm-sp") == []


def test_importance_names_the_parameter_that_matters(page: Any, root: Path) -> None:
    look_at_all(page)
    page.click("text=Parameter importance")
    page.wait_for_selector(".nbm-sp-weights", timeout=SEEN_MS)
    assert page.inner_text(".nbm-sp-weights tbody th") == "depth"
    assert "over 30 finished runs" in sentence(page)
    assert serious_violations(page, root, ".nbm-sp") == []
    page.click(".nbm-sp-weights .nbm-link >> nth=0")
    page.wait_for_selector("svg[aria-label='auc over depth, 30 runs']", timeout=SEEN_MS)
