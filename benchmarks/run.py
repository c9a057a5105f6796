"""Run every benchmark in this folder, print one table, and write results.json and results.md beside it.

    python benchmarks/run.py [NAME ...] [--install]

A benchmark is a file here with a `measure()` that returns rows (see `Row` in tracking.py). Each runs in a
process of its own. With names, only these are measured, and the committed rows of the others stay.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.json"
TABLE = HERE / "results.md"
PACKAGES = (
    "nbmlops",
    "mlflow",
    "papermill",
    "nbclient",
    "ipykernel",
    "ipython",
    "joblib",
    "numpy",
    "pandas",
    "sqlalchemy",
    "blake3",
    "xxhash",
)
CHILD = """
import inspect, json, os, runpy, sys
sys.path.insert(0, os.path.dirname(sys.argv[1]))
measure = runpy.run_path(sys.argv[1])["measure"]
takes = inspect.signature(measure).parameters
rows = measure(**{key: value for key, value in json.loads(sys.argv[2]).items() if key in takes})
print(json.dumps(rows, ensure_ascii=False))
"""

Row = dict[str, Any]


def benchmarks() -> list[str]:
    """The names of the files here that measure something."""
    return sorted(
        path.stem for path in HERE.glob("*.py") if "\ndef measure(" in path.read_text(encoding="utf-8")
    )


def measured(name: str, **options: bool) -> list[Row]:
    """The rows of one benchmark."""
    child = [sys.executable, "-c", CHILD, str(HERE / f"{name}.py"), json.dumps(options)]
    done = subprocess.run(child, stdout=subprocess.PIPE, text=True, check=True)
    rows: list[Row] = json.loads(done.stdout.splitlines()[-1])
    return rows


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": processor(),
        "cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "versions": {name: version for name in PACKAGES if (version := installed(name))},
    }


def processor() -> str:
    """The processor's name, where the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    return next(
        (line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor()
    )


def installed(name: str) -> str:
    """The version of a distribution; empty where it isn't installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def figure(value: float | None) -> str:
    """A number with three significant digits, as it is read: 0.0213, 4.05, 117, 29,900."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:#.3g}".rstrip(".")


def cells(row: Row) -> list[str]:
    """A row as text, column by column."""
    ratio = f"{figure(row['ratio'])}×" if row.get("ratio") else ""
    holds = {True: "yes", False: "no", None: ""}[row.get("holds")]
    return [
        row["what"],
        row["unit"],
        figure(row.get("ours")),
        figure(row.get("peer")),
        ratio,
        str(row.get("reach") or ""),
        holds,
    ]


HEADINGS = ("what", "unit", "nbmlops", "peer", "ratio", "to reach", "reached")


def markdown(results: dict[str, Any]) -> str:
    """The committed table."""
    facts = results["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    lines = [
        "# Results",
        "",
        f"Measured on {facts['date']} by `make bench`: {facts['processor'] or facts['system']},",
        f"{facts['cpus']} cores, load {facts['load']} at the start, Python {facts['python']}; {versions}.",
        "Medians, ours and the peer's measured in turn. The peer is mlflow with its SQLite store unless the",
        "line names another. Wall times on a busy machine are upper bounds; the ratios hold better.",
    ]
    for name, rows in results["benchmarks"].items():
        lines += ["", f"## {name.capitalize()}", "", table_line(HEADINGS), "|---|---|--:|--:|--:|---|---|"]
        lines += [table_line(cells(row)) for row in rows]
    return "\n".join(lines) + "\n"


def table_line(values: tuple[str, ...] | list[str]) -> str:
    """One line of a Markdown table."""
    return "| " + " | ".join(value.replace("|", "\\|") for value in values) + " |"


def show(results: dict[str, Any]) -> None:
    """Print the table on the terminal."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for name, rows in results["benchmarks"].items():
        table = Table(
            title=name.capitalize(), title_justify="left", box=None, header_style="bold", pad_edge=False
        )
        for heading in HEADINGS:
            table.add_column(heading, justify="right" if heading in {"nbmlops", "peer", "ratio"} else "left")
        for row in rows:
            style = "red" if row.get("holds") is False else None
            table.add_row(*cells(row), style=style)
        console.print(table)
        console.print()


def previous() -> dict[str, list[Row]]:
    """The committed rows, so that measuring one benchmark keeps the others."""
    if not RESULTS.exists():
        return {}
    rows: dict[str, list[Row]] = json.loads(RESULTS.read_text(encoding="utf-8"))["benchmarks"]
    return rows


def main() -> int:
    """Measure, print, write. The exit code tells whether every mark was reached."""
    known = benchmarks()
    parser = argparse.ArgumentParser(description="Run the benchmarks.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(known)}")
    parser.add_argument(
        "--install", action="store_true", help="also measure what an installation adds (slow)"
    )
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(known):
        parser.error(f"no benchmark named {', '.join(sorted(unknown))}")
    facts = machine()
    rows = {name: kept for name, kept in previous().items() if name in known}
    for name in asked.names or known:
        print(f"{name} ...", file=sys.stderr, flush=True)
        rows[name] = measured(name, install=asked.install)
    results = {"machine": facts, "benchmarks": dict(sorted(rows.items()))}
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    TABLE.write_text(markdown(results), encoding="utf-8")
    show(results)
    print(f"Written: {TABLE.relative_to(HERE.parent)}, {RESULTS.relative_to(HERE.parent)}")
    return 1 if any(row.get("holds") is False for name in results["benchmarks"] for row in rows[name]) else 0


if __name__ == "__main__":
    sys.exit(main())
