"""Tables of runs that somebody saved, for all who work with the store."""

from __future__ import annotations

from typing import TypedDict


class SavedView(TypedDict):
    """A table of runs as somebody has set it up.

    Attributes:
        name: for people; in one experiment there is one view of each name.
        experiment: whose runs it shows; empty for those of all.
        where: an expression of the `where` language.
        text: words to find.
        order_by: a column, "-" before it for descending; empty for newest first.
        columns: which are shown, in this order; empty for those that tell most.
        group_by: the columns by whose values runs are put together.
        metric: whose curves are shown, empty for those that tell most.
    """

    name: str
    experiment: str
    where: str
    text: str
    order_by: str
    columns: list[str]
    group_by: list[str]
    metric: str
