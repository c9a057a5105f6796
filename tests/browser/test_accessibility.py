"""Every view of the page before axe-core: light and dark, wide and narrow, with runs and without."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from browser.conftest import Watch, serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SEEN_MS = 30_000
# Tracked cells of a real shell: each part of a run's page has something in it.
TRACKED = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for source in (
    "%load_ext nbmlops",
    "import numpy as np, pandas as pd, nbmlops\\nrandom = np.random.default_rng(0)\\n"
    "frame = pd.DataFrame({'x': random.random(200), 'city': ['Bern', 'Basel'] * 100})\\n"
    "truth = (frame.x + random.random(200) / 2 > 0.7).astype(int)",
    *(
        f"%%track model -e risk\\ndepth, seed = {depth}, {seed}\\n"
        f"said = np.clip(frame.x + random.random(200) / {depth + 2}, 0, 1)\\n"
        "for step in range(30):\\n    nbmlops.log_metric('loss', 1 / (step + depth), step)\\n"
        "nbmlops.log_metric('auc', 0.9 + depth / 100 + seed / 1000)\\n"
        "nbmlops.log_predictions(truth, (said > 0.5).astype(int), said)\\n"
        "print('trained')\\nframe.describe()"
        for depth in (1, 2) for seed in (0, 1)
    ),
):
    shell.run_cell(source, store_history=True).raise_error()
shell.run_cell("%%track broken -e risk\\nraise ValueError('no such column')", store_history=True)
nbmlops = shell.user_ns["nbmlops"]
nbmlops.experiment("risk", goal="auc >= 0.92")
with nbmlops.start_run("other", experiment="elsewhere"):
    nbmlops.log_metric("rmse", 54.2)
"""
RUNS = "async () => (await (await fetch('api/v1/runs?where=' + encodeURIComponent(`name = 'model'`))).json()).rows"
# In a notebook.
SESSION = """
from pathlib import Path
import nbmlops
Path("notes.txt").write_text("kept", encoding="utf-8")
for number, name in enumerate(("linear", "boosted", "forest")):
    with nbmlops.start_run(name, experiment="churn"):
        nbmlops.log_params({"depth": number})
        nbmlops.log_metric("auc", 0.9 + number / 100)
        nbmlops.log_series("loss", [1 / (step + 1) for step in range(40)])
        nbmlops.log_artifact("notes.txt")
"""
LAB_RUNS = """async () => (await (await fetch(
    document.baseURI.replace(/lab.*/, 'nbmlops/api/v1/runs?folder='))).json()).rows"""
OPEN = "args => window.jupyterapp.commands.execute('nbmlops:open', args).then(() => null)"
WIDGETS = ("nbmlops.compare('forest', 'boosted')", "nbmlops.table()", "nbmlops.run_info('forest')")
# What goes on for ever, such as a spinner, is not waited for.
STILL = """() => document.getAnimations().every(
    one => one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity)"""
LOOKS = [("light", 1280), ("dark", 1280), ("light", 400), ("dark", 400)]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[str]:
    """Of a page over the runs of a session."""
    folder = tmp_path_factory.mktemp("axe")
    own = {"IPYTHONDIR": str(folder / "ipython"), "NBMLOPS_NOTEBOOK": str(folder / "work.ipynb")}
    script = [sys.executable, "-c", TRACKED]
    subprocess.run(script, cwd=folder, env=os.environ | own, check=True, capture_output=True)
    with served(folder, root) as found:
        yield found


@contextmanager
def served(folder: Path, root: Path) -> Iterator[str]:
    """The address of the page over the store of a folder."""
    if not (root / "src" / "nbmlops" / "static" / "app.js").is_file():
        pytest.skip("the front end is not built: run `npm ci && npm run build:prod` in labextension/")
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


class Walk:
    """Goes through the views, and keeps what axe-core finds in each."""

    def __init__(self, page: Any, root: Path, within: str = "body") -> None:
        self.page, self.root, self.within = page, root, within
        self.found: list[str] = []

    def to(self, place: str, seen: str) -> None:
        """Leads to a place, and judges it as soon as something in it is seen."""
        self.page.evaluate("place => { location.hash = place; }", place)
        self.judge(place, seen)

    def judge(self, name: str, seen: str) -> None:
        """Judges what is shown; what lies wider than the window is a fault as well."""
        self.page.wait_for_selector(seen, timeout=SEEN_MS)
        self.page.wait_for_function("() => !document.querySelector('.nbm-stale')", timeout=SEEN_MS)
        self.page.wait_for_function(STILL, timeout=SEEN_MS)
        self.found += [f"{name}: {fault}" for fault in serious_violations(self.page, self.root, self.within)]
        if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            self.found.append(f"{name}: is wider than the window")

    def tabs(self, name: str, least: int) -> None:
        """Judges each tab of the view but the first."""
        tabs = self.page.locator("main [role=tab]")
        assert tabs.count() >= least
        for place in range(1, tabs.count()):
            tabs.nth(place).click()
            self.page.wait_for_timeout(150)
            self.judge(f"{name}, {tabs.nth(place).inner_text()}", "[role=tabpanel] > *")

    def menus(self, name: str) -> None:
        """Opens each menu of the view; it lies in the window."""
        buttons = self.page.locator("main button[aria-haspopup=dialog], main .nbm-dropdown > summary")
        assert buttons.count()
        for place in range(buttons.count()):
            buttons.nth(place).click()
            opened = f"{name}, {buttons.nth(place).inner_text()}"
            self.judge(opened, ".nbm-menu, .nbm-dropdown[open] > .nbm-dropped")
            box = self.page.locator(".nbm-menu, .nbm-dropdown[open] > .nbm-dropped").bounding_box()
            if box["x"] < 0 or box["x"] + box["width"] > self.page.viewport_size["width"]:
                self.found.append(f"{opened}: lies outside the window")
            self.page.keyboard.press("Escape")


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_no_view_of_the_page_has_a_serious_violation(
    browser: Any, watch: Watch, address: str, root: Path, theme: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    watch.follow(page)
    page.goto(address)
    walk = Walk(page, root)
    walk.judge("home", ".nbm-fleet-line")
    walk.to("#experiment=risk", ".nbm-curves")
    walk.menus("runs")
    page.locator(".nbm-line input[type=checkbox]").nth(1).check()
    walk.judge("a chosen run", "text=1 run chosen")
    walk.to('#experiment=risk&group=["params.depth"]', ".nbm-group")
    runs = page.evaluate(RUNS)
    assert len(runs) == 4
    ids = [run["id"] for run in runs]
    walk.to(f"#view=compare&ids={','.join(ids)}", ".nbm-differences")
    walk.tabs("compare", least=4)
    walk.to(f"#view=run&id={ids[0]}", ".nbm-run [role=tabpanel]")
    walk.menus("run")
    walk.tabs("run", least=7)
    for board in ("jobs", "registry", "monitors"):
        walk.to(f"#view={board}", "main h2")
    page.keyboard.press("?")
    walk.judge("keys", "dialog, [role=dialog]")
    context.close()
    assert walk.found == []


def test_the_first_steps_of_an_empty_store_have_none(
    browser: Any, watch: Watch, tmp_path: Path, root: Path
) -> None:
    with served(tmp_path, root) as address:
        page = browser.new_page(viewport={"width": 400, "height": 900})
        watch.follow(page)
        page.goto(address)
        walk = Walk(page, root)
        walk.judge("an empty store", ".nbm-begin pre")
        page.close()
    assert walk.found == []


@pytest.mark.usefixtures("extension")
@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_the_views_in_jupyterlab_have_none_and_what_was_kept_can_be_downloaded(
    lab: Any, lab_page: Any, root: Path, theme: str
) -> None:
    lab.use_theme(theme)
    shade = theme.split()[1].lower()
    lab.write(f"{shade}.ipynb", "%load_ext nbmlops\n" + SESSION, *WIDGETS)
    lab.open(lab_page, f"{shade}.ipynb")
    lab.run_cells(lab_page, 1)
    walk = Walk(lab_page, root, ".jp-Notebook .nbm-app")
    # What is scrolled away is not drawn, and can't be judged.
    for name, seen in (
        ("compared", ".nbm-differences, .jp-OutputArea .nbm-line .nbm-label"),
        ("table", ".nbm-line .nbm-label"),
        ("one", ".nbm-run"),
    ):
        lab.run_cells(lab_page, 1)
        walk.judge(f"{name} in a cell", f".jp-OutputArea {seen}")
        lab.picture(lab_page, f"widget-{name}-{shade}")

    run_id = lab_page.evaluate(LAB_RUNS)[0]["id"]
    walk.within = ".jp-MainAreaWidget:not(.lm-mod-hidden) .nbm-lab-view"
    for name, place, seen in (
        ("run", {"view": "run", "id": run_id, "part": "artifacts"}, ".nbm-run .nbm-artifacts"),
        ("home", {"view": "home"}, ".nbm-fleet-line"),
        ("runs", {"view": "runs", "experiment": "churn"}, ".nbm-line .nbm-label"),
    ):
        lab_page.evaluate(OPEN, place)
        walk.judge(name, f"{walk.within} {seen}")
        lab.picture(lab_page, f"{name}-{shade}")
    assert walk.found == []

    lab_page.evaluate(OPEN, {"view": "run", "id": run_id})
    lab_page.click(f"{walk.within} [role=tab] >> text=Artifacts")
    with lab_page.expect_download() as download:
        lab_page.click(f"{walk.within} a:has-text('Download')")
    assert Path(download.value.path()).read_text(encoding="utf-8") == "kept"
