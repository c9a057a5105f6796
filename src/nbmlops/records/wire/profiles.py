"""What is known of a dataset that a run read."""

from __future__ import annotations

from typing import TypedDict

from nbmlops.records.wire.values import WireNumber


class TopValue(TypedDict):
    """A frequent value and the share of the rows that have it."""

    text: str
    share: float


class ColumnFacts(TypedDict):
    """One column of a dataset.

    Attributes:
        missing: share of the rows without a value.
        distinct: how many values differ, with `about` where that is estimated; empty where it is not known.
        least: the least number or time; null for texts, as `mean` and `greatest` are.
        summary: what the values are like, in a few words.
        bars: shares of the rows in bins of equal width from the least to the greatest; of texts those of `top`.
        top: the most frequent texts.
    """

    name: str
    dtype: str
    kind: str
    count: int
    missing: float
    distinct: str
    least: str | None
    mean: WireNumber | None
    greatest: str | None
    summary: str
    bars: list[float]
    top: list[TopValue]


class ReaderInfo(TypedDict):
    """A run that read the same data, and what they were called there."""

    id: str
    name: str
    started: float
    input: str


class DataFacts(TypedDict):
    """What is known of a dataset.

    Attributes:
        rows: how many it has; null where there is no profile.
        sampled: how many were looked at, null where that was all of them.
        omitted: how many columns were left out.
        readers: other runs that read the same content, the newest first.
    """

    rows: int | None
    sampled: int | None
    omitted: int
    columns: list[ColumnFacts]
    readers: list[ReaderInfo]
