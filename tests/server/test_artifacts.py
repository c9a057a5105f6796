"""The bytes of artifacts, over HTTP: nothing in them runs, and no path leads elsewhere."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from http.client import IncompleteRead
from typing import Any
from urllib.parse import quote

import pytest
from blake3 import blake3

from nbmlops.server.routes import API

MAKE = """
import nbmlops
from pathlib import Path
files = {
    "plot.png": b"\\x89PNG\\r\\n\\x1a\\n" + b"0" * 100,
    "evil.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "page.html": b"<script>alert(1)</script>",
    "notes.txt": "Grüße".encode(),
    "feed.xml": b"<x/>",
    "code.js": b"alert(1)",
    "large.bin": b"0123456789abcdef" * (5 << 16),
    "changed.bin": b"c" * 13,
    "large changed.bin": b"c" * (5 << 20),
    "odd name; x=\\"y\\".bin": b"bytes",
}
folder = Path("made"); folder.mkdir()
for name, data in files.items():
    (folder / name).write_bytes(data)
(folder / "model" / "sub").mkdir(parents=True)
(folder / "model" / "MLmodel").write_text("flavors: {}")
(folder / "model" / "sub" / "evil.html").write_text("<script>alert(1)</script>")
with nbmlops.start_run("files") as run:
    for name in files:
        nbmlops.log_artifact(folder / name)
    nbmlops.log_artifact(folder / "model")
print(run.id)
"""


@pytest.fixture(scope="session")
def artifacts(server: Any) -> str:
    folder = server.root / "files"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    (folder / "secret.txt").write_text("secret")
    made = subprocess.run(
        [sys.executable, "-c", MAKE], cwd=folder, check=True, capture_output=True, text=True
    )
    return f"/{API}/runs/{made.stdout.split()[-1]}/artifacts"


def get(server: Any, artifacts: str, name: str, more: str = "", **options: Any) -> Any:
    return server.ask(f"{artifacts}/{quote(name, safe='')}?folder=files{more}", **options)


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("plot.png", "image/png", True),
        ("notes.txt", "text/plain", True),
        ("evil.svg", "image/svg+xml", False),
        ("page.html", "text/html", False),
        ("feed.xml", "", False),
        ("code.js", "", False),
        ('odd name; x="y".bin', "", False),
    ],
)
def test_only_what_holds_no_script_is_shown(
    server: Any, artifacts: str, name: str, kind: str, shown: bool
) -> None:
    answer = get(server, artifacts, name)
    assert answer.status == 200
    assert answer.body == (server.root / "files" / "made" / name).read_bytes()
    assert answer.headers["Content-Type"].startswith(kind)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox;" in policy
    assert "default-src 'none'" in policy
    way = "inline" if shown else "attachment"
    assert answer.headers["Content-Disposition"] == f"{way}; filename*=UTF-8''{quote(name, safe='')}"


def test_bytes_that_the_client_has_are_not_sent_again(server: Any, artifacts: str) -> None:
    first = get(server, artifacts, "plot.png")
    known = {"If-None-Match": first.headers["Etag"]}
    again = get(server, artifacts, "plot.png", headers=known)
    assert (again.status, again.body) == (304, b"")
    assert get(server, artifacts, "notes.txt", headers=known).status == 200
    head = get(server, artifacts, "plot.png", method="HEAD")
    assert (head.status, head.body, head.headers["Etag"]) == (200, b"", first.headers["Etag"])
    assert head.headers["Content-Type"] == first.headers["Content-Type"]


def test_a_large_file_is_never_in_memory_as_a_whole(server: Any, artifacts: str) -> None:
    answer = get(server, artifacts, "large.bin")
    assert len(answer.body) == 5 << 20
    assert blake3(answer.body).digest() == blake3(b"0123456789abcdef" * (5 << 16)).digest()
    assert answer.headers["Transfer-Encoding"] == "chunked"


@pytest.mark.parametrize(("name", "size"), [("changed.bin", 13), ("large changed.bin", 5 << 20)])
def test_what_was_changed_in_the_store_is_not_taken_for_what_was_kept(
    server: Any, artifacts: str, name: str, size: int
) -> None:
    digest = blake3(b"c" * size).hexdigest()
    blob = server.root / "files" / ".nbmlops" / "blobs" / digest[:2] / digest[2:]
    blob.write_bytes(b"d" * size)
    if size < 1 << 20:
        answer = get(server, artifacts, name)
        assert (answer.status, answer.json["code"]) == (503, "store")
    else:
        with pytest.raises((IncompleteRead, ConnectionResetError)):
            get(server, artifacts, name)
    blob.write_bytes(b"c" * size)
    assert get(server, artifacts, name).body == b"c" * size


def test_a_folder_comes_whole_or_file_by_file(server: Any, artifacts: str) -> None:
    whole = get(server, artifacts, "model")
    assert whole.headers["Content-Disposition"] == "attachment; filename*=UTF-8''model.zip"
    with zipfile.ZipFile(io.BytesIO(whole.body)) as archive:
        assert sorted(archive.namelist()) == ["MLmodel", "sub/evil.html"]
    again = get(server, artifacts, "model", headers={"If-None-Match": whole.headers["Etag"]})
    assert again.status == 304
    assert get(server, artifacts, "model", "&path=MLmodel").body == b"flavors: {}"
    evil = get(server, artifacts, "model", "&path=sub/evil.html")
    assert evil.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt", "..", "/etc/passwd", "sub/../../secret.txt", "sub", "MLmodel%00", "%00", ".", "MLmodel/",
        "..%2Fsecret.txt", "%5C..%5Csecret.txt", "C:%5Csecret.txt",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_an_artifact(server: Any, artifacts: str, path: str) -> None:
    answer = get(server, artifacts, "model", f"&path={path}")
    assert (answer.status, answer.json["code"]) == (404, "not-found")
    assert b"root:" not in answer.body


@pytest.mark.parametrize(
    "name", ["../../secret.txt", "/etc/passwd", "nothing", "a\0b", "..", "model/MLmodel", "%2e%2e/x"]
)
def test_an_artifact_that_the_run_does_not_have_is_not_found(server: Any, artifacts: str, name: str) -> None:
    for address in (quote(name, safe=""), quote(name)):
        answer = server.ask(f"{artifacts}/{address}?folder=files")
        assert (answer.status, answer.json["code"]) == (404, "not-found")
    assert get(server, artifacts, "plot.png", "&path=x").status == 404


def test_nobody_gets_them_without_the_token(server: Any, artifacts: str) -> None:
    assert get(server, artifacts, "plot.png", token=None).status == 403
    nobodys = server.ask(f"/{API}/runs/{'0' * 32}/artifacts/plot.png?folder=files")
    assert nobodys.status == 404
    refused = get(server, artifacts, "plot.png", method="PUT")
    assert (refused.status, refused.headers["Allow"]) == (405, "GET, HEAD")
