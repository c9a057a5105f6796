"""`nbmlops experiment`: what experiments there are, and what each asks of its runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.nothing import no_experiment, nothing_yet
from nbmlops.cli.options import json_option
from nbmlops.cli.output import (
    as_word,
    console,
    grid,
    hint,
    on_terminal,
    print_json,
    print_tsv,
    say,
    say_aside,
)
from nbmlops.cli.place import find_workspace, is_made, location, open_workspace, secrets, store_option
from nbmlops.cli.suggest import suggest_experiments
from nbmlops.errors import NotFoundError
from nbmlops.views.markup import plain
from nbmlops.views.numbers import count_of, format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from nbmlops.records import Experiment
    from nbmlops.workspace import Workspace

_HEADS = ("name", "runs", "goal", "required_tags", "created")


@click.command(
    "experiment",
    short_help="List experiments, or set the goal of one.",
    epilog=examples(
        "nbmlops experiment",
        "nbmlops experiment churn",
        'nbmlops experiment churn --goal "accuracy >= 0.9"',
        "nbmlops experiment churn --required-tag team --required-tag data",
    ),
)
@click.argument("name", required=False, shell_complete=suggest_experiments)
@click.option("--goal", metavar="GOAL", help='What it is for: "accuracy >= 0.9". An empty text removes it.')
@click.option(
    "--required-tag",
    "required_tags",
    metavar="KEY",
    multiple=True,
    help="A tag that each of its runs ought to have; may be repeated. An empty text asks for none.",
)
@json_option
@store_option
def command_experiment(
    name: str | None, goal: str | None, required_tags: tuple[str, ...], as_json: bool
) -> None:
    """List experiments; with NAME show one, or set its goal and the tags it asks for."""
    declares = goal is not None or bool(required_tags)
    if name is None:
        if declares:
            raise click.UsageError("Name the experiment that --goal or --required-tag is for.")
        _list(as_json=as_json)
        return
    tags = [tag for tag in required_tags if tag] if required_tags else None
    workspace, found = _declare(name, goal, tags) if declares else _get(name)
    if as_json:
        from nbmlops.cli.documents import experiment_document

        print_json(experiment_document(found))
    else:
        _show(workspace, found)


def _declare(name: str, goal: str | None, tags: Sequence[str] | None) -> tuple[Workspace, Experiment]:
    place = location()
    if not is_made(place):
        say_aside(f"Made the store {place}")
    workspace = open_workspace(place)
    workspace.sync()
    masked = secrets().scrub_tree(list(tags)) if tags is not None else None
    return workspace, workspace.experiments.declare(secrets().scrub(name), goal=goal, required_tags=masked)


def _get(name: str) -> tuple[Workspace, Experiment]:
    workspace = find_workspace()
    if workspace is None:
        raise NotFoundError(f"No experiment {name!r}: there is no store yet at {location()}.")
    known = {found.name: found for found in workspace.experiments.all()}
    if name in known:
        return workspace, known[name]
    raise NotFoundError(
        f"{no_experiment(workspace, name, list(known))} "
        "One is made by its first run, or by giving it a --goal."
    )


def _list(*, as_json: bool) -> None:
    workspace = find_workspace()
    found = workspace.experiments.all() if workspace else []
    if as_json:
        from nbmlops.cli.documents import experiment_document

        print_json([experiment_document(experiment) for experiment in found])
    elif not found:
        say_aside(nothing_yet())
    elif workspace and on_terminal():
        _draw(workspace, found)
    else:
        print_tsv(_HEADS, (_row(experiment) for experiment in found))


def _row(found: Experiment) -> tuple[object, ...]:
    created = found.created.isoformat() if found.created else None
    return found.name, found.runs, found.goal, ",".join(found.required_tags), created


def _draw(workspace: Workspace, found: Sequence[Experiment]) -> None:
    from rich.text import Text

    view = grid()
    view.add_column("experiment")
    view.add_column("runs", justify="right", no_wrap=True)
    if any(experiment.goal for experiment in found):
        view.add_column("goal")
        view.add_column("best", justify="right", no_wrap=True)
    for experiment in found:
        goal = _goal_cells(workspace, experiment)
        view.add_row(
            Text(plain(experiment.name, 60), "bold"),
            format_number(experiment.runs),
            *goal[: len(view.columns) - 2],
        )
    console().print(view)
    hint("", "nbmlops runs EXPERIMENT    nbmlops compare -e EXPERIMENT")


def _goal_cells(workspace: Workspace, found: Experiment) -> tuple[Text | str, ...]:
    from rich.text import Text

    if found.goal is None:
        return "", ""
    best = _best(workspace, found)
    met = best is not None and found.goal.is_met(best)
    text = "" if best is None else f"{format_number(best)} {'met' if met else 'not met'}"
    return Text(plain(str(found.goal), 60)), Text(text, "green" if met else "")


def _best(workspace: Workspace, found: Experiment) -> float | None:
    goal = found.goal
    return workspace.finder.best(found.name, goal.metric, goal.direction) if goal else None


def _show(workspace: Workspace, found: Experiment) -> None:
    say(f"{plain(found.name)}: {count_of(found.runs, 'run')}")
    if found.goal:
        say(f"  goal  {plain(str(found.goal))}, {_standing(workspace, found)}")
    if found.required_tags:
        say(f"  tags  each run ought to have {plain(', '.join(found.required_tags), 300)}")
    name = as_word(found.name)
    hint("", f'nbmlops runs {name}    nbmlops experiment {name} --goal "accuracy >= 0.9"')


def _standing(workspace: Workspace, found: Experiment) -> str:
    best = _best(workspace, found)
    if best is None or found.goal is None:
        return "no run was measured by it yet"
    return f"{'met' if found.goal.is_met(best) else 'not met'}: the best is {format_number(best)}"
