from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

SESSION = """
import json, os
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
def run(source):
    shell.run_cell(source, store_history=True).raise_error()
run("%load_ext nbmlops")
asked = os.environ.get("NBMLOPS_EXECUTION_COUNTS")
for source in ("20", "_ * 2", "before = Out[5]\\nsource = In[5]\\nnext = _9\\nlengths = [len(In), len(Out)]"):
    run(source)
space = shell.user_ns
print(json.dumps([asked, space["before"], space["source"], space["next"], space["lengths"], sorted(space["Out"])]))
"""
RUNS = """
import json
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for source in ("%load_ext nbmlops", "a = 1.5", "%%track --quiet\\nm = a * 2", "%%track --quiet\\nm = a * 3"):
    shell.run_cell(source, store_history=True).raise_error()
import nbmlops
runs = [nbmlops.run_info(run) for run in nbmlops.runs().id]
print(json.dumps([[run.execution_count, [cell.execution_count for cell in run.slice]] for run in runs[::-1]]))
"""


def test_cells_of_a_slice_are_numbered_as_they_were(ask_python: Callable[..., Any]) -> None:
    env = {"NBMLOPS_EXECUTION_COUNTS": "5,9,12"}
    asked, before, source, following, lengths, numbers = ask_python(SESSION, env=env)
    assert asked is None  # processes that cells start don't see it
    assert (before, source, following) == (20, "20", 40)
    assert lengths == [13, 2]
    assert numbers == [5, 9]
    assert "NBMLOPS_EXECUTION_COUNTS" not in os.environ


def test_a_run_and_its_slice_know_the_numbers_that_the_front_end_showed(
    ask_python: Callable[..., Any],
) -> None:
    (first, cells), (second, more) = ask_python(RUNS)
    assert (first, cells) == (3, [2, 3])
    assert (second, more[0], more[-1]) == (4, 2, 4)
