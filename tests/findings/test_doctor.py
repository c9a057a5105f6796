"""`%nbmlops doctor` in sessions: what is stale, in which order to run it again, and what is found."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from .conftest import Notebook


def diagnosis(notebook: Notebook) -> Any:
    notebook.run("%nbmlops doctor --json", "doctor")
    return json.loads(notebook.text)


def chain(notebook: Notebook) -> None:
    notebook.run("base = 2", "a")
    notebook.run("middle = base * 10", "b")
    notebook.run("other = 7", "c")
    notebook.run("%%track\nend = float(middle + 1)", "d")


def test_in_a_session_that_ran_from_top_to_bottom_nothing_is_stale(notebook: Notebook) -> None:
    chain(notebook)
    shown = notebook.run("%nbmlops doctor", "doctor")
    assert repr(shown) == "Nothing is stale."
    assert diagnosis(notebook)["order"] == []


def test_whatever_depends_on_an_older_version_is_stale_and_ordered(notebook: Notebook) -> None:
    chain(notebook)
    notebook.run("base = 3", "a")
    found = diagnosis(notebook)
    assert found["order"] == [3, 5]
    assert found["stale"][0]["names"] == ["middle"]
    assert found["stale"][0]["why"] == ["base comes from [2], which ran again as [6]"]
    assert found["stale"][1]["why"] == ["middle comes from [3], which is stale"]
    assert [item["code"] for cell in found["tracked"] for item in cell["findings"]] == ["NB101"]


def test_running_the_stale_cells_again_in_that_order_heals_the_session(notebook: Notebook) -> None:
    chain(notebook)
    notebook.run("base = 3", "a")
    for cell in ("b", "d"):
        notebook.run(notebook.cells[cell], cell)
    assert diagnosis(notebook)["order"] == []


def test_a_cell_that_gave_the_same_again_makes_nothing_stale(notebook: Notebook) -> None:
    notebook.run("import math\nbase = 2", "a")
    notebook.run("middle = base * math.pi", "b")
    notebook.run("import math, statistics\nbase = 2", "a")
    assert diagnosis(notebook)["order"] == []


def test_an_order_that_differs_from_that_of_execution(notebook: Notebook) -> None:
    notebook.run("x = 1", "x")
    notebook.run("first = x + 1", "one")
    notebook.run("second = first + 1", "two")
    notebook.run("first = x + 1", "one")
    notebook.run("x = 5", "x")
    assert diagnosis(notebook)["order"] == [5, 4]


def test_a_file_that_was_rewritten_makes_its_reader_stale(notebook: Notebook) -> None:
    data = notebook.folder / "data.txt"
    data.write_text("5")
    notebook.run("from pathlib import Path\nx = int(Path('data.txt').read_text())", "a")
    notebook.run("y = x + 1", "b")
    data.write_text("66")
    found = diagnosis(notebook)
    assert found["rewritten"] == [str(data)]
    assert found["order"] == [2, 3]


def test_a_cell_that_rewrites_what_it_read_is_not_stale_by_itself(notebook: Notebook) -> None:
    (notebook.folder / "data.txt").write_text("5")
    time.sleep(0.05)  # it was there before the first cell, for the file system's clock too
    notebook.run("from pathlib import Path\npath = Path('data.txt')", "a")
    notebook.run("y = int(path.read_text())", "b")
    notebook.run("path.write_text(path.read_text() + '5')", "c")
    assert diagnosis(notebook)["order"] == [3]


def test_an_edit_that_did_not_run_is_told(notebook: Notebook) -> None:
    chain(notebook)
    notebook.save({**notebook.cells, "b": "middle = base * 100"})
    found = diagnosis(notebook)
    assert found["order"] == [3, 5]
    assert found["stale"][0]["why"] == ["it was edited since it ran"]


def test_what_is_found_of_tracked_cells_now_is_told(notebook: Notebook) -> None:
    notebook.run("x = 5", "a")
    notebook.run("%%track\ny = float(x * 2)", "t")
    assert notebook.codes == []
    notebook.run("z = 5", "a")
    shown = repr(notebook.run("%nbmlops doctor", "doctor"))
    assert "NB101 stale-name: x came from a cell that was changed afterwards, [2]" in shown


def test_a_cell_that_changes_its_own_input_is_not_stale_by_itself(notebook: Notebook) -> None:
    notebook.run("x = 1", "a")
    notebook.run("x = x + 1", "b")
    notebook.run("x = x + 1", "b")
    assert diagnosis(notebook)["order"] == []


WRITE = "import pandas as pd\npd.DataFrame({'a': [1, 2, 3]}).to_csv('data.csv', index=False)"


def made_and_read(notebook: Notebook) -> None:
    notebook.run(WRITE, "w")
    notebook.run("df = pd.read_csv('data.csv')", "r")
    notebook.run("%%track\nscore = float(df.a.mean())", "t")
    time.sleep(0.05)  # for the file system's clock


def test_a_file_that_the_notebook_wrote_again_the_same_makes_nothing_stale(notebook: Notebook) -> None:
    made_and_read(notebook)
    notebook.run(WRITE, "w")
    found = diagnosis(notebook)
    assert (found["stale"], found["rewritten"], found["tracked"][0]["findings"]) == ([], [], [])


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("w", "data.csv comes from [2], which ran again as [5]"),
        ("other", "data.csv was rewritten since it was read"),
    ],
)
def test_a_file_that_the_notebook_wrote_again_otherwise_makes_its_reader_stale(
    notebook: Notebook, cell: str, why: str
) -> None:
    made_and_read(notebook)
    notebook.run(WRITE.replace("3]", "4]"), cell)
    found = diagnosis(notebook)
    assert found["order"] == [3, 4]
    assert found["stale"][0]["why"] == [why]


def test_a_run_whose_cell_overwrote_what_it_had_read_is_told_so(notebook: Notebook) -> None:
    (notebook.folder / "data.csv").write_text("a\n1\n2\n")
    time.sleep(0.05)
    notebook.run("import pandas as pd", "i")
    notebook.run("df = pd.read_csv('data.csv')\ndf.assign(b=1).to_csv('data.csv', index=False)", "r")
    notebook.run("%%track\nscore = float(df.a.mean())", "t")
    shown = repr(notebook.run("%nbmlops doctor", "doctor"))
    assert "No cell is stale, but something speaks against 1 tracked cell." in shown
    assert "data.csv was rewritten: [3] itself wrote it after it had read it" in shown


def test_what_is_found_of_many_tracked_cells_stands_once(notebook: Notebook) -> None:
    notebook.run("import random\nx = random.random()", "a")
    for number in range(4):
        notebook.run(f"%%track\ns{number} = x + {number}.5", f"t{number}")
    view = notebook.run("%nbmlops doctor", "doctor")
    for text in (repr(view), view._repr_html_()):
        assert text.count("NB106") == 1
        assert "4 cells: [3], [4], [5], [6]" in text
        assert "No cell is stale, but something speaks against 4 tracked cells." in text


def test_a_cell_that_worked_with_an_older_version_of_a_module_is_stale(notebook: Notebook) -> None:
    module = notebook.folder / "doctored.py"
    module.write_text("RATE = 2\n")
    notebook.run("import sys, importlib\nsys.path.insert(0, '.')\nimport doctored", "i")
    notebook.run("x = 3 * doctored.RATE", "x")
    notebook.run("%%track\ny = float(x + 1)", "t")
    module.write_text("RATE = 20\n")
    notebook.run("del sys.modules['doctored']\nimport doctored", "again")
    found = diagnosis(notebook)
    assert found["order"] == [3, 4]
    assert "doctored was edited and loaded anew since it ran" in found["stale"][0]["why"]


@pytest.mark.parametrize("form", ["text/plain", "text/html"])
def test_both_forms_say_what_to_do(notebook: Notebook, form: str) -> None:
    chain(notebook)
    notebook.run("base = 3", "a")
    view = notebook.run("%nbmlops doctor", "doctor")
    text = repr(view) if form == "text/plain" else view._repr_html_()
    assert "2 of 4 cells are stale." in text
    assert "Run again, in this order: [3], [5]" in text


def test_names_of_the_user_cannot_become_markup(notebook: Notebook) -> None:
    notebook.run("x = 1", "a")
    notebook.run("'<script>alert(1)</script>', x", "b")
    notebook.run("x = 2", "a")
    assert "<script>" not in notebook.run("%nbmlops doctor", "doctor")._repr_html_()


def test_without_the_extension_the_remedy_is_said(bare: Notebook) -> None:
    from nbmlops.errors import MagicUsageError
    from nbmlops.magics.doctor import doctor

    with pytest.raises(MagicUsageError, match="%load_ext nbmlops"):
        doctor(None, as_json=False)
