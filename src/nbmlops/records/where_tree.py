"""The tree that a `where=` expression becomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from nbmlops.records.where_tokens import written_key

Place = Literal["run", "params", "metrics", "tags"]
Summary = Literal["last", "min", "max", "count"]
Order = Literal["==", "!=", "<", "<=", ">", ">="]
TextTest = Literal["contains", "startswith"]
Value = str | int | float | bool

RUN_FIELDS: Final[dict[str, Literal["text", "moment", "duration"]]] = {
    "id": "text",
    "name": "text",
    "experiment": "text",
    "status": "text",
    "kind": "text",
    "note": "text",
    "notebook": "text",
    "source": "text",
    "verdict": "text",
    "findings": "text",
    "started": "moment",
    "ended": "moment",
    "duration": "duration",
}


@dataclass(frozen=True, slots=True)
class Field:
    """What is looked at: a field of the run itself, or one key of its parameters, metrics or tags."""

    place: Place
    key: str
    summary: Summary = "last"

    def __str__(self) -> str:
        name = self.key if self.place == "run" else f"{self.place}.{written_key(self.key)}"
        return name if self.summary == "last" else f"{self.summary}({name})"


@dataclass(frozen=True, slots=True)
class Compare:
    """`field operator value`; order is asked of numbers only, and never of NaN."""

    field: Field
    operator: Order
    value: Value


@dataclass(frozen=True, slots=True)
class Matches:
    """`field contains text`, `field startswith text`: exact to the letter's case."""

    field: Field
    test: TextTest
    text: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """`field in (...)`; `negated`: there is a value, and it is none of these."""

    field: Field
    values: tuple[Value, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """`field is none`: no such key, or none recorded under it; for text also empty."""

    field: Field


@dataclass(frozen=True, slots=True)
class Not:
    """Plain negation."""

    node: Node


@dataclass(frozen=True, slots=True)
class AllOf:
    """Conjunction of two or more."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Disjunction of two or more."""

    nodes: tuple[Node, ...]


Node = Compare | Matches | OneOf | Missing | Not | AllOf | AnyOf


def fields_needed(node: Node) -> Iterator[Field]:
    """The fields whose values a tree asks for. Whether one is missing can be asked of any: `is none` needs none."""
    match node:
        case AllOf(nodes) | AnyOf(nodes):
            for part in nodes:
                yield from fields_needed(part)
        case Not(Missing(field)):
            yield field
        case Not(inner):
            yield from fields_needed(inner)
        case Missing():
            return
        case _:
            yield node.field
