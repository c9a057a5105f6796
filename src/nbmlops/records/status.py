"""How a run stands: apart from the other records, since every process that logs needs it."""

from __future__ import annotations

from enum import StrEnum


class RunStatus(StrEnum):
    """RUNNING becomes one of the others; LOST is inferred when its process died without a word."""

    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    KILLED = "KILLED"
    LOST = "LOST"
