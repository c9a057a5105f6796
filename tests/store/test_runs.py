from __future__ import annotations

import math

import numpy as np
import pytest
from a_store import JournalFile
from sqlalchemy import event

from nbmlops.errors import AmbiguousIdError, NotFoundError, StoreError, ValueRefusedError
from nbmlops.records import Goal
from nbmlops.store.experiments import parse_goal
from nbmlops.store.pages import PageReader, RunFilter
from nbmlops.store.run_query import RunQuery

ODD_KEYS = [
    "two words",
    "val/loss",
    "тест",
    "損失 📉",
    "it's",
    'say "x"',
    "a`b",
    "a\nb",
    "'; DROP TABLE runs; --",
    "k" * 500,
]


@pytest.fixture
def three(store):
    """Runs a, b, c, begun in this order."""
    journal = JournalFile()
    ids = {
        "a": journal.run("a", started=1.0, metrics={"acc": 0.7}, params={"depth": 3}, tags={"team": "x"}),
        "b": journal.run("b", started=2.0, metrics={"acc": 0.9}, params={"depth": 1}, experiment="f"),
        "c": journal.run("c", started=3.0, params={"model": "forest"}, status="FAILED"),
    }
    store.take(journal)
    return ids


def test_runs_are_listed_newest_first(store, three):
    assert store.names() == ["c", "b", "a"]


def test_a_table_has_a_value_for_each_run_and_none_where_a_run_has_none(store, three):
    table = store.table()
    assert table.metrics == {"acc": [None, 0.9, 0.7]}
    assert table.params == {"depth": [None, 1, 3], "model": ["forest", None, None]}
    assert table.tags == {"team": [None, None, "x"]}
    assert table.columns["status"] == ("FAILED", "FINISHED", "FINISHED")
    assert table.columns["experiment"] == ("e", "f", "e")


def test_a_parameter_that_nobody_chose_has_no_column_until_it_is_asked_for(store):
    journal = JournalFile()
    for name, chosen, default in (("a", ["depth"], ["leaf", "n_jobs"]), ("b", ["leaf"], ["depth", "n_jobs"])):
        run_id = journal.run(name, started=float(ord(name)))
        items = [[key, 1, "estimator", True] for key in chosen] + [
            [key, 2, "estimator", False] for key in default
        ]
        journal.doc(op="params", run=run_id, items=items)
    store.take(journal)
    assert store.table().params == {"depth": [2, 1], "leaf": [1, 2]}
    assert store.table(where="name == 'a'").params == {"depth": [1]}
    assert store.table(limit=1).params == {"leaf": [1]}
    assert store.table(defaults=True).params == {"depth": [2, 1], "leaf": [1, 2], "n_jobs": [2, 2]}
    assert store.table(defaults=True, limit=1).params == {"depth": [2], "leaf": [1], "n_jobs": [2]}
    assert store.names(where="params.n_jobs == 2", order_by="params.n_jobs") == ["b", "a"]
    store.runs.bin(store.finder.ids(RunQuery(where="name == 'b'")))
    assert store.table().params == {"depth": [1]}


def test_runs_are_chosen_by_experiment_condition_and_number(store, three):
    assert store.names(experiment="e") == ["c", "a"]
    assert store.names(where="metrics.acc > 0.8") == ["b"]
    assert store.names(limit=2) == ["c", "b"]
    assert store.names(limit=0) == []
    assert store.names(experiment="nothing") == []
    assert store.names(ids=[three["a"], three["c"]]) == ["c", "a"]


@pytest.mark.parametrize(
    ("order_by", "expected"),
    [
        ("metrics.acc", "abc"), ("-metrics.acc", "bac"), ("params.depth", "bac"), ("-params.depth", "abc"),
        ("started", "abc"), ("-started", "cba"), ("name", "abc"), ("-name", "cba"), ("-status", "bac"),
        ("tags.team", "acb"), ("-tags.team", "acb"), ("params.model", "cba"), ("-params.model", "cba"),
        ("-experiment", "bca"),
    ],
)  # fmt: skip
def test_runs_stand_in_the_order_asked_for_and_those_without_the_value_last(store, three, order_by, expected):
    assert store.names(order_by=order_by) == list(expected)


@pytest.mark.parametrize(
    ("order_by", "expected"), [("-metrics.acc", "badc"), ("metrics.acc", "abdc"), ("-name", "dcba")]
)
def test_in_the_order_of_a_metric_runs_that_can_not_be_believed_come_after_those_that_can(
    store, three, order_by, expected
):
    journal = JournalFile()
    leaking = journal.run("d", started=4.0, metrics={"acc": 1.0})
    journal.doc(op="context", run=leaking, columns={"suspect": True}, doc={"doubts": ["It leaks."]})
    store.take(journal)
    assert store.names(order_by=order_by) == list(expected)
    pages = PageReader(store.database)
    found = pages.find(RunFilter(), order_by.removeprefix("-"), descending=order_by.startswith("-"))
    assert [row.name for row in pages.rows(found.ids)] == list(expected)


def test_an_order_by_texts_of_a_parameter_is_one_too(store):
    journal = JournalFile()
    for name in ("ridge", "forest", "lasso"):
        journal.run(name, params={"model": name})
    store.take(journal)
    assert store.names(order_by="params.model") == ["forest", "lasso", "ridge"]
    assert store.names(order_by="-params.model") == ["ridge", "lasso", "forest"]


@pytest.mark.parametrize("order_by", ["nonsense", "metrics.", "doc", "; DROP TABLE runs", "-"])
def test_an_order_that_there_is_not_says_which_there_are(store, order_by):
    with pytest.raises(ValueRefusedError, match=r"metrics\.KEY"):
        store.table(order_by=order_by)


def test_nan_comes_back_as_nan_and_is_ordered_last(store):
    journal = JournalFile()
    journal.run("nan", metrics={"loss": math.nan})
    journal.run("one", metrics={"loss": 1.0})
    journal.run("inf", metrics={"loss": math.inf})
    store.take(journal)
    assert store.names(order_by="-metrics.loss") == ["inf", "one", "nan"]
    values = dict(zip(store.names(), store.table().metrics["loss"], strict=True))
    assert math.isnan(values["nan"])
    assert values["inf"] == math.inf


def test_a_prefix_names_a_run_while_it_is_unique(store, three):
    run_id = three["a"]
    assert store.finder.resolve(run_id) == run_id
    assert store.finder.resolve(run_id[:12].upper()) == run_id
    assert store.finder.resolve(f"  {run_id[:12]} ") == run_id


def test_a_prefix_of_several_runs_lists_them_and_says_what_to_type(store):
    journal = JournalFile()
    for digit in "12":
        journal.doc(op="start", run="abcdefab" + digit * 24, name=f"run {digit}", experiment="e", started=1.0)
    store.take(journal)
    for find in (store.finder.resolve, store.finder.find):
        with pytest.raises(AmbiguousIdError) as raised:
            find("abc")
        assert str(raised.value).splitlines() == [
            "'abc' fits 2 runs:",
            "  abcdefab1  1970-01-01 00:00:01 UTC  e  run 1",
            "  abcdefab2  1970-01-01 00:00:01 UTC  e  run 2",
            "Name the one that is meant by its id, such as abcdefab1.",
        ]
    assert store.finder.resolve("abcdefab1") == "abcdefab" + "1" * 24


def test_a_name_that_one_run_has_stands_for_it(store, three):
    journal = JournalFile()
    named = journal.run("my best run")
    store.take(journal)
    assert store.finder.resolve("my best run") == named
    assert store.finder.find("my best run").count == 1


def test_to_read_a_shared_name_stands_for_the_newest_and_to_change_for_none(store):
    journal = JournalFile()
    ids = [journal.run("forest", experiment=f"e{at}", started=1_700_000_000.0 + at) for at in range(7)]
    store.take(journal)
    found = store.finder.find("forest")
    assert (found.id, found.count) == (ids[-1], 7)
    with pytest.raises(AmbiguousIdError) as raised:
        store.finder.resolve("forest")
    first, *listed, more, last = str(raised.value).splitlines()
    assert first == "7 runs are named 'forest':"
    assert [line.split()[0] for line in listed] == [run_id[:8] for run_id in reversed(ids[2:])]
    assert listed[0].endswith("2023-11-14 22:13:26 UTC  e6")
    assert more.strip() == "and 2 more"
    assert last.endswith(f"such as {ids[-1][:8]}.")


def test_a_whole_id_comes_before_a_name_and_a_name_before_the_beginning_of_an_id(store):
    journal = JournalFile()
    beginning = "cafe" + "1" * 28
    whole = "beef" + "2" * 28
    journal.doc(op="start", run=beginning, name="first", experiment="e", started=1.0)
    journal.doc(op="start", run=whole, name="second", experiment="e", started=1.0)
    named_as_a_beginning, named_as_an_id = journal.run("cafe"), journal.run(whole)
    store.take(journal)
    assert store.finder.resolve("cafe") == named_as_a_beginning
    assert store.finder.resolve("cafe1") == beginning
    assert store.finder.resolve(whole) == whole
    assert store.finder.resolve(named_as_an_id) == named_as_an_id


def test_a_misspelt_name_is_recognised(store):
    journal = JournalFile()
    journal.run("forest")
    store.take(journal)
    with pytest.raises(NotFoundError, match="Did you mean 'forest'"):
        store.finder.resolve("forst")


@pytest.mark.parametrize("prefix", ["", " ", "zzz", "%", "_", "no such run"])
def test_what_names_no_run_is_not_found_and_says_how_to_list_them(store, three, prefix):
    with pytest.raises(NotFoundError, match="nbmlops runs"):
        store.finder.resolve(prefix)


def test_the_bin_hides_runs_until_they_are_brought_back(store, three):
    store.runs.bin([three["a"], three["b"]])
    assert store.names() == ["c"]
    assert store.names(deleted=True) == ["b", "a"]
    assert store.table().metrics == {}
    with pytest.raises(NotFoundError, match="--deleted"):
        store.finder.resolve(three["a"])
    assert store.finder.resolve(three["a"], deleted=True) == three["a"]
    assert store.info(three["a"]).deleted is not None
    store.runs.restore([three["a"], three["b"]])
    assert store.names() == ["c", "b", "a"]
    assert store.info(three["a"]).deleted is None


def test_purged_runs_are_gone_for_good(store, three):
    store.runs.purge([three["a"]])
    assert store.names() == ["c", "b"]
    with pytest.raises(NotFoundError):
        store.info(three["a"])


def test_runs_can_be_renamed_noted_and_tagged_afterwards(store, three):
    run_id = three["a"]
    store.runs.rename(run_id, "better")
    store.runs.add_note(run_id, "first")
    store.runs.add_note(run_id, "second")
    store.runs.set_tags(run_id, {"team": "y", "stage": "trial"})
    store.runs.set_tags(run_id, {"stage": None, "absent": None})
    info = store.info(run_id)
    assert (info.name, info.note, info.tags) == ("better", "first\nsecond", {"team": "y"})
    with pytest.raises(ValueRefusedError):
        store.runs.rename(run_id, "  ")


def test_keys_that_were_wrong_can_be_dropped(store):
    journal = JournalFile()
    run_id = journal.run(metrics={"a": 1.0, "b": 2.0}, params={"a": 1, "c": 2})
    journal.chunk(run_id, "s", [1.0, 2.0])
    store.take(journal)
    assert store.runs.drop_keys(run_id, ["a", "s", "nothing"]) == ["a", "s"]
    assert (store.info(run_id).metrics, store.info(run_id).params) == ({"b": 2.0}, {"c": 2})
    with pytest.raises(NotFoundError, match="it has b"):
        store.history(run_id, "s")


@pytest.mark.parametrize("key", ODD_KEYS)
def test_keys_may_be_any_text(store, key):
    journal = JournalFile()
    run_id = journal.run(metrics={key: 0.25}, params={key: 1}, tags={key: "t"})
    store.take(journal)
    info = store.info(run_id)
    assert (info.metrics, info.params, info.tags) == ({key: 0.25}, {key: 1}, {key: "t"})
    assert store.history(run_id, key).values.tolist() == [0.25]
    assert store.table().metrics == {key: [0.25]}


@pytest.mark.parametrize(
    "value",
    [
        None, True, False, 0, 1, -1, 2**53 + 1, 2**64, -(10**400), 0.1, -0.0, 1e-310, math.inf, -math.inf, "", "text",
        "nan", "1", "True", "[1]", "__import__('os').system('x')", "1; DROP TABLE runs", "'\"`\n\t\\", "é📉",
        [1, 2.5, "x", None], {"a": {"b": [1, {"c": None}]}}, [], {},
    ],
    ids=repr,
)  # fmt: skip
def test_a_parameter_comes_back_as_the_value_that_it_was(store, value):
    journal = JournalFile()
    run_id = journal.run(params={"p": value})
    store.take(journal)
    (param,) = store.info(run_id).param_details
    assert (param.value, type(param.value)) == (value, type(value))
    assert store.table().params["p"] == [value]
    assert type(store.table().params["p"][0]) is type(value)


def test_a_nan_parameter_comes_back_as_nan(store):
    journal = JournalFile()
    run_id = journal.run(params={"p": math.nan, "inside": [math.nan]})
    store.take(journal)
    assert math.isnan(store.info(run_id).params["p"])
    assert math.isnan(store.info(run_id).params["inside"][0])


def test_a_parameter_logged_again_has_the_last_value(store):
    journal = JournalFile()
    run_id = journal.start()
    journal.params(run_id, {"a": 1}).params(run_id, {"a": "two"}).end(run_id)
    store.take(journal)
    assert store.info(run_id).params == {"a": "two"}


# Series -------------------------------------------------------------------------------------------------


def test_steps_that_were_left_out_count_on(store):
    journal = JournalFile()
    run_id = journal.start()
    journal.point(run_id, "m", 0.0).point(run_id, "m", 1.0).point(run_id, "m", 2.0, 10).point(
        run_id, "m", 3.0
    )
    journal.chunk(run_id, "m", [4.0, 5.0])
    store.take(journal)
    journal.point(run_id, "m", 6.0).chunk(run_id, "m", [7.0, 8.0], [-5, -4]).point(run_id, "m", 9.0)
    store.take(journal)
    assert store.history(run_id, "m").steps.tolist() == [0, 1, 10, 11, 12, 13, 14, -5, -4, -3]
    assert store.history(run_id, "m").values.tolist() == list(range(10))


def test_the_last_step_that_there_is_has_none_after_it_and_loses_no_point(store):
    journal = JournalFile()
    run_id = journal.start()
    last = 2**63 - 1
    journal.point(run_id, "m", 0.0, last).point(run_id, "m", 1.0)
    store.take(journal)
    journal.point(run_id, "m", 2.0).chunk(run_id, "m", [3.0, 4.0])
    store.take(journal)
    assert store.history(run_id, "m").values.tolist() == [0, 1, 2, 3, 4]
    assert store.history(run_id, "m").steps.tolist() == [last] * 5


def test_a_series_goes_on_in_another_process(store):
    first, second = JournalFile(), JournalFile()
    run_id = first.start()
    first.point(run_id, "m", 1.0)
    second.point(run_id, "m", 2.0)
    store.take(first)
    store.take(second)
    assert store.history(run_id, "m").steps.tolist() == [0, 1]
    assert store.info(run_id).metric_details[0].count == 2


def test_small_chunks_become_one(store):
    journal = JournalFile()
    run_id = journal.start()
    for n in range(30):
        journal.point(run_id, "m", n)
        store.take(journal)
    assert store.count("metric_chunks") == 1
    assert store.history(run_id, "m").values.tolist() == list(range(30))


def test_long_series_lie_in_several_chunks(store):
    values = np.random.default_rng(0).normal(size=200_000)
    journal = JournalFile()
    run_id = journal.start()
    journal.chunk(run_id, "m", values).point(run_id, "m", 7.0)
    store.take(journal)
    assert store.count("metric_chunks") > 2
    found = store.history(run_id, "m")
    assert np.array_equal(found.values, [*values, 7.0])
    assert np.array_equal(found.steps, np.arange(200_001))


def test_a_metric_is_summed_up(store):
    journal = JournalFile()
    run_id = journal.start()
    for value in (3.0, math.nan, -1.0, math.inf, 2.0):
        journal.point(run_id, "val/loss", value)
        store.take(journal)
    (metric,) = store.info(run_id).metric_details
    assert (metric.last, metric.min, metric.max, metric.count, metric.last_step) == (
        2.0,
        -1.0,
        math.inf,
        5,
        4,
    )
    assert metric.direction == "min"


def test_a_metric_that_was_only_nan_is_nan(store):
    journal = JournalFile()
    run_id = journal.start()
    journal.point(run_id, "m", math.nan).point(run_id, "m", math.nan)
    store.take(journal)
    (metric,) = store.info(run_id).metric_details
    assert all(math.isnan(value) for value in (metric.last, metric.min, metric.max))


@pytest.mark.parametrize("first", ["points", "description"])
def test_the_direction_that_was_given_holds_whether_it_came_before_or_after_the_points(store, first):
    journal = JournalFile()
    run_id = journal.start()
    say = {"op": "metric", "run": run_id, "key": "churned", "direction": "min", "origin": "explicit"}
    if first == "points":
        journal.point(run_id, "churned", 1.0)
        store.take(journal)
        journal.doc(**say)
    else:
        journal.doc(**say).point(run_id, "churned", 1.0)
    store.take(journal)
    assert store.info(run_id).metric_details[0].direction == "min"


def test_a_metric_that_a_run_has_not_names_those_that_it_has(store, three):
    with pytest.raises(NotFoundError, match=r"no metric 'accuracy': it has acc"):
        store.history(three["a"], "accuracy")
    with pytest.raises(NotFoundError, match="nor any other"):
        store.history(three["c"], "accuracy")


def test_histories_are_those_of_two_points_and_more(store):
    journal = JournalFile()
    run_id = journal.start()
    journal.point(run_id, "one", 1.0).point(run_id, "two", 1.0).point(run_id, "two", 2.0)
    store.take(journal)
    assert {key: len(s.values) for key, s in store.metrics.histories([run_id]).items()} == {
        (run_id, "two"): 2
    }


# Best ---------------------------------------------------------------------------------------------------


def test_the_best_is_that_of_finished_runs_that_nothing_makes_suspect(store):
    journal = JournalFile()
    journal.run("good", metrics={"acc": 0.8})
    own = journal.run("own", metrics={"acc": 0.95})
    journal.run("elsewhere", metrics={"acc": 0.99}, experiment="other")
    journal.run("failed", metrics={"acc": 0.97}, status="FAILED")
    journal.run("nan", metrics={"acc": math.nan})
    leaked = journal.run("leaked", metrics={"acc": 1.0})
    journal.doc(op="context", run=leaked, columns={"suspect": True}, doc={}, append={})
    binned = journal.run("binned", metrics={"acc": 0.96})
    store.take(journal)
    store.runs.bin([binned])
    assert store.finder.best("e", "acc", "max", without=own) == 0.8
    assert store.finder.best("e", "acc", "max") == 0.95
    assert store.finder.best("e", "acc", "min") == 0.8
    assert store.finder.best("e", "nothing", "max") is None


# Experiments --------------------------------------------------------------------------------------------


def test_an_experiment_is_there_with_its_first_run_or_its_declaration(store, three):
    store.experiments.declare("planned", goal="accuracy >= 0.9", required_tags=["team"])
    found = {e.name: e for e in store.experiments.all()}
    assert {name: e.runs for name, e in found.items()} == {"e": 2, "f": 1, "planned": 0}
    assert found["planned"].goal == Goal("accuracy", ">=", 0.9)
    assert found["planned"].required_tags == ("team",)
    store.runs.bin([three["a"]])
    assert store.experiments.get("e").runs == 1


def test_a_declaration_changes_only_what_it_names(store):
    store.experiments.declare("x", goal="loss < 0.1", required_tags=["team"])
    store.experiments.declare("x", goal="loss < 0.2")
    assert store.experiments.get("x").required_tags == ("team",)
    store.experiments.declare("x", required_tags=[])
    assert str(store.experiments.get("x").goal) == "loss < 0.2"
    assert store.experiments.declare("x", goal="").goal is None


def test_an_experiment_that_there_is_not_is_not_found(store):
    with pytest.raises(NotFoundError):
        store.experiments.get("nothing")
    with pytest.raises(ValueRefusedError):
        store.experiments.declare(" ")


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("accuracy >= 0.9", Goal("accuracy", ">=", 0.9)),
        ("val/loss<1e-3", Goal("val/loss", "<", 1e-3)),
        ("two words > -1.5", Goal("two words", ">", -1.5)),
        ("rmse <= .5", Goal("rmse", "<=", 0.5)),
    ],
)
def test_goals_are_read_as_people_write_them(text, goal):
    assert parse_goal(text) == goal
    assert parse_goal(str(goal)) == goal


@pytest.mark.parametrize(
    "text", ["accuracy", ">= 0.9", "accuracy = 0.9", "accuracy >= high", "a >= 1.2.3", "a >= nan"]
)
def test_what_is_no_goal_is_refused_with_an_example(text):
    with pytest.raises(ValueRefusedError, match=r"accuracy >= 0\.9"):
        parse_goal(text)


def test_a_goal_with_many_digits_is_kept_to_the_last(store):
    assert store.experiments.declare("x", goal="auc >= 0.987654321").goal == Goal("auc", ">=", 0.987654321)


# Blobs --------------------------------------------------------------------------------------------------


def test_the_same_content_is_kept_once(sqlite_store, tmp_path):
    blobs = sqlite_store.blobs
    (tmp_path / "file").write_bytes(b"content")
    digest = blobs.put(b"content")
    assert blobs.put(b"content") == digest == blobs.put_file(tmp_path / "file")
    assert blobs.get(digest) == b"content"
    assert len([p for p in sqlite_store.folder.blobs.rglob("*") if p.is_file()]) == 1


def test_a_folder_comes_back_as_it_was(sqlite_store, tmp_path):
    (tmp_path / "model" / "deep").mkdir(parents=True)
    (tmp_path / "model" / "deep" / "a.bin").write_bytes(bytes(range(256)))
    (tmp_path / "model" / "b.txt").write_text("b")
    digest, size = sqlite_store.blobs.put_folder(tmp_path / "model")
    assert size == 257
    sqlite_store.blobs.restore_folder(digest, tmp_path / "back")
    assert (tmp_path / "back" / "deep" / "a.bin").read_bytes() == bytes(range(256))
    assert (tmp_path / "back" / "b.txt").read_text() == "b"


def test_a_blob_that_was_changed_or_is_gone_is_not_given_out(sqlite_store):
    digest = sqlite_store.blobs.put(b"content")
    sqlite_store.blobs.path(digest).write_bytes(b"other")
    with pytest.raises(StoreError, match="was changed"):
        sqlite_store.blobs.get(digest)
    sqlite_store.blobs.path(digest).unlink()
    with pytest.raises(NotFoundError):
        sqlite_store.blobs.get(digest)


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside-of-nbmlops", "a/../../outside"])
def test_a_manifest_can_not_write_outside_of_its_folder(sqlite_store, tmp_path, name):
    blob = sqlite_store.blobs.put(b"evil")
    manifest = sqlite_store.blobs.put(f'{{"{name}": "{blob}"}}'.encode())
    with pytest.raises(StoreError, match="outside"):
        sqlite_store.blobs.restore_folder(manifest, tmp_path / "target")
    assert not (tmp_path / "outside").exists()


def test_nothing_half_written_stays_behind(sqlite_store):
    def pieces():
        yield b"first"
        raise OSError(28, "No space left on device")

    with pytest.raises(StoreError, match="No space left"):
        sqlite_store.blobs._put_pieces(pieces())
    assert list(sqlite_store.folder.blobs.iterdir()) == []


def test_an_experiment_is_read_without_its_runs_being_counted_where_that_is_not_needed(store):
    journal = JournalFile()
    journal.run()
    store.take(journal)
    statements: list[str] = []
    event.listen(
        store.database.engine, "before_cursor_execute", lambda *words: statements.append(words[2].lower())
    )
    assert store.experiments.get("e", counts_runs=False).name == "e"
    assert not [said for said in statements if "from runs" in said]
    assert store.experiments.get("e").runs == 1
    assert [said for said in statements if "from runs" in said]
