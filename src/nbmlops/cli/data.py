"""`nbmlops data`: datasets that runs read, and what differs between two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.group import LazyGroup
from nbmlops.cli.options import json_option
from nbmlops.cli.output import print_json, say, terminal_width
from nbmlops.cli.place import find_workspace, location, resolve_to_read, store_option
from nbmlops.errors import NotFoundError

if TYPE_CHECKING:
    from nbmlops.records import RunInfo
    from nbmlops.tracking.data_query import DataFinder
    from nbmlops.workspace import Workspace


@click.group(
    "data",
    cls=LazyGroup,
    sections={"Commands": {"diff": "nbmlops.cli.data", "show": "nbmlops.cli.data_page"}},
    short_help="Look at the data of runs, and at what differs between two datasets.",
    epilog=examples(
        "nbmlops data diff 3f9c 77ab",
        "nbmlops data diff old.csv new.parquet --key id",
        "nbmlops data show 3f9c:X_train",
    ),
)
def command_data() -> None:
    """Look at datasets: those that runs read, and files."""


@click.command(
    "diff",
    epilog=examples(
        "nbmlops data diff 3f9c 77ab",
        "nbmlops data diff 3f9c:X_train 77ab:X_train",
        "nbmlops data diff old.csv new.csv --key id",
        "nbmlops data diff 3f9c:df new.parquet --json | jq .rows",
    ),
)
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option(
    "-k",
    "--key",
    metavar="COLUMNS",
    help="Match rows by these columns, with commas between them, not by all values.",
)
@json_option
@store_option
def command_diff(before: str, after: str, key: str | None, as_json: bool) -> None:
    """Show what differs between two datasets: schema, rows, distributions.

    A and B are runs (their inputs of the same name are compared), inputs of runs (RUN:name), or files (csv, tsv,
    parquet, feather, json, jsonl). Rows can be matched where both datasets are there: files, and what a cell kept
    with --keep-data. Of other inputs their fingerprints and profiles are compared.
    """
    names = [name.strip() for name in (key or "").split(",") if name.strip()]
    changes = data_finder().compare(before, after, names)
    if as_json:
        from nbmlops.cli.data_documents import changes_document

        print_json(changes_document(changes))
        return
    from nbmlops.views.change_text import change_text

    say("\n\n".join(change_text(change, terminal_width()) for _, change in changes))


def data_finder() -> DataFinder:
    """Finds data in this folder and in its store, where there is one."""
    from nbmlops.tracking.data_query import DataFinder

    workspace = find_workspace()
    if workspace is None:
        return DataFinder(_no_run, _no_store, lambda _: (), lambda _: ())
    return DataFinder(
        lambda wanted: _run(workspace, wanted),
        lambda: workspace.data,
        workspace.runs.infos,
        workspace.runs.reading,
    )


def _run(workspace: Workspace, wanted: str) -> RunInfo:
    return workspace.runs.info(resolve_to_read(workspace, wanted))


def _no_run(wanted: str) -> RunInfo:
    raise NotFoundError(
        f"No run {wanted!r}: there is no store yet at {location()}. Name another with --store"
    )


def _no_store() -> Any:
    raise NotFoundError(f"There is no store yet at {location()}")
