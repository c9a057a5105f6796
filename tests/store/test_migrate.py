"""Stores that older releases wrote open in this one, with all their runs."""

from __future__ import annotations

import math
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from a_store import AStore, JournalFile
from sqlalchemy import inspect, text

from nbmlops.config import StoreLocation
from nbmlops.errors import StoreError, StoreFormatError
from nbmlops.store import tables
from nbmlops.store.blobs import BlobStore
from nbmlops.store.database import Database
from nbmlops.store.pages import PageReader
from nbmlops.store.run_query import RunFinder, RunQuery
from nbmlops.store.runs import RunRepository

DATA = Path(__file__).parent / "data"


@pytest.fixture(params=[1, 2])
def old_format(request: pytest.FixtureRequest) -> int:
    """A format of which there are stores."""
    return int(request.param)


@pytest.fixture
def old_store(store_location: StoreLocation, old_format: int) -> StoreLocation:
    """A store of that format, as the code of then wrote it."""
    if store_location.database_url:
        import psycopg

        with psycopg.connect(store_location.database_url) as connection:
            connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            connection.execute((DATA / f"format-{old_format}.postgres.sql").read_text())
    else:
        fill_folder(store_location.root, old_format)
    return store_location


@pytest.fixture
def old_folder(tmp_path: Path, old_format: int) -> StoreLocation:
    """Such a store in a folder, for what concerns files."""
    fill_folder(tmp_path / "store", old_format)
    return StoreLocation(tmp_path / "store")


def fill_folder(root: Path, old_format: int) -> None:
    root.mkdir()
    connection = sqlite3.connect(root / "store.db")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript((DATA / f"format-{old_format}.sqlite.sql").read_text())
    connection.close()


def opened(location: StoreLocation) -> AStore:
    """As it opens by itself, or after the command where it needs that."""
    if location.database_url:
        database = Database(location)
        database.migrate()
        database.reset()
    return AStore(location)


def test_a_store_of_an_older_format_opens_with_all_its_runs(old_store):
    store = opened(old_store)
    runs = {run.name: run for run in store.runs.infos(store.finder.ids(RunQuery()))}
    assert {name: str(run.status) for name, run in runs.items()} == {
        "forest": "FINISHED", "fold": "FINISHED", "fails": "FAILED", "killed": "LOST",
    }  # fmt: skip
    forest = runs["forest"]
    assert {key: value for key, value in forest.params.items() if key != "nan"} == {
        "depth": 8, "rate": 0.25, "kind": "gini", "bootstrap": True, "seed": None, "grid": [1, 2],
    }  # fmt: skip
    assert math.isnan(forest.params["nan"])
    assert forest.metrics["accuracy"] == 0.91
    assert math.isnan(forest.metrics["nothing"])
    assert forest.tags == {"team": "growth"}
    assert forest.note == "the first one"
    assert [artifact.name for artifact in forest.artifacts] == ["notes.txt"]
    assert runs["fold"].parent == forest.id
    assert (forest.verdict, forest.findings, forest.slice) == (None, (), ())
    assert "no data" in runs["fails"].traceback
    assert store.history(forest.id, "loss").values.tolist() == [1 / (n + 1) for n in range(300)]
    assert str(store.experiments.get("churn").goal) == "accuracy >= 0.9"
    assert store.names(deleted=True) == ["binned"]
    assert store.finder.ids(RunQuery(where="verdict == 'REPRODUCED'")) == []
    assert len(store.finder.ids(RunQuery(where="verdict is none and findings is none"))) == 4
    journal = JournalFile()
    new = journal.run("new")
    store.take(journal)
    assert store.info(new).name == "new"
    store.database.reset()


def test_a_store_in_a_folder_is_copied_before_it_is_changed(old_folder, old_format):
    opened(old_folder).table()
    copy = sqlite3.connect(old_folder.root / f"store.format-{old_format}.db")
    assert copy.execute("SELECT value FROM meta WHERE key = 'format'").fetchone() == (str(old_format),)
    assert copy.execute("SELECT count(*) FROM runs").fetchone() == (5,)
    assert copy.execute(
        "SELECT count(*) FROM pragma_table_info('runs') WHERE name = 'verdict'"
    ).fetchone() == (0,)
    copy.close()


@pytest.mark.postgres
@pytest.mark.slow
def test_a_shared_database_of_format_1_is_left_as_it_is_until_somebody_says_so(postgres_url, tmp_path):
    import psycopg

    with psycopg.connect(postgres_url) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute((DATA / "format-1.postgres.sql").read_text())
    store = AStore(StoreLocation(tmp_path / "store", postgres_url))
    journal = JournalFile()
    run_id = journal.run("waits")
    path = store.leave(journal)
    with pytest.raises(StoreFormatError, match=r"format 1, .* format 3.*`nbmlops migrate`"):
        store.ingester.ingest_all()
    shown = store.database.migrate(dry_run=True)
    assert (shown.found, shown.target) == (1, 3)
    assert "ALTER TABLE journals ADD COLUMN beat" in shown.sql
    assert "CREATE INDEX ix_runs_notebook ON runs USING hash" in shown.sql
    with pytest.raises(StoreFormatError):
        store.ingester.ingest_all()
    assert path.exists()
    assert store.database.migrate().is_needed
    assert not store.database.migrate().is_needed
    store.ingester.ingest_all()
    assert store.info(run_id).name == "waits"
    store.database.reset()


def test_the_sql_that_is_shown_does_by_hand_what_the_command_does(old_store):
    by_hand = Database(old_store)
    statements = by_hand.migrate(dry_run=True).sql.split(";")
    engine = by_hand._new_engine()
    with engine.begin() as connection:
        for statement in filter(str.strip, statements):
            connection.exec_driver_sql(statement)
    engine.dispose()
    store = AStore(old_store)  # opens as it is: it has the newest format
    assert len(store.names()) == 4
    expected = schema(store.database)
    with store.database.transaction() as connection:
        for name in expected:
            connection.execute(text(f"DROP TABLE {name}"))
    store.database.reset()
    assert schema(store.database) == expected
    store.database.reset()


def test_a_migration_that_fails_leaves_the_store_as_it_was(old_store, old_format, monkeypatch):
    from nbmlops.store import migrate

    def fails(connection, found):
        upgrade(connection, found)
        raise OSError("stop")

    upgrade = migrate.upgrade
    monkeypatch.setattr(migrate, "upgrade", fails)
    with pytest.raises(OSError, match="stop"):
        Database(old_store).migrate()
    monkeypatch.undo()
    assert Database(old_store).migrate(dry_run=True).found == old_format
    assert opened(old_store).names() == ["killed", "fails", "fold", "forest"]


def test_a_store_that_can_not_be_copied_is_not_changed(old_folder, old_format):
    copy = old_folder.root / f"store.format-{old_format}.db"
    copy.mkdir()
    with pytest.raises(StoreError, match=rf"format {old_format} .*can't be copied before"):
        opened(old_folder).table()
    copy.rmdir()
    assert len(opened(old_folder).names()) == 4


def test_many_processes_that_meet_a_store_of_an_older_format_change_it_once(old_folder, tmp_path):
    code = f"""
from pathlib import Path
from nbmlops.config import StoreLocation
from nbmlops.store.database import Database
from nbmlops.store.run_query import RunFinder, RunQuery
assert len(RunFinder(Database(StoreLocation(Path({str(old_folder.root)!r})))).ids(RunQuery())) == 4
"""
    running = [subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path) for _ in range(4)]
    assert [process.wait(60) for process in running] == [0] * 4


def schema(database: Database) -> dict[str, object]:
    """Everything about the tables that matters, as the database itself tells it."""
    with database.reading() as connection:
        found = inspect(connection)
        return {
            name: (
                [(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(name)],
                found.get_pk_constraint(name)["constrained_columns"],
                sorted(
                    (
                        str(i["name"]),
                        tuple(i["column_names"]),
                        str(i.get("dialect_options", {}).get("postgresql_using")),
                    )
                    for i in found.get_indexes(name)
                ),
                [u["column_names"] for u in found.get_unique_constraints(name)],
                _is_without_rowid(connection, name) if database.is_sqlite else None,
            )
            for name in found.get_table_names()
        }


def _is_without_rowid(connection, name):
    made = connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name})
    return "WITHOUT ROWID" in made


def test_migrating_nothing_to_the_newest_format_makes_what_a_new_store_has(store):
    from nbmlops.store import migrate

    expected = schema(store.database)
    assert set(expected) == set(tables.metadata.tables)
    with store.database.transaction() as connection:
        for name in expected:
            connection.execute(text(f"DROP TABLE {name}"))
        migrate.upgrade(connection, 0)
    assert schema(store.database) == expected


def test_alembic_finds_nothing_to_change_after_the_last_revision(store):
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from nbmlops.store import migrate

    with store.database.transaction() as connection:
        for name in tables.metadata.tables:
            connection.execute(text(f"DROP TABLE {name}"))
        migrate.upgrade(connection, 0)
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []


def test_every_format_has_a_revision():
    from nbmlops.store.migrate import revisions

    assert [script.revision for script in revisions(0)] == [str(n + 1) for n in range(tables.FORMAT)]
    assert [script.revision for script in revisions(1)] == [str(n + 1) for n in range(1, tables.FORMAT)]


def test_opening_a_store_of_the_newest_format_imports_no_alembic(run_python, tmp_path):
    code = """
import sys, nbmlops
with nbmlops.start_run("a"): pass
assert len(nbmlops.runs())
assert "sqlalchemy" in sys.modules and "alembic" not in sys.modules
"""
    for _ in range(2):
        run_python(code, env={"NBMLOPS_STORE": str(tmp_path / "store")})


def test_a_store_of_an_older_format_that_can_not_be_written_is_read_as_it_is(old_folder):
    with sqlite3.connect(old_folder.root / "store.db") as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    database = Database(old_folder)
    database._engine = database._readonly_engine(PermissionError("no"))
    runs = RunRepository(database, BlobStore(database.folder))
    found = [run.name for run in runs.infos(RunFinder(database).ids(RunQuery(where="verdict is none")))]
    assert sorted(found) == ["fails", "fold", "forest", "killed"]
    ids = RunFinder(database).ids(RunQuery(order_by="-verdict"))
    assert [row.verdict for row in PageReader(database).rows(ids)] == [""] * 4
    database.reset()


def test_a_store_of_a_newer_format_that_can_not_be_written_is_refused(sqlite_store):
    with sqlite_store.database.transaction() as connection:
        connection.execute(text("UPDATE meta SET value = '99' WHERE key = 'format'"))
    with pytest.raises(StoreFormatError):
        sqlite_store.database._readonly_engine(PermissionError("no"))
