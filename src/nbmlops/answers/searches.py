"""A query, and the runs that it found."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from nbmlops.answers.page_query import PageQuery
from nbmlops.store.pages import Found, RunFilter


@dataclass(frozen=True, slots=True)
class Search:
    """What was asked, at which revision of the store, and what was found."""

    asked: PageQuery
    wanted: RunFilter
    revision: str
    found: Found

    @property
    def question(self) -> Hashable:
        """Equal for searches that find the same runs in the same order."""
        return self.revision, self.wanted, self.asked.order_by, self.asked.descending
