"""One notebook executed by one engine, for benchmarks/jobs.py: prints what it took as JSON.

    python benchmarks/sides/jobs.py run|engine|papermill trivial|many|large|killed|slow|exits|allowed

`run` is `nbmlops.run_notebook`, tracking included; `engine` papermill with `--engine nbmlops`; `papermill` its own.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

LARGE_CELL = (
    "import random\n"
    "print('\\n'.join(' '.join(f'{random.random():.6f}' for _ in range(8)) for _ in range(278_000)))"
)
NOTEBOOKS: dict[str, list[str]] = {
    "trivial": [f"x = {index}" for index in range(5)],
    "many": [f"x = {index}" for index in range(200)],
    "large": ["x = 1", LARGE_CELL, *(f"x = {index}" for index in range(20))],
    "killed": ["x = 1", "import os; os.kill(os.getpid(), 9)", "x = 3", "x = 4", "x = 5"],
    "slow": ["x = 1", "import time; time.sleep(60)", "x = 3", "x = 4", "x = 5"],
    "exits": ["x = 1", "import sys; sys.exit(3)", "x = 3"],
    "allowed": ["x = 1", "1 / 0", "x = 3"],
}


def cpu() -> float:
    """Seconds of processor time of this process and of its children that have ended."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in both)


def written() -> int:
    """Bytes that this process has given to `write`; 0 where the system doesn't count them."""
    counts = Path("/proc/self/io")
    if not counts.exists():
        return 0
    return int(counts.read_text().split("wchar:")[1].split()[0])


def write_notebook(kind: str) -> None:
    """The notebook, in the working directory."""
    cells = [code_cell(index, source) for index, source in enumerate(NOTEBOOKS[kind])]
    if kind == "allowed":
        cells[1]["metadata"]["tags"] = ["raises-exception"]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
    Path("in.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def code_cell(index: int, source: str) -> dict[str, Any]:
    """A cell that hasn't run."""
    empty: dict[str, Any] = {"execution_count": None, "metadata": {}, "outputs": []}
    return {"cell_type": "code", "id": f"cell-{index}", "source": source, **empty}


def execute(engine: str, kind: str) -> Any:
    """Executes it, the imports done before; returns the exit code that is known."""
    limit = 2 if kind == "slow" else None
    if engine == "run":
        import nbmlops

        return nbmlops.run_notebook("in.ipynb", output="out.ipynb", cell_timeout=limit).outcome.exit_code
    import papermill  # type: ignore[import-untyped]

    name = "nbmlops" if engine == "engine" else None
    try:
        papermill.execute_notebook(
            "in.ipynb", "out.ipynb", engine_name=name, progress_bar=False, execution_timeout=limit
        )
    except SystemExit as exc:  # ours carries the notebook's exit code
        return exc.code
    except Exception as exc:  # noqa: BLE001 - what an engine raises is what is measured
        return 138 if type(exc).__name__ == "DeadKernelError" else 1  # as its command line ends
    return 0


def load(engine: str) -> None:
    """What the API needs, so that its imports don't count."""
    needed = {
        "run": ("nbmlops.jobs", "nbmlops.kernels.execute", "nbmlops.session"),
        "engine": ("papermill", "nbmlops.kernels.papermill_job"),
        "papermill": ("papermill",),
    }
    for name in needed[engine]:
        import_module(name)


def main() -> None:
    engine, kind = sys.argv[1:]
    write_notebook(kind)
    before = cpu()
    load(engine)
    began, bytes_before, clock = cpu(), written(), time.perf_counter()
    code = execute(engine, kind)
    taken, wall, bytes_written = cpu() - began, time.perf_counter() - clock, written() - bytes_before
    cells = json.loads(Path("out.ipynb").read_text(encoding="utf-8"))["cells"]
    ran = [cell for cell in cells if cell["cell_type"] == "code"]
    print(
        json.dumps(
            {
                "cpu": taken,
                "imports": began - before,
                "wall": wall,
                "written": bytes_written,
                "output": sum(len("".join(out.get("text", ""))) for cell in ran for out in cell["outputs"]),
                "exit_code": code,
                "statuses": [cell["metadata"]["papermill"]["status"] for cell in ran],
            }
        )
    )


if __name__ == "__main__":
    main()
