"""What the shell completes: ids, names, experiments, metrics. It reads what is there and never fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem

from nbmlops.cli.place import is_made, location
from nbmlops.store.glance import GROUPS, Glance
from nbmlops.views.markup import plain

_MANY = 100
_ID_CHARS = 8


def suggest_runs(ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Ids of runs, shortened, with name and experiment for the shells that show them, and names begun."""
    deleted = ctx.command.name == "restore" or bool(ctx.params.get("deleted"))

    def read(store: Glance) -> Iterable[CompletionItem]:
        for run_id, name, experiment in store.runs(typed, deleted=deleted, limit=_MANY):
            about = f"{plain(name, 40)} in {plain(experiment or '', 30)}"  # fish cuts at a comma
            yield CompletionItem(run_id[: max(_ID_CHARS, len(typed))], help=about)
            if typed:
                yield CompletionItem(name, help="the newest of this name")

    return _items(ctx, read, typed)


def suggest_experiments(ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Names of experiments."""
    return _items(ctx, lambda store: map(CompletionItem, store.experiments()), typed)


def suggest_metrics(ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Keys of the metrics of the run that was named before."""
    run = str(ctx.params.get("run") or "")
    return _items(ctx, lambda store: map(CompletionItem, store.metrics(run)), typed)


def suggest_orders(ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """What runs can be ordered by. A "-" before it can't be completed: click takes it for an option's."""
    return _items(ctx, lambda store: map(CompletionItem, _fields(store)), typed)


def suggest_columns(ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Columns of runs, after those that stand there already."""
    before = typed[: typed.rfind(",") + 1]

    def read(store: Glance) -> Iterable[CompletionItem]:
        return (CompletionItem(before + name) for name in ("id", *_fields(store), "findings", "note"))

    return _items(ctx, read, typed)


def _fields(store: Glance) -> Iterable[str]:
    yield from ("started", "duration", "name", "status", "experiment", "verdict")
    for group in GROUPS:
        yield from (f"{group}.{key}" for key in store.keys(group))


def _items(
    ctx: click.Context, read: Callable[[Glance], Iterable[CompletionItem]], typed: str
) -> list[CompletionItem]:
    try:
        with ctx.scope(cleanup=False):
            place = location()
            found = list(read(Glance(place))) if is_made(place) else []
    except Exception:  # noqa: BLE001 - a message would be written into the line that is being typed
        return []
    fitting = {
        item.value: item for item in found if item.value.startswith(typed) and _is_one_word(item.value)
    }
    return list(fitting.values())


def _is_one_word(value: str) -> bool:
    """Bash splits what it is given at blanks; what can't be seen has no place on a command line."""
    return bool(value) and plain(value, 200) == value and not any(char.isspace() for char in value)
