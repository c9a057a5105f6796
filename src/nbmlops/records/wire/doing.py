"""What can be done with a run: code that takes it up, a check of it, what it used."""

from __future__ import annotations

from typing import Any, Literal, TypedDict


class Snippet(TypedDict):
    """A piece of code or a command, and what it does."""

    title: str
    language: Literal["python", "shell"]
    code: str


class SliceNotebook(TypedDict):
    """The cells that a run depended on as a notebook, and a name for its file."""

    name: str
    notebook: dict[str, Any]


class CheckState(TypedDict):
    """How a check that the server does is going.

    Attributes:
        state: `none` where none was begun since the server was started.
        since: when it was begun, in seconds since the epoch.
        said: what it said at last, on one line.
    """

    state: Literal["none", "running", "done", "failed", "stopped"]
    since: float | None
    said: str


class UsageFacts(TypedDict):
    """What a run used over time; lists of equal length, empty where it was over soon. `gpu` may be empty alone."""

    seconds: list[float]
    cpus: list[float]
    memory: list[float]
    gpu: list[float]
