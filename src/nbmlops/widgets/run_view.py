"""One run in full."""

from __future__ import annotations

from dataclasses import dataclass

from nbmlops.records import RunInfo
from nbmlops.views.run_page import run_html, run_text


@dataclass(frozen=True, slots=True)
class RunView:
    """A run that shows itself: HTML in a notebook, text in a terminal."""

    run: RunInfo

    @property
    def html(self) -> str:
        """As HTML."""
        return run_html(self.run)

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return run_text(self.run)
