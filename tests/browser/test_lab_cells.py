"""The line under a tracked cell in a real JupyterLab, the button that tracks, and the tabs that open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.browser.conftest import serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400), pytest.mark.usefixtures("extension")]

SETUP = "%load_ext nbmlops\nimport nbmlops"
DATA = "level = 3"
FIT = (
    "%%track forest -e churn --quiet\naccuracy = 0.9 + level / 100\nnbmlops.log_metric('accuracy', accuracy)"
)
LOOP = "for seed in range(3):\n    with nbmlops.start_run(f'seed {seed}', experiment='seeds'):\n        nbmlops.log_metric('rmse', 3.0 - seed)"
SLOW = "%%track slow -e churn --quiet\nimport time\nwhile not __import__('os').path.exists('go'): time.sleep(0.05)"
SEEN_MS = 30_000
NOTEBOOK = "window.jupyterapp.shell.currentWidget.content"
TRACK = '.jp-NotebookPanel-toolbar [data-jp-item-name="nbmlops-track"] jp-button'
TABS = (
    "[...document.querySelectorAll('#jp-main-dock-panel .lm-TabBar-tabLabel')].map(node => node.textContent)"
)


def wait_for_badge(page: Any, *parts: str, cell: int) -> None:
    """Waits until the line under a cell says all of this."""
    page.wait_for_function(
        """([cell, parts]) => {
            const badge = document.querySelectorAll('.jp-Notebook .jp-Cell')[cell]?.querySelector('.nbm-badge');
            const said = badge?.innerText.replace(/\\s+/g, ' ') ?? '';
            return badge && parts.every(part => said.includes(part));
        }""",
        arg=[cell, parts],
        timeout=SEEN_MS,
    )


def set_source(page: Any, cell: int, source: str) -> None:
    page.evaluate(
        f"([cell, source]) => {NOTEBOOK}.widgets[cell].model.sharedModel.setSource(source)", [cell, source]
    )


def source_of(page: Any, cell: int) -> str:
    return str(page.evaluate(f"cell => {NOTEBOOK}.widgets[cell].model.sharedModel.getSource()", cell))


def choose(page: Any, cell: int) -> None:
    page.evaluate(f"cell => {{ {NOTEBOOK}.activeCellIndex = cell; }}", cell)


def scroll_to(page: Any, cell: int) -> None:
    page.evaluate(f"cell => {NOTEBOOK}.scrollToItem(cell).then(() => null)", cell)


def run(lab: Any, page: Any, cell: int) -> None:
    choose(page, cell)
    lab.run_cells(page, 1)


def wait_for_tab(page: Any, label: str) -> None:
    page.wait_for_function(f"label => {TABS}.includes(label)", arg=label, timeout=SEEN_MS)


def test_the_line_under_a_cell_says_what_its_last_run_came_to_and_whether_it_still_holds(
    lab: Any, lab_page: Any
) -> None:
    lab.write("train.ipynb", SETUP, DATA, FIT, LOOP)
    lab.open(lab_page, "train.ipynb")
    lab.run_cells(lab_page, 4)
    wait_for_badge(lab_page, "forest", "accuracy 0.93", "up to date", cell=2)
    wait_for_badge(lab_page, "seed 2", "rmse 1 ▲ 1", "×3", "up to date", cell=3)
    assert lab_page.locator(".nbm-badge").count() == 2
    lab.picture(lab_page, "badges-light")

    set_source(lab_page, 1, "level = 2")  # nothing of this is saved
    wait_for_badge(lab_page, "stale: cell [2] was edited", cell=2)
    set_source(lab_page, 1, DATA)
    wait_for_badge(lab_page, "up to date", cell=2)
    set_source(lab_page, 2, FIT + "\nprint(accuracy)")
    wait_for_badge(lab_page, "stale: this cell was edited", cell=2)
    lab.picture(lab_page, "badges-stale")
    run(lab, lab_page, 2)
    wait_for_badge(lab_page, "×2", "up to date", cell=2)
    run(lab, lab_page, 1)
    wait_for_badge(lab_page, "stale: cell [6] was run again", cell=2)

    lab_page.click(".nbm-badge >> nth=0")
    wait_for_tab(lab_page, "forest")
    lab_page.wait_for_selector(".nbmlops-view:visible >> text=train.ipynb", timeout=SEEN_MS)
    assert lab_page.evaluate(TABS) == ["train.ipynb", "forest"]


def test_a_cell_that_runs_is_seen_running(lab: Any, lab_page: Any) -> None:
    lab.write("slow.ipynb", SETUP, SLOW)
    lab.open(lab_page, "slow.ipynb")
    lab.run_cells(lab_page, 1)
    lab_page.evaluate("void window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
    wait_for_badge(lab_page, "running", "slow", " s", cell=1)
    (lab.folder / "go").touch()
    wait_for_badge(lab_page, "slow", "up to date", cell=1)
    assert "running" not in lab_page.inner_text(".nbm-badge")


def test_the_line_stays_over_scrolling_reload_and_restart_and_leaves_no_trace_in_the_notebook(
    lab: Any, lab_page: Any
) -> None:
    lab.set("@jupyterlab/notebook-extension", "tracker", {"windowingMode": "full"})
    lab.write("long.ipynb", SETUP, DATA, FIT, *(f"# cell {n}\n" + "x = 1\n" * 6 for n in range(60)))
    lab.open(lab_page, "long.ipynb")
    lab.run_cells(lab_page, 3)
    wait_for_badge(lab_page, "forest", cell=2)
    lab.execute(lab_page, "docmanager:save")
    saved = (lab.folder / "long.ipynb").read_bytes()
    assert b"nbm" not in saved.replace(b"nbmlops", b"")

    for _ in range(2):
        scroll_to(lab_page, 62)
        lab_page.wait_for_selector(".nbm-badge", state="hidden", timeout=SEEN_MS)
        scroll_to(lab_page, 2)
        lab_page.wait_for_selector(
            ".jp-Cell-inputWrapper + .nbm-badge-line >> text=up to date", timeout=SEEN_MS
        )
    lab_page.reload()
    lab.wait_for_kernel(lab_page)
    lab_page.wait_for_selector(".nbm-badge >> text=up to date", timeout=SEEN_MS)
    lab_page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    lab.wait_for_kernel(lab_page)
    lab_page.wait_for_selector(".nbm-badge >> text=up to date", timeout=SEEN_MS)
    assert lab_page.locator(".nbm-badge").count() == 1
    lab.execute(lab_page, "docmanager:save")
    assert (lab.folder / "long.ipynb").read_bytes() == saved
    lab.set("@jupyterlab/notebook-extension", "tracker", {})


def test_the_line_goes_with_its_cell(lab: Any, lab_page: Any) -> None:
    lab.write("moved.ipynb", SETUP, DATA, FIT)
    lab.open(lab_page, "moved.ipynb")
    lab.run_cells(lab_page, 3)
    wait_for_badge(lab_page, "forest", "up to date", cell=2)
    choose(lab_page, 2)
    lab.execute(lab_page, "notebook:move-cell-up")
    wait_for_badge(lab_page, "forest", "up to date", cell=1)
    lab.execute(lab_page, "notebook:cut-cell")
    lab_page.wait_for_function("document.querySelectorAll('.nbm-badge').length === 0", timeout=SEEN_MS)
    lab.execute(lab_page, "notebook:paste-cell-below")
    wait_for_badge(lab_page, "forest", "up to date", cell=2)
    lab.execute(lab_page, "notebook:copy-cell")
    lab.execute(lab_page, "notebook:paste-cell-below")
    lab_page.wait_for_timeout(500)
    assert lab_page.locator(".nbm-badge").count() == 1  # the copy has not run
    choose(lab_page, 1)
    lab.execute(lab_page, "notebook:delete-cell")
    wait_for_badge(lab_page, "stale: cell [2] is gone", cell=1)
    lab_page.evaluate("window.jupyterapp.shell.currentWidget.context.rename('renamed.ipynb')")
    lab_page.wait_for_function("window.jupyterapp.shell.currentWidget.context.path === 'renamed.ipynb'")
    wait_for_badge(lab_page, "forest", cell=1)


def test_the_button_tracks_the_cell_and_what_it_does_can_be_undone(lab: Any, lab_page: Any) -> None:
    body = "import nbmlops\nnbmlops.log_metric('score', 0.75)"
    lab.write("plain.ipynb", body)
    lab.open(lab_page, "plain.ipynb")
    lab_page.click(TRACK)
    lab_page.wait_for_selector(f'{TRACK}[aria-pressed="true"]', timeout=SEEN_MS)
    assert source_of(lab_page, 0) == "%%track\n" + body
    lab_page.click(".jp-Notebook .cm-content")
    lab_page.keyboard.press("Control+z")
    assert source_of(lab_page, 0) == body
    lab_page.wait_for_selector(f'{TRACK}[aria-pressed="false"]', timeout=SEEN_MS)
    lab_page.keyboard.press("Escape")
    lab_page.keyboard.press("t")
    lab_page.keyboard.press("t")
    lab_page.wait_for_function(f"{NOTEBOOK}.widgets[0].model.sharedModel.getSource().startsWith('%%track')")

    lab_page.click("text=Load it", timeout=SEEN_MS)  # the kernel does not know nbmlops yet
    lab_page.wait_for_function(f"{NOTEBOOK}.widgets[0].model.executionCount === 1", timeout=SEEN_MS)
    assert source_of(lab_page, 0) == "%load_ext nbmlops"
    run(lab, lab_page, 1)
    wait_for_badge(lab_page, "score 0.75", cell=1)
    choose(lab_page, 1)
    lab.execute(lab_page, "nbmlops:track-cell")
    assert source_of(lab_page, 1) == body


def test_runs_are_chosen_in_the_panel_and_compared_and_tabs_come_back_after_a_reload(
    lab: Any, lab_page: Any, root: Path
) -> None:
    lab.open(lab_page, "train.ipynb")
    lab.show_panel(lab_page)
    lab_page.wait_for_selector(".nbm-list-body > ul .nbm-list-name >> text=seed 1", timeout=SEEN_MS)
    lab_page.wait_for_selector(".nbm-others .nbm-list-name >> text=slow", timeout=SEEN_MS)
    names = lab_page.eval_on_selector_all(
        ".nbm-others .nbm-list-name", "nodes => nodes.map(n => n.textContent)"
    )
    assert "seed 1" not in names

    assert serious_violations(lab_page, root, "#nbmlops-runs") == []

    lab_page.focus(".nbm-list-name >> text=seed 2")
    lab_page.keyboard.press(" ")
    lab_page.check(".nbm-others [aria-label='Choose slow']")
    lab_page.keyboard.press("c")
    wait_for_tab(lab_page, "Compare 2 runs")
    lab_page.click(".nbm-experiments >> text=seeds")
    wait_for_tab(lab_page, "seeds")
    lab_page.wait_for_selector(".nbmlops-view:visible .nbm-line >> text=seed 1", timeout=SEEN_MS)
    lab_page.click(".nbm-list-head >> text=Home")
    wait_for_tab(lab_page, "nbmlops")
    lab_page.click(".nbm-list-head >> text=Home")
    tabs = lab_page.evaluate(TABS)
    assert tabs == ["train.ipynb", "Compare 2 runs", "seeds", "nbmlops"]
    lab_page.click(".nbm-others li:has(.nbm-list-name:text-is('slow')) >> text=cell")
    wait_for_tab(lab_page, "slow.ipynb")
    lab_page.wait_for_selector(".jp-Notebook:visible .jp-Cell.jp-mod-active >> text=slow", timeout=SEEN_MS)
    tabs = lab_page.evaluate(TABS)
    lab_page.wait_for_timeout(1500)  # Lab keeps its layout a little later
    lab_page.goto(lab.url("train.ipynb").removesuffix("&reset"))
    for tab in tabs:
        wait_for_tab(lab_page, tab)


def test_palette_cell_menu_and_launcher_lead_to_it(lab: Any, lab_page: Any) -> None:
    lab.open(lab_page, "train.ipynb")
    wait_for_badge(lab_page, "forest", "×", cell=2)
    choose(lab_page, 2)
    lab.execute(lab_page, "apputils:activate-command-palette")
    lab_page.fill(".lm-CommandPalette-input:visible", "this cell")
    items = ("Track this cell", "Open the run of", "Compare the last two runs of", "Reproduce the run of")
    for words in items:
        lab_page.wait_for_selector(f".lm-CommandPalette-content:visible >> text={words}", timeout=SEEN_MS)
    lab_page.keyboard.press("Escape")
    lab_page.click(".jp-Notebook .jp-CodeCell >> nth=2", button="right")
    for words in items:
        lab_page.wait_for_selector(f".lm-Menu:visible >> text={words}", timeout=SEEN_MS)
    lab_page.click(".lm-Menu >> text=Compare the last two")
    wait_for_tab(lab_page, "Compare 2 runs")
    lab.execute(lab_page, "launcher:create")
    lab_page.click('.jp-LauncherCard[title*="experiments"]', timeout=SEEN_MS)
    wait_for_tab(lab_page, "nbmlops")
    lab_page.click(".nbmlops-view:visible button:text-is('churn')", timeout=SEEN_MS)
    wait_for_tab(lab_page, "churn")


def test_the_line_can_be_read_in_both_themes_and_in_a_narrow_window(
    lab: Any, lab_page: Any, root: Path
) -> None:
    lab_page.set_viewport_size({"width": 700, "height": 900})
    lab.open(lab_page, "train.ipynb")
    lab_page.wait_for_selector(".nbm-badge", timeout=SEEN_MS)
    set_source(lab_page, 2, "edited()")
    wait_for_badge(lab_page, "stale", cell=2)
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        lab_page.evaluate(
            f"window.jupyterapp.commands.execute('apputils:change-theme', {{theme: '{theme}'}})"
        )
        lab_page.wait_for_selector(f'body[data-jp-theme-name="{theme}"]', state="attached", timeout=SEEN_MS)
        lab.picture(lab_page, f"badges-{theme.rsplit(maxsplit=1)[-1].lower()}")
        for part in (".nbm-badge-name", ".nbm-badge-stale", ".nbm-badge .nbm-faint"):
            assert contrast(lab_page, part) >= 4.5, (theme, part)
        assert serious_violations(lab_page, root, ".nbm-badge-line") == []
    box, cell = (
        lab_page.locator(one).first.bounding_box() for one in (".nbm-badge", ".jp-Notebook .jp-Cell >> nth=2")
    )
    assert box["x"] >= cell["x"]
    assert box["x"] + box["width"] <= cell["x"] + cell["width"]


def contrast(page: Any, selector: str) -> float:
    """The contrast of a text with the ground it stands on, as WCAG reckons it."""
    return float(
        page.eval_on_selector(
            selector,
            """node => {
                const rgb = text => text.match(/[\\d.]+/g).map(Number);
                const light = ([r, g, b]) => [r, g, b].map(c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
                    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
                let ground = node;
                while (ground && (rgb(getComputedStyle(ground).backgroundColor)[3] ?? 1) === 0) ground = ground.parentElement;
                const [a, b] = [light(rgb(getComputedStyle(node).color)), light(rgb(getComputedStyle(ground).backgroundColor))];
                return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            }""",
        )
    )


def test_the_line_can_be_switched_off_and_its_run_opened_in_the_panel(lab: Any, lab_page: Any) -> None:
    own = "nbmlops-labextension"
    lab.set(own, "plugin", {"openRunIn": "panel", "side": "left"})
    lab.open(lab_page, "train.ipynb")
    lab_page.focus(".nbm-badge", timeout=SEEN_MS)
    lab_page.keyboard.press("Enter")
    lab_page.wait_for_selector("#jp-left-stack #nbmlops-runs .nbm-panel", timeout=SEEN_MS)
    assert lab_page.evaluate(TABS) == ["train.ipynb"]
    lab.set(own, "plugin", {"badges": False})
    lab.open(lab_page, "train.ipynb")
    lab_page.wait_for_selector(TRACK, timeout=SEEN_MS)
    lab_page.wait_for_timeout(1500)
    assert lab_page.locator(".nbm-badge").count() == 0
    lab.set(own, "plugin", {})
