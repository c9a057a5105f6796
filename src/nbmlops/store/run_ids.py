"""From what a person types to a run: its id, its name, or the beginning of its id."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, desc, func, select

from nbmlops.errors import AmbiguousIdError, NotFoundError
from nbmlops.store import tables

_R, _E = tables.runs.c, tables.experiments.c
_HEX = set("0123456789abcdef")
_ID_CHARS, _SHORT_CHARS = 32, 8
_LISTED = 5
_NAME_CHARS = 40
_NEWEST, _CLOSE = 500, 0.75


@dataclass(frozen=True, slots=True)
class FoundRuns:
    """The runs that a text stands for, the newest first.

    Attributes:
        wanted: the text.
        by_name: it is their name; else the beginning of their ids.
        ids: at most six.
        count: of all of them.
    """

    wanted: str
    by_name: bool
    ids: tuple[str, ...]
    count: int

    @property
    def id(self) -> str:
        """The newest of them."""
        return self.ids[0]


def find_runs(connection: Connection, wanted: str, *, deleted: bool) -> FoundRuns:
    """A whole id comes first, then a name, then the beginning of an id."""
    lowered = wanted.lower()
    is_hex = bool(wanted) and set(lowered) <= _HEX
    if is_hex and len(wanted) == _ID_CHARS and (found := _found(connection, _R.id == lowered, deleted)):
        return FoundRuns(wanted, False, found, len(found))
    if found := _found(connection, _R.name == wanted, deleted):
        return FoundRuns(wanted, True, found, _count(connection, _R.name == wanted, deleted))
    if is_hex and (found := _found(connection, _R.id.startswith(lowered), deleted)):
        return FoundRuns(wanted, False, found, _count(connection, _R.id.startswith(lowered), deleted))
    return FoundRuns(wanted, False, (), 0)


def not_found(connection: Connection, wanted: str, location: object, *, deleted: bool) -> NotFoundError:
    """What is said when it stands for no run."""
    where = "in the bin" if deleted else "in the store"
    names = connection.scalars(
        select(_R.name).where(_in_bin(deleted)).order_by(desc(_R.started)).limit(_NEWEST)
    )
    near = difflib.get_close_matches(wanted, dict.fromkeys(names), 1, _CLOSE)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    return NotFoundError(
        f"No run {wanted!r} {where} {location}.{meant} List them with `nbmlops runs`"
        + (" --deleted." if deleted else ", or those in the bin with `nbmlops runs --deleted`.")
    )


def ambiguous(connection: Connection, found: FoundRuns) -> AmbiguousIdError:
    """What is said when it stands for several runs: which they are, and what to type instead."""
    rows = _described(connection, found.ids[:_LISTED])
    chars = _telling_apart(found.ids)
    lines = [
        f"  {row.id[:chars]}  {_moment(row.started)}  {_short(row.experiment or '')}"
        + ("" if found.by_name else f"  {_short(row.name)}")
        for row in rows
    ]
    if found.count > len(rows):
        lines.append(f"  and {found.count - len(rows)} more")
    what = f"{found.count} runs are named {found.wanted!r}" if found.by_name else (
        f"{found.wanted!r} fits {found.count} runs"
    )  # fmt: skip
    listed = "\n".join(lines)
    return AmbiguousIdError(
        f"{what}:\n{listed}\nName the one that is meant by its id, such as {rows[0].id[:chars]}."
    )


def _found(connection: Connection, condition: Any, deleted: bool) -> tuple[str, ...]:
    query = select(_R.id).where(condition, _in_bin(deleted)).order_by(desc(_R.started), _R.id)
    return tuple(connection.scalars(query.limit(_LISTED + 1)))


def _count(connection: Connection, condition: Any, deleted: bool) -> int:
    return connection.scalar(select(func.count()).where(condition, _in_bin(deleted))) or 0


def _in_bin(deleted: bool) -> Any:
    return _R.deleted.is_not(None) if deleted else _R.deleted.is_(None)


def _described(connection: Connection, ids: Sequence[str]) -> Sequence[Any]:
    query = select(_R.id, _R.name, _R.started, _E.name.label("experiment"))
    joined = query.outerjoin(tables.experiments, _E.id == _R.experiment_id).where(_R.id.in_(ids))
    return connection.execute(joined.order_by(desc(_R.started), _R.id)).all()


def _telling_apart(ids: Iterable[str]) -> int:
    """How many characters of these ids tell them apart: eight, as everywhere, where they do."""
    known = set(ids)
    return next(
        (n for n in range(_SHORT_CHARS, _ID_CHARS) if len({i[:n] for i in known}) == len(known)), _ID_CHARS
    )


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _NAME_CHARS else f"{line[: _NAME_CHARS - 1]}…"
