"""Two machines on one database: each has a folder of its own, and sees neither the other's journals nor its locks."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from a_store import AStore, JournalFile
from sqlalchemy import select, text

from a_postgres import BOTH_DATABASES
from nbmlops.config import StoreLocation
from nbmlops.store import tables
from nbmlops.store.heartbeat import now_on


@pytest.fixture(params=BOTH_DATABASES)
def machines(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[tuple[AStore, AStore]]:
    """A store on a database that both name by its URL."""
    url = (
        f"sqlite:///{tmp_path / 'shared.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    pair = AStore(StoreLocation(tmp_path / "one", url)), AStore(StoreLocation(tmp_path / "two", url))
    yield pair
    for store in pair:
        store.database.reset()


def begin(store: AStore, run_id: str = "a" * 32) -> str:
    """A run of this very process, which goes on."""
    store.journal.doc(
        {"op": "start", "run": run_id, "name": "far", "experiment": "e", "started": 1.0, "kind": "script"}
    )
    store.ingester.ingest_own()
    return run_id


def pass_time(store: AStore, seconds: float) -> None:
    """On the clock of the database, against which all signs of life are held."""
    with store.database.transaction() as connection:
        connection.execute(
            text("UPDATE journals SET beat = beat - :seconds WHERE beat > 0"), {"seconds": seconds}
        )


def beats(store: AStore) -> list[float]:
    with store.database.reading() as connection:
        return list(connection.scalars(select(now_on(store.database) - tables.journals.c.beat)))


def test_a_process_of_another_machine_that_gives_signs_of_life_is_not_lost(machines):
    here, there = machines
    run_id = begin(there)
    pass_time(here, 170)
    here.ingester.ingest_all()
    assert here.info(run_id).status == "RUNNING"
    there.ingester.upkeep()
    pass_time(here, 170)
    here.ingester.ingest_all()
    assert here.info(run_id).status == "RUNNING"


def test_a_process_of_another_machine_that_is_silent_is_lost_and_revived_by_its_next_sign(machines):
    here, there = machines
    run_id = begin(there)
    pass_time(here, 190)
    here.ingester.ingest_all()
    assert here.info(run_id).status == "LOST"
    assert (
        here.info(run_id).error == "Its process, on another machine, has given no sign of life for 3 minutes."
    )
    there.ingester.upkeep()
    assert (here.info(run_id).status, here.info(run_id).error) == ("RUNNING", "")
    here.ingester.ingest_all()
    assert here.info(run_id).status == "RUNNING"


def test_what_a_silent_process_logs_revives_its_run_too_and_its_end_ends_it(machines):
    here, there = machines
    run_id = begin(there)
    pass_time(here, 190)
    here.ingester.ingest_all()
    there.journal.point(there.journal.new_series(run_id, "loss"), 0, 0.5, 2.0)
    there.ingester.ingest_own()
    assert (here.info(run_id).status, here.info(run_id).metrics) == ("RUNNING", {"loss": 0.5})
    there.journal.doc(
        {"op": "end", "run": run_id, "status": "FINISHED", "ended": 3.0, "duration": 2.0, "error": ""}
    )
    there.ingester.ingest_own()
    pass_time(here, 1000)
    here.ingester.ingest_all()
    assert here.info(run_id).status == "FINISHED"


def test_a_journal_that_comes_home_after_its_process_died_ends_its_run_as_it_ended(machines):
    here, there = machines
    journal = JournalFile()
    run_id = journal.start("far")
    start = journal.data
    there.leave(journal)
    there.ingester._ingest(there.ingester._reader(journal.id), alive=True)
    pass_time(here, 190)
    here.ingester.ingest_all()
    assert here.info(run_id).status == "LOST"
    journal.point(run_id, "loss", 0.25)
    journal.end(run_id)
    assert journal.data.startswith(start)
    there.take(journal)
    assert (here.info(run_id).status, here.info(run_id).metrics) == ("FINISHED", {"loss": 0.25})


def test_a_journal_in_this_folder_is_judged_by_its_lock_however_long_it_is_silent(machines):
    here, _ = machines
    run_id = begin(here)
    pass_time(here, 10_000)
    other = AStore(here.location)  # another process of this machine, which has nothing to say itself
    other.ingester.ingest_all()
    assert other.info(run_id).status == "RUNNING"
    other.database.reset()


def test_a_process_without_runs_that_go_on_gives_no_signs(machines):
    _, there = machines
    run_id = begin(there)
    there.journal.doc(
        {"op": "end", "run": run_id, "status": "FINISHED", "ended": 3.0, "duration": 2.0, "error": ""}
    )
    there.ingester.ingest_own()
    pass_time(there, 100)
    there.ingester.upkeep()
    assert beats(there) == [pytest.approx(100, abs=20)]


def test_signs_of_life_are_on_the_clock_of_the_database(machines):
    _, there = machines
    begin(there)
    assert beats(there) == [pytest.approx(0, abs=20)]


def test_upkeep_takes_in_what_a_dead_process_left_in_the_same_folder(machines):
    here, there = machines
    journal = JournalFile()
    run_id = journal.run("left behind", metrics={"a": 1})
    path = there.leave(journal)
    there.ingester.upkeep()
    assert here.info(run_id).metrics == {"a": 1}
    assert not path.exists()


def test_a_store_in_a_folder_needs_no_signs(sqlite_store):
    run_id = begin(sqlite_store)
    with sqlite_store.database.reading() as connection:
        assert list(connection.scalars(select(tables.journals.c.beat))) == [0]
    sqlite_store.ingester.upkeep()
    sqlite_store.ingester.ingest_all()
    assert sqlite_store.info(run_id).status == "RUNNING"


@pytest.fixture
def as_user(postgres_url, tmp_path) -> Generator[Callable[[str], AStore]]:
    """A store of a user who has only the rights that are named, on tables that somebody else has made."""
    import psycopg

    owner = AStore(StoreLocation(tmp_path / "owner", postgres_url))
    begin(owner)
    owner.database.reset()
    made: list[AStore] = []

    def give(rights: str) -> AStore:
        with psycopg.connect(postgres_url) as connection:
            connection.execute("CREATE ROLE limited LOGIN")
            connection.execute(f"GRANT {rights} ON ALL TABLES IN SCHEMA public TO limited")
            connection.execute("GRANT USAGE ON SCHEMA public TO limited")
            if "INSERT" in rights:
                connection.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO limited")
        made.append(AStore(StoreLocation(tmp_path / "limited", postgres_url.replace("tester@", "limited@"))))
        return made[-1]

    yield give
    made[0].database.reset()
    with psycopg.connect(postgres_url) as connection:
        connection.execute("DROP OWNED BY limited; DROP ROLE limited")


@pytest.mark.postgres
@pytest.mark.slow
def test_a_user_who_may_only_read_reads(as_user):
    store = as_user("SELECT")
    store.ingester.ingest_all()
    assert store.names() == ["far"]
    owner = AStore(
        StoreLocation(store.location.root, store.location.database_url.replace("limited@", "tester@"))
    )
    pass_time(owner, 1000)
    owner.database.reset()
    store.ingester.ingest_all()  # nor does it mind that it can't call the silent one LOST
    assert store.info("a" * 32).status == "RUNNING"


@pytest.mark.postgres
@pytest.mark.slow
def test_a_user_who_may_change_rows_but_no_tables_logs(as_user):
    store = as_user("SELECT, INSERT, UPDATE, DELETE")
    journal = JournalFile()
    run_id = journal.run("mine", experiment="new", metrics={"a": 1})
    store.take(journal)
    assert store.info(run_id).metrics == {"a": 1}
