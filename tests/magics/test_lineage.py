"""`%nbmlops lineage` in a real kernel."""

from __future__ import annotations

from typing import Any

TRAIN = """%%track forest -e churn
from sklearn.linear_model import LinearRegression
clf = LinearRegression().fit(X, y)
score = clf.score(X, y) * 1.0
"""
SLICE_OF = """
from nbmlops.magics.extension import extension_of
from nbmlops.records import Need, SliceCell
cells = (SliceCell("X = load()", "a", 1), SliceCell("y = X[:, 0]", "b", 2, needs=(Need(0, ("X",)),)))
extension_of(get_ipython()).slice_of = lambda name: cells if name == "y" else ()
"""


def test_a_run_a_model_and_a_variable_show_how_they_came_about(notebook: Any) -> None:
    notebook.run("import numpy as np\nX = np.random.default_rng(0).random((20, 3))\ny = X[:, 0]")
    assert notebook.run(TRAIN).error == ""
    shown = notebook.run("%nbmlops lineage forest")
    assert "<svg" in shown.html
    assert "How run <strong>forest</strong> came about" in shown.html
    assert "run forest came from" in shown.text
    assert "How model <strong>clf</strong> came about" in notebook.run("del clf\n%nbmlops lineage clf").html
    notebook.run(SLICE_OF)
    variable = notebook.run("%nbmlops lineage y")
    assert "How variable <strong>y</strong> came about" in variable.html
    assert "[1] X = load()" in variable.text


def test_it_is_written_to_a_file_and_a_wrong_name_says_what_to_do(notebook: Any, tmp_path) -> None:
    notebook.run("%%track forest\nscore = max(0.5, 0.25)")
    target = tmp_path / "a.svg"
    assert str(target) in notebook.run(f"%nbmlops lineage forest -o {target}").text
    assert target.read_text().startswith("<svg")
    missing = notebook.run("%nbmlops lineage nothing")
    assert missing.error == "UsageError"
    assert "names no run and no model" in missing.message


def test_a_secret_in_a_cell_of_the_session_is_not_shown(notebook: Any) -> None:
    notebook.run(
        "import nbmlops, os\nos.environ['KEY_FOR_TEST'] = 'canary-3f9a77c1d2'\nkey = nbmlops.secret('KEY_FOR_TEST')\nz = 1"
    )
    notebook.run(
        "from nbmlops.magics.extension import extension_of\nfrom nbmlops.records import SliceCell\n"
        "cells = (SliceCell('z = fetch(' + repr(str(key)) + ')', 'a', 1),)\n"
        "extension_of(get_ipython()).slice_of = lambda name: cells"
    )
    shown = notebook.run("%nbmlops lineage z")
    assert "canary-3f9a77c1d2" not in shown.html + shown.text
    assert "***" in shown.text
