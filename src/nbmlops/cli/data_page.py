"""`nbmlops data show`: everything about one dataset."""

from __future__ import annotations

import click

from nbmlops.cli.data import data_finder
from nbmlops.cli.examples import examples
from nbmlops.cli.options import json_option
from nbmlops.cli.output import print_json, say, terminal_width
from nbmlops.cli.place import store_option


@click.command(
    "show",
    epilog=examples(
        "nbmlops data show 3f9c:X_train",
        "nbmlops data show forest:df --json | jq .columns",
        "nbmlops data show data/raw.csv",
    ),
)
@click.argument("data", metavar="DATA")
@json_option
@store_option
def command_show(data: str, as_json: bool) -> None:
    """Show a dataset: fingerprint, columns, their distributions, and the runs that read it.

    DATA is an input of a run (RUN:name), or a file (csv, tsv, parquet, feather, json, jsonl).
    """
    page = data_finder().page(data)
    if as_json:
        from nbmlops.cli.data_documents import page_document

        print_json(page_document(page))
        return
    from nbmlops.views.data_page import data_text

    say(data_text(page, terminal_width()))
