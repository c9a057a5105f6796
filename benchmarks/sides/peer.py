"""mlflow's side of benchmarks/tracking.py, with its SQLite store: each function answers one of ours.

    python benchmarks/sides/peer.py log_metric

The working directory is fresh, `MLFLOW_TRACKING_URI` names a database in it. Prints one JSON value. Where
mlflow would take too long for the whole, a part is measured and the row says "projected".
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from statistics import median
from typing import Any

TEN_PARAMS = {f"p{i}": i / 7 for i in range(10)}
TEN_METRICS = {f"m{i}": i / 3 for i in range(10)}


def log_metric(calls: int = 200) -> float:
    """Microseconds a call, in a loop."""
    import mlflow

    with mlflow.start_run():
        mlflow.log_metric("loss", 1.0)
        began = time.perf_counter()
        for step in range(calls):
            mlflow.log_metric("loss", 0.5, step=step)
        return (time.perf_counter() - began) / calls * 1e6


def log_then_die(calls: int = 200) -> None:
    """Log and be killed at once."""
    import mlflow

    with mlflow.start_run():
        for step in range(calls):
            mlflow.log_metric("loss", 0.5, step=step)
        os.kill(os.getpid(), signal.SIGKILL)


def count_survivors() -> int:
    """How many points the killed run has."""
    import mlflow

    (id_,) = mlflow.search_runs()["run_id"]
    return len(mlflow.MlflowClient().get_metric_history(id_, "loss"))


def _one_run() -> float:
    import mlflow

    began = time.perf_counter()
    with mlflow.start_run():
        mlflow.log_params(TEN_PARAMS)
        mlflow.log_metrics(TEN_METRICS)
    return (time.perf_counter() - began) * 1e3


def first_run() -> float:
    """Milliseconds of the first run in a fresh store and a fresh process."""
    import mlflow

    assert mlflow.start_run
    return _one_run()


def later_run(runs: int = 20) -> float:
    """Milliseconds of a run, median of those after the first."""
    _one_run()
    return median(_one_run() for _ in range(runs))


def million_points(count: int = 20_000) -> dict[str, Any]:
    """Seconds of CPU and bytes a point, projected to a million from the largest batches that it takes."""
    import mlflow
    from mlflow.entities import Metric

    client = mlflow.MlflowClient()
    with mlflow.start_run() as run:
        mlflow.log_metric("warm", 1.0)
        before = _database_size()
        began = time.process_time()
        for start in range(0, count, 1000):
            batch = [Metric("loss", 1 / (step + 1), 0, step) for step in range(start, start + 1000)]
            client.log_batch(run.info.run_id, metrics=batch)
        cpu = time.process_time() - began
    return {"cpu": cpu / count * 1e6, "bytes": (_database_size() - before) / count}


def _database_size() -> int:
    return sum(entry.stat().st_size for entry in os.scandir(".") if entry.name.startswith("mlflow.db"))


def history(count: int = 10_000, reads: int = 5) -> float:
    """Milliseconds to read a history of 10,000 points."""
    import mlflow
    from mlflow.entities import Metric

    client = mlflow.MlflowClient()
    with mlflow.start_run() as run:
        id_ = run.info.run_id
        for start in range(0, count, 1000):
            client.log_batch(
                id_, metrics=[Metric("loss", 0.5, 0, step) for step in range(start, start + 1000)]
            )
    assert len(client.get_metric_history(id_, "loss")) == count
    return median(_milliseconds(lambda: client.get_metric_history(id_, "loss")) for _ in range(reads))


def many_runs(runs: int = 150) -> dict[str, float]:
    """Seconds for 10,000 runs as a DataFrame, projected; milliseconds for 50 of them by a filter."""
    import mlflow

    for number in range(runs):
        with mlflow.start_run():
            mlflow.log_params(TEN_PARAMS | {"p0": number})
            mlflow.log_metrics(TEN_METRICS | {"m0": number / runs})
    assert len(mlflow.search_runs()) == runs
    table = median(_milliseconds(mlflow.search_runs) for _ in range(5)) / 1e3
    where = median(
        _milliseconds(lambda: mlflow.search_runs(filter_string="metrics.m0 > 0.5", max_results=50))
        for _ in range(5)
    )
    return {"table": table / runs * 10_000, "where": where}


def tracked_cell(cells: int = 20) -> float:
    """Milliseconds of a cell that wraps `x = 1` into a run by hand, with nothing recorded but the run."""
    from IPython.core.interactiveshell import InteractiveShell

    shell: Any = InteractiveShell.instance()
    shell.run_cell("import mlflow").raise_error()
    code = "with mlflow.start_run():\n    x = 1"
    times = [_milliseconds(lambda: shell.run_cell(code, store_history=True)) for _ in range(cells + 1)]
    return median(times[1:])


def _milliseconds(do: Any) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1e3


if __name__ == "__main__":
    result = globals()[sys.argv[1]]()
    print(json.dumps(result))
