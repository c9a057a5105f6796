"""The built front end, where the package has one."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

_STATIC: Final = Path(__file__).parents[1] / "static"
_BUILT: Final = _STATIC / "widget.js"
_PAGE: Final = _STATIC / "app.js"


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


def has_page() -> bool:
    """Whether the page was built."""
    return _PAGE.is_file() and _PAGE.stat().st_size > 0


def page_code() -> str:
    """The page as one ES module, for a document that carries it along."""
    return _PAGE.read_text(encoding="utf-8")
