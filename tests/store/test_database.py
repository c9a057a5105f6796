from __future__ import annotations

import fcntl
import os
import sqlite3
import time

import pytest
from a_store import AStore, JournalFile
from sqlalchemy import make_url, text

from nbmlops.config import StoreLocation
from nbmlops.errors import ConfigError, NbmlopsError, StoreBusyError, StoreError, StoreFormatError
from nbmlops.store.connections import connect_args
from nbmlops.store.database import Database


def test_tables_are_made_once_and_found_again(store):
    journal = JournalFile()
    run_id = journal.run("kept")
    store.take(journal)
    again = AStore(store.location)
    assert again.info(run_id).name == "kept"
    again.database.reset()


def test_rows_are_overwritten_by_their_key(store):
    from nbmlops.store import tables

    with store.database.transaction() as connection:
        store.database.upsert(connection, tables.tags, [{"run_id": "r", "key": "a", "value": "1"}])
        store.database.upsert(
            connection, tables.tags, [{"run_id": "r", "key": k, "value": "2"} for k in "ab"]
        )
        store.database.upsert(connection, tables.tags, [])
    with store.database.reading() as connection:
        assert sorted(connection.execute(text("SELECT key, value FROM tags"))) == [("a", "2"), ("b", "2")]


def test_a_transaction_that_fails_leaves_nothing(store):
    from nbmlops.store import tables

    def write() -> None:
        with store.database.transaction() as connection:
            store.database.upsert(connection, tables.tags, [{"run_id": "r", "key": "a", "value": "1"}])
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        write()
    assert store.count("tags") == 0


def test_a_store_of_a_newer_format_is_refused_and_left_as_it_is(store):
    with store.database.transaction() as connection:
        connection.execute(text("UPDATE meta SET value = '9' WHERE key = 'format'"))
        connection.execute(text("UPDATE meta SET value = '9.1' WHERE key = 'nbmlops'"))
        connection.execute(text("DROP TABLE tags"))
    store.database.reset()
    with pytest.raises(
        StoreFormatError, match=r'format 9, this nbmlops reads up to 3: .*`pip install -U "nbmlops>=9\.1"`'
    ):
        _ = store.database.engine
    with pytest.raises(StoreFormatError):
        store.ingester.ingest_all()


@pytest.mark.parametrize(
    "garbage", [os.urandom(8192), b"not a database at all, but long enough to be read as one" * 99]
)
def test_a_database_that_is_damaged_is_named_with_the_remedy_and_its_journals_stay(sqlite_store, garbage):
    sqlite_store.folder.database.write_bytes(garbage)
    journal = JournalFile()
    run_id = journal.run("waits")
    path = sqlite_store.leave(journal)
    with pytest.raises(StoreError, match=r"store\.db is damaged .*move it away"):
        sqlite_store.ingester.ingest_all()
    assert path.read_bytes() == journal.data
    sqlite_store.folder.database.rename(sqlite_store.folder.root / "damaged")
    sqlite_store.ingester.ingest_all()
    assert sqlite_store.info(run_id).name == "waits"


def test_damage_inside_of_a_database_is_no_reason_to_leave_frames_out(sqlite_store):
    first = JournalFile()
    for n in range(200):
        first.run(f"run {n}", params={"p": "x" * 50})
    sqlite_store.take(first)
    sqlite_store.database.reset()
    with sqlite3.connect(sqlite_store.folder.database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = bytearray(sqlite_store.folder.database.read_bytes())
    data[3 * 4096 :] = os.urandom(len(data) - 3 * 4096)
    sqlite_store.folder.database.write_bytes(data)
    journal = JournalFile()
    journal.run("waits")
    path = sqlite_store.leave(journal)
    with pytest.raises(StoreError, match="move it away"):
        sqlite_store.ingester.ingest_all()
    assert path.exists()


def test_a_file_where_the_folder_should_be_is_a_store_error(tmp_path):
    (tmp_path / "store").write_text("mine")
    with pytest.raises(StoreError, match="NBMLOPS_STORE"):
        _ = Database(StoreLocation(tmp_path / "store")).engine
    assert (tmp_path / "store").read_text() == "mine"


def test_a_folder_where_the_database_should_be_is_a_store_error(tmp_path):
    (tmp_path / "store" / "store.db").mkdir(parents=True)
    with pytest.raises(StoreError):
        _ = Database(StoreLocation(tmp_path / "store")).engine


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:s3cretword@127.0.0.1:1/runs",
        "postgresql://ann:s3cretword@nowhere.invalid/runs",
        "postgresql://ann:s3cretword@127.0.0.1:port/runs",
        "postgresql+nothing://ann:s3cretword@127.0.0.1/runs",
        "postgresql://127.0.0.1:1/runs?user=ann&password=s3cretword",
    ],
)
def test_a_database_that_can_not_be_reached_is_said_without_its_password(tmp_path, url):
    import traceback

    with pytest.raises(NbmlopsError) as caught:
        _ = Database(StoreLocation(tmp_path / "store", url)).engine
    assert isinstance(caught.value, (StoreError, ConfigError))
    assert "s3cretword" not in "".join(traceback.format_exception(caught.value))
    assert "127.0.0.1" in str(caught.value) or "nowhere" in str(caught.value)


def test_a_url_of_sqlite_is_a_store_too(tmp_path):
    store = AStore(StoreLocation(tmp_path / "spool", f"sqlite:///{tmp_path / 'elsewhere.db'}"))
    journal = JournalFile()
    run_id = journal.run("there")
    store.take(journal)
    assert store.info(run_id).name == "there"
    store.database.reset()
    assert (tmp_path / "elsewhere.db").is_file()
    assert not store.folder.database.exists()


def test_a_folder_with_odd_characters_is_a_store_too(tmp_path):
    store = AStore(StoreLocation(tmp_path / "a b%20c?d#e'é"))
    journal = JournalFile()
    run_id = journal.run("there")
    store.take(journal)
    assert store.info(run_id).name == "there"
    assert store.folder.database.is_file()
    store.database.reset()


def test_whoever_is_not_patient_waits_shortly_for_another_writer(store):
    other = Database(store.location)
    with store.database.transaction():
        begun = time.monotonic()
        with other.patience(0.2), pytest.raises(StoreBusyError, match=r"0\.2 s"), other.transaction():
            pass
        assert time.monotonic() - begun < 3
    with other.transaction() as connection:  # patient again
        setting = "PRAGMA busy_timeout" if other.is_sqlite else "SHOW lock_timeout"
        assert connection.scalar(text(setting)) in {30_000, "30s"}
    other.reset()


def test_whoever_is_not_patient_waits_shortly_for_a_store_that_is_being_made(sqlite_store):
    other = Database(sqlite_store.location)
    with (sqlite_store.folder.root / "init.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with other.patience(0.2), pytest.raises(StoreBusyError), other.transaction():
            pass
    with other.transaction():
        other.reset()


def test_a_server_that_does_not_answer_is_given_up_on_unless_the_url_says_when():
    assert connect_args(make_url("postgresql+psycopg://db/x")) == {"connect_timeout": 5}
    assert connect_args(make_url("postgresql+psycopg://db/x?connect_timeout=60")) == {}
    assert connect_args(make_url("sqlite:////x.db")) == {}
