"""A mistyped key is told from one that is yet to come."""

from __future__ import annotations

import pytest
from a_store import JournalFile

from nbmlops.errors import ValueRefusedError, WhereError
from nbmlops.store import known_keys


@pytest.fixture
def measured(store):
    """One run, with accuracy, `val loss`, max_depth and the tag team."""
    journal = JournalFile()
    journal.run("a", metrics={"accuracy": 0.9, "val loss": 1.0}, params={"max_depth": 3}, tags={"team": "x"})
    store.take(journal)
    return store


@pytest.mark.parametrize(
    ("where", "meant", "at"),
    [
        ("metrics.acurracy > 0.5", "metrics.accuracy", "metrics"),
        ("metrics.Accuracy > 0.5", "metrics.accuracy", "metrics"),
        ("name == 'x' or max(metrics.acuracy) > 0.5", "metrics.accuracy", "metrics"),
        ("not (params.max_dept in (1, 2))", "params.max_depth", "params"),
        ("tags.teams is not none", "tags.team", "tags"),
        ("params.accuracy > 0.5", "metrics.accuracy", "params"),
        ('metrics."val_loss" > 0.5', 'metrics."val loss"', "metrics"),
    ],
)
def test_a_condition_on_a_mistyped_key_points_at_it_and_says_what_may_be_meant(measured, where, meant, at):
    for read in (measured.table, lambda **query: measured.finder.ids(known(**query))):
        with pytest.raises(WhereError, match="no run has") as raised:
            read(where=where)
        assert f"did you mean {meant}?" in str(raised.value)
        assert raised.value.column == where.index(at)


def known(**query):
    from nbmlops.store.run_query import RunQuery

    return RunQuery(**query)


@pytest.mark.parametrize(
    "where",
    ["metrics.loss < 1", "params.learning_rate > 0", "tags.reviewed == 'yes'", "metrics.accuracy > 5"],
)
def test_a_key_that_is_like_no_other_may_be_yet_to_come(measured, where):
    assert measured.names(where=where) == []


def test_whether_a_key_is_missing_may_be_asked_of_any(measured):
    assert measured.names(where="tags.teams is none and metrics.acurracy is none") == ["a"]


def test_in_an_empty_store_every_key_is_yet_to_come(store):
    assert store.names(where="metrics.acurracy > 0.5 and params.x == 1") == []
    assert store.names(order_by="-metrics.accuracy") == []


def test_keys_that_only_runs_in_the_bin_have_are_known(measured):
    measured.runs.bin(measured.finder.ids(known()))
    assert measured.names(where="metrics.accuracy > 0.5") == []
    assert measured.names(where="metrics.accuracy > 0.5", deleted=True) == ["a"]


@pytest.mark.parametrize(
    ("order_by", "said"),
    [
        ("metrics.acurracy", r"No run has metrics\.acurracy .*did you mean metrics\.accuracy\?"),
        ("-params.accuracy", r"did you mean metrics\.accuracy\?"),
        (
            "metrics.nosuch",
            r'There are metrics\.accuracy, metrics\."val loss", params\.max_depth, tags\.team\.',
        ),
        ("accuracy", r"can't be ordered by 'accuracy'\. Did you mean metrics\.accuracy\?"),
    ],
)
def test_an_order_by_what_no_run_has_says_what_may_be_meant(measured, order_by, said):
    with pytest.raises(ValueRefusedError, match=said):
        measured.table(order_by=order_by)


def test_an_order_by_what_no_run_has_is_no_error_where_there_is_nothing_to_order(measured):
    assert measured.names(order_by="metrics.nosuch", experiment="empty") == []
    assert measured.names(order_by="metrics.nosuch", where="name == 'nobody'") == []


def test_an_order_by_what_only_other_runs_have_is_no_error(measured):
    journal = JournalFile()
    journal.run("b", experiment="f")
    measured.take(journal)
    assert measured.names(order_by="metrics.accuracy", experiment="f") == ["b"]


def test_keys_are_listed_once_each_in_order(measured):
    journal = JournalFile()
    for at in range(3):
        journal.run(f"r{at}", metrics={"accuracy": 1.0, "b": 1.0})
    measured.take(journal)
    with measured.database.reading() as connection:
        assert known_keys.keys(connection, "metrics") == ["accuracy", "b", "val loss"]
        assert known_keys.keys(connection, "tags") == ["team"]
