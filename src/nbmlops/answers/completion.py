"""What somebody who writes a condition may mean: fields, keys, and the values that runs have there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from nbmlops.answers.store import AskedStore
from nbmlops.records.where import CHOICES, parse_where
from nbmlops.records.where_tree import RUN_FIELDS, Field, Missing
from nbmlops.records.wire.completion import WhereKeys, WhereValue

if TYPE_CHECKING:
    from nbmlops.store.value_counts import ValueCounts

_DAYS = (("today", 0), ("yesterday", 1), ("a week ago", 7), ("30 days ago", 30))
_DURATIONS = (("'10s'", "ten seconds"), ("'1m'", "a minute"), ("'10m'", "ten minutes"), ("'1h'", "an hour"))


class Completion:
    """Answers what an expression may hold. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("where_keys", "where_values")

    def __init__(self, store: AskedStore) -> None:
        self._store = store

    @cached_property
    def _counts(self) -> ValueCounts:
        from nbmlops.store.value_counts import ValueCounts  # loads SQLAlchemy

        return ValueCounts(self._store.workspace.database)

    def where_keys(self) -> WhereKeys:
        """What a condition can ask about."""
        self._store.sync()
        known = self._counts.keys()
        return {
            "fields": dict(RUN_FIELDS),
            "choices": {field: list(words) for field, words in CHOICES.items()},
            "metrics": known["metrics"],
            "params": known["params"],
            "tags": known["tags"],
        }

    def where_values(self, field: str) -> list[WhereValue]:
        """What a field is compared with: the values that runs have there, the most frequent first.

        Args:
            field: as an expression writes it: `params.C`, `status`, `metrics."val loss"`.

        Raises:
            WhereError: there is no such field.
        """
        node = parse_where(f"{field} is none")
        asked = node.field if isinstance(node, Missing) else Field("run", "name")
        self._store.sync()
        if asked.place == "metrics":
            return [_value(value, name) for name, value in self._spread(asked.key)]
        kind = RUN_FIELDS.get(asked.key) if asked.place == "run" else None
        if kind == "duration":
            return [{"written": written, "note": note} for written, note in _DURATIONS]
        if kind == "moment":
            return _days()
        found = self._counts.codes() if asked == Field("run", "findings") else self._counts.of(asked)
        return [_value(value, f"{runs:,} run{'' if runs == 1 else 's'}") for value, runs in found]

    def _spread(self, key: str) -> Sequence[tuple[str, float]]:
        seen: dict[float, str] = {}
        for name, value in self._counts.spread(key):
            seen.setdefault(value, name)
        return [(name, value) for value, name in seen.items()]


def _days() -> list[WhereValue]:
    from datetime import datetime, timedelta

    today = datetime.now().astimezone().date()
    return [{"written": f"'{today - timedelta(ago)}'", "note": name} for name, ago in _DAYS]


def _value(value: Any, note: str) -> WhereValue:
    return {"written": _written(value), "note": note}


def _written(value: Any) -> str:
    """A value as an expression writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            doubled = value.replace("'", "''")
            return f"'{doubled}'"
        case float():
            return f"{value:.6g}"
    return str(value)
