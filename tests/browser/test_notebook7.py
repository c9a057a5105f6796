"""The widgets in Jupyter Notebook 7."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

RUNS = """
import nbmlops
for n in range(3):
    with nbmlops.start_run(f"forest-{n}", experiment="churn"):
        nbmlops.log_params({"max_depth": 2 ** n})
        nbmlops.log_series("loss", [1 / (1 + n + step) for step in range(9)])
        nbmlops.log_metric("accuracy", 0.8 + n / 100)
"""
READY = """() => {
    const kernel = window.jupyterapp?.shell?.currentWidget?.context?.sessionContext?.session?.kernel;
    return kernel && kernel.connectionStatus === 'connected' && kernel.status === 'idle';
}"""
SEEN_MS = 60_000
# Of its settings; it says so without nbmlops as well (7.6).
NOTEBOOKS_OWN = "Cannot read properties of undefined (reading 'schema')"
PRINTED = "text => [...document.querySelectorAll('.jp-OutputArea-output')].some(one => one.innerText.includes(text))"


@pytest.fixture
def page(browser: Any, watch: Any) -> Iterator[Any]:
    watch.expected += (NOTEBOOKS_OWN,)
    opened = browser.new_page(viewport={"width": 1200, "height": 1000})
    watch.follow(opened)
    yield opened
    if folder := os.environ.get("TEST_PICTURES"):
        opened.screenshot(path=f"{folder}/notebook7.png")
    opened.close()


def test_rows_that_are_picked_are_read_in_the_next_cell(notebook7: Any, page: Any) -> None:
    environment = os.environ | {"NBMLOPS_STORE": str(notebook7.store)}
    subprocess.run([sys.executable, "-c", RUNS], env=environment, check=True, capture_output=True)
    notebook7.write(
        "look.ipynb",
        "import nbmlops\nw = nbmlops.compare()\nw",
        "print([nbmlops.run_info(i).name for i in w.selected_runs])",
    )
    page.goto(f"{notebook7.address}/notebooks/look.ipynb?token=a-token-for-tests")
    page.wait_for_function(READY, timeout=SEEN_MS)
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
    page.wait_for_selector(".nbm-line .nbm-label", timeout=SEEN_MS)
    page.wait_for_function("() => !document.querySelector('[data-nbm]')?.offsetHeight", timeout=SEEN_MS)
    page.check(".nbm-line:has-text('forest-1') input[type=checkbox]")
    page.locator(".jp-CodeCell .cm-content").nth(1).click()
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-cell-and-select-next')")
    page.wait_for_function(PRINTED, arg="['forest-1']", timeout=SEEN_MS)
