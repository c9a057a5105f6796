"""`nbmlops init` and `nbmlops store`: making a store, and what there is in it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.nothing import nothing_yet
from nbmlops.cli.options import json_option
from nbmlops.cli.output import as_word, hint, print_json, say, say_aside
from nbmlops.cli.place import (
    find_workspace,
    is_made,
    location,
    named_location,
    open_workspace,
    store_option,
)
from nbmlops.config import (
    STORE_FOLDER,
    STORE_VARIABLE,
    StoreLocation,
    find_settings_file,
    find_store,
    find_store_and_origin,
)
from nbmlops.views.numbers import count_of, format_bytes


@click.command(
    "init",
    epilog=examples(
        "nbmlops init",
        "nbmlops init --store ~/runs/churn",
    ),
)
@click.option("--store", "named", metavar="STORE", help="Make it there: a folder, or a database URL.")
@click.pass_context
def command_init(ctx: click.Context, named: str | None) -> None:
    """Make a store in this folder.

    It isn't needed: the first tracked cell makes one. It is for who wants to say where.
    """
    named = named or ctx.find_root().params.get("store")
    place = _place(named)
    there = is_made(place) and not place.database_url
    outer = find_store().root
    workspace = open_workspace(place)
    with workspace.database.reading():
        pass  # opening it makes what is missing
    say(f"The store is here already: {place}" if there else f"Made the store {place}")
    if named and os.environ.get(STORE_VARIABLE) != named:
        name = named if place.database_url else str(place)
        say(f"To work with it: export {STORE_VARIABLE}={as_word(name)}")
    elif not there and outer not in (place.root, Path.cwd() / STORE_FOLDER) and outer.is_dir():
        say(f"Work in this folder goes into it from now on, and no longer into {outer}")
    hint("", "In a notebook: %load_ext nbmlops, then begin a cell with %%track    nbmlops demo")


def _place(named: str | None) -> StoreLocation:
    if named or os.environ.get(STORE_VARIABLE, "").strip():
        return named_location(named) if named else find_store()
    found, origin = find_store_and_origin()
    if origin == str(find_settings_file()):
        return found  # what nbmlops.toml names is what is used
    return StoreLocation(Path.cwd() / STORE_FOLDER)


@click.command(
    "store",
    short_help="Say where the store lies and what is in it.",
    epilog=examples(
        "nbmlops store",
        "nbmlops --store ~/runs/churn store",
    ),
)
@json_option
@store_option
def command_store(as_json: bool) -> None:
    """Say where the store lies, how large it is, what is in it, and how to remove it."""
    place = location()
    workspace = find_workspace()
    facts: dict[str, Any] = {"location": str(place), "made": workspace is not None}
    if workspace is None:
        if as_json:
            print_json(facts)
        else:
            say(str(place))
            say_aside(nothing_yet())
        return
    from nbmlops.store.run_query import RunQuery

    facts |= {
        "runs": len(workspace.finder.ids(RunQuery())),
        "deleted": len(workspace.finder.ids(RunQuery(deleted=True))),
        "experiments": len(workspace.experiments.all()),
        "mode": workspace.database.journal_mode,
        "bytes": _sizes(place.root),
    }
    if as_json:
        print_json(facts)
    else:
        _show(place, facts)


def _sizes(root: Path) -> dict[str, int]:
    """Bytes of what there is: the database with its side files, the blobs, the journals."""
    database = sum(path.stat().st_size for path in root.glob("store.*db*"))
    return {
        "database": database,
        "blobs": _size(root / "blobs"),
        "journals": sum(map(_size, root.glob("journals*"))),
    }


def _size(folder: Path) -> int:
    total = 0
    for base, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(base) / name).stat().st_size
            except FileNotFoundError:
                continue  # a journal that was taken in meanwhile
    return total


def _show(place: StoreLocation, facts: dict[str, Any]) -> None:
    from nbmlops.store.journal_mode import SAFE

    sizes = facts["bytes"]
    parts = ", ".join(f"{name} {format_bytes(size)}" for name, size in sizes.items())
    in_bin = f", {facts['deleted']} in the bin" if facts["deleted"] else ""
    say(str(place))
    say(f"  {count_of(facts['runs'], 'run')} in {count_of(facts['experiments'], 'experiment')}{in_bin}")
    say(f"  {format_bytes(sum(sizes.values()))}: {parts}")
    if facts["mode"] == SAFE:
        say("  safe mode: several machines may use this folder, or it can't do SQLite's faster one")
    if place.database_url:
        say(f"  files of the runs lie in {place.root}")
    hint("", f"To remove every trace of it: rm -r {as_word(str(place.root))}")
