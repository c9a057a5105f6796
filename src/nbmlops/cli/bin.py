"""`nbmlops delete` and `nbmlops restore`: into the bin, out of it, and gone for good."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.options import runs_argument
from nbmlops.cli.output import hint, say, say_aside
from nbmlops.cli.place import require_workspace, resolve, store_option
from nbmlops.errors import NbmlopsError, StoreError
from nbmlops.records import RunInfo, RunStatus
from nbmlops.views.markup import plain
from nbmlops.views.numbers import count_of, format_bytes

if TYPE_CHECKING:
    from nbmlops.workspace import Workspace


@click.command(
    "delete",
    epilog=examples(
        "nbmlops delete 3f9c 77ab",
        "nbmlops delete 3f9c --dry-run",
        "nbmlops delete 3f9c --forever",
    ),
)
@runs_argument(required=True)
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@click.option("--forever", is_flag=True, help="Delete them for good, from the bin too.")
@click.option("-y", "--yes", is_flag=True, help="Don't ask before --forever.")
@store_option
def command_delete(runs: tuple[str, ...], dry_run: bool, forever: bool, yes: bool) -> None:
    """Put runs into the bin, from which `restore` brings them back."""
    workspace = require_workspace(runs[0])
    find = partial(resolve, workspace) if forever else workspace.finder.resolve
    chosen = _chosen(workspace, runs, find)
    if dry_run:
        _list("Would delete for good" if forever else "Would put into the bin", chosen)
    elif forever:
        _delete_forever(workspace, chosen, yes=yes)
    else:
        workspace.runs.bin([run.id for run in chosen])
        _list("Put into the bin", chosen)
        say(f"Bring {'it' if len(chosen) == 1 else 'them'} back: nbmlops restore {_ids(chosen)}")
        hint("", "nbmlops runs --deleted")


@click.command(
    "restore",
    epilog=examples(
        "nbmlops runs --deleted",
        "nbmlops restore 3f9c",
    ),
)
@runs_argument(required=True)
@store_option
def command_restore(runs: tuple[str, ...]) -> None:
    """Bring runs back from the bin."""
    workspace = require_workspace(runs[0])
    chosen = _chosen(workspace, runs, partial(workspace.finder.resolve, deleted=True))
    workspace.runs.restore([run.id for run in chosen])
    _list("Brought back", chosen)
    hint("", f"nbmlops show {chosen[0].short_id}")


def _chosen(workspace: Workspace, runs: Sequence[str], find: Callable[[str], str]) -> list[RunInfo]:
    """All are found before any is touched."""
    return workspace.runs.infos(list(dict.fromkeys(map(find, runs))))


def _delete_forever(workspace: Workspace, chosen: Sequence[RunInfo], *, yes: bool) -> None:
    running = [run for run in chosen if run.status is RunStatus.RUNNING]
    if running:
        raise NbmlopsError(
            f"{_ids(running)} still runs: end it first, or put it into the bin without --forever."
        )
    if not yes:
        _ask(chosen)
    ids = [run.id for run in chosen]
    files = workspace.garbage.named_by(ids)
    workspace.runs.purge(ids)
    _list("Deleted for good", chosen)
    _delete_files(workspace, files)


def _delete_files(workspace: Workspace, digests: Collection[str]) -> None:
    """Those that no other run shares."""
    try:
        found = workspace.garbage.remove(workspace.garbage.find(digests))
    except StoreError as exc:
        say_aside(str(exc))
        return
    if found.files:
        say(f"  {count_of(len(found.files), 'file')} of {format_bytes(found.size)} went with it")
    if found.young:
        hint(f"  {count_of(found.young, 'file')} from the last hour stay until: nbmlops gc")


def _ask(chosen: Sequence[RunInfo]) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError("--forever asks first, and nobody is there to answer: add --yes.")
    _list("To be deleted for good", chosen)
    click.confirm("This can't be undone. Delete?", abort=True)


def _list(what: str, runs: Sequence[RunInfo]) -> None:
    if len(runs) > 1:
        say(f"{what}: {count_of(len(runs), 'run')}")
    for run in runs:
        label = f"{run.short_id} {plain(run.name, 40)} ({plain(run.experiment, 40)})"
        say(f"  {label}" if len(runs) > 1 else f"{what}: {label}")


def _ids(runs: Sequence[RunInfo]) -> str:
    return " ".join(run.short_id for run in runs)
