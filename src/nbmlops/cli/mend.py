"""`nbmlops rename`, `tag` and `note`: what may be changed of a run afterwards."""

from __future__ import annotations

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.options import run_argument
from nbmlops.cli.output import hint, say
from nbmlops.cli.place import require_workspace, resolve, secrets, store_option
from nbmlops.views.markup import plain


@click.command("rename", epilog=examples('nbmlops rename 3f9c "forest, balanced"'))
@run_argument
@click.argument("name")
@store_option
def command_rename(run: str, name: str) -> None:
    """Give a run another name."""
    workspace = require_workspace(run)
    run_id = resolve(workspace, run)
    old = workspace.runs.info(run_id).name
    new = secrets().scrub(name)
    workspace.runs.rename(run_id, new)
    say(f"{run_id[:8]} {plain(old)} is now {plain(new)}")


@click.command("tag", epilog=examples("nbmlops tag 3f9c team=growth data=2026-11", "nbmlops tag 3f9c team="))
@run_argument
@click.argument("tags", metavar="KEY=VALUE...", nargs=-1, required=True)
@store_option
def command_tag(run: str, tags: tuple[str, ...]) -> None:
    """Set tags of a run; KEY= removes one."""
    wanted = dict(map(_pair, tags))
    workspace = require_workspace(run)
    run_id = resolve(workspace, run)
    workspace.runs.set_tags(run_id, secrets().scrub_tree(wanted))
    info = workspace.runs.info(run_id)
    now = ", ".join(f"{plain(key)}={plain(value)}" for key, value in info.tags.items())
    say(f"{info.short_id} {plain(info.name)}: {now or 'no tags'}")


def _pair(text: str) -> tuple[str, str | None]:
    key, sign, value = text.partition("=")
    if not sign or not key.strip():
        raise click.UsageError(f"{text!r} is no tag: write KEY=VALUE, or KEY= to remove it.")
    return key.strip(), value or None


@click.command("note", epilog=examples('nbmlops note 3f9c "The split leaks: customers stand on both sides."'))
@run_argument
@click.argument("text", nargs=-1, required=True)
@store_option
def command_note(run: str, text: tuple[str, ...]) -> None:
    """Add a paragraph to the note of a run."""
    workspace = require_workspace(run)
    run_id = resolve(workspace, run)
    workspace.runs.add_note(run_id, secrets().scrub(" ".join(text)))
    info = workspace.runs.info(run_id)
    say(f"Noted on {info.short_id} {plain(info.name)}")
    hint("", f"nbmlops show {info.short_id}")
