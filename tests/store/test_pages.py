"""Pages of runs in SQL, on each kind of database."""

from __future__ import annotations

from typing import Any

import pytest
from a_store import AStore, JournalFile

from nbmlops.errors import ValueRefusedError, WhereError
from nbmlops.store import pages
from nbmlops.store.pages import PageReader, RunFilter


@pytest.fixture
def reader(store: AStore) -> PageReader:
    journal = JournalFile()
    odd = {"max_depth": 8, "rate": 0.1, "kernel": "RBF %_\\", "verbose": True, "none": None, "list": [1, 2]}
    journal.run("Forest", params=odd, metrics={"acc": 0.93}, tags={"team": "Growth"}, started=1.0)
    journal.run("boosting", params=odd | {"max_depth": 4, "rate": 1}, metrics={"acc": 0.95}, started=2.0)
    journal.run("nan", params={"max_depth": None}, metrics={"acc": float("nan")}, started=3.0, experiment="f")
    journal.run("broken", metrics={"acc": 1.0}, started=4.0, status="FAILED")
    store.take(journal)
    return PageReader(store.database)


def names(reader: PageReader, *order: Any, descending: bool = True, **wanted: Any) -> list[str]:
    ids = reader.find(RunFilter(**wanted), *order, descending=descending).ids
    return [row.name for row in reader.rows(ids)]


def test_runs_are_found_and_ordered(reader: PageReader) -> None:
    assert names(reader) == ["broken", "nan", "boosting", "Forest"]
    assert names(reader, "metrics.acc") == ["broken", "boosting", "Forest", "nan"]
    assert names(reader, "params.max_depth", descending=False)[:2] == ["boosting", "Forest"]
    assert names(reader, "experiment", descending=True)[0] == "nan"
    assert names(reader, experiment="f") == ["nan"]
    assert names(reader, where="params.max_depth >= 4") == ["boosting", "Forest"]


@pytest.mark.parametrize(
    ("words", "found"),
    [(("FOREST",), ["Forest"]), (("growth",), ["Forest"]), (("%_\\",), ["boosting", "Forest"]),
     (("rbf", "boost"), ["boosting"]), (("failed",), ["broken"]), (("nothing",), [])],
)  # fmt: skip
def test_words_are_found_in_any_case_and_mean_themselves(
    reader: PageReader, words: tuple[str, ...], found: list[str]
) -> None:
    assert names(reader, words=words) == found


def test_what_each_key_is_among_the_runs(reader: PageReader) -> None:
    ids = reader.find(RunFilter(experiment="e", where="status == 'FINISHED'")).ids
    found = {(one.group, one.key): one for one in reader.summaries(ids)}
    depth, rate, kernel = (found["params", key] for key in ("max_depth", "rate", "kernel"))
    assert (depth.numeric, depth.same, depth.low, depth.high) == (True, False, 4, 8)
    assert (rate.numeric, rate.same) == (True, False)
    assert (kernel.numeric, kernel.same, kernel.value) == (False, True, "RBF %_\\")
    assert [found["params", key].value for key in ("verbose", "none", "list")] == [True, None, [1, 2]]
    assert found["tags", "team"].runs == 1
    acc = found["metrics", "acc"]
    assert (acc.runs, acc.same, acc.low, acc.high) == (2, False, 0.93, 0.95)
    assert not next(o for o in reader.summaries(reader.find(RunFilter()).ids) if o.key == "acc").same


def test_only_finished_runs_can_be_best(reader: PageReader) -> None:
    found = reader.find(RunFilter())
    assert reader.best(found, {"acc": "max"}) == {"acc": 0.95}
    assert reader.best(found, {"acc": "min"}) == {"acc": 0.93}
    assert reader.best(reader.find(RunFilter(experiment="f")), {"acc": "max"}) == {}
    assert reader.find(RunFilter()).experiments == 2


@pytest.mark.parametrize("looked_up", [0, 2_000])
@pytest.mark.parametrize(
    "where",
    [
        "metrics.acc > 0.93",
        "not metrics.acc > 0.93",
        "params.max_depth is none",
        "params.max_depth is not none and metrics.acc < 1",
        "params.rate == 1 or tags.team contains 'row' or name == 'nan'",
        "not (params.verbose == True or experiment == 'f')",
        "min(metrics.acc) != 1",
    ],
)
def test_a_scope_is_narrowed_to_what_is_found_at_once(
    reader: PageReader, monkeypatch: pytest.MonkeyPatch, where: str, looked_up: int
) -> None:
    monkeypatch.setattr(pages, "_LOOKED_UP", looked_up)
    for more in ({}, {"experiment": "e"}, {"words": ("o",)}):
        wanted = RunFilter(where=where, **more)  # type: ignore[arg-type]
        at_once = reader.find(wanted)
        narrowed = reader.narrow(reader.find(wanted.scope), wanted)
        assert (narrowed.ids, narrowed.experiments) == (at_once.ids, at_once.experiments)
        assert len(reader.find(wanted.scope).ids) >= len(at_once.ids)
    assert 0 < len(reader.find(RunFilter(where=where)).ids) < 4


@pytest.mark.parametrize("few", [0, 500])
def test_the_best_is_of_the_runs_found_alone(
    reader: PageReader, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(pages, "_FEW", few)
    monkeypatch.setattr(pages, "_FIRST_LOOK", 1)
    found = reader.find(RunFilter())
    assert reader.best(found, {"acc": "max", "none": "min"}) == {"acc": 0.95}
    first = reader.narrow(found, RunFilter(words=("forest",)))
    assert reader.best(first, {"acc": "max"}) == {"acc": 0.93}
    assert reader.best(reader.find(RunFilter(experiment="f")), {"acc": "max"}) == {}


def test_the_revision_changes_with_every_write_alone(reader: PageReader, store: AStore) -> None:
    before = reader.revision()
    assert reader.revision() == before
    store.runs.set_tags(reader.find(RunFilter()).ids[0], {"seen": "yes"})
    assert reader.revision() != before


def test_what_cannot_be_asked_is_refused(reader: PageReader) -> None:
    with pytest.raises(WhereError):
        reader.find(RunFilter(where="acc >"))
    with pytest.raises(ValueRefusedError):
        reader.find(RunFilter(), "metrics.")
