"""What a rule finds, with the place that it found it at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """One reason, before it is told.

    Attributes:
        message: a sentence without its full stop.
        name: the variable, file, metric or module that it is about; empty where it is about the whole.
        at: index of the execution in whose source it stands.
        line: 1-based line there; 0 where it is about the whole cell.
    """

    message: str
    name: str = ""
    at: int | None = None
    line: int = 0
