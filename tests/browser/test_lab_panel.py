"""The panel in a real JupyterLab: it lists what the open notebook has just tracked, and keeps up with it."""

from __future__ import annotations

import re
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400), pytest.mark.usefixtures("extension")]

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
# Those of the notebook; what else the store has stands below them.
OWN = ".nbm-list-body > ul .nbm-list-name"


def wait_for_names(lab_page: Any, *names: str) -> None:
    lab_page.wait_for_function(
        f"wanted => JSON.stringify([...document.querySelectorAll('{OWN}')].map(n => n.textContent))"
        " === JSON.stringify(wanted)",
        arg=list(names),
        timeout=SEEN_MS,
    )


def test_a_run_stands_in_the_panel_as_soon_as_its_cell_has_run(lab: Any, lab_page: Any) -> None:
    lab.write("train.ipynb", SETUP, FOREST, BOOSTING, FAILS)
    lab.open(lab_page, "train.ipynb")
    lab.show_panel(lab_page)
    lab_page.wait_for_selector(".nbm-list .nbm-empty", timeout=SEEN_MS)
    lab.run_cells(lab_page, 2)
    wait_for_names(lab_page, "forest")
    lab.run_cells(lab_page, 1)
    wait_for_names(lab_page, "boosting", "forest")
    lab_page.wait_for_selector(".nbm-list li:first-child .nbm-best >> text=accuracy", timeout=SEEN_MS)
    lab.run_cells(lab_page, 1)
    wait_for_names(lab_page, "broken", "boosting", "forest")
    lab_page.wait_for_selector(".nbm-list li:first-child >> text=no such column: tenure", timeout=SEEN_MS)

    lab_page.focus(".nbm-list-name")
    lab_page.keyboard.press("/")
    lab_page.keyboard.type("boost")
    wait_for_names(lab_page, "boosting")
    lab_page.click(".nbm-list-name")
    lab_page.wait_for_selector(".nbm-list .nbm-panel dl", timeout=SEEN_MS)
    assert "max_depth" in lab_page.inner_text(".nbm-list .nbm-panel")
    lab.picture(lab_page, "panel-light")

    lab_page.keyboard.press("Escape")
    wait_for_names(lab_page, "broken", "boosting", "forest")
    assert lab_page.locator(".nbm-list .nbm-panel").count() == 0
    lab_page.click(".nbm-list li:nth-child(2) >> text=cell")
    assert lab_page.locator(".jp-Cell.jp-mod-active >> text=boosting").count()
    lab_page.click(".nbm-list-head .nbm-link")
    lab_page.wait_for_selector(".nbmlops-view .nbm-line", timeout=SEEN_MS)
    assert lab_page.locator(".nbmlops-view .nbm-line").count() == 3
    lab.picture(lab_page, "table-light")


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_verdict_findings_and_lineage_are_seen_in_both_themes(lab: Any, lab_page: Any, theme: str) -> None:
    name = f"proof-{theme.rsplit(maxsplit=1)[-1]}.ipynb"
    lab.use_theme(theme)
    lab.write(name, SETUP, FOREST, PROVE, "%nbmlops lineage forest")
    lab.open(lab_page, name)
    lab.show_panel(lab_page)
    lab.run_cells(lab_page, 4)
    lab_page.wait_for_selector(".nbm-list .nbm-verdict >> text=✓ REPRODUCED", timeout=SEEN_MS)
    assert lab_page.inner_text(".nbm-list .nbm-found") == "NB101"
    lab_page.wait_for_selector("svg.nbl .nbl-title", timeout=SEEN_MS)
    ground, ink = (
        lab_page.eval_on_selector(
            f"svg.nbl {part}", "node => getComputedStyle(node).fill.match(/\\d+/g).map(Number)"
        )
        for part in (".nbl-box", ".nbl-title")
    )
    assert abs(sum(ground[:3]) - sum(ink[:3])) > 300  # of 765
    lab_page.locator("svg.nbl").scroll_into_view_if_needed()
    lab.picture(lab_page, f"proof-{theme.rsplit(maxsplit=1)[-1].lower()}")


def test_the_panel_follows_the_notebook_that_is_open(lab: Any, lab_page: Any) -> None:
    lab.write("other.ipynb", SETUP, "%%track alone -e churn\nnbmlops.log_metric('rmse', 3.0)")
    lab.open(lab_page, "other.ipynb")
    lab.show_panel(lab_page)
    lab_page.wait_for_selector(".nbm-list .nbm-empty", timeout=SEEN_MS)
    lab.run_cells(lab_page, 2)
    wait_for_names(lab_page, "alone")
    lab_page.evaluate("window.jupyterapp.commands.execute('docmanager:open', {path: 'train.ipynb'})")
    wait_for_names(lab_page, "broken", "boosting", "forest")


def test_a_renamed_notebook_keeps_its_runs(lab: Any, lab_page: Any) -> None:
    source = lab.folder / "train.ipynb"
    (lab.folder / "renamed.ipynb").write_bytes(source.read_bytes())
    source.unlink()
    lab.open(lab_page, "renamed.ipynb")
    lab.show_panel(lab_page)
    wait_for_names(lab_page, "broken", "boosting", "forest")


def test_the_panel_is_dark_where_lab_is(lab: Any, lab_page: Any) -> None:
    lab.use_theme("JupyterLab Dark")
    lab.open(lab_page, "renamed.ipynb")
    lab.show_panel(lab_page)
    wait_for_names(lab_page, "broken", "boosting", "forest")
    colours = lab_page.evaluate(
        "() => { const s = getComputedStyle(document.querySelector('.nbm-list')); return [s.color, s.backgroundColor]; }"
    )
    text, ground = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
    assert text > 500
    assert ground < 250
    lab.picture(lab_page, "panel-dark")


def test_who_is_not_logged_in_sees_no_runs(lab: Any) -> None:
    for path, body in (
        ("revision", None),
        ("runs/query", b"{}"),
        ("cells/query", b"{}"),
        ("experiments", None),
    ):
        with pytest.raises(HTTPError) as refused:
            urlopen(Request(f"{lab.address}/nbmlops/api/v1/{path}", data=body), timeout=30)
        assert refused.value.code == 403, path
        refused.value.close()
