"""A query of the front end, checked: whoever sent it may have sent anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbmlops.errors import ValueRefusedError
from nbmlops.records.wire.queries import Query
from nbmlops.records.wire.values import MOST_ROWS
from nbmlops.store.pages import RunFilter

ROWS = 100
_MOST_ITEMS = 10_000
_MOST_WORDS = 10
_MOST_CHARS = 10_000
_MOST_GROUPED = 200
_MOST_MEANS = 60


class PageQuery:
    """What a query asks for.

    Args:
        query: as it came.

    Attributes:
        wanted: which runs.
        order_by: what they are ordered by.
        descending: whether from the greatest down.
        offset: how many are left out at the front.
        limit: how many rows there may be.
        fold: whether identical runs stand as one.
        group_by: the columns by which runs are grouped.
        group: the key of the group to whose runs it is restricted, empty for none.
        unfold: groups, and folded runs, that are open.
        means: metrics whose means are wanted.

    Raises:
        ValueRefusedError: a part of it is of a wrong type, or there is no such part.
    """

    def __init__(self, query: Mapping[str, Any]) -> None:
        if unknown := sorted(set(query) - set(Query.__annotations__)):
            raise ValueRefusedError(f"A query has no part {unknown[0]!r}")
        self.wanted = RunFilter(
            experiment=_text(query, "experiment"),
            notebook=_text(query, "notebook"),
            cells=_texts(query, "cells") or (),
            cell=_text(query, "cell"),
            ids=_texts(query, "ids"),
            where=(_text(query, "where") or "").strip(),
            words=tuple((_text(query, "text") or "").split()[:_MOST_WORDS]),
            deleted=bool(query.get("deleted")),
        )
        self.order_by = _text(query, "order_by") or "started"
        descending = query.get("descending")
        self.descending = self.order_by == "started" if descending is None else bool(descending)
        self.offset = _count(query, "offset", 0)
        self.limit = min(_count(query, "limit", ROWS), MOST_ROWS)
        self.fold = bool(query.get("fold"))
        self.group_by = (_texts(query, "group_by") or ())[:_MOST_GROUPED]
        self.group = _text(query, "group") or ""
        self.unfold = frozenset(_texts(query, "unfold") or ())
        self.means = (_texts(query, "means") or ())[:_MOST_MEANS]


def _text(query: Mapping[str, Any], part: str) -> str | None:
    value = query.get(part)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > _MOST_CHARS:
        raise ValueRefusedError(f"{part!r} of a query is a text of at most {_MOST_CHARS} characters")
    return value.replace("\0", "")  # no database can hold it


def _texts(query: Mapping[str, Any], part: str) -> tuple[str, ...] | None:
    value = query.get(part)
    if value is None:
        return None
    if not isinstance(value, list | tuple) or len(value) > _MOST_ITEMS:
        raise ValueRefusedError(f"{part!r} of a query is a list of at most {_MOST_ITEMS} texts")
    return tuple(_text({part: item}, part) or "" for item in value)


def _count(query: Mapping[str, Any], part: str, default: int) -> int:
    value = query.get(part)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise ValueRefusedError(f"{part!r} of a query is a whole number from 0 on")
    return value
