"""The rules, in the order of their codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from nbmlops.findings.files import RewrittenFile, UnseenRead
from nbmlops.findings.found import Found
from nbmlops.findings.ignores import is_ignored
from nbmlops.findings.names import FailedCell, OutOfOrder, StaleName, UnknownOrigin
from nbmlops.findings.outside import Asked, Clock, MaskedSecret, Network
from nbmlops.findings.randomness import SetOrder, UnseededRandom
from nbmlops.findings.sessions import BeforeLoad, EditedModule, StillRunning
from nbmlops.findings.situation import Situation
from nbmlops.findings.twice import ChangesItsInput
from nbmlops.records import Finding


class Rule(Protocol):
    """One reason not to trust a run.

    Attributes:
        code: `NB101` and so on; a code never gets another meaning.
        slug: the same in words.
    """

    code: str
    slug: str

    def check(self, situation: Situation) -> Iterator[Found]:
        """What it finds, nothing where all is well."""


RULES: Final[tuple[Rule, ...]] = (
    StaleName(),
    FailedCell(),
    OutOfOrder(),
    UnknownOrigin(),
    RewrittenFile(),
    UnseededRandom(),
    Clock(),
    Network(),
    UnseenRead(),
    ChangesItsInput(),
    SetOrder(),
    MaskedSecret(),
    BeforeLoad(),
    EditedModule(),
    StillRunning(),
    Asked(),
)


def find_all(situation: Situation, rules: Iterable[Rule] = RULES) -> Iterator[tuple[Rule, Found]]:
    """What all rules find and no comment of the cells takes back, with the places."""
    executions = situation.history.executions
    last = None if situation.last is None else situation.last.raw
    for rule in rules:
        for found in rule.check(situation):
            at = None if found.at is None else executions[found.at].raw
            if not is_ignored(rule.code, at, found.line) and not is_ignored(rule.code, last, -1):
                yield rule, found


def check_all(situation: Situation, rules: Iterable[Rule] = RULES) -> tuple[Finding, ...]:
    """What all rules find, each finding once."""
    found = (Finding(rule.code, item.message, item.name) for rule, item in find_all(situation, rules))
    return tuple(dict.fromkeys(found))


def slug_of(code: str) -> str:
    """The words for a code; empty where there is no such rule."""
    return next((rule.slug for rule in RULES if rule.code == code), "")
