"""Findings in a real kernel: what the front end sends, and what libraries do at the side."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import Notebook, last_run


def codes() -> list[str]:
    return [finding.code for finding in last_run().findings]


def test_an_ordinary_notebook_gives_no_finding(notebook: Notebook, tmp_path: Path) -> None:
    notebook.run(f"%cd -q {tmp_path}")
    notebook.run(
        "%matplotlib inline\nimport numpy as np, pandas as pd, time\nimport matplotlib.pyplot as plt"
    )
    notebook.run(
        "from sklearn.ensemble import RandomForestClassifier\nfrom sklearn.datasets import load_wine"
    )
    notebook.run("from sklearn.model_selection import train_test_split")
    notebook.run("X, y = load_wine(return_X_y=True, as_frame=True)\nX.head()")
    notebook.run("X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)")
    output = notebook.run(
        "%%track\nt0 = time.time()\nclf = RandomForestClassifier(50, n_jobs=2, random_state=0).fit(X_train, y_train)\n"
        "print(f'{time.time() - t0:.1f} s')\nplt.plot(clf.feature_importances_)\nplt.show()\n"
        "accuracy = clf.score(X_test, y_test)"
    )
    assert output.error == ""
    assert last_run().findings == ()


def test_hidden_state_is_found_with_what_it_is_about(notebook: Notebook) -> None:
    notebook.run("raise_late = 3\nhalf = raise_late * 1.5\nraise ValueError('half way')")
    notebook.run("import random")
    notebook.run("noise = random.random()")
    notebook.run("%%track\nscore = half + noise")
    found = {finding.code: finding for finding in last_run().findings}
    assert set(found) == {"NB102", "NB106"}
    assert found["NB102"].name == "half"
    assert found["NB106"].name == "random"


def test_a_shell_line_in_the_slice_is_an_unseen_read(notebook: Notebook) -> None:
    notebook.run("lines = !awk 'BEGIN {print 5}'")
    notebook.run("%%track\nscore = float(lines[0]) * 1.5")
    assert codes() == ["NB109"]


def test_the_doctor_speaks_in_a_kernel(notebook: Notebook) -> None:
    notebook.run("base = 2")
    notebook.run("twice = base * 2")
    # Other tests of this module may have left tracked cells in the kernel.
    assert notebook.run("%nbmlops doctor").text.startswith(("Nothing is stale.", "No cell is stale, but"))
    found = json.loads(notebook.run("%nbmlops doctor --json").text)
    assert found["stale"] == []
    assert notebook.run("%nbmlops doctor --nonsense").error == "UsageError"


def test_a_task_that_goes_on_is_told(notebook: Notebook) -> None:
    notebook.run(
        "import asyncio\nbox = [1]\nasync def work():\n    await asyncio.sleep(60)\n    box.append(2)\n"
        "task = asyncio.create_task(work(), name='worker')\nx = len(box)"
    )
    notebook.run("%%track\nscore = x * 1.5 + sum([0.5, len(box)])")
    assert "NB115" in codes()
    notebook.run("task.cancel()")
