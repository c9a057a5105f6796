"""The page of a run in a real browser: all that is known of it, what can be done with it, and what it must not do."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browser.conftest import Watch, serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SEEN_MS = 30_000
PARTS = ("overview", "cell", "data", "output", "artifacts", "system", "environment")
# A session of tracked cells in a real shell, so that there is a slice, and something to do again.
TRACKED = """
from IPython.core.interactiveshell import InteractiveShell
import warnings; warnings.simplefilter("ignore")
shell = InteractiveShell.instance()
for source in (
    "%load_ext nbmlops",
    "import pandas as pd, numpy as np\\nframe = pd.DataFrame({'age': np.arange(500) % 70, 'city': ['Bern', 'Basel'] * 250})",
    "frame.to_csv('customers.csv', index=False)\\nhalf = frame[frame.age > 35]",
    "%%track forest -e churn\\nimport time\\nmax_depth = 3\\ntime.sleep(1.2)\\nprint('\\x1b[31mred\\x1b[0m words')\\nimport nbmlops\\nnbmlops.log_metric('accuracy', 0.91 + len(half) * 0)",
    "%%track forest -e churn\\nmax_depth = 4\\nnbmlops.log_metric('accuracy', 0.93 + len(half) * 0)",
):
    shell.run_cell(source, store_history=True).raise_error()
import nbmlops
nbmlops.experiment("churn", goal="accuracy >= 0.92")
"""
HOSTILE = r"""
import json, pathlib
import nbmlops
from nbmlops.records import Finding, Need, SliceCell
from nbmlops.tracking.proofs import keep_findings, keep_slice
bad = '<img src="https://elsewhere.example/x.png" onerror="window.hacked=1"><script>window.hacked=1</script>'
page = f"<html><body onload='window.hacked=1'>{bad}<iframe src='javascript:parent.hacked=1'></iframe></body></html>"
svg = ('<svg xmlns="http://www.w3.org/2000/svg" onload="window.hacked=1"><script>window.parent.hacked=1;alert(1)</script>'
       '<image href="https://elsewhere.example/y.png"/><rect width="9" height="9"/></svg>')
output = [{"output_type": "display_data", "metadata": {}, "data": {"text/html": page}},
          {"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": svg}},
          {"output_type": "stream", "name": "stdout", "text": bad},
          {"output_type": "error", "ename": bad, "evalue": bad, "traceback": [f"\x1b[31m{bad}"]}]
cells = [{"cell_type": "code", "source": bad, "execution_count": 1, "outputs": output}, {"cell_type": "markdown", "source": f"# {bad}\n[x](javascript:alert(1))"}]
files = {"picture.svg": svg, "page.html": page, "report.ipynb": json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}),
         "table.csv": f"{bad},b\n{bad},2\n", "tree.json": json.dumps({bad: [bad]}), "notes.md": bad}
for name, text in files.items():
    pathlib.Path(name).write_text(text)
with nbmlops.start_run(bad, experiment=bad, tags={bad: bad}) as run:
    run.write_params([("long", "x" * 1_000_000, "explicit", True), (bad, bad, "explicit", True)])
    nbmlops.log_metric(bad, 1.0)
    nbmlops.log_metric(bad, 2.0)
    for name in files:
        nbmlops.log_artifact(name)
    nbmlops.log_artifact("notes.md", "../../../etc/passwd")
    manifest = json.dumps({"../../etc/passwd": run._recorder.blobs.put(b"kept, and no file of the disk"), bad: "00" * 32}).encode()
    digest = run._recorder.blobs.put(manifest)
    run._recorder.doc("artifact", run.id, name="folder", kind="file", media_type="inode/directory", digest=digest, size=9, is_dir=True)
    run.note(bad)
    run.write_inputs([{"name": bad, "kind": "file", "source": "file", "path": f"/tmp/../{bad}", "note": bad}])
    run.describe(doc={"output": {"stdout": bad, "stderr": bad, "warnings": [bad], "result": bad}, "traceback": f"\x1b[1m{bad}",
                      "notices": [bad], "doubts": [bad]}, columns={"source": bad, "error": bad})
keep_slice(run._recorder, run.id, (SliceCell(bad, bad, 1, bad, failed=True), SliceCell(bad, "b", 2, needs=(Need(0, (bad,)),))))
keep_findings(run._recorder, run.id, [Finding("NB101", bad, bad)])
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[tuple[Path, str]]:
    """A store with runs of a session and a hostile one, and the page's address."""
    if not (root / "src" / "nbmlops" / "static" / "app.js").is_file():
        pytest.skip("the front end is not built: run `npm ci && npm run build:prod` in labextension/")
    folder = tmp_path_factory.mktemp("run")
    (folder / "pyproject.toml").touch()
    own = {"IPYTHONDIR": str(folder / "ipython"), "NBMLOPS_NOTEBOOK": str(folder / "work.ipynb")}
    environment = os.environ | own
    for script in (TRACKED, HOSTILE):
        subprocess.run(
            [sys.executable, "-c", script], cwd=folder, env=environment, check=True, capture_output=True
        )
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
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    watch.follow(opened)
    opened.goto(served[1])
    opened.wait_for_selector(".nbm-page main", timeout=SEEN_MS)
    yield opened
    context.close()


def runs(page: Any, where: str) -> list[dict[str, Any]]:
    """The runs that a condition finds, the newest first."""
    script = (
        "async where => (await (await fetch('api/v1/runs?where=' + encodeURIComponent(where))).json()).rows"
    )
    found: list[dict[str, Any]] = page.evaluate(script, where)
    return found


def open_run(page: Any, run_id: str, part: str = "overview") -> None:
    page.goto(f"{page.url.split('#')[0]}#view=run&id={run_id}&part={part}")
    page.reload()
    page.wait_for_selector(".nbm-parts", timeout=SEEN_MS)


def test_everything_about_a_run_stands_on_its_page(page: Any, root: Path) -> None:
    newer, older = runs(page, "name == 'forest'")
    open_run(page, older["id"])
    page.wait_for_selector("text=worse by", timeout=SEEN_MS)
    seen = page.inner_text(".nbm-run")
    for said in ("forest", "goal ≥ 0.92 not met", "0.91", "max_depth", "work.ipynb [4]"):
        assert said in seen
    page.click("role=tab[name=/Cell and slice/]")
    page.wait_for_selector(".nbm-lineage .nbl-result", timeout=SEEN_MS)
    assert page.locator(".nbm-cells > li").count() >= 2
    page.locator(".nbl-leads").first.click()
    page.wait_for_selector(".nbm-cell-body .nbm-source", timeout=SEEN_MS)
    assert page.locator(".nbm-py-magic", has_text="%%track").count() == 1
    page.keyboard.press("Tab")
    page.focus("[role=tab][aria-selected=true]")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".nbm-profile", timeout=SEEN_MS)
    data = page.inner_text(".nbm-part")
    for said in ("half", "1 other run read the same", "age", "city", "Bern", "50 %"):
        assert said in data
    page.reload()
    page.wait_for_selector(".nbm-profile", timeout=SEEN_MS)
    page.click("role=tab[name=Output]")
    assert page.inner_text(".nbm-terminal").strip() == "red words"
    page.click("role=tab[name=System]")
    page.wait_for_selector(".nbm-line-chart .nbm-curve", timeout=SEEN_MS)
    assert page.locator(".nbm-line-chart").count() == 2
    page.click(".nbm-siblings >> text=later")
    page.wait_for_selector("text=better by", timeout=SEEN_MS)
    assert newer["id"] in page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_part_of_it_keeps_anybody_out(page: Any, root: Path, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    older = runs(page, "name == 'forest'")[1]
    for part in PARTS:
        open_run(page, older["id"], part)
        page.wait_for_timeout(300)
        assert serious_violations(page, root, ".nbm-run") == []
        _picture(page, f"run-{part}-{scheme}")


def test_a_run_is_done_again_and_the_verdict_comes_by_itself(page: Any) -> None:
    older = runs(page, "name == 'forest'")[1]
    open_run(page, older["id"])
    page.click("role=button[name=Reproduce]")
    page.wait_for_selector("text=Reproducing", timeout=SEEN_MS)
    page.wait_for_selector(".nbm-run-head .nbm-verdict-reproduced", timeout=2 * SEEN_MS)
    page.wait_for_selector("role=button[name=Reproduce]", timeout=SEEN_MS)
    assert "1 metric bit for bit" in page.inner_text(".nbm-check")


def test_a_run_is_taken_along_as_code_and_as_a_notebook(page: Any) -> None:
    older = runs(page, "name == 'forest'")[1]
    open_run(page, older["id"])
    page.click("text=Copy as code")
    page.wait_for_selector(".nbm-snippets", timeout=SEEN_MS)
    assert f'nbmlops.run_info("{older["id"]}")' in page.inner_text(".nbm-snippets")
    assert "max_depth = 3" in page.inner_text(".nbm-snippets")
    page.click("summary:has-text('Export')")
    with page.expect_download() as waiting:
        page.click("text=Its cells as a notebook")
    notebook = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    assert waiting.value.suggested_filename == f"forest-{older['id'][:8]}.ipynb"
    assert any("%%track forest" in cell["source"] for cell in notebook["cells"])


def test_tags_are_set_and_taken_away(page: Any) -> None:
    newer = runs(page, "name == 'forest'")[0]
    open_run(page, newer["id"])
    page.click("text=add a tag")
    page.fill(".nbm-tag-field", "owner=ann")
    page.keyboard.press("Enter")
    page.wait_for_selector(".nbm-tag:has-text('ann')", timeout=SEEN_MS)
    page.click("[aria-label='Remove the tag owner']")
    page.wait_for_selector(".nbm-tag", state="detached", timeout=SEEN_MS)


def test_nothing_that_a_run_holds_is_run(page: Any, watch: Watch) -> None:
    # What the browser says of the scripts and pictures that it keeps from the frame of an HTML output.
    watch.expected += ("Blocked script execution", "Content Security Policy")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    (run,) = [one for one in runs(page, "") if one["name"].startswith("<img")]
    for part in PARTS:
        open_run(page, run["id"], part)
        page.wait_for_timeout(300)
    assert "<img" in page.inner_text(".nbm-run-head h2")
    open_run(page, run["id"], "artifacts")
    names = page.eval_on_selector_all(".nbm-artifact-name", "nodes => nodes.map(node => node.title)")
    assert "../../../etc/passwd" in names
    for at, name in enumerate(names):
        page.locator(".nbm-artifacts > ul button").nth(at).click()
        page.wait_for_selector(".nbm-preview", timeout=SEEN_MS)
        assert name in page.inner_text(".nbm-artifact-head")
        page.wait_for_timeout(150)
    page.click(".nbm-artifacts > ul >> text=report.ipynb")
    page.click("text=show as HTML")
    page.wait_for_selector("iframe.nbm-kept-page", timeout=SEEN_MS)
    page.wait_for_timeout(500)
    page.click(".nbm-artifacts > ul >> text=folder")
    page.click(".nbm-files button:has-text('../../etc/passwd')")
    page.wait_for_selector("text=kept, and no file of the disk", timeout=SEEN_MS)
    assert page.locator("svg[onload], .nbm-run script, .nbm-run img[onerror]").count() == 0
    assert page.evaluate("window.hacked") is None
    assert dialogs == []


def test_a_parameter_of_a_megabyte_is_cut_and_can_be_had_whole(page: Any) -> None:
    (run,) = [one for one in runs(page, "") if one["name"].startswith("<img")]
    open_run(page, run["id"])
    row = page.locator(".nbm-params tr", has_text="long").first
    assert len(row.inner_text()) < 400
    assert "1\u2009000\u2009000 characters" in row.inner_text()
    row.locator("text=show all").click()
    assert 1_000 < len(row.inner_text()) < 100_000


def _picture(page: Any, name: str) -> None:
    """Where a person wants to look at it."""
    if folder := os.environ.get("TEST_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
