"""How a run's status looks on a terminal."""

from __future__ import annotations

from typing import NamedTuple

from nbmlops.records import RunStatus


class StatusLook(NamedTuple):
    """A sign, its colour, and the word beside it."""

    sign: str
    colour: str
    word: str


STATUS_LOOKS = {
    RunStatus.RUNNING: StatusLook("●", "blue", "running"),
    RunStatus.FINISHED: StatusLook("●", "green", "finished"),
    RunStatus.FAILED: StatusLook("✕", "red", "failed"),
    RunStatus.KILLED: StatusLook("■", "yellow", "interrupted"),
    RunStatus.LOST: StatusLook("○", "yellow", "lost"),
}
