"""`%nbmlops reproduce RUN`: what a check found."""

from __future__ import annotations

from dataclasses import dataclass

from nbmlops.records import Reproduction, RunInfo
from nbmlops.views.reproduction import reproduction_html, reproduction_text


@dataclass(frozen=True, slots=True)
class ReproductionView:
    """A check that shows itself: HTML in a notebook, text in a terminal."""

    run: RunInfo
    reproduction: Reproduction

    def _repr_html_(self) -> str:
        return reproduction_html(self.run, self.reproduction)

    def __repr__(self) -> str:
        return reproduction_text(self.run, self.reproduction)
