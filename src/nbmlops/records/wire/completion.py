"""What can be written in a `where` expression."""

from __future__ import annotations

from typing import TypedDict


class WhereKeys(TypedDict):
    """What a condition can ask about.

    Attributes:
        fields: of the run itself, each with what it is compared with: `text`, `moment` or `duration`.
        choices: of the fields that know only some values, these.
        metrics: keys that runs of the store have, in order; so for `params` and `tags`.
    """

    fields: dict[str, str]
    choices: dict[str, list[str]]
    metrics: list[str]
    params: list[str]
    tags: list[str]


class WhereValue(TypedDict):
    """A value as an expression writes it, and what to say of it: `12 runs`, `the median`."""

    written: str
    note: str
