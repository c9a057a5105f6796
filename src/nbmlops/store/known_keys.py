"""Which keys there are, to tell a mistyped one from one that is yet to come."""

from __future__ import annotations

import difflib
from typing import Final

from sqlalchemy import Connection, Table, exists, select, text

from nbmlops.errors import ValueRefusedError, WhereError
from nbmlops.records.where_tokens import column_of
from nbmlops.records.where_tree import Field, Node, fields_needed
from nbmlops.store import tables
from nbmlops.store.glance import Group, keys_statement

_TABLES: Final[dict[Group, Table]] = {
    "metrics": tables.metrics,
    "params": tables.params,
    "tags": tables.tags,
}
# Far enough that `val_loss` is no misspelling of `loss`: such a key may be yet to come.
_CLOSE = 0.75
_NAMED = 8


def check_keys(connection: Connection, node: Node, expression: str) -> None:
    """Refuses a key that no run has where another is spelt nearly like it.

    A key that is like no other is taken as it is: the runs that have it may be yet to come.

    Raises:
        WhereError: it points at the key.
    """
    for field in fields_needed(node):
        if has_key(connection, field):
            continue
        if near := near_fields(connection, field):
            raise WhereError(
                f"no run has {Field(field.place, field.key)}: did you mean {' or '.join(map(str, near))}?",
                expression=expression,
                column=column_of(expression, field.place, field.key),
            )


def has_key(connection: Connection, field: Field) -> bool:
    """Whether a run has it, be it in the bin."""
    if field.place == "run":
        return True
    table = _TABLES[field.place]
    return bool(connection.scalar(select(exists().where(table.c.key == field.key))))


def near_fields(connection: Connection, field: Field) -> list[Field]:
    """What may have been meant: the same key of another group, else at most two that are spelt alike."""
    elsewhere = [Field(place, field.key) for place in _TABLES if place != field.place]
    if same := [other for other in elsewhere if has_key(connection, other)]:
        return same
    if field.place == "run":
        return []
    spelt = {key.lower(): key for key in keys(connection, field.place)}
    close = difflib.get_close_matches(field.key.lower(), spelt, 2, _CLOSE)
    return [Field(field.place, spelt[key]) for key in close]


def keys(connection: Connection, group: Group) -> list[str]:
    """The keys of a group, in order."""
    return list(connection.scalars(text(keys_statement(group))))


def unknown_order(connection: Connection, field: Field) -> ValueRefusedError:
    """What is said when runs are to be ordered by a key that none has."""
    if near := near_fields(connection, field):
        return ValueRefusedError(
            f"No run has {field} to be ordered by: did you mean {' or '.join(map(str, near))}?"
        )
    known = [Field(group, key) for group in _TABLES for key in keys(connection, group)]
    there_are = f" There are {', '.join(map(str, known[:_NAMED]))}" if known else ""
    more = ", …" if len(known) > _NAMED else "." if known else ""
    return ValueRefusedError(f"No run has {field} to be ordered by.{there_are}{more}")
