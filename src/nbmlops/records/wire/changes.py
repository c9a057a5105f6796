"""What a reader changes."""

from __future__ import annotations

from typing import TypedDict


class TagChange(TypedDict):
    """A tag to set; a value of null removes it."""

    id: str
    key: str
    value: str | None
