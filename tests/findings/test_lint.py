"""Findings in notebook files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nbmlops.findings.lint import chosen_rules, lint_notebook

Cell = str | dict[str, Any]


def write(path: Path, *cells: Cell) -> Path:
    document = {
        "cells": [
            {"cell_type": "code", "id": f"c{at}", "metadata": {}, "outputs": [], "execution_count": None}
            | ({"source": cell} if isinstance(cell, str) else cell)
            for at, cell in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(document))
    return path


def lint(tmp_path: Path, *cells: Cell) -> list[str]:
    remarks = lint_notebook(write(tmp_path / "nb.ipynb", *cells))
    assert remarks is not None
    return [f"{item.cell}:{item.line} {item.code} {item.name}".strip() for item in remarks]


BAD = (
    {"cell_type": "markdown", "source": "# Title"},
    "import numpy as np\nimport pandas as pd, time, random\nfrom sklearn.model_selection import train_test_split",
    "print(df.head())",
    {"source": "rows = [1, 2]\nX_train, X_test = train_test_split(rows)", "execution_count": 3},
    {"source": "df = pd.read_csv('https://example.org/a.csv')", "execution_count": 2},
    "!curl -O https://example.org/b.csv\n!pip install x",
    "%%track --metrics took\nt0 = time.time()\nrows.pop()\nacc = np.mean(rows) / 3\ntook = time.time() - t0\nfor n in {'a', 'b'}:\n    print(n)",
    "name = input('who')\nundefined + 1",
    "api_key = 'hunter2-Canary-9f3e1c'",
    {
        "source": "1 / 0",
        "outputs": [{"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division by zero"}],
    },
)
GOLDEN = """\
nb.ipynb:cell 3:1: NB103 df is read here, and only cell 5 makes it
nb.ipynb:cell 4:2: NB106 draws random numbers (numpy) that no seed rules: set np.random.seed(…) above, or random_state=…
nb.ipynb:cell 5:1: NB103 it was run as [2], before cell 4 above it, which was run as [3]
nb.ipynb:cell 5:1: NB108 asks example.org: it may answer something else tomorrow
nb.ipynb:cell 6:1: NB109 runs curl: which files that reads is not seen
nb.ipynb:cell 7:2: NB107 took comes from a clock: it never decides whether a run is reproduced
nb.ipynb:cell 7:3: NB110 rows is read and then changed (rows.pop(…)): run again, the cell gives another result
nb.ipynb:cell 7:6: NB111 goes through a set, in an order that differs from process to process: sort it
nb.ipynb:cell 8:1: NB116 asks for input, and the answer is not recorded
nb.ipynb:cell 8:2: NB104 undefined is made by no cell of the notebook
nb.ipynb:cell 9:1: NB112 holds a secret, and is kept without it: it can't be run again as it is. Read the secret with nbmlops.secret or from the environment
nb.ipynb:cell 10:1: NB102 it failed when it was last run: ZeroDivisionError: division by zero
"""


def command(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nbmlops", "lint", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_command_prints_as_linters_do_and_ends_with_one(tmp_path: Path) -> None:
    write(tmp_path / "nb.ipynb", *BAD)
    done = command(tmp_path, "nb.ipynb")
    assert done.stdout == GOLDEN
    assert done.stderr == "12 findings.\n"
    assert done.returncode == 1


def test_a_clean_notebook_prints_nothing_and_ends_with_zero(tmp_path: Path) -> None:
    write(tmp_path / "nb.ipynb", "x = 1", "x + 1")
    done = command(tmp_path, "nb.ipynb")
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_what_is_no_notebook_ends_with_two_and_the_others_are_still_looked_at(tmp_path: Path) -> None:
    write(tmp_path / "nb.ipynb", "y = x")
    (tmp_path / "no.ipynb").write_text("no JSON")
    done = command(tmp_path, "no.ipynb", "nb.ipynb")
    assert done.returncode == 2
    assert "no.ipynb is no notebook" in done.stderr
    assert "NB104" in done.stdout


def test_a_code_that_there_is_not_ends_with_two(tmp_path: Path) -> None:
    write(tmp_path / "nb.ipynb", "x = 1")
    done = command(tmp_path, "nb.ipynb", "--select", "NB999")
    assert done.returncode == 2
    assert "NB101 to NB116" in done.stderr


def test_json_and_annotations(tmp_path: Path) -> None:
    write(tmp_path / "nb.ipynb", "y = x")
    found = json.loads(command(tmp_path, "nb.ipynb", "--json").stdout)
    assert found == [
        {
            "path": "nb.ipynb", "cell": 1, "line": 1, "code": "NB104", "slug": "unknown-origin",
            "message": "x is made by no cell of the notebook", "name": "x", "cell_id": "c0",
        }
    ]  # fmt: skip
    text = command(tmp_path, "nb.ipynb", "--format", "github").stdout
    assert text == (
        "::warning file=nb.ipynb,title=NB104 unknown-origin::cell 1, line 1: x is made by no cell of the notebook\n"
    )


def test_a_notebook_of_another_language_is_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path / "nb.ipynb", "x <- 1")
    document = json.loads(path.read_text())
    document["metadata"] = {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}
    path.write_text(json.dumps(document))
    assert lint_notebook(path) is None


def test_codes_are_chosen_by_code_beginning_and_slug() -> None:
    assert [rule.code for rule in chosen_rules(["NB103", "clock"])] == ["NB103", "NB107"]
    assert len(chosen_rules()) == 16
    assert "NB106" not in [rule.code for rule in chosen_rules(ignore=["unseeded-random"])]


@pytest.mark.parametrize(
    "cells",
    [
        ["def f(x):\n    return g(x)\ndef g(x):\n    return x", "f(1)"],
        ["def f(x):\n    return later + x", "later = 1", "f(1)"],
        ["try:\n    import cupy as xp\nexcept ImportError:\n    import numpy as xp", "xp.zeros(3)"],
        ["%%capture out\nprint(1)", "out.show()"],
        ["files = !ls", "for name in files:\n    print(name, __name__, In[1], _)"],
        ["from numpy import *", "x = array([1])"],
        ["%run helpers.py", "helper()"],
        ["%pylab inline", "plot([1])"],
        ["for i in range(3):\n    last = i", "print(last)"],
        ["with open('f') as file:\n    text = file.read()", "len(text)"],
        ["if True:\n    x = 1", "print(x)"],
        ["[y for y in range(3)]", "print({k: v for k, v in {}.items()})"],
        ["class A:\n    def m(self):\n        return B()", "class B: pass", "A().m()"],
        ["import matplotlib.pyplot as plt, os.path", "plt.plot([1])\nos.path.join('a')"],
        ["global_x = 1\ndef f():\n    global made\n    made = 2\nf()", "made + global_x"],
        ["x = 5\ndel x\nx = 6", "x"],
        ["%%bash\necho $HOME", "%%html\n<b>{{ x }}</b>", "%%writefile a.py\nundefined"],
        ["# only a comment", "", "?print", "print?"],
        ["match 3:\n    case int() as n:\n        pass", "print(n)"],
        ["(n := 10)", "print(n)"],
        ["await something()" if False else "import asyncio\nawait asyncio.sleep(0)"],
        ["import numpy as np\nnp.random.seed(0)", "np.random.rand(3)"],
        ["from lightning import seed_everything", "seed_everything(1)", "import torch\ntorch.rand(2)"],
        ["from sklearn.ensemble import RandomForestClassifier", "m = RandomForestClassifier(random_state=0)"],
        ["from sklearn.ensemble import RandomForestClassifier\np = {'random_state': 0}", "m = RandomForestClassifier(**p)"],
        ["import pandas as pd\ndf = pd.DataFrame()", "df.sample(5, random_state=1)"],
        ["import torch", "g = torch.Generator().manual_seed(0)"],
        ["import random  # nbmlops: ignore", "random.random()  # nbmlops: ignore NB106"],
        ["import time\nt0 = time.time()", "%%track\nacc = sum([1, 2]) / 3", "print(time.time() - t0)"],
    ],
)  # fmt: skip
def test_ordinary_cells_give_no_finding(tmp_path: Path, cells: list[str]) -> None:
    assert lint(tmp_path, *cells) == []


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["def f():\n    return later", "f()", "later = 1"], ["2:1 NB103 later"]),
        (["x = y\ny = 1"], ["1:1 NB104 y"]),
        (["import random\nrandom.shuffle([1])"], ["1:2 NB106 random"]),
        (["import random", "random.random()", "random.seed(0)"], ["2:1 NB106 random"]),
        (["import numpy as np", "rng = np.random.default_rng()"], ["2:1 NB106"]),
        (["import requests", "r = requests.get('http://example.org/x')"], ["2:1 NB108 example.org"]),
        (["import os", "os.system('python train.py')"], ["2:1 NB109 python"]),
        (["x = 1", "%%track\nx = x + 1"], ["2:2 NB110 x"]),
        (["x = eval('1')"], ["1:1 NB109"]),
    ],
)  # fmt: skip
def test_what_is_amiss_is_found_in_its_line(tmp_path: Path, cells: list[str], found: list[str]) -> None:
    assert lint(tmp_path, *cells) == found


def test_a_cell_that_is_no_python_is_no_reason_to_stop(tmp_path: Path) -> None:
    assert lint(tmp_path, "this is (no python", "x = 1") == ["1:1 NB109"]


def test_the_example_notebooks_are_clean(root: Path) -> None:
    for path in (root / "example-notebooks").glob("*.ipynb"):
        assert lint_notebook(path) == (), path.name
