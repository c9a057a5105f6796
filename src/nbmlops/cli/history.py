"""`nbmlops history`: the points of one metric of one run."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from nbmlops.cli.documents import finite, iso
from nbmlops.cli.examples import examples
from nbmlops.cli.options import json_option, run_argument
from nbmlops.cli.output import as_word, console, hint, on_terminal, print_json, print_tsv, terminal_width
from nbmlops.cli.place import require_workspace, resolve_to_read, store_option
from nbmlops.cli.suggest import suggest_metrics
from nbmlops.views.markup import plain

if TYPE_CHECKING:
    from nbmlops.records import RunInfo, Series

_HEADS = ("step", "value", "time")


@click.command(
    "history",
    short_help="Show how a metric went.",
    epilog=examples(
        "nbmlops history 3f9c loss",
        "nbmlops history 3f9c loss --csv > loss.csv",
    ),
)
@run_argument
@click.argument("metric", required=False, shell_complete=suggest_metrics)
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values.")
@store_option
def command_history(run: str, metric: str | None, as_json: bool, as_csv: bool) -> None:
    """Show how a metric went: a curve on a terminal, its points in a pipe.

    Without METRIC it names those that the run has.
    """
    if as_json and as_csv:
        raise click.UsageError("Give --json or --csv, not both.")
    workspace = require_workspace(run)
    info = workspace.runs.info(resolve_to_read(workspace, run))
    if metric is None:
        raise click.UsageError(_which(info))
    series = workspace.metrics.history(info.id, metric)
    if as_json:
        print_json([_point(*row) for row in _rows(series)])
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(_HEADS)
        writer.writerows(_rows(series))
    elif on_terminal():
        _draw(series, info)
        hint("", f"Every point: nbmlops history {info.short_id} {as_word(metric)} --csv")
    else:
        print_tsv(_HEADS, _rows(series))


def _which(info: RunInfo) -> str:
    run = f"{plain(info.name, 40)} {info.short_id}"
    if not info.metrics:
        return f"The run {run} has no metrics."
    return f"Name a metric of {run}: {', '.join(plain(key) for key in info.metrics)}"


def _rows(series: Series) -> Iterator[tuple[int, float, str]]:
    for step, value, time in zip(
        series.steps.tolist(), series.values.tolist(), series.times.tolist(), strict=True
    ):
        yield step, value, iso(time)


def _point(step: int, value: float, time: str) -> dict[str, Any]:
    return finite({"step": step, "value": value, "time": time})


def _draw(series: Series, info: RunInfo) -> None:
    from rich.text import Text

    from nbmlops.cli.plot import plot_lines
    from nbmlops.views.numbers import count_of

    out = console()
    count = count_of(len(series.values), "point")
    head = Text(plain(series.key, 60), "bold").append(
        f" of {plain(info.name, 40)} {info.short_id}, {count}", "not bold bright_black"
    )
    out.print(head, soft_wrap=True)
    lines = plot_lines(series.steps.tolist(), series.values.tolist(), width=min(terminal_width(), 120))
    for label, curve in lines:
        out.print(Text(label, "bright_black").append(curve, "blue"), soft_wrap=True)
    out.print(Text(_summary(series)), soft_wrap=True)


def _summary(series: Series) -> str:
    import math

    from nbmlops.views.numbers import count_of, format_number

    points = list(zip(series.values.tolist(), series.steps.tolist(), strict=True))
    finite_points = [point for point in points if math.isfinite(point[0])]
    last = points[-1]
    if len(points) == 1:
        return f"{format_number(last[0])} (step {last[1]})"
    if not finite_points:
        return f"last {format_number(last[0])}; no point is finite"
    low, high = min(finite_points), max(finite_points)
    texts = [format_number(point[0]) for point in (last, low, high)]
    said = [
        f"{word} {text} (step {point[1]})"
        for word, text, point in zip(("last", "lowest", "highest"), texts, (last, low, high), strict=True)
    ]
    if odd := len(points) - len(finite_points):
        said.append(f"{count_of(odd, 'point')} NaN or infinite")
    return ", ".join(said)
