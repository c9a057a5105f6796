"""`nbmlops env`: the environment of a run as a file, and what differs from another one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.options import json_option, run_argument
from nbmlops.cli.output import console, grid, hint, on_terminal, print_json, print_tsv, say, say_aside
from nbmlops.cli.place import require_workspace, resolve_to_read, store_option
from nbmlops.cli.suggest import suggest_runs
from nbmlops.errors import NotFoundError

if TYPE_CHECKING:
    from nbmlops.jobs.environments import Change
    from nbmlops.records import Environment, RunInfo
    from nbmlops.workspace import Workspace

_HEADS = ("name", "then", "now")


@click.command(
    "env",
    short_help="The environment of a run, as pip reads it.",
    epilog=examples(
        "nbmlops env 3f9c2a1b -o requirements.txt",
        "nbmlops env 3f9c2a1b --format pylock -o pylock.toml",
        "nbmlops env 3f9c2a1b --check                  what is another one here",
        "nbmlops env 3f9c2a1b --diff 77ab",
    )
    + "\n\n\b\nExit codes:\n  0  it worked; nothing differs\n  1  with --check and --diff: something differs",
)
@run_argument
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write it there."
)
@click.option(
    "--format", "kind", type=click.Choice(["requirements", "pylock"]), default="requirements", show_default=True,
    help="A requirements.txt, or a pylock.toml with hashes, for which pip asks the index.",
)  # fmt: skip
@click.option(
    "--diff", "other", metavar="RUN", shell_complete=suggest_runs, help="What is another one in this run."
)
@click.option("--check", "here", is_flag=True, help="What is another one in the Python that runs nbmlops.")
@json_option
@store_option
def command_env(
    run: str, *, output: Path | None, kind: str, other: str | None, here: bool, as_json: bool
) -> None:
    """Write the environment of a run as a file that pip installs from, or say what differs from it."""
    if other and here:
        raise click.UsageError("Give --diff RUN or --check, not both.")
    workspace = require_workspace(run)
    info = workspace.runs.info(resolve_to_read(workspace, run))
    then = _environment(info)
    if other or here:
        _compare(then, _other(workspace, other), as_json=as_json)
    elif as_json:
        _print_environment(then)
    else:
        _write(_text(info, then, kind), output)


def _environment(info: RunInfo) -> Environment:
    if info.environment is None:
        raise NotFoundError(f"The environment of the run {info.short_id} was not recorded.")
    return info.environment


def _other(workspace: Workspace, other: str | None) -> Environment:
    if other is not None:
        return _environment(workspace.runs.info(resolve_to_read(workspace, other)))
    from nbmlops.capture.environment import EnvironmentReader

    return EnvironmentReader().read()


def _text(info: RunInfo, then: Environment, kind: str) -> str:
    if kind == "pylock":
        from nbmlops.jobs.lock import lock_text

        say_aside(f"Asking pip for the files of {len(then.packages)} packages and their hashes")
        return lock_text(then)
    from nbmlops.views.requirements import requirements_text

    return requirements_text(then, title=f"The environment of the run {info.name} {info.short_id}")


def _write(text: str, output: Path | None) -> None:
    if output is None:
        say(text.rstrip("\n"))
        return
    output.write_text(text, encoding="utf-8")
    say_aside(str(output))
    hint(f"pip install -r {output}")


def _print_environment(then: Environment) -> None:
    from dataclasses import asdict

    print_json(asdict(then))


def _compare(then: Environment, now: Environment, *, as_json: bool) -> None:
    from nbmlops.jobs.environments import changes

    found = changes(then, now)
    if as_json:
        rows = [{"name": c.name, "then": c.before or None, "now": c.after or None} for c in found]
        print_json({"same": not found, "changes": rows})
    elif not found:
        say("The environments are the same.")
    else:
        _show(found)
    click.get_current_context().exit(int(bool(found)))


def _show(found: Sequence[Change]) -> None:
    rows = [(change.name, change.before, change.after) for change in found]
    if not on_terminal():
        print_tsv(_HEADS, rows)
        return
    table = grid()
    for head in _HEADS:
        table.add_column(head)
    for name, before, after in rows:
        table.add_row(name, before or "not installed", after or "not installed")
    console().print(table)
