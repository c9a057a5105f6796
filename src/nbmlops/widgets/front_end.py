"""The built front end, where the package has one."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

_BUILT: Final = Path(__file__).parents[1] / "static" / "widget.js"


def is_built() -> bool:
    """False in a checkout whose front end was never built."""
    return _BUILT.is_file() and _BUILT.stat().st_size > 0


@cache
def code() -> str:
    """The widget as one ES module."""
    return _BUILT.read_text(encoding="utf-8")


@cache
def version() -> str:
    """Of the code: a page that has it loaded needs no other."""
    return blake2b(code().encode(), digest_size=8).hexdigest()
