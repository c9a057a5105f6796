"""URLs that a cell reads from, as far as they stand in its text."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Final

from nbmlops.capture.files import is_remote
from nbmlops.capture.literals import call_name
from nbmlops.capture.secret_looks import mask_url

_READS: Final = (
    "read_",
    "scan_",
    "load",
    "open",
    "url",
    "get",
    "post",
    "imread",
    "fetch",
    "download",
    "from_",
)


def remote_reads(body: Iterable[ast.stmt]) -> tuple[str, ...]:
    """The URLs, passwords left out."""
    calls = (node for statement in body for node in ast.walk(statement) if isinstance(node, ast.Call))
    found = []
    for node in calls:
        match node.args:
            case [ast.Constant(value=str(text)), *_] if is_remote(text) and call_name(node).startswith(
                _READS
            ):
                found.append(mask_url(text))
    return tuple(dict.fromkeys(found))
