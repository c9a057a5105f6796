"""The changelog has a place for what is not released, and says something there."""

from __future__ import annotations

import re
from pathlib import Path


def test_the_changelog_says_what_is_new(root: Path) -> None:
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(r"^## \[Unreleased\]\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found
    assert re.search(r"^### Added\n\n(- .+)", found[1], re.MULTILINE)
