"""What a reader changes of runs."""

from __future__ import annotations

from typing import Final, NotRequired, TypedDict

MOST_CHANGED: Final = 10_000  # runs at once


class RunChange(TypedDict):
    """What is to be different in some runs; what is left out stays as it is.

    Attributes:
        ids: whole ids.
        name: of each of them.
        note: replaces what was noted; empty for none.
        tags: to set; a value of null removes the tag. Others stay.
        deleted: true moves them to the bin, false brings them back.
    """

    ids: list[str]
    name: NotRequired[str]
    note: NotRequired[str]
    tags: NotRequired[dict[str, str | None]]
    deleted: NotRequired[bool]


class Changed(TypedDict):
    """What was changed.

    Attributes:
        changed: how many runs are different now.
        undo: the changes that make them what they were: for the question `changes`.
    """

    changed: int
    undo: list[RunChange]
