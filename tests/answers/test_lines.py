"""Tables with fewer lines than runs: identical ones folded, runs in groups; over a real store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbmlops.answers.groups import mean_of
from nbmlops.answers.pages import RunPages
from nbmlops.answers.store import AskedStore
from nbmlops.config import StoreLocation
from nbmlops.errors import ValueRefusedError
from nbmlops.records import Fingerprint, Input
from nbmlops.store.documents import input_to_doc
from nbmlops.workspace import Workspace


class Table:
    """A store, and its pages."""

    def __init__(self, folder: Path) -> None:
        location = StoreLocation(folder / "store")
        self.writer = Workspace(location, mask=lambda value: value, on_trouble=pytest.fail)
        self.reader = Workspace(location, mask=lambda value: value, on_trouble=pytest.fail)
        self.pages = RunPages(AskedStore(self.reader, lambda value: value))

    def run(
        self,
        name: str,
        *,
        params: dict[str, Any] | None = None,
        metrics: dict[str, float] | None = None,
        data: dict[str, str] | None = None,
        tags: dict[str, str] | None = None,
        context: dict[str, Any] | None = None,
        **columns: Any,
    ) -> str:
        run = self.writer.start_run(name, experiment="churn", tags=tags, reads_context=False)
        with run:
            run.log_params(params or {})
            run.log_metrics(metrics or {})
            recorder = self.writer.recorder
            marks = {
                name_of: Fingerprint(f"xxh3:{content}", "schema") for name_of, content in (data or {}).items()
            }
            if marks:
                run.write_inputs(
                    [input_to_doc(Input(of, "dataframe", fingerprint=mark)) for of, mark in marks.items()]
                )
            recorder.context(run.id, columns=columns, doc=context or {})
        return run.id

    def lines(self, **query: Any) -> list[str]:
        """The name of each line in order; a group is the number of its runs in brackets."""
        page = self.pages.page(query)
        groups = {group["at"]: f"[{group['runs']}]" for group in page["groups"]}
        rows = iter(page["rows"])
        places = range(page["offset"], page["offset"] + len(page["rows"]) + len(groups))
        return [groups.get(at) or next(rows)["name"] for at in places]

    def groups(self, **query: Any) -> list[Any]:
        return list(self.pages.page({"group_by": ["params", "-params.seed"], **query})["groups"])


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = Table(tmp_path)
    yield made
    made.writer.drain.close()
    made.reader.database.reset()
    made.writer.database.reset()


@pytest.fixture
def twins(table: Table) -> Table:
    """Three identical runs, one that failed with the same source, data and parameters, and another."""
    for name, mark in (("first", "a"), ("other", "b"), ("again", "a"), ("third", "a")):
        table.run(name, identity=mark, metrics={"accuracy": 0.9})
    table.run("failed", identity="a", suspect=True)
    return table


@pytest.fixture
def seeds(table: Table) -> Table:
    """Three values of C, five seeds each."""
    chance = np.random.default_rng(7)
    for seed in range(5):
        for c in (0.1, 1.0, 10.0):
            accuracy = 0.8 + 0.05 * np.log10(c) + chance.normal() / 100
            table.run(
                f"C={c} {seed}",
                params={"C": c, "seed": seed},
                metrics={"accuracy": accuracy, "loss": 1 - accuracy},
            )
    return table


def test_identical_runs_fold_to_one_line_that_counts_them(twins: Table) -> None:
    assert twins.lines(fold=True) == ["failed", "third", "other"]
    page = twins.pages.page({"fold": True})
    assert [row["alike"] for row in page["rows"]] == [1, 3, 1]
    assert (page["total"], page["runs"], page["identical"]) == (3, 5, 2)
    assert twins.pages.page({})["identical"] == 2


def test_a_fold_opens_where_it_stands(twins: Table) -> None:
    ids = {row["name"]: row["id"] for row in twins.pages.page({})["rows"]}
    opened = twins.pages.page({"fold": True, "unfold": [ids["third"]]})
    assert [row["name"] for row in opened["rows"]] == ["failed", "third", "again", "first", "other"]
    assert [row["inside"] for row in opened["rows"]] == ["", "", ids["third"], ids["third"], ""]
    assert opened["total"] == 5
    # Sorted otherwise, another of them stands for the rest: what is open stays so.
    assert twins.lines(fold=True, order_by="name", unfold=[ids["third"]])[:3] == ["again", "first", "third"]


def test_pages_of_folded_lines_fit_together(twins: Table) -> None:
    parts = [name for at in range(3) for name in twins.lines(fold=True, offset=at, limit=1)]
    assert parts == twins.lines(fold=True)


def test_only_what_a_filter_leaves_is_folded(twins: Table) -> None:
    page = twins.pages.page({"fold": True, "where": "name in ('first', 'again')"})
    assert [(row["name"], row["alike"]) for row in page["rows"]] == [("again", 2)]


def test_a_fold_has_the_worst_verdict_of_its_runs(table: Table) -> None:
    table.run("checked", identity="a", verdict="DIFFERS")
    table.run("newer", identity="a", verdict="REPRODUCED")
    assert [row["verdict"] for row in table.pages.page({"fold": True})["rows"]] == ["DIFFERS"]


def test_groups_have_the_mean_and_deviation_that_numpy_finds(seeds: Table) -> None:
    values: dict[float, list[float]] = {}
    for row in seeds.pages.page({})["rows"]:
        values.setdefault(row["params"]["C"], []).append(row["metrics"]["accuracy"])
    groups = seeds.groups(means=["accuracy"])
    assert len(groups) == 3
    for group in groups:
        own = values[group["values"]["params.C"]]
        mean = group["metrics"]["accuracy"]
        assert mean["mean"] == pytest.approx(np.mean(own), rel=1e-12)
        assert mean["sd"] == pytest.approx(np.std(own, ddof=1), rel=1e-12)
        assert (mean["count"], group["runs"], group["counted"]) == (5, 5, 5)
    best = [group["values"]["params.C"] for group in groups if group["metrics"]["accuracy"]["best"]]
    assert best == [10.0]


def test_groups_are_ordered_by_the_mean(seeds: Table) -> None:
    for descending, order in ((True, [10.0, 1.0, 0.1]), (False, [0.1, 1.0, 10.0])):
        groups = seeds.groups(order_by="metrics.accuracy", descending=descending)
        assert [group["values"]["params.C"] for group in groups] == order


def test_an_open_group_is_followed_by_its_runs(seeds: Table) -> None:
    key = seeds.groups()[1]["key"]
    lines = seeds.lines(group_by=["params.C"], unfold=[seeds.groups(group_by=["params.C"])[1]["key"]])
    assert lines == ["[5]", "[5]", "C=1.0 4", "C=1.0 3", "C=1.0 2", "C=1.0 1", "C=1.0 0", "[5]"]
    inside = seeds.pages.page({"group_by": ["params", "-params.seed"], "group": key})
    assert {row["params"]["C"] for row in inside["rows"]} == {1.0}
    assert seeds.pages.run_ids({"group_by": ["params", "-params.seed"], "group": key}) == [
        row["id"] for row in inside["rows"]
    ]


def test_a_key_of_a_group_stays_while_runs_join_it(seeds: Table) -> None:
    before = {group["key"] for group in seeds.groups()}
    seeds.run("new", params={"C": 1.0, "seed": 9}, metrics={"accuracy": 0.8})
    assert {group["key"] for group in seeds.groups()} == before


def test_means_leave_out_runs_that_are_not_counted(table: Table) -> None:
    for seed, value in enumerate((0.8, 0.9)):
        table.run(f"r{seed}", params={"C": 1, "seed": seed}, metrics={"accuracy": value})
    table.run("leaked", params={"C": 1, "seed": 2}, metrics={"accuracy": 1.0}, suspect=True)
    (group,) = table.groups(means=["accuracy", "nothing"])
    assert (group["runs"], group["counted"]) == (3, 2)
    assert group["metrics"]["accuracy"]["mean"] == pytest.approx(0.85)
    assert "nothing" not in group["metrics"]


def test_runs_are_grouped_by_tags_and_by_what_they_lack(table: Table) -> None:
    table.run("a", tags={"team": "growth"})
    table.run("b", tags={"team": "growth"})
    table.run("c")
    groups = table.groups(group_by=["tags.team", "status"])
    assert [(group["values"], group["runs"]) for group in groups] == [
        ({"status": "FINISHED"}, 1),
        ({"tags.team": "growth", "status": "FINISHED"}, 2),
    ]
    with pytest.raises(ValueRefusedError, match="grouped by 'colour'"):
        table.groups(group_by=["colour"])


@pytest.mark.parametrize(
    ("values", "mean"),
    [
        ([], None),
        ([float("nan"), float("inf")], None),
        ([2.0], (2.0, None, 1)),
        ([1e308, 1e308, 1e308], None),
        ([1e200, -1e200], (0.0, None, 2)),
        ([1.0, 3.0, float("nan")], (2.0, pytest.approx(2**0.5), 2)),
    ],
)
def test_a_mean_is_of_numbers_that_have_one(values: list[float], mean: Any) -> None:
    assert mean_of(values) == mean


def test_runs_in_the_bin_are_a_table_of_their_own(twins: Table) -> None:
    gone = twins.pages.page({"where": "name == 'other'"})["rows"][0]["id"]
    twins.writer.runs.bin([gone])
    assert "other" not in twins.lines()
    assert twins.lines(deleted=True) == ["other"]
    twins.writer.runs.restore([gone])
    assert twins.lines(deleted=True) == []


def test_data_that_differ_stand_out_from_what_most_runs_read(table: Table) -> None:
    for name, content in (("a", "1" * 32), ("b", "1" * 32), ("c", "2" * 32)):
        table.run(name, data={"X_test": content, "X_train": "3" * 32})
    page = table.pages.page({})
    columns = {one["key"]: one for one in page["columns"] if one["group"] == "data"}
    assert (columns["X_test"]["differs"], columns["X_test"]["usual"]) == (True, "11111111")
    assert (columns["X_train"]["differs"], columns["X_train"]["value"]) == (False, "33333333")
    assert page["rows"][0]["data"] == {"X_test": "22222222", "X_train": "33333333"}


def test_environments_show_what_differs_between_the_runs(table: Table) -> None:
    def kept(**packages: str) -> str:
        import json

        document = {"python": "3.12.1", "platform": "Linux", "packages": {"scipy": "1.14", **packages}}
        return table.writer.blobs.put(json.dumps(document).encode())

    git = {"commit": "0123456789abcdef", "dirty": True, "branch": "main"}
    table.run("old", context={"environment": kept(numpy="1.26")})
    table.run("new", context={"environment": kept(numpy="2.1"), "git": git})
    page = table.pages.page({})
    known = {one["key"]: one["differs"] for one in page["columns"] if one["group"] == "environment"}
    assert {"python": False, "platform": False, "numpy": True, "commit": True}.items() <= known.items()
    assert "scipy" not in known
    newest = page["rows"][0]["environment"]
    assert newest["python"] == "3.12.1"
    assert (newest["numpy"], newest["commit"], newest["branch"]) == ("2.1", "01234567 changed", "main")
