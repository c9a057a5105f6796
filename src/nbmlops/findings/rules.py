"""The rules, in the order of their codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from nbmlops.findings.situation import Situation
from nbmlops.records import Finding


class Rule(Protocol):
    """One reason not to trust a run."""

    code: str
    slug: str

    def check(self, situation: Situation) -> Iterator[Finding]:
        """The findings, none where all is well."""


RULES: Final[tuple[Rule, ...]] = ()


def check_all(situation: Situation, rules: Iterable[Rule] = RULES) -> tuple[Finding, ...]:
    """What all rules find, each finding once."""
    return tuple(dict.fromkeys(finding for rule in rules for finding in rule.check(situation)))
