"""`%nbmlops data`: a dataset, and what differs between two."""

from __future__ import annotations

from dataclasses import dataclass

from nbmlops.records.data_changes import DataChange
from nbmlops.records.data_pages import DataPage
from nbmlops.views.change_html import change_html
from nbmlops.views.change_text import change_text
from nbmlops.views.data_page import data_html, data_text


@dataclass(frozen=True, slots=True)
class DataView:
    """A dataset that shows itself: HTML in a notebook, text in a terminal."""

    page: DataPage

    def _repr_html_(self) -> str:
        return data_html(self.page)

    def __repr__(self) -> str:
        return data_text(self.page)


@dataclass(frozen=True, slots=True)
class DataChangeView:
    """What differs between datasets, one below the other where runs read several.

    Attributes:
        changes: by what is compared.
    """

    changes: tuple[DataChange, ...]

    def _repr_html_(self) -> str:
        return "<hr>".join(change_html(change) for change in self.changes)

    def __repr__(self) -> str:
        return "\n\n".join(change_text(change) for change in self.changes)
