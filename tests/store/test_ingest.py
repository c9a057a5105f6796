from __future__ import annotations

import os
import random
from uuid import uuid4

import numpy as np
import pytest
from a_store import AStore, JournalFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, update
from sqlalchemy.exc import OperationalError

from nbmlops.config import StoreLocation
from nbmlops.records import RunStatus
from nbmlops.store import frames, tables
from nbmlops.store.ingest import _is_the_frames_fault
from nbmlops.store.liveness import HeldLock


def test_a_finished_journal_becomes_rows_and_goes_away(store):
    journal = JournalFile()
    run_id = journal.run("first", metrics={"loss": 0.5}, params={"depth": 3}, tags={"team": "growth"})
    path = store.leave(journal)
    store.ingester.ingest_all()
    info = store.info(run_id)
    assert (info.name, info.experiment, info.status, info.duration) == ("first", "e", "FINISHED", 60.0)
    assert (info.params, info.metrics, info.tags) == ({"depth": 3}, {"loss": 0.5}, {"team": "growth"})
    assert not path.exists()


def test_a_run_whose_process_died_without_a_word_is_lost_with_all_it_logged(store):
    journal = JournalFile()
    run_id = journal.start()
    for n in range(100):
        journal.point(run_id, "loss", n)
    store.take(journal)
    assert store.info(run_id).status is RunStatus.LOST
    assert "without a word" in store.info(run_id).error
    assert store.history(run_id, "loss").values.tolist() == list(range(100))


def test_a_journal_that_stands_there_again_after_it_was_taken_in_changes_nothing(store):
    journal = JournalFile()
    run_id = journal.run(metrics={"acc": 0.5})
    journal.chunk(run_id, "loss", [3.0, 2.0, 1.0])
    for _ in range(3):
        store.take(journal)
    assert store.history(run_id, "loss").values.tolist() == [3, 2, 1]
    assert store.history(run_id, "acc").values.tolist() == [0.5]
    assert store.count("runs") == 1


def test_another_process_that_takes_in_the_same_journal_later_changes_nothing(store):
    journal = JournalFile()
    run_id = journal.start()
    journal.point(run_id, "loss", 1.0).point(run_id, "loss", 2.0)
    store.take(journal)
    again = AStore(store.location)
    again.take(journal)
    assert again.history(run_id, "loss").values.tolist() == [1, 2]
    again.database.reset()


def test_what_a_journal_gained_since_is_added_and_a_run_that_ended_after_all_is_no_longer_lost(store):
    journal = JournalFile()
    run_id = journal.start()
    journal.point(run_id, "loss", 1.0)
    store.take(journal)
    assert store.info(run_id).status is RunStatus.LOST
    journal.point(run_id, "loss", 2.0).end(run_id)
    store.take(journal)
    assert store.info(run_id).status is RunStatus.FINISHED
    assert store.info(run_id).error == ""
    assert store.history(run_id, "loss").steps.tolist() == [0, 1]


def test_a_run_that_was_believed_lost_runs_again_when_its_process_writes(store):
    journal = JournalFile()
    run_id = journal.start()
    store.take(journal)
    assert store.info(run_id).status is RunStatus.LOST
    journal.point(run_id, "loss", 2.0)
    path = store.leave(journal)
    in_child, in_parent = os.pipe(), os.pipe()
    if not (pid := os.fork()):  # a lock can only be seen from another process
        HeldLock(path.with_suffix(".lock"))
        os.write(in_child[1], b"held")
        os.read(in_parent[0], 1)
        os._exit(0)
    os.read(in_child[0], 4)
    try:
        store.ingester.ingest_all()
        assert store.info(run_id).status is RunStatus.RUNNING
        assert path.exists()
    finally:
        os.write(in_parent[1], b"x")
        os.waitpid(pid, 0)
    store.ingester.ingest_all()
    assert store.info(run_id).status is RunStatus.LOST


@pytest.mark.parametrize("cut_in", ["point", "doc"])
def test_a_frame_that_a_kill_cut_short_loses_nothing_before_it(store, cut_in):
    journal = JournalFile()
    run_id = journal.start()
    journal.point(run_id, "loss", 1.0)
    whole = len(journal.data)
    journal.point(run_id, "loss", 2.0) if cut_in == "point" else journal.end(run_id)
    for cut in range(whole, len(journal.data)):
        store.leave(journal, cut=cut)
        store.ingester.ingest_all()
    assert store.history(run_id, "loss").values.tolist() == [1.0]


def test_damage_in_the_middle_is_passed_over_and_said(store):
    journal = JournalFile()
    run_id = journal.start()
    journal.point(run_id, "loss", 1.0).raw(b"\x1d\0\0\0damage").point(run_id, "loss", 2.0).end(run_id)
    store.take(journal)
    info = store.info(run_id)
    assert store.history(run_id, "loss").values.tolist() == [1, 2]
    assert info.status is RunStatus.FINISHED
    assert [sentence for sentence in info.degraded if "10 bytes of the journal were passed over" in sentence]


BROKEN = {
    "no op": frames.pack_doc({"run": "0" * 32}),
    "an op of the future": frames.pack_doc({"op": "teleport", "run": "0" * 32}),
    "no json": frames.pack_frame(b"\x01{nonsense"),
    "json that is no object": frames.pack_doc([1, 2]),  # type: ignore[arg-type]
    "no text": frames.pack_frame(b"\x01\xff\xfe"),
    "a kind of the future": frames.pack_frame(b"\x7fwhatever"),
    "half a key": frames.pack_frame(b"\x02\0\0"),
    "a damaged chunk": frames.pack_chunk(0, b"no chunk"),
    "an empty chunk": frames.pack_chunk(0, b""),
    "half a chunk's head": frames.pack_frame(b"\x04\0"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_whole_frame_that_says_nothing_sensible_does_not_keep_the_others_out(store, broken):
    journal = JournalFile()
    run_id = journal.start()
    journal.point(run_id, "loss", 1.0).raw(broken).point(run_id, "loss", 2.0).end(run_id)
    other = JournalFile()
    other_id = other.run("other")
    store.take(journal, other)
    assert store.history(run_id, "loss").values.tolist() == [1, 2]
    assert store.info(run_id).status is RunStatus.FINISHED
    assert store.info(other_id).status is RunStatus.FINISHED


UNFIT = {
    "a start without an experiment": {"op": "start", "run": "{run}", "name": "x"},
    "params that are no items": {"op": "params", "run": "{run}", "items": 3},
    "half a parameter": {"op": "params", "run": "{run}", "items": [["a", 1]]},
    "a column that there is not": {"op": "context", "run": "{run}", "columns": {"nonsense": 1}},
    "a column of another type": {"op": "context", "run": "{run}", "columns": {"note": {"a": 1}}},
    "a number that no column holds": {"op": "context", "run": "{run}", "columns": {"execution_count": 2**80}},
    "a column that must not be empty": {"op": "context", "run": "{run}", "columns": {"name": None}},
    "tags in a list": {"op": "tags", "run": "{run}", "items": ["a"]},
    "a tag that is no text": {"op": "tags", "run": "{run}", "items": {"a": {"b": 1}}},
    "an artifact without a name": {"op": "artifact", "run": "{run}", "kind": "file"},
    "an artifact without content": {"op": "artifact", "run": "{run}", "name": "a", "kind": "file"},
    "inputs without names": {"op": "inputs", "run": "{run}", "items": [{"kind": "x"}]},
}


@pytest.mark.parametrize("fields", UNFIT.values(), ids=UNFIT)
def test_a_document_that_does_not_fit_is_left_out_and_its_run_marked(store, fields):
    journal = JournalFile()
    run_id = journal.start("good name")
    journal.point(run_id, "loss", 1.0).params(run_id, {"a": 1})
    journal.raw(frames.pack_doc(fields | {"run": run_id}))
    journal.params(run_id, {"b": 2}).point(run_id, "loss", 2.0).end(run_id)
    other = JournalFile()
    other_id = other.run("other")
    store.take(journal, other)
    info = store.info(run_id)
    assert info.params == {"a": 1, "b": 2}
    assert info.name == "good name"
    assert info.status is RunStatus.FINISHED
    assert info.degraded
    assert "could not be read" in info.degraded[0]
    assert store.history(run_id, "loss").values.tolist() == [1, 2]
    assert store.info(other_id).status is RunStatus.FINISHED
    assert not list(store.folder.journals.glob("*.journal"))


def test_a_damaged_chunk_on_the_disk_does_not_take_new_points_with_it(store):
    journal = JournalFile()
    run_id = journal.start()
    journal.point(run_id, "loss", 1.0).point(run_id, "loss", 2.0)
    store.take(journal)
    with store.database.transaction() as connection:
        connection.execute(update(tables.metric_chunks).values(data=b"rot"))
    journal.point(run_id, "loss", 3.0)
    store.take(journal)
    assert store.count("metric_chunks") == 2
    assert store.info(run_id).metrics == {"loss": 3.0}


def test_a_full_database_is_no_reason_to_leave_frames_out(sqlite_store):
    store = sqlite_store
    store.take(first := JournalFile())
    assert first.data
    with store.database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    journal = JournalFile()
    run_id = journal.start()
    journal.params(run_id, {f"p{n}": "x" * 1000 for n in range(500)}).end(run_id)
    path = store.leave(journal)
    from sqlalchemy import event

    def limit(connection, _record):
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(store.database.engine, "connect", limit)
    store.database.engine.dispose()
    from nbmlops.errors import StoreError

    with pytest.raises(StoreError, match="full"):
        store.ingester.ingest_all()
    assert path.exists()
    event.remove(store.database.engine, "connect", limit)
    store.database.reset()
    store.ingester.ingest_all()
    assert len(store.info(run_id).params) == 500
    assert store.info(run_id).degraded == ()


def test_what_a_child_logs_may_come_before_the_run_that_its_parent_began(store):
    parent, child = JournalFile(), JournalFile()
    run_id = parent.start("the run", experiment="churn")
    parent.point(run_id, "loss", 1.0).end(run_id)
    child.point(run_id, "child/loss", 5.0).params(run_id, {"worker": 1})
    child.doc(op="context", run=run_id, columns={"note": "from the child"}, doc={}, append={})
    store.take(child)
    store.take(parent)
    info = store.info(run_id)
    assert (info.name, info.experiment, info.status, info.note) == (
        "the run",
        "churn",
        "FINISHED",
        "from the child",
    )
    assert info.metrics == {"child/loss": 5.0, "loss": 1.0}
    assert store.count("runs") == 1


def test_a_run_that_its_child_outlived_is_not_lost_with_the_child(store):
    parent, child = JournalFile(), JournalFile()
    run_id = parent.start()
    child.doc(op="context", run=run_id, columns={"note": "x"}, doc={}, append={})
    store.take(child)
    parent.end(run_id)
    store.take(parent)
    assert store.info(run_id).status is RunStatus.FINISHED


def test_a_discarded_run_leaves_no_trace_whatever_still_comes_about_it(store):
    journal = JournalFile()
    run_id = journal.run(metrics={"loss": 1.0}, params={"a": 1}, tags={"b": "c"})
    journal.doc(op="discard", run=run_id)
    store.take(journal)
    journal.doc(op="context", run=run_id, columns={"note": "late"}, doc={"git": None}, append={})
    journal.point(run_id, "loss", 2.0)
    store.take(journal)
    again = AStore(store.location)
    journal.point(run_id, "loss", 3.0)
    again.take(journal)
    again.database.reset()
    assert [store.count(name) for name in ("runs", "params", "metrics", "metric_chunks", "tags")] == [0] * 5


def test_entries_that_were_dropped_are_said_of_the_runs_that_went_on(store):
    journal = JournalFile()
    done, going_on = journal.run("done"), journal.start("going on")
    store.take(journal)
    journal.doc(op="dropped", count=7)
    path = store.leave(journal)
    assert path.exists()
    in_child, in_parent = os.pipe(), os.pipe()
    if not (pid := os.fork()):
        HeldLock(path.with_suffix(".lock"))
        os.write(in_child[1], b"held")
        os.read(in_parent[0], 1)
        os._exit(0)
    os.read(in_child[0], 4)
    store.ingester.ingest_all()
    os.write(in_parent[1], b"x")
    os.waitpid(pid, 0)
    assert "7 entries were dropped" in store.info(going_on).degraded[0]
    assert store.info(done).degraded == ()


def test_a_frame_larger_than_one_read_is_taken_in_and_what_follows_it_too(store):
    values = np.random.default_rng(0).normal(size=800_000)
    journal = JournalFile()
    run_id = journal.start()
    journal.point(run_id, "before", 1.0).chunk(run_id, "big", values).point(run_id, "after", 2.0)
    assert len(journal.data) > 5 * 2**20
    store.take(journal)
    journal.point(run_id, "after", 3.0).end(run_id)
    again = AStore(store.location)  # it has to learn what "after" is called from behind the large frame
    again.take(journal)
    assert np.array_equal(again.history(run_id, "big").values, values)
    assert again.history(run_id, "after").values.tolist() == [2, 3]
    again.database.reset()


def test_a_database_that_was_replaced_is_filled_from_the_journals_that_are_left(sqlite_store):
    store = sqlite_store
    store.journal.doc({"op": "start", "run": "ab" * 16, "name": "live", "experiment": "e", "started": 1.0})
    store.ingester.ingest_all()
    for path in store.folder.root.glob("store.db*"):
        path.unlink()
    store.journal.point(store.journal.new_series("ab" * 16, "loss"), 0, 1.5, 2.0)
    store.ingester.ingest_all()
    assert store.info("ab" * 16).metrics == {"loss": 1.5}
    other = AStore(store.location)
    assert other.info("ab" * 16).name == "live"
    other.database.reset()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=25)
@given(st.data())
def test_a_journal_taken_in_bit_by_bit_gives_what_it_gives_at_once(tmp_path_factory, data):
    journal = JournalFile()
    run_id = journal.start()
    expected = []
    for n in range(data.draw(st.integers(1, 6))):
        if data.draw(st.booleans()):
            journal.point(run_id, "loss", n)
            expected.append(n)
        else:
            journal.chunk(run_id, "loss", [n, n + 0.5])
            expected += [n, n + 0.5]
    journal.end(run_id)
    store = AStore(StoreLocation(tmp_path_factory.mktemp("store")))
    for cut in sorted(data.draw(st.lists(st.integers(0, len(journal.data)), max_size=4))):
        store.leave(journal, cut=cut)
        store.ingester.ingest_all()
    store.take(journal)
    found = store.history(run_id, "loss")
    assert found.values.tolist() == expected
    assert found.steps.tolist() == list(range(len(expected)))
    assert store.info(run_id).status is RunStatus.FINISHED
    store.database.reset()


def test_what_a_failed_commit_did_not_keep_is_taken_in_later(sqlite_store):
    journal = JournalFile()
    run_id = journal.run(metrics={"loss": 0.5})
    sqlite_store.leave(journal)
    engine = sqlite_store.database.engine

    def refuse(_connection):
        raise OSError("the disk is full")

    event.listen(engine, "commit", refuse)
    with pytest.raises(OSError, match="full"):
        sqlite_store.ingester.ingest_all()
    event.remove(engine, "commit", refuse)
    sqlite_store.ingester.ingest_all()
    assert sqlite_store.info(run_id).metrics == {"loss": 0.5}


def test_a_very_long_key_is_cut_and_keeps_nothing_else_from_the_tables(store):
    long = "".join(random.Random(7).choices("abcdefghijklmnopqrstuvwxyz0123456789éßλ", k=9000))
    journal = JournalFile()
    run_id = journal.start(experiment=long)
    journal.params(run_id, {long: 1, long + "x": 2, "depth": 3})
    journal.doc(op="tags", run=run_id, items={long: "t"})
    journal.doc(op="metric", run=run_id, key=long, direction="max")
    journal.doc(op="artifact", run=run_id, name=long, kind="file", digest="0" * 64, size=1)
    journal.point(run_id, long, 0.5).end(run_id)
    store.take(journal)
    info = store.info(run_id)
    assert info.params["depth"] == 3
    assert sorted(info.params.values()) == [1, 2, 3]
    assert list(info.metrics.values()) == [0.5]
    assert list(info.tags.values()) == ["t"]
    assert info.degraded == ()
    assert all(long[:480] in key for key in (*info.metrics, *info.tags, info.experiment))
    assert store.experiments.get(long).runs == 1


@pytest.mark.parametrize(
    ("state", "fault"), [("54000", True), ("22P05", True), ("53100", False), ("08006", False)]
)
def test_only_what_a_server_can_never_hold_is_the_frames_fault(state, fault):
    class Refused(Exception):
        sqlstate = state

    assert _is_the_frames_fault(OperationalError("INSERT", {}, Refused())) is fault


@pytest.mark.postgres
@pytest.mark.slow
def test_what_a_server_refuses_for_its_size_blocks_nothing_that_follows(store, monkeypatch):
    monkeypatch.setattr("nbmlops.store.batch.short_key", lambda key: key)  # the frame itself, uncut
    long = "".join(random.Random(7).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=9000))
    journal = JournalFile()
    run_id = journal.start()
    journal.params(run_id, {long: 1}).params(run_id, {"depth": 3}).end(run_id)
    store.take(journal)
    info = store.info(run_id)
    assert info.params["depth"] == 3
    assert info.status is RunStatus.FINISHED


def test_a_text_with_nul_is_kept_on_every_database(store):
    journal = JournalFile()
    run_id = journal.start()
    journal.params(run_id, {"path": "a\0b", "depth": 3}).point(run_id, "lo\0ss", 1.0).end(run_id)
    store.take(journal)
    info = store.info(run_id)
    assert info.params == {"path": "a�b", "depth": 3}
    assert info.metrics == {"lo�ss": 1.0}


def test_the_metrics_of_runs_that_ended_are_not_kept_in_mind(sqlite_store):
    journal, ingester = sqlite_store.journal, sqlite_store.ingester
    run_ids = [uuid4().hex for _ in range(20)]
    for run_id in run_ids:
        journal.doc({"op": "start", "run": run_id, "name": "r", "experiment": "e", "started": 1.0})
        journal.point(journal.new_series(run_id, "loss"), 0, 0.5, 1.0)
        journal.doc({"op": "end", "run": run_id, "status": "FINISHED"})
        ingester.ingest_own()
    assert len(ingester._reader(journal.id).keys) <= 1
    assert all(sqlite_store.info(run_id).metrics == {"loss": 0.5} for run_id in run_ids)


def test_what_is_logged_right_behind_or_long_after_a_runs_end_still_has_its_metric(sqlite_store):
    journal, ingester, run_id = sqlite_store.journal, sqlite_store.ingester, uuid4().hex
    journal.doc({"op": "start", "run": run_id, "name": "r", "experiment": "e", "started": 1.0})
    loss = journal.new_series(run_id, "loss")
    journal.doc({"op": "end", "run": run_id, "status": "FINISHED"})
    ingester.ingest_own()
    journal.point(loss, 0, 0.5, 1.0)  # by a thread that was just not in time
    late = journal.new_series(run_id, "late")
    ingester.ingest_own()
    for step in range(3):
        journal.point(late, step, 0.9, 2.0)
        ingester.ingest_own()
    assert sqlite_store.info(run_id).metrics == {"loss": 0.5, "late": 0.9}
    assert sqlite_store.history(run_id, "late").steps.tolist() == [0, 1, 2]
