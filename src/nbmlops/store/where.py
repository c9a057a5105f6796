"""A `where=` tree as SQL, the same on SQLite and PostgreSQL.

Values travel as bound parameters. Texts are searched with `replace` and `substr`, which mean the same in
both databases; LIKE does not (SQLite folds the case of ASCII letters, PostgreSQL does not).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, TypeGuard

from sqlalchemy import (
    ColumnElement,
    Double,
    Table,
    and_,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    type_coerce,
)

from nbmlops.records.where_tree import (
    AllOf,
    AnyOf,
    Compare,
    Matches,
    Missing,
    Node,
    Not,
    OneOf,
    Order,
    Summary,
    TextTest,
    Value,
)

Clause = ColumnElement[bool]
Test = Compare | Matches | OneOf | Missing

_OPERATORS: Final[dict[Order, Callable[[Any, Any], Any]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SUMMARIES: Final[dict[Summary, str]] = {"last": "last", "min": "min", "max": "max", "count": "points"}
_EXACT_IN_A_DOUBLE: Final = 2**53


class RunTables(Protocol):
    """The tables that a condition on runs may look into (the module `store.tables` is one)."""

    @property
    def runs(self) -> Table:
        """One row a run."""

    @property
    def experiments(self) -> Table:
        """`id`, `name`."""

    @property
    def params(self) -> Table:
        """`run_id`, `key`, `type`, `num`, `text`."""

    @property
    def metrics(self) -> Table:
        """`run_id`, `key`, `last`, `min`, `max`, `points`; NULL stands for NaN."""

    @property
    def tags(self) -> Table:
        """`run_id`, `key`, `value`."""


def to_clause(node: Node, tables: RunTables) -> Clause:
    """A condition on rows of `tables.runs`.

    The result is true or false for every run, never NULL, so that `not` is plain negation.
    """
    match node:
        case AllOf(nodes):
            return and_(*(to_clause(part, tables) for part in nodes))
        case AnyOf(nodes):
            return or_(*(to_clause(part, tables) for part in nodes))
        case Not(inner):
            return not_(to_clause(inner, tables))
        case _:
            return _test(node, tables)


def _test(node: Test, tables: RunTables) -> Clause:
    match node.field.place:
        case "params":
            return _exists(tables.params, node, tables, _param(node, tables.params))
        case "metrics":
            return _exists(tables.metrics, node, tables, _metric(node, tables.metrics))
        case "tags":
            return _exists(tables.tags, node, tables, _text(node, tables.tags.c.value))
        case "run" if node.field.key == "experiment":
            return _experiment(node, tables)
        case "run":
            return _run(node, tables.runs.c[node.field.key])


def _exists(table: Table, node: Test, tables: RunTables, holds: Clause) -> Clause:
    """Whether the run has the key, and what is under it `holds`."""
    rows = and_(table.c.run_id == tables.runs.c.id, table.c.key == node.field.key, holds)
    found = exists().where(rows).correlate(tables.runs)
    return not_(found) if isinstance(node, Missing) else found


def _experiment(node: Test, tables: RunTables) -> Clause:
    table = tables.experiments
    rows = and_(table.c.id == tables.runs.c.experiment_id, _text(node, table.c.name))
    found = exists().where(rows).correlate(tables.runs)
    return not_(found) if isinstance(node, Missing) else found


def _run(node: Test, column: ColumnElement[Any]) -> Clause:
    """Columns of the run itself; NULL and the empty text are a lack."""
    text = column.type.python_type is str
    lacks = or_(column.is_(None), column == "") if text else column.is_(None)
    if isinstance(node, Missing):
        return lacks
    return and_(not_(lacks), _text(node, column) if text else _number(node, column))


def _param(node: Test, table: Table) -> Clause:
    """Conditions on a parameter, whose type is that of its row."""
    match node:
        case Missing():
            return table.c.type != "n"
        case Matches(_, test, text):
            return and_(table.c.type.in_(("s", "j")), _found(table.c.text, test, text))
        case Compare(_, "==" | "!=" as order, value):
            equal = _param_among(table, (value,))
            return equal if order == "==" else _fails(equal)
        case Compare(_, order, value):
            return and_(table.c.type.in_(("i", "f")), _OPERATORS[order](table.c.num, value))
        case OneOf(_, values, negated):
            equal = _param_among(table, values)
            return _fails(equal) if negated else equal


def _param_among(table: Table, values: Sequence[Value]) -> Clause:
    """Equality asks for the type as well, where whole and broken numbers are one type.

    The alternatives are gathered in few lists, because SQLite bounds how deep an OR may nest.
    """
    kind, number, text = table.c.type, table.c.num, table.c.text
    either = []
    if texts := [value for value in values if isinstance(value, str)]:
        either.append(and_(kind == "s", text.in_(texts)))
    if flags := [float(value) for value in values if isinstance(value, bool)]:
        either.append(and_(kind == "b", number.in_(flags)))
    if exact := [float(value) for value in values if _is_number(value) and not _is_long(value)]:
        either.append(and_(kind.in_(("i", "f")), number.in_(exact)))
    if long := [value for value in values if _is_long(value)]:
        either.append(and_(kind == "i", text.in_([str(value) for value in long])))
        either.append(and_(kind == "f", number.in_([float(value) for value in long])))
    if any(_is_nan(value) for value in values):
        either.append(and_(kind == "f", number.is_(None)))
    return or_(*either)


def _metric(node: Test, table: Table) -> Clause:
    if isinstance(node, Missing):
        return table.c.key.is_not(None)
    return _number(node, table.c[_SUMMARIES[node.field.summary]])


def _number(node: Compare | Matches | OneOf, column: ColumnElement[Any]) -> Clause:
    """Conditions on a double in which NULL is NaN."""
    match node:
        case OneOf(_, values, negated):
            equal = _number_among(column, values)
            return _fails(equal) if negated else equal
        case Compare(_, "==" | "!=" as order, value):
            equal = _number_among(column, (value,))
            return equal if order == "==" else _fails(equal)
        case Compare(_, order, value):
            holds: Clause = _OPERATORS[order](column, literal(float(value), Double))
            return holds
        case Matches():
            raise AssertionError("the parser lets no text search pass on a number")


def _number_among(column: ColumnElement[Any], values: Sequence[Value]) -> Clause:
    numbers = [float(value) for value in values if not _is_nan(value)]
    equal = type_coerce(column, Double).in_(numbers)
    return equal if len(numbers) == len(values) else or_(equal, column.is_(None))


def _is_nan(value: Value) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _is_number(value: Value) -> TypeGuard[float]:
    """Whether it is one that NULL doesn't stand for."""
    return not isinstance(value, str | bool) and not _is_nan(value)


def _is_long(value: Value) -> bool:
    """Whether it is a whole number that a double can't hold exactly."""
    return isinstance(value, int) and abs(value) >= _EXACT_IN_A_DOUBLE


def _text(node: Test, column: ColumnElement[Any]) -> Clause:
    """Conditions on a text that is not NULL."""
    match node:
        case Missing():
            return column != ""
        case Matches(_, test, text):
            return _found(column, test, text)
        case OneOf(_, values, negated):
            return column.not_in(values) if negated else column.in_(values)
        case Compare(_, order, value):
            return column == value if order == "==" else column != value


def _found(column: ColumnElement[Any], test: TextTest, text: str) -> Clause:
    if test == "startswith":
        return func.substr(column, 1, len(text)) == text
    return func.replace(column, text, "") != column


def _fails(condition: Clause) -> Clause:
    """Negation that counts NULL (a NaN, a parameter of another type) as false, hence its negation as true."""
    return not_(func.coalesce(condition, false()))
