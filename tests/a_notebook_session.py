"""Runs as a notebook leaves them: cells that are edited and executed again, in an IPython session of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SESSION = '''
from IPython.testing.globalipapp import start_ipython
shell = start_ipython()
shell.run_line_magic("load_ext", "nbmlops")

def cell(source):
    done = shell.run_cell(source, store_history=True)
    if done.error_before_exec or done.error_in_exec:
        raise SystemExit(repr(done.error_before_exec or done.error_in_exec))

cell("""import nbmlops
import numpy as np
from sklearn.metrics import accuracy_score
""")
SPLIT = """chance = np.random.default_rng({seed})
X_test = chance.normal(size=(40, 2))
y_test = (X_test.sum(axis=1) > {cut}).astype(int)
"""
TRAIN = """%%track {name} -e {experiment}
threshold = {threshold}
rounds = 20
guesses = (X_test.sum(axis=1) > threshold).astype(int)
nbmlops.log_series("loss", [1 / (1 + at) + threshold / 10 for at in range({points})])
class Picture:
    def _repr_svg_(self):
        return '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><script>window.hit = 1</script><rect width="{width}" height="30"/></svg>'
nbmlops.log_figure(Picture(), "{figure}")
accuracy = accuracy_score(y_test, guesses)
"""

def train(name, threshold, experiment="spam", points=20, width=50, figure="bars"):
    cell(TRAIN.format(name=name, threshold=threshold, experiment=experiment, points=points, width=width, figure=figure))

cell(SPLIT.format(seed=0, cut=0.0))
train("near", 0.1)
train("far", 0.9, width=20)
train("twin", 0.5, experiment="twins")
train("twin", 0.5, experiment="twins")
cell(SPLIT.format(seed=1, cut=0.5))
train("elsewhere", 0.1)
train("'<img src=x onerror=window.hit=1>'", 0.2, experiment="spam")
train("long-a", 0.3, experiment="long", points=10_000)
train("long-b", 0.4, experiment="long", points=10_000)
'''


def write_session(folder: Path) -> None:
    """Executes the session in a folder, whose store holds its runs then."""
    subprocess.run(
        [sys.executable, "-c", SESSION],
        cwd=folder,
        check=True,
        capture_output=True,
        env=os.environ | {"NBMLOPS_STORE": str(folder / ".nbmlops"), "IPYTHONDIR": str(folder / "ipython")},
    )
