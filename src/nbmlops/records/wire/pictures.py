"""A lineage as it is drawn."""

from __future__ import annotations

from typing import TypedDict


class PictureText(TypedDict):
    """A line of a card: what it says, the class of its look, and from where it is set, within the card."""

    text: str
    look: str
    x: float
    y: float
    at_end: bool


class PictureCard(TypedDict):
    """A cell, data, a file, a result.

    Attributes:
        key: of the node that it stands for: `cell:3` is the slice's fourth cell.
        title: what it says in full.
    """

    key: str
    look: str
    x: float
    y: float
    width: float
    height: float
    round: float
    title: str
    texts: list[PictureText]


class PictureLine(TypedDict):
    """What passes from one card to another: an SVG path, where it ends, and the names."""

    path: str
    faint: bool
    x: float
    y: float
    title: str


class Picture(TypedDict):
    """A lineage.

    Attributes:
        sentence: what it says, for those who can't see it.
        counts: how much of it there is.
    """

    width: float
    height: float
    sentence: str
    counts: str
    cards: list[PictureCard]
    lines: list[PictureLine]
