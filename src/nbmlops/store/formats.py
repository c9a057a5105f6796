"""Which format the tables of a store have, and what follows when it is another than ours."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from nbmlops.config import StoreLocation
from nbmlops.errors import StoreError, StoreFormatError
from nbmlops.store import tables

_FORMAT, _NEEDS = "format", "nbmlops"


@dataclass(frozen=True, slots=True)
class Migration:
    """What brings a store to the newest format.

    Attributes:
        found: the format that it has.
        target: the newest one.
        sql: the statements in between; empty when there is nothing to do.
        backup: the copy that was made of an SQLite file before.
    """

    found: int
    target: int
    sql: str = ""
    backup: Path | None = None

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do."""
        return self.found < self.target


def found_format(connection: Connection, location: StoreLocation) -> int | None:
    """The format of the tables; None where there are none yet.

    Raises:
        StoreFormatError: it is newer than ours, or unreadable.
    """
    meta = {row.key: row.value for row in connection.execute(select(tables.meta))}
    found = meta.get(_FORMAT)
    if found is None:
        return None
    if not found.isdigit() or int(found) > tables.FORMAT:
        needed = f"nbmlops>={meta[_NEEDS]}" if _NEEDS in meta else "nbmlops"
        raise StoreFormatError(
            f"The store {location} has format {found}, this nbmlops reads up to {tables.FORMAT}: "
            f'upgrade with `pip install -U "{needed}"`'
        )
    return int(found)


def prepare(connection: Connection, location: StoreLocation) -> None:
    """Makes the tables where there are none, and brings those of an SQLite file to the newest format.

    Raises:
        StoreFormatError: they are newer than ours, or older and shared.
        StoreError: they can't be copied before they are changed.
    """
    tables.meta.create(connection, checkfirst=True)
    found = found_format(connection, location)
    if found is None:
        tables.metadata.create_all(connection)
        _write_format(connection)
    elif found < tables.FORMAT:
        if connection.dialect.name != "sqlite":
            raise _needs_command(location, found)
        _upgrade(connection, location, found)


def migrate(connection: Connection, location: StoreLocation, *, dry_run: bool) -> Migration:
    """Brings the tables to the newest format, or with `dry_run` says how.

    Raises:
        StoreFormatError: they are newer than ours.
        StoreError: they can't be copied before they are changed.
    """
    has_meta = connection.dialect.has_table(connection, tables.meta.name)
    found = found_format(connection, location) if has_meta else None
    if found is None or found == tables.FORMAT:
        return Migration(tables.FORMAT, tables.FORMAT)
    if not dry_run:
        return _upgrade(connection, location, found)
    from nbmlops.store.migrate import upgrade_sql  # Alembic, only where there is something to do

    return Migration(found, tables.FORMAT, f"{upgrade_sql(connection, found)}\n\n{_format_sql()}")


def _upgrade(connection: Connection, location: StoreLocation, found: int) -> Migration:
    """In the caller's transaction, which keeps all others from writing: the backup is what the tables were."""
    from nbmlops.store import migrate  # Alembic, only where there is something to do

    backup = None
    if file := sqlite_file(connection):
        try:
            backup = migrate.back_up(file, found)
        except OSError as exc:
            raise StoreError(
                f"The store {location} has format {found} and is to get format {tables.FORMAT}, but can't be copied "
                f"before: {exc.strerror or exc}. Free some space beside it."
            ) from exc
    sql = f"{migrate.upgrade_sql(connection, found)}\n\n{_format_sql()}"
    migrate.upgrade(connection, found)
    _write_format(connection)
    return Migration(found, tables.FORMAT, sql, backup)


def sqlite_file(connection: Connection) -> Path | None:
    """The file of the tables, None for a server's and for one in memory."""
    if connection.dialect.name != "sqlite":
        return None
    rows = connection.exec_driver_sql("PRAGMA database_list")
    return next((Path(row.file) for row in rows if row.file), None)


def _write_format(connection: Connection) -> None:
    """Says that the tables have the newest format, and which nbmlops made them so."""
    values = _ours()
    connection.execute(delete(tables.meta).where(tables.meta.c.key.in_(values)))
    connection.execute(insert(tables.meta), [{"key": key, "value": value} for key, value in values.items()])


def _format_sql() -> str:
    """The same as SQL, for who changes a database by hand."""
    keys = ", ".join(f"'{key}'" for key in _ours())
    rows = ", ".join(f"('{key}', '{value}')" for key, value in _ours().items())
    return f"DELETE FROM meta WHERE key IN ({keys});\n\nINSERT INTO meta (key, value) VALUES {rows};"  # noqa: S608


def _ours() -> dict[str, str]:
    from nbmlops import __version__  # only where a store is made or migrated

    return {_FORMAT: str(tables.FORMAT), _NEEDS: __version__}


def _needs_command(location: StoreLocation, found: int) -> StoreFormatError:
    """What is said of a shared database, which isn't changed under those who use it."""
    return StoreFormatError(
        f"The store {location} has format {found}, this nbmlops works with format {tables.FORMAT}. Others may "
        "still use it with an older nbmlops, which can't read the new format: when they are ready, run `nbmlops "
        "migrate` once (--dry-run shows what it does). Until then, what you log waits in its journals."
    )
