from __future__ import annotations

import os
import resource
import shutil
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from a_store import AStore

from nbmlops.config import StoreLocation
from nbmlops.errors import StoreError
from nbmlops.store import frames
from nbmlops.store.folder import StoreFolder
from nbmlops.store.journal import Journal
from nbmlops.store.liveness import HeldLock, is_held
from nbmlops.store.scan import PointBlock, scan

RUN = "ab" * 16


def docs(journal: Journal) -> list[dict]:
    found = scan(journal.read(0, journal.size())).found
    return [frames.unpack(item).fields for item in found if isinstance(item, bytes) and item[0] == frames.DOC]


def values(data: bytes) -> list[float]:
    return [float(v) for item in scan(data).found if isinstance(item, PointBlock) for v in item.rows["value"]]


@pytest.fixture
def troubles() -> list[Exception]:
    return []


@pytest.fixture
def journal(tmp_path, troubles) -> Journal:
    return Journal(StoreFolder(tmp_path / "store"), troubles.append)


@pytest.fixture
def little_room():
    """Sets how long a file may become: the next byte is refused as on a full disk, only to this process."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield lambda size: resource.setrlimit(
        resource.RLIMIT_FSIZE, (before[1] if size is None else size, before[1])
    )
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, ignored)


def test_nothing_is_made_before_something_is_written(tmp_path, journal):
    assert not journal.is_open
    assert journal.size() == 0
    assert not (tmp_path / "store").exists()


def test_a_store_ignores_itself_in_git_and_says_what_it_is(tmp_path, journal):
    journal.doc({"op": "x"})
    assert (tmp_path / "store" / ".gitignore").read_text() == "*\n"
    assert "delete this folder" in (tmp_path / "store" / "README.txt").read_text()


def test_a_series_is_numbered_once_for_a_run_and_a_key(journal):
    numbers = [journal.new_series(RUN, "a"), journal.new_series(RUN, "b"), journal.new_series("cd" * 16, "a")]
    assert len(set(numbers)) == 3
    assert journal.new_series(RUN, "a") == numbers[0]


def test_what_a_full_disk_refuses_waits_and_is_written_when_there_is_room(journal, troubles, little_room):
    series = journal.new_series(RUN, "loss")
    little_room(journal.size() + 50)
    for n in range(100):
        journal.point(series, n, float(n), 0.0)
    assert len(troubles) == 1
    assert journal.trouble
    little_room(None)
    journal.point(series, 100, 100.0, 0.0)
    assert values(journal.path.read_bytes()) == list(range(101))
    assert journal.trouble is None


def test_what_waits_is_written_by_a_retry_without_anything_new(journal, little_room):
    series = journal.new_series(RUN, "loss")
    little_room(journal.size())
    journal.point(series, 0, 1.0, 0.0)
    little_room(None)
    journal.retry()
    assert values(journal.path.read_bytes()) == [1.0]


def test_a_store_that_could_not_be_made_at_first_gets_everything_later(tmp_path, journal, troubles):
    (tmp_path / "store").write_text("a file in the way")
    journal.doc({"op": "start", "run": RUN})
    series = journal.new_series(RUN, "loss")
    for n in range(50):
        journal.point(series, n, float(n), 0.0)
    assert len(troubles) == 1
    assert isinstance(troubles[0], StoreError)
    (tmp_path / "store").unlink()
    journal.doc({"op": "end", "run": RUN})
    assert [doc["op"] for doc in docs(journal)] == ["open", "start", "end"]
    assert values(journal.path.read_bytes()) == list(range(50))


def test_a_trouble_that_lasts_uses_up_no_file_descriptors(tmp_path, journal, little_room):
    (tmp_path / "store" / "journals").mkdir(parents=True)
    before = len(list(Path("/proc/self/fd").iterdir()))
    little_room(0)  # files can be made, nothing can be written to them
    for n in range(50):
        journal.doc({"op": "x", "n": n})
    little_room(None)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    journal.doc({"op": "x", "n": 50})
    assert [doc["n"] for doc in docs(journal) if doc["op"] == "x"] == list(range(51))


def test_what_memory_can_not_hold_is_dropped_and_counted(journal, little_room, monkeypatch):
    monkeypatch.setattr("nbmlops.store.journal._MAX_HELD_BYTES", 1000)
    series = journal.new_series(RUN, "loss")
    little_room(journal.size())
    for n in range(100):
        journal.point(series, n, float(n), 0.0)
    held = 1000 // 37
    assert journal.dropped == 100 - held
    little_room(None)
    journal.retry()
    assert values(journal.path.read_bytes()) == list(range(held))
    assert docs(journal)[-1] == {"op": "dropped", "count": 100 - held}
    journal.point(series, 0, 1.0, 0.0)
    assert len([doc for doc in docs(journal) if doc["op"] == "dropped"]) == 1


def test_what_could_never_be_written_is_said_at_the_end(journal, little_room):
    journal.doc({"op": "x"})
    assert journal.loss() == ""
    little_room(journal.size())
    journal.doc({"op": "y"})
    assert "1 entries that were logged could not be written" in journal.loss()


@pytest.mark.parametrize("what", ["file", "journals", "store"])
def test_a_journal_that_was_deleted_is_written_anew_whole(tmp_path, journal, what):
    series = journal.new_series(RUN, "loss")
    journal.point(series, 0, 1.0, 0.0)
    shutil.rmtree(tmp_path / "store" / "journals") if what == "journals" else None
    shutil.rmtree(tmp_path / "store") if what == "store" else None
    journal.path.unlink(missing_ok=True)
    journal.point(series, 1, 2.0, 0.0)
    assert journal.rehome()
    journal.point(series, 2, 3.0, 0.0)
    assert values(journal.path.read_bytes()) == [1, 2, 3]
    assert not journal.rehome()


def test_points_that_threads_log_while_the_journal_is_written_anew_are_all_there_once(journal):
    series = journal.new_series(RUN, "loss")
    stop = threading.Event()
    counts = [0] * 4

    def work(thread: int) -> None:
        while not stop.is_set():
            journal.point(series, 0, thread + counts[thread] / 2**20, 0.0)
            counts[thread] += 1

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        journal.path.unlink()
        assert journal.rehome()
        time.sleep(0.05)  # the drain tries once a second: what was under way has long been written
    stop.set()
    for thread in threads:
        thread.join()
    assert not journal.rehome()  # it only fetches what was under way during the last exchange
    found = sorted(values(journal.path.read_bytes()))
    expected = sorted(thread + n / 2**20 for thread in range(4) for n in range(counts[thread]))
    assert found == expected


def test_what_a_thread_was_writing_while_the_journal_was_written_anew_twice_is_there(journal):
    series = journal.new_series(RUN, "loss")
    journal.point(series, 0, 1.0, 0.0)
    late = frames.pack_frame(frames.POINT_BODY.pack(frames.POINT, series, 1, 2.0, 0.0))
    under_way = os.open(journal.path, os.O_WRONLY | os.O_APPEND)
    os.write(under_way, late[:20])  # a write is seen in parts where it reaches over the end of a page
    for value in (3.0, 4.0):
        journal.path.unlink()
        assert journal.rehome()
        journal.point(series, 2, value, 0.0)
    os.write(under_way, late[20:])
    os.close(under_way)
    assert not journal.rehome()
    data = journal.path.read_bytes()
    assert values(data) == [1.0, 3.0, 4.0, 2.0]
    assert scan(data).damaged == 0


def test_a_journal_that_can_not_be_written_anew_goes_on_in_the_deleted_file(tmp_path, journal, little_room):
    series = journal.new_series(RUN, "loss")
    for n in range(100):
        journal.point(series, n, float(n), 0.0)
    journal.path.unlink()
    little_room(journal.size() - 1000)
    with pytest.raises(OSError, match="large"):
        journal.rehome()
    assert not journal.path.exists()
    little_room(None)
    journal.point(series, 100, 100.0, 0.0)
    assert journal.rehome()
    assert values(journal.path.read_bytes()) == list(range(101))


def test_a_forked_child_writes_a_journal_of_its_own_and_numbers_its_metrics_there(journal):
    series = journal.new_series(RUN, "loss")
    table = journal.series_table(RUN)
    journal.point(series, 0, 1.0, 0.0)
    if not (pid := os.fork()):
        journal.point(journal.new_series(RUN, "loss"), 0, 2.0, 0.0)
        os._exit(table.get("loss", -1) + 10)  # the table that runs hold is the one that was renewed
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 10
    journal.point(series, 1, 3.0, 0.0)
    assert values(journal.path.read_bytes()) == [1.0, 3.0]
    (other,) = [path for path in journal.folder.journals.glob("*.journal") if path != journal.path]
    assert values(other.read_bytes()) == [2.0]


def test_a_child_forked_while_frames_wait_does_not_write_them_too(journal, little_room):
    journal.doc({"op": "first"})
    little_room(journal.size())
    journal.doc({"op": "waits"})
    little_room(None)
    if not (pid := os.fork()):
        journal.doc({"op": "child"})
        os._exit(0)
    os.waitpid(pid, 0)
    journal.retry()
    everything = b"".join(path.read_bytes() for path in journal.folder.journals.glob("*.journal"))
    assert everything.count(b'"waits"') == 1


def test_a_child_does_not_take_its_own_journal_for_that_of_its_parent(tmp_path):
    store = AStore(StoreLocation(tmp_path / "store"))
    store.journal.doc({"op": "start", "run": RUN, "name": "r", "experiment": "e", "started": 1.0})
    series = store.journal.new_series(RUN, "loss")
    store.journal.point(series, 0, 1.0, 5.0)
    store.ingester.ingest_all()
    store.journal.point(series, 1, 2.0, 5.0)
    if not (pid := os.fork()):
        store.journal.point(store.journal.new_series(RUN, "child"), 0, 9.0, 5.0)
        store.ingester.ingest_all()
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    assert status == 0
    store.ingester.ingest_all()
    assert store.history(RUN, "loss").values.tolist() == [1, 2]
    assert store.history(RUN, "child").values.tolist() == [9]
    store.database.reset()


def test_a_lock_is_held_until_its_process_ends_however_it_ends(tmp_path):
    path = tmp_path / "a.lock"
    assert not is_held(path)
    reader, writer = os.pipe()
    if not (pid := os.fork()):
        HeldLock(path)
        os.write(writer, b"x")
        signal.pause()
    os.read(reader, 1)
    assert is_held(path)
    assert is_held(path)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert not is_held(path)


def test_a_forked_child_does_not_keep_its_parents_lock(tmp_path):
    path = tmp_path / "a.lock"
    reader, writer = os.pipe()
    if not (parent := os.fork()):
        HeldLock(path)
        child = os.fork()
        if not child:
            signal.pause()
        os.write(writer, f"{child}".encode())
        os._exit(0)
    child = int(os.read(reader, 20))
    os.waitpid(parent, 0)
    assert not is_held(path)
    os.kill(child, signal.SIGKILL)


def test_many_values_are_one_frame(journal):
    series = journal.new_series(RUN, "loss")
    journal.write_chunk(series, b"packed")
    (chunk,) = [
        i
        for i in scan(journal.read(0, journal.size())).found
        if isinstance(i, bytes) and i[0] == frames.SERIES
    ]
    assert frames.unpack(chunk) == frames.Chunk(series, b"packed")
    assert np.isfinite(journal.size())


def test_a_process_sees_its_own_lock_as_held_and_does_not_lose_it_by_asking(tmp_path):
    path = tmp_path / "own.lock"
    lock = HeldLock(path)
    assert is_held(path)
    if not (pid := os.fork()):
        os._exit(0 if is_held(path) and not HeldLock.is_own(path) else 1)
    assert os.waitpid(pid, 0)[1] == 0
    lock.release()
    assert not is_held(path)
