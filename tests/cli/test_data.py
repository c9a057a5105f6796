"""`nbmlops data`."""

from __future__ import annotations

import json
import re

import pytest

from .conftest import Cli, _seeded

SEED = """
import os
import numpy as np, pandas as pd
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.user_ns["pd"], shell.user_ns["np"] = pd, np
rng = np.random.default_rng(0)
frame = pd.DataFrame({"id": range(500), "x": rng.normal(size=500), "kind": rng.choice(["a", "b"], 500)})
other = frame.copy()
other.loc[[1, 2], "x"] = 50.0
frame.to_csv("one.csv", index=False)
other.drop(index=7).to_csv("two.csv", index=False)
shell.user_ns["df"], shell.user_ns["labels"] = frame, np.arange(500) % 2
shell.run_line_magic("load_ext", "nbmlops")
cell = "\\nscore = float(df.x.mean() + labels.mean()) * np.pi"
shell.run_cell("%%track first --keep-data" + cell)
shell.user_ns["df"] = other
shell.run_cell("%%track second --keep-data" + cell)
shell.user_ns["df"] = other.assign(x=0.0)
shell.run_cell("%%track third" + cell)
shell.run_cell("%%track reader\\ntable = pd.read_csv('one.csv')\\nmean = float(table.x.mean()) * np.pi")
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    return _seeded(tmp_path_factory.mktemp("data"), SEED)


def diff(data: Cli, *words: str) -> dict:
    return json.loads(data.out("data", "diff", *words, "--json"))


def test_two_inputs_are_compared_row_by_row_where_they_are_kept(data):
    found = diff(data, "first:df", "second:df")
    assert found["equal"] is False
    assert {key: found["rows"][key] for key in ("added", "removed", "changed", "before", "after")} == {
        "added": 0, "removed": 0, "changed": 2, "before": 500, "after": 500,
    }  # fmt: skip
    assert found["schema"] == {"added": [], "removed": [], "changed": []}
    assert found["columns"]["x"]["after"]["max"] == 50.0
    assert found["columns"]["id"]["moved"] == 0.0


def test_two_runs_are_compared_input_by_input(data):
    found = diff(data, "first", "second")
    assert found["equal"] is False
    assert found["rows"]["changed"] == 2
    assert found["inputs"]["labels"]["equal"] is True
    assert set(found["columns"]) == {"df.id", "df.x", "df.kind", "labels."}
    assert diff(data, "first", "first")["equal"] is True


def test_of_what_is_not_kept_profiles_are_compared(data):
    found = diff(data, "first:df", "third:df")
    assert (found["rows"]["changed"], found["rows"]["before"]) == (None, 500)
    assert found["columns"]["x"]["after"]["std"] == 0.0
    assert "third" in found["notes"][0]


def test_files_are_compared_by_key(data):
    found = diff(data, "one.csv", "two.csv", "--key", "id")
    assert (found["rows"]["removed"], found["rows"]["changed"], found["rows"]["key"]) == (1, 2, ["id"])
    assert found["columns"]["x"]["changed"] == 2


def test_a_file_that_a_run_read_is_compared_as_long_as_it_is_the_same(data):
    found = diff(data, "reader:one.csv", "two.csv")
    assert (found["rows"]["removed"], found["rows"]["changed"]) == (1, 2)


def test_the_text_is_narrow_and_says_what_differs_first(data, plain_text):
    text = data.out("data", "diff", "first:df", "second:df")
    lines = text.splitlines()
    assert lines[0] == "Different data."
    assert "500: 2 changed" in text
    assert re.search(r"^x +<1 %", text, re.MULTILINE)
    assert "2 columns of the same distribution" in text
    screen = plain_text(data.screen("data", "diff", "first:df", "third:df", width=60))
    assert max(map(len, [line for line in screen.splitlines() if "kept" not in line])) <= 60


def test_showing_an_input_tells_its_profile_and_who_read_it(data):
    text = data.out("data", "show", "first:labels")
    assert "b3c1:" in text
    assert "Read by 3 runs" in text
    assert text.index("third") < text.index("first  as labels")  # the newest first
    found = json.loads(data.out("data", "show", "second:df", "--json"))
    assert found["columns"]["kind"]["frequent"].keys() == {"a", "b"}
    assert [reader["name"] for reader in found["readers"]] == ["second"]
    assert (found["kept"], found["shape"]) == (True, [500, 3])
    assert "kind" in data.out("data", "show", "one.csv")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("first", "nope"), "No run 'nope'"),
        (("first:df", "first:nope"), "has no input 'nope'; its inputs: df, labels"),
        (("one.csv", "nope.csv"), "There is no file nope.csv"),
        (("first", "one.csv"), "Name one:"),
        (("first", "reader"), "have no input of the same name"),
    ],
)
def test_what_is_not_there_ends_with_3(data, words, said):
    assert said in data("data", "diff", *words, code=3).stderr


def test_without_a_store_files_are_compared_and_runs_are_not_found(nowhere):
    (nowhere.folder / "a.csv").write_text("a\n1\n")
    assert json.loads(nowhere.out("data", "diff", "a.csv", "a.csv", "--json"))["equal"] is True
    assert "no store" in nowhere("data", "diff", "a.csv", "run", code=3).stderr
    assert not (nowhere.folder / ".nbmlops").exists()


def test_a_key_that_repeats_is_called_wrongly(data):
    assert (
        "have the key of another row"
        in data("data", "diff", "one.csv", "two.csv", "--key", "kind", code=2).stderr
    )
