"""A real JupyterLab with a real kernel, seen in a real browser."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

TOKEN = "a-token-for-tests"
LAB_SECONDS = 90
CHROMIUM = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

_KERNEL_IS_READY = """() => {
    const kernel = window.jupyterapp?.shell?.currentWidget?.context?.sessionContext?.session?.kernel;
    return kernel && kernel.connectionStatus === 'connected' && kernel.status === 'idle';
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, driven by Playwright; tests open their own pages in it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("there is no Chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=CHROMIUM)
        yield opened
        opened.close()


@dataclass
class Watch:
    """What a page did that no page of ours should do: errors that it met, and addresses of other hosts that it asked.

    Attributes:
        errors: of scripts, and what the console has of errors.
        strangers: addresses that are not of this machine.
        expected: parts of errors that are no fault: the browser's word for a refusal that the view shows.
    """

    errors: list[str]
    strangers: list[str]
    expected: tuple[str, ...] = ("Failed to load resource",)

    def follow(self, page: Any) -> None:
        """Watches a page from now on."""
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("request", lambda request: self._ask(request.url))
        page.on("requestfailed", lambda request: self._forget(request.url, request.failure))

    def _ask(self, url: str) -> None:
        host = urlsplit(url).hostname
        if host not in (None, "", "127.0.0.1", "localhost"):
            self.strangers.append(url)

    def _forget(self, url: str, reason: str | None) -> None:
        """What the browser's policy kept back never left it, though some are told of as if they had been asked."""
        if reason == "csp" and url in self.strangers:
            self.strangers.remove(url)

    @property
    def faults(self) -> list[str]:
        """All of it."""
        met = [error for error in self.errors if not any(part in error for part in self.expected)]
        return met + [f"asked {url}" for url in self.strangers]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Follows pages; the test fails where one had an error, or asked another host."""
    watching = Watch([], [])
    yield watching
    assert watching.faults == []


def serious_violations(page: Any, root: Path, within: str = "body") -> list[str]:
    """What axe-core finds that is serious or critical, a line for each element.

    Args:
        page: of the browser.
        root: of the checkout; axe-core comes with the front end's tools.
        within: the element to look at.
    """
    script = root / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(script.read_text(encoding="utf-8"))
    found = page.evaluate("async within => (await window.axe.run(within)).violations", within)
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@dataclass
class Lab:
    """A running JupyterLab: its folder of notebooks, the store that its kernels track into, its address."""

    folder: Path
    store: Path
    address: str
    settings: Path

    def write(self, name: str, *cells: str) -> Path:
        """Writes a notebook of code cells."""
        path = self.folder / name
        path.write_text(json.dumps(_notebook(cells)), encoding="utf-8")
        return path

    def read(self, name: str) -> Any:
        """A notebook as it was saved."""
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def url(self, name: str = "") -> str:
        """Where the browser finds a notebook, in a layout of its own."""
        tree = f"/tree/{name}" if name else ""
        return f"{self.address}/lab{tree}?token={TOKEN}&reset"

    def use_theme(self, theme: str) -> None:
        """`JupyterLab Light` or `JupyterLab Dark`, from the next page on."""
        _set(self.settings, "@jupyterlab/apputils-extension", "themes", {"theme": theme})

    def open(self, page: Any, name: str) -> None:
        """Opens a notebook and waits until its kernel takes cells."""
        page.goto(self.url(name))
        self.wait_for_kernel(page)

    def wait_for_kernel(self, page: Any) -> None:
        """Waits until the kernel of the notebook that is open takes cells."""
        page.wait_for_function(_KERNEL_IS_READY, timeout=LAB_SECONDS * 1000)

    def run_cells(self, page: Any, count: int) -> None:
        """Runs cells one by one, from the active one on."""
        for _ in range(count):
            self.execute(page, "notebook:run-cell-and-select-next")

    def execute(self, page: Any, command: str) -> None:
        """Executes one of Lab's commands, to its end."""
        page.evaluate("command => window.jupyterapp.commands.execute(command).then(() => null)", command)

    def show_panel(self, page: Any) -> None:
        """Opens the panel by its button."""
        page.click('.jp-NotebookPanel-toolbar [data-jp-item-name="nbmlops-runs"] jp-button')
        page.wait_for_selector("#nbmlops-runs:visible", timeout=30_000)

    def set(self, extension: str, name: str, values: object) -> None:
        """Writes settings, from the next page on."""
        _set(self.settings, extension, name, values)

    def picture(self, page: Any, name: str) -> None:
        """Where a person wants to look at it."""
        if folder := os.environ.get("TEST_PICTURES"):
            page.wait_for_timeout(500)
            page.screenshot(path=f"{folder}/{name}.png")


@pytest.fixture(scope="module")
def extension(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[None]:
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
def lab_page(browser: Any, lab: Lab, watch: Watch) -> Iterator[Any]:
    """A page for JupyterLab, in which nothing may go wrong."""
    # Lab's own, where a kernel is restarted while its debugger is asked.
    watch.expected += ("Could not restore the debugger state",)
    opened = browser.new_page(viewport={"width": 1400, "height": 900})
    watch.follow(opened)
    yield opened
    lab.picture(opened, "last-seen")
    opened.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab from this environment, with nothing of the user's own in it."""
    with _served(tmp_path_factory.mktemp("lab"), "jupyterlab", "LabApp") as served:
        yield served


@pytest.fixture(scope="module")
def notebook7(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Jupyter Notebook 7, in the same way."""
    with _served(tmp_path_factory.mktemp("notebook"), "notebook", "JupyterNotebookApp") as served:
        yield served


@contextmanager
def _served(home: Path, module: str, app: str) -> Iterator[Lab]:
    folder, store, settings = (home / name for name in ("notebooks", "store", "settings"))
    folder.mkdir()
    _set(settings, "@jupyterlab/apputils-extension", "notification",
         {"fetchNews": "false", "checkForUpdates": False})  # fmt: skip
    port = _free_port()
    own = {
        "IPYTHONDIR": home / "ipython",
        "JUPYTERLAB_SETTINGS_DIR": settings,
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "NBMLOPS_STORE": store,
    }
    environment = os.environ | {name: str(path) for name, path in own.items()}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = [
        sys.executable, "-m", module, "--no-browser", "--allow-root", f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}",
        "--LabApp.extension_manager=readonly", f"--{app}.expose_app_in_browser=True",
    ]  # fmt: skip
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
        try:
            _wait_for(port, server, home / "log")
            yield Lab(folder, store, f"http://127.0.0.1:{port}", settings)
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:  # seen once: an idle thread of the server's own kept it
                server.kill()
                server.wait()


def _set(settings: Path, extension: str, name: str, values: object) -> None:
    folder = settings / extension
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.jupyterlab-settings").write_text(json.dumps(values), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + LAB_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail(f"JupyterLab didn't start:\n{log.read_text(errors='replace')[-3000:]}")


def _notebook(cells: tuple[str, ...]) -> dict[str, Any]:
    return {
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{place}",
                "metadata": {},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
            for place, source in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
