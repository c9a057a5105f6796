"""The interactive comparison in a real JupyterLab: what is done in it reaches Python, and the other way round."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

RUNS = """
import nbmlops
for n in range(14):
    with nbmlops.start_run(f"forest-{n}", experiment="churn", tags={"team": "growth" if n % 2 else "core"}):
        nbmlops.log_params({"max_depth": 2 ** (n % 4 + 1), "seed": 0})
        for step in range(30):
            nbmlops.log_metric("loss", 1 / (1 + step * (n + 1) / 10), step)
        nbmlops.log_metric("accuracy", 0.8 + n / 100)
with nbmlops.start_run("other", experiment="sales"):
    nbmlops.log_metric("rmse", 3.0)
with nbmlops.start_run("last", experiment="churn"):
    nbmlops.log_params({"max_depth": 3, "seed": 0})
    nbmlops.log_metric("accuracy", 0.5)
"""
SHOW = "import nbmlops\nw = nbmlops.compare()\nw"
VISIBLE_MS = 60_000
WHERE, TABLE = ".nbm-field-where", ".nbm-table"
NAMES = "() => [...document.querySelectorAll('.nbm-line .nbm-label')].map(node => node.textContent)"
VIEWS = """() => [...document.querySelectorAll('.jp-OutputArea-child')]
    .filter(node => node.offsetHeight > 0).map(node => node.innerText)"""


@pytest.fixture(scope="module", autouse=True)
def runs(lab: Any) -> None:
    environment = os.environ | {"NBMLOPS_STORE": str(lab.store)}
    subprocess.run([sys.executable, "-c", RUNS], env=environment, check=True, capture_output=True)


@pytest.fixture
def page(browser: Any, watch: Any) -> Any:
    opened = browser.new_page(viewport={"width": 1400, "height": 1300})
    watch.follow(opened)
    yield opened
    opened.close()


def command(page: Any, name: str) -> None:
    page.evaluate("name => window.jupyterapp.commands.execute(name)", name)


def show(lab: Any, page: Any, name: str, *more: str) -> None:
    lab.write(name, SHOW, *more)
    lab.open(page, name)
    command(page, "notebook:run-all-cells")
    page.wait_for_selector(".nbm-line .nbm-label", timeout=VISIBLE_MS)


def run_python(page: Any, code: str) -> str:
    """Runs code in the notebook's kernel, outside every cell, and returns what it prints."""
    return page.evaluate(
        """async code => {
            const kernel = window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel;
            const future = kernel.requestExecute({ code, store_history: false });
            let printed = '';
            future.onIOPub = message => { printed += message.content.text ?? message.content.evalue ?? ''; };
            await future.done;
            return printed.trim();
        }""",
        code,
    )


def wait_for_names(page: Any, *names: str) -> None:
    page.wait_for_function(
        f"wanted => JSON.stringify(({NAMES})()) === JSON.stringify(wanted)", arg=list(names)
    )


def test_what_is_done_in_the_widget_reaches_python_and_back(lab: Any, page: Any) -> None:
    show(lab, page, "use.ipynb")

    assert "15 runs experiment churn; 1 other: sales" in page.inner_text(".nbm-heading")
    assert page.evaluate(NAMES)[:2] == ["forest-13", "forest-12"]  # the best first
    assert "★" in page.inner_text(".nbm-line .nbm-best")
    page.wait_for_selector(".nbm-chart canvas")
    assert len([text for text in page.evaluate(VIEWS) if text]) == 1  # the static view has made room

    # Filter: in SQL; a fault is pointed at, and nothing is raised.
    page.fill(WHERE, "metrics.accuracy >= 0.925")
    wait_for_names(page, "forest-13")
    assert run_python(page, "print(w.where)") == "metrics.accuracy >= 0.925"
    page.fill(WHERE, "metrics.accuracy >> 1")
    page.wait_for_selector(".nbm-fault")
    assert page.text_content(".nbm-fault code") == "metrics.accuracy >> 1"
    assert page.text_content(".nbm-fault mark") == ">"
    assert page.evaluate(NAMES) == ["forest-13"]  # what was found stays
    assert run_python(page, "print(w.where_error.column)") == "18"
    page.fill(WHERE, "")
    page.wait_for_function(f"({NAMES})().length > 5")

    # Sort: the server does; a second click turns the order round.
    page.click(".nbm-head-cell button:has-text('max_depth')")
    page.wait_for_function(f"({NAMES})()[0] === 'forest-12'")
    assert run_python(page, "print(w.order_by)") == "params.max_depth"

    # Select by the keyboard; Lab's commands for single keys don't see them.
    page.focus(TABLE)
    for key in ("Space", "ArrowDown", "Space"):
        page.keyboard.press(key)
    chosen = page.evaluate(
        "() => [...document.querySelectorAll('.nbm-chosen')].map(node => node.id.slice(8))"
    )
    assert len(chosen) == 2
    assert run_python(page, "print(*w.selected_runs)") == " ".join(chosen)
    page.keyboard.press("c")
    page.wait_for_selector(".nbm-panel table")
    assert page.locator(".jp-Notebook .jp-Cell").count() == 1
    page.keyboard.press("Escape")
    page.wait_for_selector(".nbm-panel", state="detached")
    page.keyboard.press("Enter")
    page.wait_for_selector(".nbm-panel h3")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "where"

    # Python sets, the view follows.
    run_python(page, "w.where = 'params.max_depth == 3'")
    wait_for_names(page, "last")
    assert page.input_value(WHERE) == "params.max_depth == 3"
    run_python(
        page,
        "w.where = ''; w.order_by = 'name'; w.columns = ['metrics.accuracy']; w.selected_runs = ['last']",
    )
    page.wait_for_function(f"({NAMES})()[0] === 'forest-0'")
    assert page.locator(".nbm-head .nbm-head-cell").count() == 2
    page.wait_for_function("() => document.querySelectorAll('.nbm-chosen').length === 1")
    assert "last" in page.inner_text(".nbm-chosen")


def test_a_new_run_appears_by_itself(lab: Any, page: Any) -> None:
    show(lab, page, "news.ipynb", "import nbmlops")
    run_python(page, "w.where = 'name == \"brand new\"'")
    page.wait_for_selector(".nbm-empty")
    code = "with nbmlops.start_run('brand new', experiment='churn'): nbmlops.log_metric('accuracy', 0.1)"
    run_python(page, code)
    wait_for_names(page, "brand new")


def test_without_a_kernel_the_static_view_stays(lab: Any, page: Any, watch: Any) -> None:
    watch.expected += ("widget model not found",)  # Lab's own word, where the kernel is another one
    show(lab, page, "saved.ipynb")
    command(page, "docmanager:save")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    bundles = [output["data"] for output in lab.read("saved.ipynb")["cells"][0]["outputs"]]
    assert "text/html" in bundles[0]
    assert sum(len(str(bundle)) for bundle in bundles) < 200_000

    # The kernel goes while the page is open: what is shown stays, and it is said.
    session = "window.jupyterapp.shell.currentWidget.context.sessionContext"
    page.evaluate(f"() => {session}.session.kernel.restart()")
    page.wait_for_selector(".nbm-failure:has-text('kernel that this table came from is gone')")
    assert "forest-13" in page.evaluate(NAMES)

    # Opened again, the kernel knows no such widget.
    page.reload()
    page.wait_for_selector(".jp-Notebook .jp-OutputArea-child", timeout=VISIBLE_MS)
    page.wait_for_timeout(3000)  # whatever Lab would say of a widget that it can't find, it says by then
    seen = " ".join(page.evaluate(VIEWS))
    assert "Best: forest-13, accuracy 0.930" in seen
    assert "widget" not in seen.lower()


def test_a_run_shows_itself_and_its_static_page_stays_in_the_notebook(lab: Any, page: Any) -> None:
    lab.write("run.ipynb", "import nbmlops\nnbmlops.run_info('forest-3')")
    lab.open(page, "run.ipynb")
    command(page, "notebook:run-all-cells")
    page.wait_for_selector(".jp-OutputArea .nbm-run h2", timeout=VISIBLE_MS)
    page.wait_for_function("() => !document.querySelector('[data-nbm]')?.offsetHeight", timeout=VISIBLE_MS)
    assert "forest-3" in page.inner_text(".nbm-run")
    picture(page, "widget-run")
    command(page, "docmanager:save")
    page.wait_for_timeout(1000)
    outputs = lab.read("run.ipynb")["cells"][0]["outputs"]
    assert any("forest-3" in "".join(one.get("data", {}).get("text/html", "")) for one in outputs)


def test_a_table_of_all_runs_gives_what_is_chosen_to_the_next_cell(lab: Any, page: Any) -> None:
    lab.write(
        "table.ipynb",
        "import nbmlops\nt = nbmlops.table()\nt",
        "print([nbmlops.run_info(i).name for i in t.selected_runs])",
    )
    lab.open(page, "table.ipynb")
    command(page, "notebook:run-cell-and-select-next")
    page.wait_for_selector(".nbm-line .nbm-label", timeout=VISIBLE_MS)
    assert {"other", "last"} <= set(page.evaluate(NAMES))
    picture(page, "widget-table")
    page.check(".nbm-line:has-text('other') input[type=checkbox]")
    page.check(".nbm-line:has-text('last') input[type=checkbox]")
    page.locator(".jp-CodeCell .cm-content").nth(
        1
    ).click()  # what is clicked in an output makes its cell active
    command(page, "notebook:run-cell-and-select-next")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.jp-OutputArea-output')].some(one => one.innerText.includes(\"['other', 'last']\"))",
        timeout=VISIBLE_MS,
    )


def picture(page: Any, name: str) -> None:
    """Where a person wants to look at it."""
    if folder := os.environ.get("TEST_PICTURES"):
        page.wait_for_timeout(500)
        page.screenshot(path=f"{folder}/{name}.png")
