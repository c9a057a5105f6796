"""Brings tables of an older format to the newest one, revision by revision.

The revisions are Alembic's, one for each format, in `migrations/versions`. Which one a store has stands in its
table `meta`, where a release without Alembic reads it too, so there is no table `alembic_version`.
"""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from nbmlops.store import tables

_FOLDER = Path(__file__).parent / "migrations"


def revisions(found: int) -> list[Any]:
    """Alembic's scripts from the format found to the newest, in order; all of them from 0."""
    directory = ScriptDirectory(str(_FOLDER))
    base = str(found) if found else "base"
    return list(reversed(list(directory.iterate_revisions(str(tables.FORMAT), base))))


def upgrade(connection: Connection, found: int) -> None:
    """Changes the tables, in the caller's transaction."""
    _run(MigrationContext.configure(connection), found)


def upgrade_sql(connection: Connection, found: int) -> str:
    """The statements that `upgrade` would execute."""
    text = io.StringIO()
    context = MigrationContext.configure(
        dialect=connection.dialect, opts={"as_sql": True, "output_buffer": text}
    )
    _run(context, found)
    return text.getvalue().strip()


def _run(context: MigrationContext, found: int) -> None:
    with Operations.context(context):
        for script in revisions(found):
            script.module.upgrade()


def back_up(database: Path, found: int) -> Path:
    """Copies an SQLite file as it is, with what stands in its log, beside itself.

    Raises:
        OSError: there is no room for it.
    """
    target = database.with_name(f"{database.stem}.format-{found}{database.suffix}")
    copy = target.with_name(f"{target.name}.new")
    copy.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as into:
            source.backup(into)
    except sqlite3.Error as exc:
        copy.unlink(missing_ok=True)
        raise OSError(f"{target} can't be written: {exc}") from exc
    copy.replace(target)
    return target
