"""What the shell completes: ids, experiments, metrics. It reads what is there and never fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from nbmlops.cli.place import is_made, location, open_workspace
from nbmlops.views.markup import plain

if TYPE_CHECKING:
    from nbmlops.workspace import Workspace

_NEWEST = 500
_ID_CHARS = 8


def suggest_runs(ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Ids of runs, shortened, with name and experiment for the shells that show them."""
    deleted = ctx.command.name == "restore" or bool(ctx.params.get("deleted"))
    return _items(ctx, lambda workspace: _run_items(workspace, deleted=deleted), typed)


def suggest_experiments(ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Names of experiments."""
    return _items(ctx, lambda workspace: (CompletionItem(e.name) for e in workspace.experiments.all()), typed)


def suggest_metrics(ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Keys of the metrics of the run that was named before."""
    run = str(ctx.params.get("run") or "")

    def keys(workspace: Workspace) -> Iterable[CompletionItem]:
        info = workspace.runs.info(workspace.finder.resolve(run))
        return (CompletionItem(key) for key in info.metrics)

    return _items(ctx, keys, typed)


def suggest_orders(ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """What runs can be ordered by. A "-" before it can't be completed: click takes it for an option's."""
    return _items(ctx, lambda workspace: map(CompletionItem, _fields(workspace)), typed)


def suggest_columns(ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Columns of runs, after those that stand there already."""
    before = typed[: typed.rfind(",") + 1]
    return _items(
        ctx, lambda workspace: (CompletionItem(before + name) for name in _fields(workspace)), typed
    )


def _run_items(workspace: Workspace, *, deleted: bool) -> Iterable[CompletionItem]:
    from nbmlops.store.run_query import RunQuery

    columns = workspace.finder.table(RunQuery(limit=_NEWEST, deleted=deleted)).columns
    for run_id, name, experiment in zip(columns["id"], columns["name"], columns["experiment"], strict=True):
        yield CompletionItem(run_id[:_ID_CHARS], help=f"{plain(name, 40)}, {plain(experiment or '', 30)}")


def _fields(workspace: Workspace) -> Iterable[str]:
    from nbmlops.store.run_query import RunQuery

    table = workspace.finder.table(RunQuery(limit=_NEWEST))
    yield from ("started", "duration", "name", "status", "experiment")
    for group, columns in (("metrics", table.metrics), ("params", table.params), ("tags", table.tags)):
        yield from (f"{group}.{key}" for key in columns)


def _items(
    ctx: click.Context, read: Callable[[Workspace], Iterable[CompletionItem]], typed: str
) -> list[CompletionItem]:
    try:
        with ctx.scope(cleanup=False):
            place = location()
            found = list(read(open_workspace(place))) if is_made(place) else []
    except Exception:  # noqa: BLE001 - a message would be written into the line that is being typed
        return []
    return [item for item in found if item.value.startswith(typed) and _is_one_word(item.value)]


def _is_one_word(value: str) -> bool:
    """Bash splits what it is given at blanks; what can't be seen has no place on a command line."""
    return bool(value) and plain(value, 200) == value and not any(char.isspace() for char in value)
