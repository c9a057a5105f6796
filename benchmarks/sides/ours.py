"""nbmlops' side of benchmarks/tracking.py: each function is one measurement, run in a process of its own.

    python benchmarks/sides/ours.py log_metric

The working directory is fresh, `NBMLOPS_STORE` names a folder in it. Prints one JSON value.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

TEN_PARAMS = {f"p{i}": i / 7 for i in range(10)}
TEN_METRICS = {f"m{i}": i / 3 for i in range(10)}
MANY_RUNS = 10_000


def log_metric(calls: int = 50_000) -> float:
    """Microseconds a call, in a loop."""
    import nbmlops

    with nbmlops.start_run("loop"):
        nbmlops.log_metric("loss", 1.0)
        began = time.perf_counter()
        for step in range(calls):
            nbmlops.log_metric("loss", 0.5, step=step)
        return (time.perf_counter() - began) / calls * 1e6


def log_then_die(calls: int = 1_000) -> None:
    """Log and be killed at once, as by an out-of-memory killer."""
    import nbmlops

    with nbmlops.start_run("killed"):
        for step in range(calls):
            nbmlops.log_metric("loss", 0.5, step=step)
        os.kill(os.getpid(), signal.SIGKILL)


def count_survivors() -> int:
    """How many points the killed run has."""
    import nbmlops

    (id_,) = nbmlops.runs()["id"]
    return len(nbmlops.history(id_, "loss"))


def _one_run() -> float:
    import nbmlops

    began = time.perf_counter()
    with nbmlops.start_run("ten by ten"):
        nbmlops.log_params(TEN_PARAMS)
        nbmlops.log_metrics(TEN_METRICS)
    return (time.perf_counter() - began) * 1e3


def first_run() -> float:
    """Milliseconds of the first run in a fresh store and a fresh process."""
    import nbmlops.api  # noqa: F401 - to resolve the names is part of importing, which has a row of its own

    return _one_run()


def later_run(runs: int = 200) -> float:
    """Milliseconds of a run, median of those after the first."""
    _one_run()
    return median(_one_run() for _ in range(runs))


def million_points(count: int = 1_000_000) -> dict[str, Any]:
    """Seconds of CPU (reading-in included), bytes a point on disk, whether all came back bit for bit."""
    import numpy as np

    import nbmlops

    values = np.exp(-np.linspace(0, 5, count)) + np.random.default_rng(0).normal(0, 0.01, count)
    values = values.astype(np.float32).astype(np.float64)  # as a training loop's losses are
    with nbmlops.start_run("warm") as run:
        nbmlops.log_series("loss", values[:10])
    nbmlops.history(run.id, "loss")
    before = _store_size()
    began = time.process_time()
    with nbmlops.start_run("million") as run:
        nbmlops.log_series("loss", values)
    back = nbmlops.history(run.id, "loss")
    cpu = time.process_time() - began
    same = back["value"].to_numpy().tobytes() == values.tobytes()
    return {"cpu": cpu, "bytes": (_store_size() - before) / count, "same": same}


def _store_size() -> int:
    return sum(path.stat().st_size for path in Path(os.environ["NBMLOPS_STORE"]).rglob("*") if path.is_file())


def history(count: int = 10_000, reads: int = 30) -> float:
    """Milliseconds to read a history of 10,000 points, logged one by one."""
    import nbmlops

    with nbmlops.start_run("history") as run:
        for step in range(count):
            nbmlops.log_metric("loss", 1 / (step + 1), step=step)
    assert len(nbmlops.history(run.id, "loss")) == count
    return median(_milliseconds(lambda: nbmlops.history(run.id, "loss")) for _ in range(reads))


def many_runs() -> dict[str, float]:
    """Seconds for all runs as a DataFrame, milliseconds for 50 of them by a `where`."""
    import nbmlops

    for number in range(MANY_RUNS):
        with nbmlops.start_run(f"run {number}"):
            nbmlops.log_params(TEN_PARAMS | {"p0": number})
            nbmlops.log_metrics(TEN_METRICS | {"m0": number / MANY_RUNS})
    assert len(nbmlops.runs(limit=None)) == MANY_RUNS
    table = median(_milliseconds(lambda: nbmlops.runs(limit=None)) for _ in range(5)) / 1e3
    found = nbmlops.runs(where="metrics.m0 > 0.5 and params.p0 < 9000", limit=50)
    assert len(found) == 50
    where = median(
        _milliseconds(lambda: nbmlops.runs(where="metrics.m0 > 0.5 and params.p0 < 9000", limit=50))
        for _ in range(20)
    )
    return {"table": table, "where": where}


def tracked_cell(cells: int = 60) -> float:
    """Milliseconds of `%%track` above `x = 1` until the prompt returns, median from the second on."""
    shell = _shell()
    shell.run_line_magic("load_ext", "nbmlops")
    times = [_milliseconds(lambda: _run_cell(shell, "%%track --quiet\nx = 1")) for _ in range(cells + 1)]
    return median(times[1:])


def plain_cell(cells: int = 60) -> float:
    """Milliseconds of `x = 1` alone in the same shell."""
    shell = _shell()
    times = [_milliseconds(lambda: _run_cell(shell, "x = 1")) for _ in range(cells + 1)]
    return median(times[1:])


def load_extension() -> float:
    """Milliseconds of `%load_ext nbmlops` in an IPython that runs."""
    shell = _shell()
    _run_cell(shell, "x = 1")
    return _milliseconds(lambda: shell.run_line_magic("load_ext", "nbmlops"))


def _shell() -> Any:
    from IPython.core.interactiveshell import InteractiveShell

    return InteractiveShell.instance()


def _run_cell(shell: Any, code: str) -> None:
    shell.run_cell(code, store_history=True).raise_error()


def _milliseconds(do: Any) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1e3


if __name__ == "__main__":
    result = globals()[sys.argv[1]]()
    print(json.dumps(result))
