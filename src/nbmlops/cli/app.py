"""The command `nbmlops` itself: its options, its help, and which commands there are."""

from __future__ import annotations

import click

from nbmlops import __version__
from nbmlops.cli.group import LazyGroup

_EPILOG = """\b
Examples:
  nbmlops demo                                      see it work on real data
  nbmlops runs churn --where "metrics.accuracy > 0.9"
  nbmlops show 3f9c2a1b                             an id may be shortened
  nbmlops compare -e churn -o comparison.html

\b
Exit codes:
  0 it worked                3 not found, or ambiguous
  1 it failed                4 the store can't be used
  2 it was called wrongly    130 interrupted
NBMLOPS_DEBUG=1 shows the traceback of an error.
"""

_COMMANDS = {
    "Look at runs": {
        "ui": "nbmlops.cli.ui",
        "runs": "nbmlops.cli.runs",
        "show": "nbmlops.cli.show",
        "compare": "nbmlops.cli.compare",
        "report": "nbmlops.cli.report",
        "lineage": "nbmlops.cli.lineage",
        "history": "nbmlops.cli.history",
        "data": "nbmlops.cli.data",
        "experiment": "nbmlops.cli.experiment",
    },
    "Mend them": {
        "rename": "nbmlops.cli.mend",
        "tag": "nbmlops.cli.mend",
        "note": "nbmlops.cli.mend",
        "delete": "nbmlops.cli.bin",
        "restore": "nbmlops.cli.bin",
    },
    "Notebooks as programs": {
        "run": "nbmlops.cli.run",
        "params": "nbmlops.cli.params",
        "export": "nbmlops.cli.export",
        "lint": "nbmlops.cli.lint",
    },
    "Check them": {
        "reproduce": "nbmlops.cli.reproduce",
        "env": "nbmlops.cli.env",
    },
    "The store and the rest": {
        "demo": "nbmlops.cli.demo",
        "init": "nbmlops.cli.store",
        "store": "nbmlops.cli.store",
        "gc": "nbmlops.cli.gc",
        "migrate": "nbmlops.cli.migrate",
        "config": "nbmlops.cli.config",
        "completion": "nbmlops.cli.completion",
    },
}


@click.group(
    name="nbmlops",
    cls=LazyGroup,
    sections=_COMMANDS,
    aliases={"experiments": "experiment"},
    invoke_without_command=True,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--store",
    metavar="STORE",
    type=click.Path(path_type=str),
    help="The store to work with, a folder or a database URL; wins over NBMLOPS_STORE. "
    "It may stand after the command as well.",
)
@click.version_option(__version__, "--version", prog_name="nbmlops", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context, store: str | None) -> None:
    """Runs that notebooks and scripts tracked with nbmlops: find, compare and mend them.

    There is no server: the commands read the store that belongs to the folder you are in.
    """
    del store  # read from the context, where a command's own --store may have put another
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
