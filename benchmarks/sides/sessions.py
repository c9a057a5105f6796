"""What following a session costs: each function prints one JSON line, in milliseconds."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

START = """
import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
X, y = load_breast_cancer(return_X_y=True, as_frame=True)
def judge(model, X, y):
    return r2_score(y, model.predict(X))
"""
TRACKED = "model = Ridge(alpha=0.5).fit(X, y)\nscore = float(judge(model, X, y))"


def shell(*, loads: bool) -> Any:
    from IPython.core.interactiveshell import InteractiveShell

    made = InteractiveShell.instance()
    if loads:
        made.run_line_magic("load_ext", "nbmlops")
    return made


def timed(made: Any, cell: str) -> float:
    began = time.perf_counter()
    made.run_cell(cell, store_history=True)
    return (time.perf_counter() - began) * 1000


def long_session(made: Any, cells: int) -> list[float]:
    """Cells of three kinds, each with a name of its own."""
    made.run_cell(START, store_history=True)
    kinds = ("v{0} = {0} * 1.5", "m{0} = float(X.mean().sum()) + {0}", "l{0} = [{0}, X.shape]")
    return [timed(made, kinds[n % 3].format(n)) for n in range(cells)]


def plain() -> dict[str, float]:
    """Without the extension."""
    return {"cell": median(long_session(shell(loads=False), 500)[-200:])}


def followed() -> dict[str, float]:
    """With it: an untracked cell, the slice at the end of 500 cells, a tracked cell."""
    made = shell(loads=True)
    cell = median(long_session(made, 500)[-200:])
    timed(made, f"%%track --quiet\n{TRACKED}")
    made.run_cell("chain = 0", store_history=True)
    for n in range(500):
        made.run_cell(f"chain = chain + {n}", store_history=True)
    from nbmlops.magics.extension import extension_of
    from nbmlops.slices.build import slice_cells

    extension = extension_of(made)
    assert extension is not None
    history = extension.proofs.observer.history

    def sliced() -> float:
        began = time.perf_counter()
        found = slice_cells(history, history.executions[-1])
        assert len(found) >= 500, len(found)
        return (time.perf_counter() - began) * 1000

    return {"cell": cell, "slice": median(sliced() for _ in range(9))}


def tracked() -> dict[str, float]:
    """A tracked cell, the same without the line, and the fingerprints of what it reads."""
    made = shell(loads=True)
    made.run_cell(START, store_history=True)
    import nbmlops

    read = made.user_ns["X"], made.user_ns["y"]
    with_line = [timed(made, f"%%track --quiet --no-model\n{TRACKED}") for _ in range(60)][10:]
    without = [timed(made, TRACKED) for _ in range(60)][10:]

    def prints() -> float:
        began = time.perf_counter()
        for each in read:
            nbmlops.fingerprint(each)
        return (time.perf_counter() - began) * 1000

    return {
        "tracked": median(with_line),
        "cell": median(without),
        "fingerprints": median(prints() for _ in range(50)),
    }


FUNCTIONS: dict[str, Callable[[], dict[str, float]]] = {f.__name__: f for f in (plain, followed, tracked)}

if __name__ == "__main__":
    print(json.dumps(FUNCTIONS[sys.argv[1]]()))
