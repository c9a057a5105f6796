"""Notebooks as jobs beside papermill, in one run on one machine.

    python benchmarks/jobs.py

Each execution has a process and a folder of its own. CPU is that of the process and of the kernel that it
started, without imports, by `getrusage`. Also compared is what each says of notebooks that don't run through.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

SIDE = Path(__file__).resolve().parent / "sides" / "jobs.py"
ROUNDS = 5
MANY_LIMIT = 1.2  # seconds of CPU beyond the start
LARGE_LIMIT = 2.2  # bytes written for each byte of output
ANSWER_LIMIT = 0.5  # seconds
EXAMPLE = Path(__file__).resolve().parents[1] / "example-notebooks" / "train.ipynb"

Row = dict[str, Any]
Took = dict[str, Any]


def executed(engine: str, kind: str) -> Took:
    """What one execution took."""
    with tempfile.TemporaryDirectory() as folder:
        environ = os.environ | {"NBMLOPS_STORE": f"{folder}/store", "IPYTHONDIR": f"{folder}/ipython"}
        done = subprocess.run(
            [sys.executable, str(SIDE), engine, kind],
            cwd=folder,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"{engine} {kind} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    took: Took = json.loads(done.stdout.splitlines()[-1])
    return took


def in_turn(engines: tuple[str, ...], kind: str, rounds: int = 1) -> dict[str, list[Took]]:
    """All engines, one after the other, several times, so that a busy moment hits each."""
    took: dict[str, list[Took]] = {engine: [] for engine in engines}
    for _ in range(rounds):
        for engine in engines:
            took[engine].append(executed(engine, kind))
    return took


def middle(took: list[Took], what: str) -> float:
    return float(median(one[what] for one in took))


def row(what: str, ours: float, peer: float | None, unit: str, **more: Any) -> Row:
    ratio = peer / ours if peer is not None and ours else None
    return {"what": what, "ours": ours, "peer": peer, "ratio": ratio, "unit": unit} | {
        "reach": more.get("reach", ""),
        "holds": more.get("holds"),
    }


def speeds() -> list[Row]:
    trivial = in_turn(("run", "engine", "papermill"), "trivial", ROUNDS)
    many = in_turn(("run", "engine"), "many", ROUNDS) | in_turn(("papermill",), "many")
    peer, peer_many = middle(trivial["papermill"], "cpu"), middle(many["papermill"], "cpu")
    rows = []
    for engine, title in (
        ("run", "run_notebook, tracking included"),
        ("engine", "papermill --engine nbmlops"),
    ):
        ours = middle(trivial[engine], "cpu")
        reach = {"reach": "at or under papermill's", "holds": ours <= peer}
        rows.append(row(f"5 trivial cells: {title} / papermill's API", ours, peer, "s CPU", **reach))
    for engine, title in (("run", "run_notebook"), ("engine", "papermill --engine nbmlops")):
        beyond = middle(many[engine], "cpu") - middle(trivial[engine], "cpu")
        reach = {"reach": f"under {MANY_LIMIT} s CPU", "holds": beyond < MANY_LIMIT}
        rows.append(
            row(
                f"200 trivial cells, beyond the start: {title} / papermill",
                beyond,
                peer_many - peer,
                "s CPU",
                **reach,
            )
        )
    imports = middle(trivial["run"], "imports"), middle(trivial["papermill"], "imports")
    return [*rows, row("imports of run_notebook / papermill", *imports, "s CPU")]


def large() -> list[Row]:
    took = in_turn(("run", "engine", "papermill"), "large")
    share = {engine: one["written"] / one["output"] for engine, (one,) in took.items()}
    rows = []
    for engine, title in (("run", "run_notebook"), ("engine", "papermill --engine nbmlops")):
        reach = {"reach": f"at most {LARGE_LIMIT}", "holds": share[engine] <= LARGE_LIMIT}
        what = f"20 MB of output in 22 cells, written for each byte: {title} / papermill"
        rows.append(row(what, share[engine], share["papermill"], "bytes", **reach))
    cpu = {engine: one["cpu"] for engine, (one,) in took.items()}
    return [*rows, row("the same: run_notebook / papermill", cpu["run"], cpu["papermill"], "s CPU")]


def truths() -> list[Row]:
    """What is said of notebooks that don't run through: cells "completed" that never were, and exit codes."""
    rows = []
    for kind, title in (("killed", "kernel killed in cell 2 of 5"), ("slow", "cell 2 of 5 timed out")):
        wrong = {
            engine: executed(engine, kind)["statuses"][1:].count("completed")
            for engine in ("run", "papermill")
        }
        what = f'{title}: cells wrongly "completed"'
        rows.append(
            row(what, wrong["run"], wrong["papermill"], "cells", reach="none", holds=not wrong["run"])
        )
    for kind, title, right in (
        ("killed", "exit code, kernel ended by SIGKILL", 137),
        ("exits", "exit code, sys.exit(3)", 3),
        ("allowed", "exit code, a raises-exception cell raised", 0),
    ):
        codes = {engine: executed(engine, kind)["exit_code"] for engine in ("run", "engine", "papermill")}
        holds = codes["run"] == codes["engine"] == right
        rows.append(row(title, codes["run"], codes["papermill"], "", reach=str(right), holds=holds))
    return rows


def answers() -> list[Row]:
    """How long a person waits to be told what a notebook takes, and that a name is misspelt; start included."""
    notebook = str(EXAMPLE)
    peer = wall([sys.executable, "-m", "papermill", "--help-notebook", notebook])
    ours = wall([sys.executable, "-m", "nbmlops", "params", notebook])
    refused = wall([sys.executable, "-m", "nbmlops", "run", notebook, "-p", "n_estimatrs", "300"])
    return [
        row("nbmlops params / papermill --help-notebook", ours, peer, "s", **within(ours)),
        row("nbmlops run refuses a misspelt parameter", refused, None, "s", **within(refused)),
    ]


def wall(command: list[str]) -> float:
    """The median of the seconds that a command takes."""
    took = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            environ = os.environ | {"NBMLOPS_STORE": f"{folder}/store", "PYTHONDONTWRITEBYTECODE": ""}
            began = time.perf_counter()
            subprocess.run(command, cwd=folder, env=environ, capture_output=True, check=False)
            took.append(time.perf_counter() - began)
    return median(took)


def within(seconds: float) -> dict[str, Any]:
    return {"reach": f"under {ANSWER_LIMIT} s", "holds": seconds < ANSWER_LIMIT}


def measure() -> list[Row]:
    """One row for each figure: `what`, `ours` and `peer`, `unit`, `reach` and whether it `holds`."""
    return [*speeds(), *answers(), *large(), *truths()]


if __name__ == "__main__":
    for line in measure():
        print(json.dumps(line, ensure_ascii=False))
