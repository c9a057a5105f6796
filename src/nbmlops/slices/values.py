"""What is known of a value before the code runs that makes it, and what such code may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

Names = frozenset[str]
NONE: Final[Names] = frozenset()
ITSELF, OWNED, ANYTHING = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression's value may share, and what went into it.

    Attributes:
        shares: names whose objects it may be, hold, or be held by.
        flows: names that it was made from, and marks such as `<clock>`.
        is_exact: it is the very object of the one name that it shares.
    """

    shares: Names = NONE
    flows: Names = NONE
    is_exact: bool = False

    def __or__(self, other: Value) -> Value:
        if self == other or (not other.shares and not other.flows):
            return self
        if not self.shares and not self.flows:
            return other
        return Value(self.shares | other.shares, self.flows | other.flows)

    @property
    def fresh(self) -> Value:
        """A value that was made from this one and shares nothing with it."""
        return Value(NONE, self.flows) if self.shares else self


NOTHING: Final = Value()


@dataclass
class Effects:
    """What a cell may do beyond binding names.

    Attributes:
        changed: names whose objects it may change in place, with how: `df.drop(inplace=True)`.
        extents: how far each of these changes may go: ITSELF, OWNED (what it is made of), ANYTHING that it holds.
        packages: packages whose state it may set.
        flows: what went into each name that it binds, names and marks such as `<clock>`.
        shares: what each name that it binds may share with earlier ones.
        marks: what it does that no name shows: `<clock>`, `<network>`, `<entropy>`, `<token>`, `<draws:numpy>`,
            `<shell>`, `<input>`, `<opaque>`, `<lists files>`, `<starts>`, `<plots>`, `<set order>`; each with the
            first line where.
        seeds: random generators that it seeds for certain, by the name of their package, with the seed as text.
        may_seed: those that it may seed.
        logged: keys of metrics that it logs by hand, with what went into them; keys that are computed are `*`.
        shown: what went into its last expression (under the empty key), and into the items of a dict that it shows.
    """

    changed: dict[str, str] = field(default_factory=dict)
    extents: dict[str, int] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    flows: dict[str, Names] = field(default_factory=dict)
    shares: dict[str, Names] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)
    seeds: dict[str, str] = field(default_factory=dict)
    may_seed: set[str] = field(default_factory=set)
    logged: dict[str, Names] = field(default_factory=dict)
    shown: dict[str, Names] = field(default_factory=dict)
    returned: Value = NOTHING


def part_of(value: Value) -> Value:
    """What a value holds, or is a part of: not the very object."""
    return Value(value.shares, value.flows) if value.is_exact else value


def joined(values: Iterable[Value]) -> Value:
    """What one of the values may be."""
    found = NOTHING
    for value in values:
        found |= value
    return found
