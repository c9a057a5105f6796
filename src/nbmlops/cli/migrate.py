"""`nbmlops migrate`: bring a store of an older format to the newest."""

from __future__ import annotations

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.nothing import nothing_yet
from nbmlops.cli.output import say, say_aside
from nbmlops.cli.place import is_made, location, open_workspace, store_option


@click.command(
    "migrate",
    short_help="Bring a store of an older format to the newest.",
    epilog=examples(
        "nbmlops migrate --dry-run --store postgresql://ann@db/runs",
        "nbmlops migrate --store postgresql://ann@db/runs",
    ),
)
@click.option("--dry-run", is_flag=True, help="Only show the SQL that would be executed.")
@store_option
def command_migrate(dry_run: bool) -> None:
    """Bring a store of an older format to the newest.

    A folder's store is brought there when it is opened, after a copy. A database that several people share is
    changed by this command alone, in one transaction: afterwards an older nbmlops can't open it.
    """
    place = location()
    if not is_made(place):
        say_aside(nothing_yet())
        return
    done = open_workspace(place).database.migrate(dry_run=dry_run)
    if not done.is_needed:
        say(f"The store {place} has the newest format, {done.target}: there is nothing to do")
        return
    if dry_run:
        say(f"-- {place}: from format {done.found} to {done.target}, in one transaction")
        say(done.sql)
        return
    say(f"The store {place} has format {done.target} now (it had {done.found})")
    if done.backup:
        say(f"A copy of what it was: {done.backup}")
