"""Makes the pictures of the views anew, over runs on real data: the page's, and a notebook in JupyterLab.

    python docs/images/views.py

Needs what `make.py` needs.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from make import FLAGS, HERE, lab
from PIL import Image
from playwright.sync_api import Page, sync_playwright

LOAD = "%load_ext nbmlops"
SETUP = """\
import matplotlib.pyplot as plt
import nbmlops
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

data = load_breast_cancer(as_frame=True).frame"""
SPLIT = """\
X_train, X_test, y_train, y_test = train_test_split(
    data.drop(columns="target"), data["target"], random_state=0
)"""
BODY = """\
clf.fit(X_train, y_train)
proba = clf.predict_proba(X_test)
accuracy = accuracy_score(y_test, clf.predict(X_test))
auc = roc_auc_score(y_test, proba[:, 1])
test_loss = log_loss(y_test, proba)
nbmlops.log_predictions(y_test, clf.predict(X_test), proba)
fig, ax = plt.subplots(figsize=(4, 2.6))
ax.hist(proba[:, 1], bins=20)
ax.set_xlabel("score")"""
BOOSTING = """\
%%track boosting -e tumours
clf = GradientBoostingClassifier(learning_rate={rate}, n_estimators=80, random_state={seed})
for step, stage in enumerate(clf.fit(X_train, y_train).staged_predict_proba(X_test)):
    nbmlops.log_metric("loss", log_loss(y_test, stage), step)
"""
FOREST = "%%track forest -e tumours\nclf = RandomForestClassifier(max_depth={depth}, random_state={seed})\n"
LOGISTIC = """\
%%track logistic -e tumours
seed = {seed}
clf = make_pipeline(StandardScaler(), LogisticRegression(C={C}, max_iter=500, random_state=seed))
"""
KERNEL_IS_READY = """() => {
    const kernel = window.jupyterapp?.shell?.currentWidget?.context?.sessionContext?.session?.kernel;
    return kernel && kernel.connectionStatus === 'connected' && kernel.status === 'idle';
}"""


def main() -> None:
    """Trains, and takes all pictures; with `lab` as an argument only that of JupyterLab."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        if "lab" not in sys.argv:
            folder = Path(scratch) / "tumours"
            train(folder)
            with served(folder) as address:
                page = browser.new_page(viewport={"width": 1280, "height": 860}, device_scale_factor=1.25)
                page_pictures(page, address)
        notebook = Path(scratch) / "lab" / "first-light.ipynb"
        write_notebook(notebook)
        with lab(notebook.parent, Path(scratch)) as url:
            page = browser.new_page(viewport={"width": 1180, "height": 1020}, device_scale_factor=1.25)
            lab_picture(page, url)
        browser.close()


def train(folder: Path) -> None:
    """Runs of three models, each with three seeds, and one that fails."""
    cells = [LOAD, SETUP, SPLIT]
    for seed in range(3):
        cells += [LOGISTIC.format(seed=seed, C=C) + BODY for C in (0.01, 1.0)]
        cells += [FOREST.format(seed=seed, depth=depth) + BODY for depth in (3, 8)]
        cells += [BOOSTING.format(seed=seed, rate=rate) + BODY for rate in (0.1, 0.5)]
    cells += [
        "%%track broken -e tumours\nclf = RandomForestClassifier(max_depth=2)\nclf.fit(X_train, y_tain)"
    ]
    cells += ["nbmlops.experiment('tumours', goal='accuracy >= 0.97')"]
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        f"for cell in {cells!r}: shell.run_cell(cell, store_history=True)\n"
    )
    folder.mkdir()
    environment = os.environ | {"MPLBACKEND": "agg"}
    subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, check=True, capture_output=True)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of `nbmlops ui` over the folder's runs."""
    command = [sys.executable, "-m", "nbmlops", "ui", "--no-browser"]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def page_pictures(page: Page, address: str) -> None:
    """The table grouped, a comparison, its predictions, a run."""
    page.goto(address)
    page.wait_for_selector(".nbm-line .nbm-label")
    page.click("nav >> text=tumours")
    page.wait_for_selector(".nbm-best")
    _take(page, "runs")
    for name in ("boosting", "forest"):
        page.get_by_label(f"Choose {name}", exact=True).first.check()
    page.keyboard.press("c")
    page.wait_for_selector(".nbm-comparison")
    _take(page, "compare")
    page.click("[role=tab]:has-text('Predictions')")
    page.wait_for_selector(".nbm-ev svg")
    page.get_by_label("a miss costs").fill("20")
    _take(page, "predictions")
    page.go_back()
    page.wait_for_selector(".nbm-line .nbm-label")
    page.locator(".nbm-line .nbm-label", has_text="boosting").first.click()
    page.wait_for_selector("[role=tab]:has-text('Cell and slice')")
    page.click("[role=tab]:has-text('Cell and slice')")
    _take(page, "run")


def write_notebook(path: Path) -> None:
    """The notebook of the picture in JupyterLab."""
    path.parent.mkdir()
    cells = [LOAD, SETUP.replace("import matplotlib.pyplot as plt\n", ""), SPLIT]
    short = BODY.split("\nnbmlops.log_predictions", maxsplit=1)[0]
    cells += [FOREST.format(seed=0, depth=8) + short, LOGISTIC.format(seed=0, C=1.0) + short]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells], metadata={"kernelspec": kernel}
    )
    nbformat.write(notebook, path)


def lab_picture(page: Page, url: str) -> None:
    """Tracked cells with their badges, one of them stale, and the panel."""
    page.goto(url.replace("/doc/", "/lab/"))
    page.wait_for_function(KERNEL_IS_READY, timeout=120_000)
    for _ in range(5):
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
    page.wait_for_function("() => document.querySelectorAll('.nbm-badge').length >= 2", timeout=120_000)
    page.evaluate("window.jupyterapp.commands.execute('nbmlops:show-runs')")
    page.wait_for_selector(".nbm-list-name")
    page.locator(".jp-CodeCell .cm-content").nth(2).click()
    page.keyboard.press("Control+End")
    page.keyboard.type("  # another split")
    page.wait_for_selector("text=stale")
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    _take(page, "jupyterlab")


def _take(page: Page, name: str) -> None:
    page.wait_for_timeout(3000)
    path = HERE / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as image:  # an octree keeps the colours of small things
        image.convert("RGB").quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
            path, optimize=True
        )


if __name__ == "__main__":
    main()
