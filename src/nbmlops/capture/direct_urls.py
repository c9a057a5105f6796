"""Where a distribution came from that no index gave: a repository, a file, a folder (PEP 610)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from nbmlops.capture.secret_looks import mask_url


@dataclass(frozen=True, slots=True)
class Origin:
    """Where it came from.

    Attributes:
        url: as pip takes it behind `name @`, credentials masked.
        folder: of one that is installed as editable, else empty.
    """

    url: str
    folder: str = ""


def read_origin(dist_info: str) -> Origin | None:
    """The origin that a `.dist-info` folder tells of; None for what came from an index, or can't be read."""
    try:
        with open(f"{dist_info}/direct_url.json", encoding="utf-8") as file:  # noqa: PTH123 - for each distribution
            return _origin(json.load(file))
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
    ):  # whatever an installer may have written
        return None


def _origin(told: Mapping[str, Any]) -> Origin:
    url = mask_url(str(told["url"]))
    if "vcs_info" in told:
        url = f"{told['vcs_info']['vcs']}+{url}@{told['vcs_info']['commit_id']}"
    if told.get("dir_info", {}).get("editable"):
        return Origin(url, unquote(urlsplit(url).path))
    facts = [f"subdirectory={told['subdirectory']}"] if told.get("subdirectory") else []
    digest = told.get("archive_info", {}).get("hashes", {}).get("sha256")
    facts += [f"sha256={digest}"] if digest else []
    return Origin(f"{url}#{'&'.join(facts)}" if facts else url)
