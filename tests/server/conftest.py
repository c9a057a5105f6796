"""A Jupyter server with the extension, and requests to it."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

START_SECONDS = 60
SEED = """
import nbmlops
from nbmlops.records import SliceCell
from nbmlops.tracking.proofs import keep_slice
open("notes.txt", "w").write("kept")
class Bars:
    def _repr_svg_(self):
        return '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
for i in range(3):
    with nbmlops.start_run(f"forest-{i}", experiment="churn") as run:
        nbmlops.log_params({"max_depth": i + 2})
        nbmlops.log_metric("accuracy", 0.9 + i / 100)
        nbmlops.log_series("loss", [1.0, 0.5, 0.25])
        nbmlops.log_figure(Bars(), "bars")
        nbmlops.log_artifact("notes.txt")
        run.write_inputs([{"name": "table", "kind": "dataframe", "source": "variable"}])
    keep_slice(run._recorder, run.id, (SliceCell("x = 1", "a", 1), SliceCell("x", "b", 2)))
"""


@dataclass(frozen=True)
class Answer:
    """What a server answers."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    """A server on this machine; `root` is its root folder, `outside` a folder beside it."""

    port: int
    token: str
    root: Path
    outside: Path

    def proof(self, token: str | None = "right") -> dict[str, str]:
        """The header that says who asks."""
        return (
            {} if token is None else {"Authorization": f"token {self.token if token == 'right' else token}"}
        )

    @contextmanager
    def stream(self, path: str) -> Iterator[HTTPResponse]:
        """An answer that is read while it comes."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers=self.proof())
            yield connection.getresponse()
        finally:
            connection.close()

    def ask(
        self,
        path: str,
        body: Any = None,
        *,
        method: str = "",
        token: str | None = "right",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = self.proof(token) | dict(headers or {})
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body)
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method or ("GET" if body is None else "POST"), path, data, sent)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Server]:
    """A Jupyter server that finds the extension by the file that a wheel installs. Tests leave the runs in the
    folder `churn` as they find them, but for notes.
    """
    with jupyter_server(tmp_path_factory.mktemp("server"), root) as started:
        yield started


@contextmanager
def jupyter_server(home: Path, root: Path, *options: str) -> Iterator[Server]:
    folder, outside = home / "root", home / "outside"
    for made in (folder / "churn", folder / "empty", outside):
        made.mkdir(parents=True)
    for seeded in (folder / "churn", outside):
        (seeded / "pyproject.toml").touch()
        subprocess.run([sys.executable, "-c", SEED], cwd=seeded, check=True, capture_output=True)
    (folder / "way-out").symlink_to(outside)
    token, port = secrets.token_hex(16), _free_port()
    environment = os.environ | {
        "JUPYTER_CONFIG_PATH": str(root / "etc" / "jupyter"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }
    command = [
        sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}", *options,
    ]  # fmt: skip
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=home)
        try:
            _wait_for(port, process, home / "log")
            yield Server(port, token, folder, outside)
        finally:
            process.terminate()
            process.wait(30)


@dataclass(frozen=True)
class PageServer:
    """`nbmlops ui` as it runs."""

    process: subprocess.Popen[str]
    address: str
    server: Server


@pytest.fixture(scope="module")
def ui(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    """`nbmlops ui` over a store with three runs."""
    with page_server(tmp_path_factory.mktemp("ui")) as served:
        yield served


@pytest.fixture
def own_ui(tmp_path: Path) -> Iterator[PageServer]:
    """The same, to be ended."""
    with page_server(tmp_path) as served:
        yield served


@contextmanager
def page_server(tmp_path: Path, *options: str, base: str = "/") -> Iterator[PageServer]:
    subprocess.run([sys.executable, "-c", SEED], cwd=tmp_path, check=True, capture_output=True)
    command = [sys.executable, "-c", "from nbmlops.cli import main; main()", "ui", "--no-browser", *options]
    # What a user has set for other servers must not open this one.
    environment = os.environ | {"JUPYTER_TOKEN": "", "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        found = re.fullmatch(rf"http://127\.0\.0\.1:(\d+){base}nbmlops/\?token=(\S+)", address)
        assert found, address
        yield PageServer(process, address, Server(int(found[1]), found[2], tmp_path, tmp_path))
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"the server didn't start:\n{log.read_text(errors='replace')[-3000:]}")
