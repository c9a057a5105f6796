"""File systems that can't do what SQLite's fast mode needs. One of them is real, mounted for the test."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest
from a_store import AStore, JournalFile

from nbmlops.config import StoreLocation
from nbmlops.store import journal_mode
from nbmlops.store.journal_mode import SAFE, WAL, choose_mode, is_shared


@pytest.fixture
def no_shared_memory(tmp_path: Path) -> Generator[Path]:
    """A folder on a FUSE file system that maps no file to memory, as those of cloud drives."""
    (tmp_path / "behind").mkdir()
    place = tmp_path / "mounted"
    place.mkdir()
    if not (shutil.which("bindfs") and shutil.which("fusermount3")):
        # The same refusal comes from SQLite itself in a test below, which runs everywhere.
        pytest.xfail("bindfs is not installed (Debian: apt-get install bindfs fuse3)")
    done = subprocess.run(
        ["bindfs", "-o", "direct_io", tmp_path / "behind", place], capture_output=True, text=True
    )
    if done.returncode:
        pytest.xfail(f"nothing can be mounted here: {done.stderr.strip()}")
    yield place
    subprocess.run(["fusermount3", "-u", "-z", place], check=True)


def test_the_file_system_of_the_test_has_no_wal(no_shared_memory):
    with closing(sqlite3.connect(no_shared_memory / "x.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        with pytest.raises(sqlite3.OperationalError, match="disk I/O error"):
            connection.execute("CREATE TABLE t (a)")


def test_a_store_where_files_share_no_memory_works_in_safe_mode(no_shared_memory):
    store = AStore(StoreLocation(no_shared_memory / "store"))
    journal = JournalFile()
    run_id = journal.run("safe", metrics={"a": 1})
    store.take(journal)
    assert store.info(run_id).metrics == {"a": 1}
    assert store.database.journal_mode == SAFE
    store.database.sync()
    store.database.reset()
    again = AStore(store.location)
    assert again.info(run_id).name == "safe"
    assert again.database.journal_mode == SAFE
    again.database.reset()
    assert [path.name for path in (no_shared_memory / "store").glob("probe-*")] == []


WRITER = """
import sys, nbmlops
for n in range(5):
    with nbmlops.start_run(f"{sys.argv[1]}-{n}"):
        for i in range(100):
            nbmlops.log_metric("m", i)
"""


def test_many_processes_work_in_safe_mode_and_lose_nothing(no_shared_memory, ask_python):
    env = {"NBMLOPS_STORE": str(no_shared_memory / "store")}
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(n)], env=os.environ | env, stderr=subprocess.PIPE)
        for n in range(4)
    ]
    errors = [process.communicate(timeout=100)[1] for process in running]
    assert [process.returncode for process in running] == [0] * 4
    assert b"can't write" not in b"".join(errors)
    found = ask_python(
        "import json, nbmlops; print(json.dumps(nbmlops.runs()['metrics.m'].tolist()))", env=env
    )
    assert found == [99] * 20


def test_a_store_that_is_moved_to_such_a_file_system_keeps_its_runs(no_shared_memory, sqlite_store):
    journal = JournalFile()
    run_id = journal.run("moved")
    sqlite_store.take(journal)
    assert sqlite_store.database.journal_mode == WAL
    with (
        sqlite_store.database.reading()
    ):  # a copy that was made while it was open, with what stands in its log
        shutil.copytree(sqlite_store.location.root, no_shared_memory / "store")
    assert (no_shared_memory / "store" / "store.db-wal").stat().st_size
    moved = AStore(StoreLocation(no_shared_memory / "store"))
    assert moved.info(run_id).name == "moved"
    assert moved.database.journal_mode == SAFE
    moved.database.reset()


def test_a_file_system_of_sqlites_own_that_refuses_wal_is_served_in_safe_mode(tmp_path):
    # Its locks are folders, and it has no shared memory: a real refusal, without a mount.
    url = f"sqlite:///file:{tmp_path / 'dot.db'}?vfs=unix-dotfile&uri=true"
    store = AStore(StoreLocation(tmp_path / "store", url))
    journal = JournalFile()
    run_id = journal.run("there")
    store.take(journal)
    assert store.info(run_id).name == "there"
    assert store.database.journal_mode == SAFE
    with store.database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
    store.database.sync()
    store.database.reset()


def test_a_file_system_without_locks_takes_journals_and_calls_nobody_dead(tmp_path, monkeypatch):
    import errno
    import fcntl

    from nbmlops.store.liveness import HeldLock, is_held

    def no_locks(fd, what):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "lockf", no_locks)
    monkeypatch.setattr(fcntl, "flock", no_locks)
    store = AStore(StoreLocation(tmp_path / "store"))  # SQLite's own locks work, in C
    journal = JournalFile()
    run_id = journal.start("who knows")
    store.leave(journal).with_suffix(".lock").touch()
    store.ingester.ingest_all()
    assert store.info(run_id).status == "RUNNING"
    store.database.reset()
    lock = HeldLock(tmp_path / "mine.lock")
    assert is_held(tmp_path / "mine.lock")
    lock.release()


def test_an_ordinary_folder_has_the_fast_mode(sqlite_store):
    assert sqlite_store.database.journal_mode == WAL
    assert not is_shared(sqlite_store.location.root)
    with sqlite_store.database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1  # NORMAL


def test_a_folder_that_other_machines_may_mount_is_in_safe_mode_though_one_machine_could_do_more(
    tmp_path, monkeypatch
):
    # No machine can find out by trying what two of them together can't do.
    monkeypatch.setattr(journal_mode, "is_shared", lambda folder: True)
    assert choose_mode(tmp_path / "store.db") == SAFE
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (a)")
    assert choose_mode(tmp_path / "store.db") == SAFE
    monkeypatch.undo()
    assert choose_mode(tmp_path / "store.db") == SAFE  # what it was made with stays


def test_a_store_that_another_process_has_open_is_not_changed_under_it(tmp_path, monkeypatch):
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (a)")
        connection.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr(journal_mode, "is_shared", lambda folder: True)
        monkeypatch.setattr(journal_mode, "_BUSY_SECONDS", 0.1)
        assert choose_mode(tmp_path / "store.db") == WAL
        connection.execute("INSERT INTO t VALUES (1)")
        connection.commit()
        assert connection.execute("SELECT a FROM t").fetchall() == [(1,)]


def test_the_kind_of_a_mount_is_found_whatever_its_path(tmp_path, monkeypatch):
    folder = tmp_path / "a folder"
    (folder / "deep").mkdir(parents=True)
    lines = f"1 0 0:1 / / rw - ext4 /dev/a rw\n2 1 0:2 / {str(folder).replace(' ', chr(92) + '040')} rw shared:1 - nfs4 host:/x rw\n"
    real = Path.read_text
    monkeypatch.setattr(
        Path,
        "read_text",
        lambda self, **more: lines if str(self).endswith("mountinfo") else real(self, **more),
    )
    assert is_shared(folder / "deep")
    assert not is_shared(tmp_path)
