"""`nbmlops ui`: served to this machine, to who has the address, and nothing but runs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def test_the_page_is_shown_to_who_has_its_address(ui: Any) -> None:
    answer = ui.server.ask(ui.address.partition(str(ui.server.port))[2], token=None)
    assert answer.status == 200
    assert b"<title>Runs" in answer.body
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "no-store" in answer.headers["Cache-Control"]
    rows = ui.server.ask("/nbmlops/api/v1/runs").json["rows"]
    assert [row["name"] for row in rows] == ["forest-2", "forest-1", "forest-0"]


def test_nobody_else_is_let_in(ui: Any) -> None:
    assert ui.server.ask("/nbmlops/", token=None).status == 302
    for token in (None, "", "wrong"):
        assert ui.server.ask("/nbmlops/api/v1/runs", token=token).status == 403


@pytest.mark.parametrize(
    "path", ["/api/contents", "/api/kernels", "/api/sessions", "/api/terminals", "/files/store.db", "/lab"]
)
def test_it_serves_nothing_but_runs(ui: Any, path: str) -> None:
    assert ui.server.ask(path).status == 404


def test_a_foreign_page_gets_nothing(ui: Any) -> None:
    rebound = ui.server.ask("/nbmlops/api/v1/runs", headers={"Host": "evil.example:80"})
    assert rebound.status == 403


def test_an_interrupt_ends_it_cleanly(own_ui: Any) -> None:
    own_ui.server.ask("/nbmlops/api/v1/runs")
    own_ui.process.send_signal(signal.SIGINT)
    stdout, stderr = own_ui.process.communicate(timeout=30)
    assert own_ui.process.returncode == 0
    assert "Traceback" not in stdout + stderr
    assert stderr.endswith("Ended.\n")


def call(folder: Path, *words: str, code: str = "") -> subprocess.CompletedProcess[str]:
    command = f"{code}\nfrom nbmlops.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", command, "ui", "--no-browser", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ,
    )


def test_other_machines_are_let_in_only_when_that_is_said(tmp_path: Path) -> None:
    done = call(tmp_path, "--host", "0.0.0.0")
    assert done.returncode == 2
    assert "--allow-remote" in done.stderr
    assert not list(tmp_path.iterdir())


def test_that_other_machines_are_let_in_is_said(tmp_path: Path) -> None:
    words = ["ui", "--no-browser", "--host", "0.0.0.0", "--allow-remote"]
    process = subprocess.Popen(
        [sys.executable, "-c", "from nbmlops.cli import main; main()", *words],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert stderr.startswith("Other machines reach this page at 0.0.0.0, and what they send isn't encrypted.")


@pytest.mark.parametrize("path", ["http://hub.example/user/ada/", "/a?b", "a b"])
def test_a_base_url_that_is_no_path_is_refused(tmp_path: Path, path: str) -> None:
    done = call(tmp_path, "--base-url", path)
    assert done.returncode == 2
    assert "/user/ada/" in done.stderr


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = call(tmp_path, "--port", str(taken.getsockname()[1]))
    assert done.returncode == 4
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_jupyter_server_it_says_what_to_install(tmp_path: Path) -> None:
    done = call(tmp_path, code="import sys; sys.modules['jupyter_server'] = None")
    assert done.returncode == 4
    assert 'pip install "nbmlops[lab]"' in done.stderr
