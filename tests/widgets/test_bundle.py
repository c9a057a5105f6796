"""What the built front end weighs, and where it looks."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

MOST_BYTES = 400_000  # of the widget, deflated: each page loads it once
ADDRESS = re.compile(rb"(?:https?:)?//([a-z0-9.-]+\.[a-z]{2,})[/\"'`]", re.IGNORECASE)
# Names of things that are written like addresses, and licences that say where they are from: nothing asks for them.
NAMES = {b"www.w3.org", b"reactjs.org", b"react.dev", b"fb.me", b"github.com", b"nbmlops.readthedocs.io"}


@pytest.fixture(scope="module", params=["widget.js", "app.js"])
def built(request: pytest.FixtureRequest, root: Path) -> bytes:
    path = root / "src" / "nbmlops" / "static" / request.param
    if not path.is_file():
        pytest.skip("the front end is not built: run `npm ci && npm run build:prod` in labextension/")
    return path.read_bytes()


def test_it_is_light(built: bytes) -> None:
    assert len(gzip.compress(built)) < MOST_BYTES


def test_it_names_no_other_host(built: bytes) -> None:
    assert set(ADDRESS.findall(built)) <= NAMES
