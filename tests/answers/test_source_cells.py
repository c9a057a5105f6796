"""Which cell of one run became which of another."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from nbmlops.answers.source_cells import compare_sources
from nbmlops.errors import NotFoundError
from nbmlops.records import LocalModule, RunInfo, RunStatus, SliceCell

MODULES = {"one": "RATE = 0.1\n", "two": "RATE = 0.2\n"}


def run(*sources: str, ids: tuple[str | None, ...] = (), **columns: Any) -> RunInfo:
    cells = tuple(
        SliceCell(source, ids[at] if ids else None, execution_count=at + 1)
        for at, source in enumerate(sources)
    )
    return RunInfo(
        "0" * 32,
        "forest",
        "churn",
        RunStatus.FINISHED,
        datetime(2026, 11, 20, tzinfo=UTC),
        slice=cells,
        **columns,
    )


def read(digest: str) -> str:
    if digest not in MODULES:
        raise NotFoundError(digest)
    return MODULES[digest]


def states(old: RunInfo, new: RunInfo) -> list[tuple[str, str, str]]:
    return [
        (cell["state"], cell["old_mark"], cell["new_mark"])
        for cell in compare_sources(old, new, read)["cells"]
    ]


def test_the_front_ends_id_finds_a_cell_again_however_much_was_edited() -> None:
    old = run("a = load()", "clean(a)", "fit()", ids=("x", "y", "z"))
    new = run("a = load()", "rows = table.join(other)", "fit()", ids=("x", "y", "z"))
    assert states(old, new)[1] == ("changed", "[2]", "[2]")
    assert states(run("clean(a)", "fit()"), run("rows = table.join(other)", "fit()")) == [
        ("removed", "[1]", ""),
        ("added", "", "[1]"),
        ("same", "[2]", "[2]"),
    ]


def test_a_new_cell_stands_where_it_was_put() -> None:
    found = states(run("a = 1", "b = a", "fit(b)"), run("a = 1", "log('looks well')", "b = a", "fit(b)"))
    assert [state for state, _, _ in found] == ["same", "added", "same", "same"]


def test_the_tracked_cells_stand_for_each_other_whatever_became_of_them() -> None:
    (cell,) = compare_sources(run("fit(a)"), run("entirely = other"), read)["cells"]
    assert (cell["state"], cell["tracked"]) == ("changed", True)


def test_a_module_that_was_edited_is_compared_as_cells_are() -> None:
    old = run("fit()", modules=(LocalModule("rates", "rates.py", "one"), LocalModule("same", "same.py", "s")))
    new = run("fit()", modules=(LocalModule("rates", "rates.py", "two"), LocalModule("same", "same.py", "s")))
    found = compare_sources(old, new, read)
    _, module = found["cells"]
    assert (module["kind"], module["old_mark"], module["state"]) == ("module", "rates", "changed")
    assert [part["text"] for part in module["rows"][0]["new"] if part["changed"]] == ["2"]
    assert not found["same"]


def test_a_script_has_one_cell_and_who_left_nothing_is_named() -> None:
    assert compare_sources(run(source="a = 1"), run(source="a = 2"), read)["cells"][0]["added"] == 1
    assert compare_sources(run(), run("a"), read)["missing"] == "forest left no source"


def test_what_turns_the_reading_direction_is_seen() -> None:
    (cell,) = compare_sources(run("a = 1"), run("a = 1 # \u202e1"), read)["cells"]
    assert "\u202e" not in "".join(part["text"] for part in cell["rows"][0]["new"])


def test_long_sources_and_many_cells_take_no_long_time() -> None:
    began = time.process_time()
    lines = "\n".join(f"a_{at} = {at}" for at in range(4000))
    (cell,) = compare_sources(run(lines), run(lines.replace("= 7", "= 8")), read)["cells"]
    assert (cell["rows"], cell["remark"]) == ([], "Too long to be compared line by line")
    many = [f"x_{at} = work({at})\nshow(x_{at})" for at in range(300)]
    compare_sources(run(*many), run(*many[::2], "fit()"), read)
    assert time.process_time() - began < 5
