"""Arguments and options that several commands take, each said once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from nbmlops.cli.suggest import suggest_experiments, suggest_runs

_F = TypeVar("_F", bound=Callable[..., Any])

run_argument = click.argument("run", shell_complete=suggest_runs)
where_option = click.option(
    "-w", "--where", metavar="EXPR", help='Only those that meet a condition: "metrics.accuracy > 0.9".'
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def runs_argument(*, required: bool) -> Callable[[_F], _F]:
    """Any number of runs, or at least one."""
    return click.argument("runs", nargs=-1, required=required, shell_complete=suggest_runs)


def experiment_option(name: str, text: str) -> Callable[[_F], _F]:
    """An experiment, passed as `name`."""
    return click.option(
        "-e", "--experiment", name, metavar="NAME", shell_complete=suggest_experiments, help=text
    )


def limit_option(text: str, *, least: int, default: int | None = None) -> Callable[[_F], _F]:
    """How many runs."""
    return click.option(
        "-n",
        "--limit",
        metavar="N",
        type=click.IntRange(min=least),
        default=default,
        show_default=default is not None,
        help=text,
    )
