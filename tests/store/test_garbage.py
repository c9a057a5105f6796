from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from a_store import AStore, JournalFile

from nbmlops.errors import StoreError
from nbmlops.store.garbage import Garbage, GarbageCollector


@pytest.fixture
def collector(store: AStore) -> GarbageCollector:
    return GarbageCollector(store.database, store.blobs)


def age(store: AStore) -> None:
    """Two hours pass for every file."""
    for path in store.blobs.all():
        os.utime(path, (time.time() - 7200,) * 2)


def run_with(store: AStore, **artifacts: tuple[str, bool]) -> str:
    """A run that names files: its digest, and whether that is a folder's manifest."""
    journal = JournalFile()
    run_id = journal.start()
    for name, (digest, is_dir) in artifacts.items():
        journal.doc(
            op="artifact",
            run=run_id,
            name=name,
            kind="file",
            media_type="",
            digest=digest,
            size=1,
            is_dir=is_dir,
        )
    journal.end(run_id)
    store.take(journal)
    return run_id


def left(store: AStore) -> set[str]:
    return {store.blobs.digest(path) for path in store.blobs.all()}


def test_files_that_no_run_names_go_and_all_others_stay(store, collector, tmp_path):
    (tmp_path / "model" / "deep").mkdir(parents=True)
    (tmp_path / "model" / "a").write_text("first")
    (tmp_path / "model" / "deep" / "b").write_text("second")
    folder, _ = store.blobs.put_folder(tmp_path / "model")
    named, environment = store.blobs.put(b"named"), store.blobs.put(b"{}")
    needed = left(store)
    orphan = store.blobs.put(b"orphan" * 100)
    run_id = run_with(store, file=(named, False), model=(folder, True))
    journal = JournalFile()
    journal.doc(op="context", run=run_id, doc={"environment": environment})
    store.take(journal)
    age(store)
    found = collector.find()
    assert found == Garbage((store.blobs.path(orphan),), 600, 0)
    assert left(store) == {*needed, orphan}  # to find removes nothing
    assert collector.remove(found) == found
    assert left(store) == needed
    assert collector.find() == Garbage()


def test_files_of_a_run_in_the_bin_stay(store, collector):
    run_id = run_with(store, file=(store.blobs.put(b"binned"), False))
    store.runs.bin([run_id])
    age(store)
    assert collector.find() == Garbage()


def test_files_of_a_deleted_run_go_but_those_that_another_shares(store, collector):
    shared, own = store.blobs.put(b"shared"), store.blobs.put(b"own")
    gone = run_with(store, a=(shared, False), b=(own, False))
    run_with(store, a=(shared, False))
    age(store)
    unrelated = store.blobs.put(b"unrelated")
    age(store)
    digests = collector.named_by([gone])
    assert digests == {shared, own}
    store.runs.purge([gone])
    collector.remove(collector.find(digests))
    assert left(store) == {shared, unrelated}


def test_files_of_the_last_hour_stay_since_a_run_may_be_about_to_name_them(store, collector):
    store.blobs.put(b"new")
    assert collector.find() == Garbage(young=1)


def test_a_file_that_is_kept_again_counts_as_new(store, collector, tmp_path):
    (tmp_path / "file").write_bytes(b"from a file")
    store.blobs.put(b"again")
    store.blobs.put_file(tmp_path / "file")
    age(store)
    found = collector.find()
    assert len(found.files) == 2
    store.blobs.put(b"again")
    store.blobs.put_file(tmp_path / "file")
    assert collector.remove(found) == Garbage(young=2)  # taken into use meanwhile
    assert len(left(store)) == 2


def test_a_file_that_was_never_finished_goes_too(store, collector):
    (store.folder.blobs / "new-1-abc").write_bytes(b"half")
    assert collector.find() == Garbage(young=1)
    age(store)
    collector.remove(collector.find())
    assert not list(store.blobs.all())


def test_nothing_goes_where_a_manifest_is_damaged(store, collector, tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "a").write_text("first")
    folder, _ = store.blobs.put_folder(tmp_path / "model")
    run_with(store, model=(folder, True))
    store.blobs.path(folder).write_text("{}")
    age(store)
    with pytest.raises(StoreError, match="was changed after it was kept"):
        collector.find()


def test_files_that_two_stores_share_are_not_judged_by_one(store, collector):
    store.blobs.put(b"whose?")
    age(store)
    (store.folder.root / "journals-0123456789ab").mkdir()
    with pytest.raises(StoreError, match="more than one store"):
        collector.find()
    (store.folder.root / "journals-0123456789ab").rmdir()
    if store.location.database_url:
        Path(store.folder.database).touch()
        with pytest.raises(StoreError, match=r"more than one store \(store\.db"):
            collector.find()


def test_what_was_put_is_brought_to_the_disk_once(sqlite_store, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda fd: synced.append(Path(f"/proc/self/fd/{fd}").readlink()))
    digest = sqlite_store.blobs.put(b"content")
    assert synced == []  # not while somebody waits
    sqlite_store.blobs.sync()
    path = sqlite_store.blobs.path(digest)
    assert synced == [path, path.parent]
    sqlite_store.blobs.put(b"content")
    sqlite_store.blobs.sync()
    assert len(synced) == 2
