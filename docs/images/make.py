"""Makes the pictures of the README anew: a cell in JupyterLab with the comparison, and the demo's report.

    python docs/images/make.py [FOLDER]

Needs chromium on the PATH, Playwright and JupyterLab, beside nbmlops. FOLDER holds a former demo; without
one the demo is run first. The notebook is opened as it was saved: no kernel computes anything here.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from playwright.sync_api import Page, sync_playwright

from nbmlops.demo import run_demo

HERE = Path(__file__).resolve().parent
SHOWN = ("forest-careful", "compare")  # ids of the cells in the picture
DOTS = 0.57  # the part of the chart that holds the ranked dots; the curves below it make the picture too tall
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
LAB_STYLE = """
.jp-NotebookPanel-toolbar, .jp-cell-toolbar, .jp-Notebook-footer, .jp-Notification, #jp-top-panel,
#jp-menu-panel, #jp-bottom-panel, .jp-SideBar, #jp-left-stack, .lm-DockPanel-tabBar { display: none !important }
"""


def main() -> None:
    """Runs the demo where there is none, and takes both pictures."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else Path(scratch) / "demo"
        if len(sys.argv) < 2:
            run_demo(
                folder, on_progress=lambda done, total, text: sys.stderr.write(f"{done}/{total} {text}\n")
            )
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            report_picture(
                browser.new_page(viewport={"width": 1160, "height": 1165}, device_scale_factor=1.25), folder
            )
            with lab(_excerpt(folder, Path(scratch) / "lab"), Path(scratch)) as url:
                page = browser.new_page(viewport={"width": 1150, "height": 1400}, device_scale_factor=1.25)
                lab_picture(page, url)
            browser.close()


def report_picture(page: Page, folder: Path, target: Path = HERE / "report.png") -> None:
    """The first screen of the report."""
    page.goto((folder / "report.html").as_uri())
    page.screenshot(path=target)
    _squeeze(target)


def lab_picture(page: Page, url: str, target: Path = HERE / "first-light.png") -> None:
    """The notebook's cells as JupyterLab shows them."""
    page.goto(url)
    page.wait_for_selector(".jp-OutputArea-output .nbm", timeout=120_000)
    page.wait_for_timeout(3000)
    page.add_style_tag(content=LAB_STYLE)
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(1000)
    cells = page.locator(".jp-Notebook .jp-Cell")
    boxes = [cells.nth(i).bounding_box() for i in range(cells.count())]
    chart = page.locator(".jp-Notebook .jp-RenderedSVG").first.bounding_box()
    bottom = (
        chart["y"] + chart["height"] * DOTS
        if chart
        else max(box["y"] + box["height"] for box in boxes if box)
    )
    first = boxes[0]
    assert first is not None
    clip = {"x": first["x"], "y": first["y"] - 6, "width": first["width"], "height": bottom - first["y"] + 12}
    page.set_viewport_size({"width": 1150, "height": int(bottom) + 60})
    page.wait_for_timeout(500)
    page.screenshot(path=target, clip=clip)
    _squeeze(target)


def _excerpt(folder: Path, target: Path) -> Path:
    """The executed notebook with the shown cells only."""
    notebook = nbformat.read(folder / "first-light.ipynb", as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id in SHOWN]
    target.mkdir()
    nbformat.write(notebook, target / "first-light.ipynb")
    return target


@contextmanager
def lab(folder: Path, scratch: Path) -> Iterator[str]:
    """A JupyterLab on the loopback interface with settings of its own; the notebook's URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    kinds = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTERLAB_SETTINGS_DIR",
             "JUPYTERLAB_WORKSPACES_DIR")  # fmt: skip
    own = {kind: str(scratch / kind.lower()) for kind in kinds}
    quiet = (
        Path(own["JUPYTERLAB_SETTINGS_DIR"])
        / "@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    )
    quiet.parent.mkdir(parents=True)
    quiet.write_text('{"fetchNews": "false", "checkForUpdates": false}')
    command = [
        *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"),
        *("--allow-root", f"--IdentityProvider.token={token}", "--ServerApp.port_retries=0"),
        *(f"--notebook-dir={folder}", "--LabApp.extension_manager=readonly"),
        "--LabApp.expose_app_in_browser=True",
    ]
    # An untrusted notebook is shown without its styles; this one was made by us, right now.
    trust = [sys.executable, "-m", "jupyter", "trust", str(folder / "first-light.ipynb")]
    subprocess.run(trust, env=os.environ | own, check=True, capture_output=True)
    with (scratch / "lab.log").open("w") as log:
        server = subprocess.Popen(command, env=os.environ | own, stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}/api?token={token}")
        yield f"http://127.0.0.1:{port}/doc/tree/first-light.ipynb?token={token}&reset"
    finally:
        server.terminate()
        server.wait(30)


def _wait(url: str) -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("JupyterLab did not start within two minutes.")


def _squeeze(path: Path) -> None:
    """Fewer colours: the pictures are flat, and lie in git."""
    from PIL import Image

    with Image.open(path) as image:
        image.convert("RGB").quantize(192, dither=Image.Dither.NONE).save(path, optimize=True)
    sys.stdout.write(f"{path} {path.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    main()
