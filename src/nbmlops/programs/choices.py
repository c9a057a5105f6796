"""Kinds that are a choice: literals, the members of an enumeration, one of several types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nbmlops.programs.kinds import BOOL, DATE, DATETIME, FLOAT, INT, NONE, STR, Kind, NotTakenError, shown

_ORDER: tuple[Kind, ...] = (NONE, INT, FLOAT, BOOL, DATE, DATETIME)  # "1" is an int before it is a bool


@dataclass(frozen=True, slots=True)
class LiteralKind:
    """`Literal["gini", "entropy"]`.

    Attributes:
        choices: texts, ints, bools and None.
    """

    choices: tuple[Any, ...]

    def __str__(self) -> str:
        return f"Literal[{', '.join(map(repr, self.choices))}]"

    @property
    def allowed(self) -> str:
        """The choices, as they are typed."""
        return ", ".join(map(str, self.choices))

    def read(self, text: str) -> object:
        """The choice that is written like this."""
        for choice in self.choices:
            if text == str(choice):
                return choice
        for kind in (BOOL, NONE):
            value = _read_or_none(kind, text)
            if any(value is choice and (value is not None or kind is NONE) for choice in self.choices):
                return value
        raise NotTakenError(_no_choice(text, [str(choice) for choice in self.choices]))

    def take(self, value: object) -> object:
        """The choice that is this value: 1 is not True."""
        for choice in self.choices:
            if type(choice) is type(value) and choice == value:
                return choice
        raise NotTakenError(_no_choice(value, [str(choice) for choice in self.choices]))


@dataclass(frozen=True, slots=True)
class EnumMember:
    """A member of an enumeration that the notebook defines: the class exists only where the notebook runs."""

    enum: str
    name: str
    value: Any = None

    def __str__(self) -> str:
        return f"{self.enum}.{self.name}"


@dataclass(frozen=True, slots=True)
class EnumKind:
    """An enumeration class of the notebook.

    Attributes:
        members: name and value; the value is None where the class computes it.
    """

    name: str
    members: tuple[tuple[str, Any], ...]

    def __str__(self) -> str:
        return self.name

    @property
    def allowed(self) -> str:
        """The names of the members."""
        return ", ".join(name for name, _ in self.members)

    def read(self, text: str) -> EnumMember:
        """The member of this name, in any case, or of this value."""
        wanted = text.removeprefix(f"{self.name}.")
        tests = (
            lambda name, _value: name == wanted,
            lambda _name, value: value is not None and str(value) == text,
            lambda name, _value: name.lower() == wanted.lower(),
        )
        for fits in tests:
            for name, value in self.members:
                if fits(name, value):
                    return EnumMember(self.name, name, value)
        raise NotTakenError(_no_choice(text, [name for name, _ in self.members]))

    def take(self, value: object) -> EnumMember:
        """The member of this value, or of this name."""
        for name, own in self.members:
            if own is not None and type(own) is type(value) and own == value:
                return EnumMember(self.name, name, own)
        if isinstance(value, str):
            return self.read(value)
        raise NotTakenError(_no_choice(value, [name for name, _ in self.members]))


@dataclass(frozen=True, slots=True)
class UnionKind:
    """`int | None`: one of several kinds; a text is taken for a text only if it is nothing else."""

    kinds: tuple[Kind, ...]

    def __str__(self) -> str:
        return " | ".join(map(str, self.kinds))

    @property
    def allowed(self) -> str:
        """What its kinds allow."""
        return ", ".join(kind.allowed for kind in self.kinds if kind.allowed)

    def read(self, text: str) -> object:
        """The value for the first kind that reads the text."""
        faults = []
        for kind in sorted(self.kinds, key=_rank):
            try:
                return kind.read(text)
            except NotTakenError as exc:
                faults.append((kind, str(exc)))
        raise NotTakenError(self._fault(faults))

    def take(self, value: object) -> object:
        """The value for the first kind that takes it."""
        faults = []
        for kind in sorted(self.kinds, key=_rank):
            try:
                return kind.take(value)
            except NotTakenError as exc:
                faults.append((kind, str(exc)))
        raise NotTakenError(self._fault(faults))

    @staticmethod
    def _fault(faults: Sequence[tuple[Kind, str]]) -> str:
        said = [fault for kind, fault in faults if kind is not NONE]
        return f"{', and '.join(said)}{', nor None' if len(said) < len(faults) else ''}"


def union_of(kinds: Sequence[Kind]) -> Kind:
    """The union of kinds, each once; a single one is itself."""
    flat: list[Kind] = []
    for kind in kinds:
        flat += [one for one in (kind.kinds if isinstance(kind, UnionKind) else (kind,)) if one not in flat]
    return flat[0] if len(flat) == 1 else UnionKind(tuple(flat))


def _rank(kind: Kind) -> int:
    inner = getattr(kind, "kind", kind)  # a bounded int is as particular as an int
    if inner in _ORDER:
        return _ORDER.index(inner)
    return len(_ORDER) + (inner is STR)


def _read_or_none(kind: Kind, text: str) -> object:
    try:
        return kind.read(text)
    except NotTakenError:
        return None


def _no_choice(value: object, names: Sequence[str]) -> str:
    import difflib  # only where something is amiss

    near = difflib.get_close_matches(str(value), names, 1)
    meant = f"; did you mean {near[0]}?" if near else ""
    return f"{shown(value)} is none of {', '.join(names)}{meant}"
