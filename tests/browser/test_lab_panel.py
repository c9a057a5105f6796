"""The panel in a real JupyterLab: it lists what the open notebook has just tracked, and keeps up with it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

SETUP = "%load_ext nbmlops\nimport nbmlops"
FOREST = "%%track forest -e churn\nmax_depth = 8\nnbmlops.log_metric('accuracy', 0.93)"
BOOSTING = "%%track boosting -e churn\nmax_depth = 4\nnbmlops.log_metric('accuracy', 0.95)"
FAILS = "%%track broken -e churn\nmax_depth = 2\nraise ValueError('no such column: tenure')"
PROVE = """from datetime import UTC, datetime
from nbmlops.magics.extension import extension_of
from nbmlops.records import Finding, MetricCheck, Reproduction, Verdict
from nbmlops.tracking.proofs import keep_findings, keep_reproduction
run = extension_of(get_ipython()).last_run
keep_findings(run._recorder, run.id, [Finding("NB101", "max_depth is stale", "max_depth")])
checks = (MetricCheck("accuracy", 0.93, 0.93, True),)
keep_reproduction(run._recorder, run.id, Reproduction(Verdict.REPRODUCED, datetime.now(UTC), checks))"""
SEEN_MS = 30_000
NAMES = "() => [...document.querySelectorAll('.nbm-list-name')].map(node => node.textContent)"


@pytest.fixture(scope="module", autouse=True)
def installed(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[None]:
    """What a wheel puts beside JupyterLab, taken from the work tree."""
    built = root / "src" / "nbmlops" / "labextension"
    if not (built / "package.json").is_file():
        pytest.skip("the front end is not built: run `npm ci && npm run build:prod` in labextension/")
    share = tmp_path_factory.mktemp("share")
    (share / "labextensions").mkdir()
    (share / "labextensions" / "nbmlops-labextension").symlink_to(built)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(share))
        patch.setenv("JUPYTER_CONFIG_PATH", str(root / "etc" / "jupyter"))
        yield


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    faults: list[str] = []
    opened = browser.new_page(viewport={"width": 1400, "height": 900})
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    _picture(opened, "last-seen")
    opened.close()
    assert faults == []


def run_cells(page: Any, count: int) -> None:
    """Runs cells one by one, from the active one on."""
    for _ in range(count):
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')")


def show_panel(page: Any) -> None:
    page.click('.jp-NotebookPanel-toolbar [data-jp-item-name="nbmlops-runs"] >> button, jp-button')
    page.wait_for_selector("#nbmlops-runs:visible", timeout=SEEN_MS)


def wait_for_names(page: Any, *names: str) -> None:
    page.wait_for_function(
        "wanted => JSON.stringify([...document.querySelectorAll('.nbm-list-name')].map(n => n.textContent))"
        " === JSON.stringify(wanted)",
        arg=list(names),
        timeout=SEEN_MS,
    )


def test_a_run_stands_in_the_panel_as_soon_as_its_cell_has_run(lab: Any, page: Any) -> None:
    lab.write("train.ipynb", SETUP, FOREST, BOOSTING, FAILS)
    lab.open(page, "train.ipynb")
    show_panel(page)
    page.wait_for_selector(".nbm-list .nbm-empty", timeout=SEEN_MS)
    run_cells(page, 2)
    wait_for_names(page, "forest")
    run_cells(page, 1)
    wait_for_names(page, "boosting", "forest")
    page.wait_for_selector(".nbm-list li:first-child .nbm-best >> text=accuracy", timeout=SEEN_MS)
    run_cells(page, 1)
    wait_for_names(page, "broken", "boosting", "forest")
    page.wait_for_selector(".nbm-list li:first-child >> text=no such column: tenure", timeout=SEEN_MS)

    page.focus(".nbm-list-name")
    page.keyboard.press("/")
    page.keyboard.type("boost")
    wait_for_names(page, "boosting")
    page.click(".nbm-list-name")
    page.wait_for_selector(".nbm-list .nbm-panel dl", timeout=SEEN_MS)
    assert "max_depth" in page.inner_text(".nbm-list .nbm-panel")
    _picture(page, "panel-light")

    page.keyboard.press("Escape")
    wait_for_names(page, "broken", "boosting", "forest")
    assert page.locator(".nbm-list .nbm-panel").count() == 0
    page.click(".nbm-list li:nth-child(2) >> text=cell")
    assert page.locator(".jp-Cell.jp-mod-active >> text=boosting").count()
    page.click(".nbm-list-head .nbm-link")
    page.wait_for_selector(".nbmlops-table .nbm-line", timeout=SEEN_MS)
    assert page.locator(".nbmlops-table .nbm-line").count() == 3
    _picture(page, "table-light")


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_verdict_findings_and_lineage_are_seen_in_both_themes(lab: Any, page: Any, theme: str) -> None:
    name = f"proof-{theme.rsplit(maxsplit=1)[-1]}.ipynb"
    lab.use_theme(theme)
    lab.write(name, SETUP, FOREST, PROVE, "%nbmlops lineage forest")
    lab.open(page, name)
    show_panel(page)
    run_cells(page, 4)
    page.wait_for_selector(".nbm-list .nbm-verdict >> text=✓ REPRODUCED", timeout=SEEN_MS)
    assert page.inner_text(".nbm-list .nbm-found") == "NB101"
    page.wait_for_selector("svg.nbl .nbl-title", timeout=SEEN_MS)
    ground, ink = (
        page.eval_on_selector(
            f"svg.nbl {part}", "node => getComputedStyle(node).fill.match(/\\d+/g).map(Number)"
        )
        for part in (".nbl-box", ".nbl-title")
    )
    assert abs(sum(ground[:3]) - sum(ink[:3])) > 300  # of 765
    page.locator("svg.nbl").scroll_into_view_if_needed()
    _picture(page, f"proof-{theme.rsplit(maxsplit=1)[-1].lower()}")


def test_the_panel_follows_the_notebook_that_is_open(lab: Any, page: Any) -> None:
    lab.write("other.ipynb", SETUP, "%%track alone -e churn\nnbmlops.log_metric('rmse', 3.0)")
    lab.open(page, "other.ipynb")
    show_panel(page)
    page.wait_for_selector(".nbm-list .nbm-empty", timeout=SEEN_MS)
    run_cells(page, 2)
    wait_for_names(page, "alone")
    page.evaluate("window.jupyterapp.commands.execute('docmanager:open', {path: 'train.ipynb'})")
    wait_for_names(page, "broken", "boosting", "forest")


def test_a_renamed_notebook_keeps_its_runs(lab: Any, page: Any) -> None:
    source = lab.folder / "train.ipynb"
    (lab.folder / "renamed.ipynb").write_bytes(source.read_bytes())
    source.unlink()
    lab.open(page, "renamed.ipynb")
    show_panel(page)
    wait_for_names(page, "broken", "boosting", "forest")


def test_the_panel_is_dark_where_lab_is(lab: Any, page: Any) -> None:
    lab.use_theme("JupyterLab Dark")
    lab.open(page, "renamed.ipynb")
    show_panel(page)
    wait_for_names(page, "broken", "boosting", "forest")
    colours = page.evaluate(
        "() => { const s = getComputedStyle(document.querySelector('.nbm-list')); return [s.color, s.backgroundColor]; }"
    )
    text, ground = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
    assert text > 500
    assert ground < 250
    _picture(page, "panel-dark")


def test_who_is_not_logged_in_sees_no_runs(lab: Any) -> None:
    for path, body in (("revision", None), ("page", b"{}"), ("experiments", None)):
        with pytest.raises(HTTPError) as refused:
            urlopen(Request(f"{lab.address}/nbmlops/api/{path}", data=body), timeout=30)
        assert refused.value.code == 403, path
        refused.value.close()


def _picture(page: Any, name: str) -> None:
    """Where a person wants to look at it."""
    if folder := os.environ.get("TEST_PICTURES"):
        page.wait_for_timeout(500)
        page.screenshot(path=f"{folder}/{name}.png")
