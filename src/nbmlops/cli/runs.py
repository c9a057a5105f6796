"""`nbmlops runs`: the runs of the store."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.nothing import nothing_found, nothing_yet
from nbmlops.cli.options import experiment_option, json_option, limit_option, where_option
from nbmlops.cli.output import as_word, hint, on_terminal, print_json, print_tsv, say_aside
from nbmlops.cli.place import find_workspace, store_option
from nbmlops.cli.suggest import suggest_columns, suggest_experiments, suggest_orders

if TYPE_CHECKING:
    from nbmlops.store.run_query import RunQuery, RunTable
    from nbmlops.workspace import Workspace

_ON_TERMINAL = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """How the runs are to be shown."""

    columns: str | None = None
    all_lines: bool = False
    as_json: bool = False


@click.command(
    "runs",
    epilog=examples(
        "nbmlops runs",
        'nbmlops runs churn --where "metrics.accuracy > 0.9"',
        "nbmlops runs churn --order-by -metrics.accuracy -n 5",
        "nbmlops runs --columns id,name,accuracy | cut -f1",
        "nbmlops runs --json | jq '.[0].metrics'",
    ),
)
@click.argument("experiment", required=False, shell_complete=suggest_experiments)
@experiment_option("named", "The same as EXPERIMENT.")
@where_option
@click.option(
    "-s",
    "--order-by",
    metavar="FIELD",
    shell_complete=suggest_orders,
    help='Sort by a field; "-" before it turns the order round: -metrics.accuracy.',
)
@limit_option("At most N; 0 for all. On a terminal 50 without it, else all.", least=0)
@click.option("--deleted", is_flag=True, help="The runs in the bin.")
@click.option(
    "-c",
    "--columns",
    metavar="A,B",
    shell_complete=suggest_columns,
    help="These columns: id, name, metrics.KEY, params.KEY, tags.KEY, or KEY alone.",
)
@click.option(
    "-a", "--all", "all_lines", is_flag=True, help="Identical runs on a line each, instead of one with ×3."
)
@click.option("--defaults", is_flag=True, help="With the estimators' parameters that nobody set.")
@json_option
@store_option
def command_runs(
    *,
    experiment: str | None,
    named: str | None,
    where: str | None,
    order_by: str | None,
    limit: int | None,
    deleted: bool,
    columns: str | None,
    all_lines: bool,
    defaults: bool,
    as_json: bool,
) -> None:
    """List runs, the newest first.

    In a pipe it prints tab-separated values: every column, ids and numbers in full.
    """
    if experiment and named and experiment != named:
        raise click.UsageError(f"Two experiments were named, {experiment!r} and {named!r}: give one.")
    if as_json and columns:
        raise click.UsageError(
            "--json prints everything: leave out --columns, or take the keys from the JSON."
        )
    if order_by == "":
        raise click.UsageError("--order-by needs a field, such as -metrics.accuracy")
    workspace = find_workspace()
    wish = Wish(columns, all_lines, as_json)
    if workspace is None:
        _show_nothing(wish, nothing_yet())
        return
    from nbmlops.store.run_query import RunQuery

    query = RunQuery(
        experiment or named,
        where,
        order_by,
        _limit(limit, as_json=as_json),
        deleted,
        defaults=defaults or as_json or columns is not None,  # JSON has all, and a column may name any
    )
    _list(workspace, query, wish, is_default_limit=limit is None)


def _limit(limit: int | None, *, as_json: bool) -> int | None:
    if limit is None:
        return _ON_TERMINAL if on_terminal() and not as_json else None
    return limit or None


def _list(workspace: Workspace, query: RunQuery, wish: Wish, *, is_default_limit: bool) -> None:
    # One more than is shown tells whether there are more.
    more = query.limit is not None and is_default_limit
    table = workspace.finder.table(replace(query, limit=query.limit + 1) if more and query.limit else query)
    if not table.columns["id"]:
        _show_nothing(wish, nothing_found(workspace, query))
    elif wish.as_json:
        from nbmlops.cli.documents import table_documents

        print_json(table_documents(table))
    elif on_terminal():
        _draw(workspace, table, query, wish)
    else:
        _print(table, wish)


def _print(table: RunTable, wish: Wish) -> None:
    from nbmlops.cli.run_columns import all_columns, wished_columns

    columns = wished_columns(table, wish.columns) if wish.columns else all_columns(table)
    print_tsv([column.name for column in columns], zip(*(column.values for column in columns), strict=True))


def _draw(workspace: Workspace, table: RunTable, query: RunQuery, wish: Wish) -> None:
    from nbmlops.cli.run_list import draw_runs

    shown = draw_runs(workspace, table, query, wish.columns, all_lines=wish.all_lines)
    first = table.columns["id"][0][:8]
    if query.deleted:
        hint(
            "",
            f"Bring it back: nbmlops restore {first}    For good: nbmlops delete --forever {first}",
        )
        return
    if query.limit is not None and len(table.columns["id"]) > query.limit:
        hint("", f"The newest {query.limit}. All: nbmlops runs -n 0")
    elif shown < len(table.columns["id"]):
        hint("", "Identical runs stand on one line, the newest. Each on its own: nbmlops runs --all")
    else:
        hint("")
    scope = f" -e {as_word(query.experiment)}" if query.experiment else ""
    hint(f"nbmlops show {first}    nbmlops compare{scope}")


def _show_nothing(wish: Wish, why: str) -> None:
    if wish.as_json:
        print_json([])
    say_aside(why)
