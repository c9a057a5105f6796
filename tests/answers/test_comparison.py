"""What the front end is told of runs side by side, of runs that a session of cells has left."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from a_notebook_session import write_session
from nbmlops.answers.desk import Desk
from nbmlops.answers.store import AskedStore
from nbmlops.config import StoreLocation
from nbmlops.errors import NotFoundError, ValueRefusedError
from nbmlops.workspace import Workspace


class Asked:
    """The desk of a store, and the ids of its runs by name."""

    def __init__(self, workspace: Workspace) -> None:
        self.desk = Desk(AskedStore(workspace, lambda value: value))
        rows = self.desk.ask("page", {"query": {"limit": 50}})["rows"]
        self.ids: dict[str, list[str]] = {}
        for row in reversed(rows):
            self.ids.setdefault(row["name"], []).append(row["id"])

    def id(self, name: str) -> str:
        return self.ids[name][0]

    def compare(self, *names: str, baseline: str | None = None) -> Any:
        ids = [one for name in names for one in self.ids[name]]
        answer = self.desk.ask(
            "comparison", {"ids": ids, "baseline": None if baseline is None else self.id(baseline)}
        )
        json.dumps(answer, allow_nan=False)
        return answer

    def diff(self, old: str, new: str) -> Any:
        return self.desk.ask("source_diff", {"old": self.id(old), "new": self.id(new)})


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    folder: Path = tmp_path_factory.mktemp("session")
    write_session(folder)
    workspace = Workspace(
        StoreLocation(folder / ".nbmlops"), mask=lambda value: value, on_trouble=pytest.fail
    )
    yield Asked(workspace)
    workspace.drain.close()
    workspace.database.reset()


def labels(answer: Any) -> list[str]:
    return [run["label"] for run in answer["runs"]]


def line(answer: Any, part: str, name: str) -> Any:
    (found,) = [one for one in answer[part] if name in (one.get("key"), one.get("name"))]
    return found


def test_metrics_are_held_against_the_best_unless_another_baseline_is_asked_for(asked: Asked) -> None:
    answer = asked.compare("near", "far")
    assert labels(answer)[answer["baseline"]] == "near"
    accuracy = line(answer, "metrics", "accuracy")
    assert accuracy["direction"] == "max"
    assert accuracy["best"] == [answer["baseline"]]
    far = labels(answer).index("far")
    assert accuracy["deltas"][answer["baseline"]] is None
    assert accuracy["deltas"][far]["better"] is False
    assert accuracy["deltas"][far]["absolute"] == accuracy["values"][far] - accuracy["values"][1 - far]

    other = asked.compare("near", "far", baseline="far")
    near = labels(other).index("near")
    assert labels(other)[other["baseline"]] == "far"
    assert line(other, "metrics", "accuracy")["deltas"][near]["better"] is True
    loss = line(other, "metrics", "loss")
    assert (loss["direction"], loss["points"]) == ("min", 20)


def test_only_what_differs_stands_among_the_parameters(asked: Asked) -> None:
    answer = asked.compare("near", "far")
    assert [one["key"] for one in answer["params"]] == ["threshold"]
    assert sorted(answer["params"][0]["values"]) == [0.1, 0.9]
    assert answer["same_params"]["rounds"] == 20


def test_runs_that_were_measured_on_other_data_are_not_ranked_and_said_first(asked: Asked) -> None:
    answer = asked.compare("near", "far", "elsewhere", baseline="near")
    assert answer["cautions"][0]["title"] == "Not the same data"
    assert "elsewhere" in answer["cautions"][0]["text"]
    standing = {run["label"]: run["standing"] for run in answer["runs"]}
    assert standing == {"near": "ranked", "far": "ranked", "elsewhere": "other data"}
    data = line(answer, "data", "X_test")
    assert data["is_test"]
    assert not data["same"]
    assert len(data["versions"]) == 2
    assert asked.compare("near", "far")["cautions"] == []


def test_a_baseline_on_data_of_its_own_is_not_called_best(asked: Asked) -> None:
    answer = asked.compare("near", "elsewhere", baseline="elsewhere")
    assert answer["headline"].endswith("no other run can be ranked with it")


def test_runs_of_one_cell_on_one_state_are_the_same_in_all_that_is_recorded(asked: Asked) -> None:
    answer = asked.compare("twin")
    assert answer["identical"]
    assert len(answer["runs"]) == 2, "chosen runs are shown each, not folded"
    assert {run["source"] for run in answer["runs"]} == {"same"}
    assert not asked.compare("near", "far")["identical"]


def test_the_diff_shows_the_changed_line_of_the_edited_cell_with_its_words(asked: Asked) -> None:
    diff = asked.diff("near", "far")
    assert not diff["same"]
    *earlier, tracked = diff["cells"]
    assert {cell["state"] for cell in earlier} == {"same"}
    assert earlier[0]["source"].strip().startswith("import nbmlops")
    assert tracked["tracked"]
    assert tracked["state"] == "changed"
    changed = [row for row in tracked["rows"] if row["kind"] == "changed"]
    assert tracked["added"] == tracked["removed"] == len(changed)
    (row,) = [row for row in changed if "threshold = " in row["old"][0]["text"]]
    assert [part for part in row["old"] if part["changed"]] == [{"text": "1", "changed": True}]
    assert "".join(part["text"] for part in row["new"]) == "threshold = 0.9"
    assert row["old_number"] == row["new_number"] == 2


def test_an_edited_earlier_cell_is_found_again(asked: Asked) -> None:
    diff = asked.diff("near", "elsewhere")
    states = [(cell["state"], "default_rng" in cell["first"]) for cell in diff["cells"]]
    assert ("changed", True) in states
    assert not {"added", "removed"} & {state for state, _ in states}


def test_a_run_against_itself_has_no_diff(asked: Asked) -> None:
    assert asked.diff("near", "near")["same"]
    answer = asked.diff("twin", "twin")
    assert [cell["rows"] for cell in answer["cells"]] == [[]] * len(answer["cells"])


def test_pictures_of_one_name_stand_in_one_line_and_are_read_one_by_one(asked: Asked) -> None:
    answer = asked.compare("near", "far")
    (figure,) = answer["figures"]
    assert figure["name"] == "bars"
    assert figure["places"][0]["content"] != figure["places"][1]["content"]
    twins = asked.compare("twin")["figures"][0]["places"]
    assert twins[0]["content"] == twins[1]["content"]
    picture = asked.desk.ask("figure", {"run_id": asked.id("near"), "name": "bars"})
    assert picture["media_type"] == "image/svg+xml"
    assert b'<rect width="50"' in b64decode(picture["data"])


def test_what_is_no_picture_is_not_sent_as_one(asked: Asked) -> None:
    with pytest.raises(NotFoundError, match="no artifact"):
        asked.desk.ask("figure", {"run_id": asked.id("near"), "name": "../bars"})
    with pytest.raises(NotFoundError):
        asked.desk.ask("figure", {"run_id": "0" * 32, "name": "bars"})


def test_too_many_runs_unknown_ones_and_none_are_refused(asked: Asked) -> None:
    near = asked.id("near")
    for ids, error in (([], ValueRefusedError), (["0" * 32], NotFoundError)):
        with pytest.raises(error):
            asked.desk.ask("comparison", {"ids": ids})
    with pytest.raises(ValueRefusedError, match="51 runs are too many"):
        asked.desk.ask("comparison", {"ids": [f"{at:032x}" for at in range(51)]})
    with pytest.raises(NotFoundError, match="not among"):
        asked.desk.ask("comparison", {"ids": [near], "baseline": asked.id("far")})
    assert len(asked.desk.ask("comparison", {"ids": [near, near]})["runs"]) == 1


class TestCurves:
    """The points of a metric, in full and in part."""

    def series(self, asked: Asked, **wanted: Any) -> Any:
        ids = [asked.id("long-a"), asked.id("long-b")]
        return asked.desk.ask("series", {"ids": ids, "key": "loss", "max_points": 400, **wanted})

    def test_a_closer_look_has_every_point_and_one_beyond_either_end(self, asked: Asked) -> None:
        whole = self.series(asked)[0]
        assert (whole["count"], whole["thinned"]) == (10_000, True)
        part = self.series(asked, first=5000, last=5100)[0]
        assert part["steps"] == list(range(4999, 5102))
        assert (part["thinned"], part["count"]) == (False, 103)

    def test_time_runs_from_the_start_of_each_run(self, asked: Asked) -> None:
        whole, other = self.series(asked, by="time")
        assert len(whole["times"]) == len(whole["steps"])
        assert 0 <= whole["times"][0] <= whole["times"][-1] < 60
        assert other["began"] > whole["began"] > 1_700_000_000
        assert self.series(asked)[0]["times"] == []
        clock = self.series(asked, by="clock", first=other["began"])
        assert clock[0]["count"] == 1, "the first run was over: only the point before is there"
        assert clock[1]["count"] == 10_000

    def test_smoothing_is_given_the_means_of_what_was_left_out(self, asked: Asked) -> None:
        whole = self.series(asked, means=True)[0]
        assert len(whole["means"]) == len(whole["values"])
        at = len(whole["values"]) // 2
        low, high = sorted(whole["values"][at - 2 : at + 3])[::4]
        assert low <= whole["means"][at] <= high
        assert self.series(asked, means=True, first=0, last=9)[0]["means"] == []

    def test_runs_come_in_the_order_in_which_they_are_asked_for(self, asked: Asked) -> None:
        ids = [asked.id("long-b"), asked.id("near"), asked.id("long-a")]
        found = asked.desk.ask("series", {"ids": ids, "key": "loss"})
        assert [one["id"] for one in found] == ids
        assert asked.desk.ask("series", {"ids": ids, "key": "nothing"}) == []
