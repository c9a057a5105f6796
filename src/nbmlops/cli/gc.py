"""`nbmlops gc`: remove files that no run names any more."""

from __future__ import annotations

from typing import Any

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.nothing import nothing_yet
from nbmlops.cli.options import json_option
from nbmlops.cli.output import print_json, say, say_aside
from nbmlops.cli.place import find_workspace, location, store_option
from nbmlops.views.numbers import count_of, format_bytes


@click.command(
    "gc",
    short_help="Remove files that no run names any more.",
    epilog=examples(
        "nbmlops gc --dry-run",
        "nbmlops gc",
    ),
)
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@json_option
@store_option
def command_gc(dry_run: bool, as_json: bool) -> None:
    """Remove files (models, figures, artifacts) that no run names any more.

    Runs in the bin still name theirs. Files of the last hour stay, since a run may be about to name them.
    """
    workspace = find_workspace()
    if workspace is None:
        if as_json:
            print_json({"dry_run": dry_run, "files": [], "bytes": 0, "young": 0})
        else:
            say_aside(nothing_yet())
        return
    found = workspace.garbage.find()
    if not dry_run:
        found = workspace.garbage.remove(found)
    if as_json:
        root = location().root
        names = [str(path.relative_to(root)) for path in found.files]
        facts: dict[str, Any] = {
            "dry_run": dry_run,
            "files": names,
            "bytes": found.size,
            "young": found.young,
        }
        print_json(facts)
        return
    what = f"{count_of(len(found.files), 'file')}, {format_bytes(found.size)}"
    say(f"Would remove {what}" if dry_run else f"Removed {what}")
    if found.young:
        say(f"{count_of(found.young, 'file')} that no run names stay, since they are from the last hour")
