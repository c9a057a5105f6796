"""Answers taken down, for who reads them later without a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypedDict

from nbmlops.answers.desk import WHO, Desk
from nbmlops.errors import NotFoundError, ValueRefusedError

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that somebody may have: its name, and its arguments."""

    question: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


class Recorded(TypedDict):
    """A question with its answer, as JSON holds both."""

    question: str
    args: dict[str, Any]
    answer: Any


def record(desk: Desk, asks: Iterable[Ask]) -> list[Recorded]:
    """Asks all, and takes the answers down; what has none is left out.

    Args:
        desk: of the store.
        asks: those that nobody answers are passed over.

    Raises:
        StoreError: the store can't be read.
    """
    taken: list[Recorded] = []
    for ask in asks:
        if ask.question not in WHO:
            continue
        with suppress(
            NotFoundError, ValueRefusedError
        ):  # of one run the lineage may be lost, and all else there
            answer = desk.ask(ask.question, ask.arguments)
            taken.append({"question": ask.question, "args": dict(ask.arguments), "answer": answer})
    return taken
