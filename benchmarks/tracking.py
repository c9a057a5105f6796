"""Tracking beside mlflow, in one run on one machine: the table "Speed to reach".

    python benchmarks/tracking.py [--install]

Each measurement runs in a fresh process and a fresh folder, ours and mlflow's in turn, and the median of some
rounds counts. Wall times on a busy machine are upper bounds; the ratios hold better. `--install` measures
what each adds to an environment that has JupyterLab, pandas, scikit-learn and matplotlib (slow).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, TypedDict

SIDES = Path(__file__).resolve().parent / "sides"
ROOT = SIDES.parent.parent


class Row(TypedDict):
    """One line of the table.

    `ours` and `peer` are in `unit`; `ratio` says how many times as much the peer takes; `holds` is whether
    `ours` reached `reach`. None stands for what wasn't measured.
    """

    what: str
    ours: float | None
    peer: float | None
    ratio: float | None
    unit: str
    reach: str
    holds: bool | None


def row(what: str, ours: float, peer: float | None, unit: str, *, below: float | None = None) -> Row:
    """A line for a cost, where less is better, with the limit to stay under."""
    ratio = peer / ours if peer is not None and ours else None
    reach = f"under {below:g} {unit}" if below is not None else ""
    return {
        "what": what,
        "ours": ours,
        "peer": peer,
        "ratio": ratio,
        "unit": unit,
        "reach": reach,
        "holds": ours < below if below is not None else None,
    }


def side(name: str, function: str, *, folder: Path | None = None, dies: bool = False) -> Any:
    """Run one function of sides/`name`.py in a fresh process; in a fresh folder unless one is given."""
    with tempfile.TemporaryDirectory() as fresh:
        here = str(folder or fresh)
        environ = os.environ | {
            "NBMLOPS_STORE": f"{here}/store",
            "IPYTHONDIR": f"{here}/ipython",
            "MLFLOW_TRACKING_URI": f"sqlite:///{here}/mlflow.db",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "DO_NOT_TRACK": "true",
            "PYTHONDONTWRITEBYTECODE": "",  # an installed package has its bytecode beside it
        }
        script = [sys.executable, str(SIDES / f"{name}.py"), function]
        done = subprocess.run(script, cwd=here, env=environ, capture_output=True, text=True, check=False)
    if dies:
        return None
    if done.returncode:
        raise RuntimeError(f"{name}.{function} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def in_turn(function: str, rounds: int = 3) -> tuple[float, float]:
    """The medians of ours and the peer's, measured in turn, so that a busy minute hits both."""
    pairs = [(side("ours", function), side("peer", function)) for _ in range(rounds)]
    return median(ours for ours, _ in pairs), median(peer for _, peer in pairs)


def imports(rounds: int = 11) -> list[Row]:
    """Milliseconds that an import adds to a bare interpreter."""

    def start(code: str) -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
        return (time.perf_counter() - began) * 1e3

    start("import nbmlops, mlflow")  # compile what is to be compiled
    bare, ours = [], []
    for _ in range(rounds):
        bare.append(start("pass"))
        ours.append(start("import nbmlops"))
    peer = median(start("import mlflow") for _ in range(3))
    floor = median(bare)
    return [row("import, above bare Python", median(ours) - floor, peer - floor, "ms", below=30)]


def extension(rounds: int = 5) -> list[Row]:
    """`%load_ext nbmlops`; mlflow has none."""
    ours = median(side("ours", "load_extension") for _ in range(rounds))
    return [row("%load_ext nbmlops in a running IPython", ours, None, "ms", below=150)]


def cells() -> list[Row]:
    """A tracked cell until the prompt returns."""
    ours, peer = in_turn("tracked_cell")
    plain = side("ours", "plain_cell")
    what = f"%%track on x = 1 until the prompt returns (x = 1 alone: {plain:.1f}); mlflow: a run by hand"
    return [row(what, ours, peer, "ms", below=10)]


def metrics() -> list[Row]:
    """One call in a loop, and what a kill leaves."""
    ours, peer = in_turn("log_metric")
    return [row("log_metric in a loop, a call", ours, peer, "µs", below=4), survivors()]


def survivors() -> Row:
    """Log, be killed, read."""
    share = {}
    for name, calls in (("ours", 1_000), ("peer", 200)):
        with tempfile.TemporaryDirectory() as folder:
            side(name, "log_then_die", folder=Path(folder), dies=True)
            share[name] = 100 * (1 - side(name, "count_survivors", folder=Path(folder)) / calls)
    lost = row("log_metric, then SIGKILL: lost", share["ours"], share["peer"], "%")
    lost["reach"] = "none lost"
    lost["holds"] = share["ours"] == 0
    return lost


def whole_runs() -> list[Row]:
    """A run with ten parameters and ten metrics."""
    first, peers_first = in_turn("first_run", 5)
    later, peers_later = in_turn("later_run")
    return [
        row("run with 10 params and 10 metrics, start to finish", later, peers_later, "ms", below=2),
        row("the same, first in a fresh store", first, peers_first, "ms", below=60),
    ]


def series() -> list[Row]:
    """A million points, and a history of ten thousand."""
    ours = [side("ours", "million_points") for _ in range(3)]
    peer = side("peer", "million_points")
    same = all(one["same"] for one in ours)
    read, peers_read = in_turn("history")
    cpu = median(one["cpu"] for one in ours)
    cost = row(
        "a million points by log_series, written and read; mlflow projected",
        cpu,
        peer["cpu"],
        "s CPU",
        below=1,
    )
    exact = "equal" if same else "NOT EQUAL"
    size = row(
        f"the same, on disk ({exact} bit for bit)", ours[0]["bytes"], peer["bytes"], "bytes a point", below=10
    )
    size["holds"] = same and bool(size["holds"])
    return [cost, size, row("history of 10,000 points", read, peers_read, "ms", below=10)]


def tables() -> list[Row]:
    """Ten thousand runs as a DataFrame, and a few of them."""
    ours, peer = side("ours", "many_runs"), side("peer", "many_runs")
    what = "10,000 runs × 10 params × 10 metrics as a DataFrame; mlflow projected from 150"
    return [
        row(what, ours["table"], peer["table"], "s", below=0.6),
        row(
            "where= with a limit of 50, of 10,000 runs; mlflow of 150",
            ours["where"],
            peer["where"],
            "ms",
            below=50,
        ),
    ]


def install_sizes() -> list[Row]:
    """Megabytes that an installation adds to a data scientist's environment."""
    given = ["jupyterlab", "pandas", "scikit-learn", "matplotlib"]
    added = {}
    with tempfile.TemporaryDirectory() as folder:
        for package in (str(ROOT), "mlflow"):
            venv = Path(folder) / "venv"
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], check=True)
            pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "-qq"]
            subprocess.run([*pip, *given], check=True)
            before = tree_size(venv)
            subprocess.run([*pip, package], check=True)
            added[package] = (tree_size(venv) - before) / 1e6
    return [row("what the install adds", added[str(ROOT)], added["mlflow"], "MB", below=60)]


def tree_size(folder: Path) -> int:
    """Bytes of all files in a folder, compiled modules included."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


GROUPS: tuple[Callable[[], list[Row]], ...] = (imports, extension, cells, metrics, whole_runs, series, tables)


def measure(*, install: bool = False) -> list[Row]:
    """All rows; minutes, most of them mlflow's."""
    groups = (*GROUPS, install_sizes) if install else GROUPS
    rows: list[Row] = []
    for group in groups:
        print(f"  {group.__name__.replace('_', ' ')} ...", file=sys.stderr, flush=True)
        rows += group()
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--install", action="store_true")
    print(json.dumps(measure(install=parser.parse_args().install), indent=1, ensure_ascii=False))
