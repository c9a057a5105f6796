"""Artifacts as they are shown."""

from __future__ import annotations

from typing import Literal, TypedDict

PreviewKind = Literal["image", "table", "notebook", "json", "text", "folder", "none"]


class TableFacts(TypedDict):
    """The first rows of a table, all values as text.

    Attributes:
        total: how many rows there are, null where that is not known.
    """

    columns: list[str]
    dtypes: list[str]
    rows: list[list[str]]
    total: int | None


class OutputFacts(TypedDict):
    """What a cell of a notebook showed.

    Attributes:
        kind: `text`, `error` (with a terminal's colours), `html` (to be shown where nothing of it can run), `image`.
        text: what it says; of an image its base64.
        media_type: of an image.
        plain: the same as text, where a notebook holds both.
    """

    kind: Literal["text", "error", "html", "image"]
    text: str
    media_type: str
    plain: str


class CellFacts(TypedDict):
    """A cell of a notebook."""

    kind: Literal["code", "markdown", "raw"]
    source: str
    count: int | None
    outputs: list[OutputFacts]


class FileFacts(TypedDict):
    """A file of a folder; `digest` names its content."""

    path: str
    size: int
    digest: str


class FactLine(TypedDict):
    """A fact about a file, `class` or `predicts`, and what it is."""

    name: str
    text: str


class Preview(TypedDict):
    """As much of an artifact as can be shown.

    Attributes:
        kind: which of the parts below there are; `none` where there is nothing to see, and `note` says why.
        text: of a text or of JSON; of an image its base64.
        cut: there is more than is shown.
        facts: what else a file says of itself: of a model its class, signature and requirements.
    """

    kind: PreviewKind
    name: str
    path: str
    media_type: str
    size: int
    text: str
    cut: bool
    note: str
    table: TableFacts | None
    cells: list[CellFacts]
    files: list[FileFacts]
    facts: list[FactLine]
