"""Kinds that hold others: lists, sets, tuples and mappings."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from nbmlops.programs.kinds import ANY, AnyKind, Kind, NotTakenError, shown

_MAKERS: dict[str, Callable[[Iterable[Any]], Any]] = {
    "list": list,
    "set": set,
    "frozenset": frozenset,
    "tuple": tuple,
}
_PARTED = frozenset("[({")


@dataclass(frozen=True, slots=True)
class SequenceKind:
    """`list[int]`, `set[str]`, `tuple[float, ...]`: any number of one kind.

    Attributes:
        container: "list", "set", "frozenset" or "tuple".
    """

    container: str
    item: Kind = ANY

    def __str__(self) -> str:
        if self.item == ANY:
            return self.container
        return f"{self.container}[{self.item}{', ...' if self.container == 'tuple' else ''}]"

    @property
    def allowed(self) -> str:
        """What each item may be."""
        return f"each {self.item.allowed}" if self.item.allowed else ""

    def read(self, text: str) -> object:
        """The values of `1,2,3`, or of a JSON list."""
        if text.strip()[:1] in _PARTED:
            return self.take(_parsed(text, str(self)))
        words = [word.strip() for word in text.split(",")] if text.strip() else []
        return self._made(_each(words, self.item.read))

    def take(self, value: object) -> object:
        """The values of a list."""
        if not isinstance(value, list | tuple | set | frozenset):
            raise NotTakenError(f"{shown(value)} is not a list")
        return self._made(_each(list(value), self.item.take))

    def _made(self, items: list[object]) -> object:
        try:
            return _MAKERS[self.container](items)
        except TypeError:
            raise NotTakenError(f"{shown(items)} can't be a set: its items are lists or mappings") from None


@dataclass(frozen=True, slots=True)
class TupleKind:
    """`tuple[int, str]`: so many items, each of its own kind."""

    items: tuple[Kind, ...]

    def __str__(self) -> str:
        return f"tuple[{', '.join(map(str, self.items)) or '()'}]"

    @property
    def allowed(self) -> str:
        """What the items may be, where any is limited."""
        return ", ".join(item.allowed for item in self.items if item.allowed)

    def read(self, text: str) -> object:
        """The values of `1,a`, or of a JSON list."""
        if text.strip()[:1] in _PARTED:
            return self.take(_parsed(text, str(self)))
        words = [word.strip() for word in text.split(",")] if text.strip() else []
        self._counted(words)
        return tuple(
            _one(item.read, word, i) for i, (item, word) in enumerate(zip(self.items, words, strict=True))
        )

    def take(self, value: object) -> object:
        """The values of a list."""
        if not isinstance(value, list | tuple):
            raise NotTakenError(f"{shown(value)} is not a list of {len(self.items)}")
        self._counted(value)
        return tuple(
            _one(item.take, one, i) for i, (item, one) in enumerate(zip(self.items, value, strict=True))
        )

    def _counted(self, values: list[Any] | tuple[Any, ...]) -> None:
        if len(values) != len(self.items):
            raise NotTakenError(f"{shown(values)} has {len(values)} items, not {len(self.items)}")


@dataclass(frozen=True, slots=True)
class MappingKind:
    """`dict[str, float]`."""

    key: Kind = ANY
    value: Kind = ANY
    allowed: str = ""

    def __str__(self) -> str:
        return "dict" if self.key == self.value == ANY else f"dict[{self.key}, {self.value}]"

    def read(self, text: str) -> object:
        """The mapping that a JSON object is."""
        if not text.strip().startswith("{"):
            raise NotTakenError(f"{shown(text)} is not a mapping: write it as JSON, " + """'{"key": 1}'""")
        return self.take(_parsed(text, str(self)))

    def take(self, value: object) -> object:
        """The mapping with its keys, which are texts in JSON, made what was declared."""
        if not isinstance(value, dict):
            raise NotTakenError(f"{shown(value)} is not a mapping")
        try:
            return {self._key(key): _one(self.value.take, item, key) for key, item in value.items()}
        except TypeError:
            raise NotTakenError(f"{shown(value)} can't be a mapping: a list or a mapping is no key") from None

    def _key(self, key: object) -> object:
        if isinstance(key, str) and not isinstance(self.key, AnyKind):
            return self.key.read(key)
        return self.key.take(key)


def _each(values: list[Any], convert: Callable[[Any], object]) -> list[object]:
    return [_one(convert, value, index) for index, value in enumerate(values)]


def _one(convert: Callable[[Any], object], value: Any, place: object) -> object:
    """One item converted; a fault says which it was."""
    try:
        return convert(value)
    except NotTakenError as exc:
        at = f"item {place + 1}" if isinstance(place, int) else f"the value of {place!r}"
        raise NotTakenError(f"{at}: {exc}") from None


def _parsed(text: str, kind: str) -> Any:
    """What JSON says, or else a Python literal: `(1, 2)`, `{'a': None}`."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as exc:
        try:
            return ast.literal_eval(text.strip())
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            raise NotTakenError(f"{shown(text)} is not a {kind}: it can't be read as JSON ({exc})") from None
