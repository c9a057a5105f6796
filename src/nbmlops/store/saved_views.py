"""Views that somebody saved: rows of `meta`, so that no store needs another format for them.

Each is a row of its own: two people who save at once don't meet, unless it is the same view; then the later one stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from blake3 import blake3
from sqlalchemy import delete, func, select

from nbmlops.errors import ValueRefusedError
from nbmlops.store import tables
from nbmlops.store.database import Database

_PREFIX: Final = "view:"
_MOST: Final = 1_000
_M = tables.meta.c


class SavedViews:
    """Keeps views as objects of JSON, each by a name in its scope."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Any]:
        """Every view, in no order."""
        query = select(_M.value).where(_M.key.startswith(_PREFIX, autoescape=True))
        with self._database.reading() as connection:
            return [json.loads(value) for value in connection.scalars(query)]

    def save(self, scope: str, name: str, view: Mapping[str, Any]) -> None:
        """Keeps a view; one of the same name in the same scope is replaced.

        Raises:
            ValueRefusedError: there are too many.
        """
        key = _key(scope, name)
        with self._database.transaction() as connection:
            views = _M.key.startswith(_PREFIX, autoescape=True) & (_M.key != key)
            if (connection.scalar(select(func.count()).where(views)) or 0) >= _MOST:
                raise ValueRefusedError(f"The store holds {_MOST} views: delete one that nobody needs")
            self._database.upsert(connection, tables.meta, [{"key": key, "value": json.dumps(view)}])

    def delete(self, scope: str, name: str) -> bool:
        """Forgets a view; whether there was one."""
        with self._database.transaction() as connection:
            return bool(connection.execute(delete(tables.meta).where(_M.key == _key(scope, name))).rowcount)


def _key(scope: str, name: str) -> str:
    """At most 64 characters, whatever the name."""
    return _PREFIX + blake3(json.dumps([scope, name]).encode()).hexdigest()[:32]
