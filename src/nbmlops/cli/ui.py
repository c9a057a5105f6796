"""`nbmlops ui`: all runs of a store on a page in the browser."""

from __future__ import annotations

import os
import sys

import click

from nbmlops.cli.examples import examples
from nbmlops.cli.output import say, say_aside
from nbmlops.cli.place import location, store_option
from nbmlops.errors import ConfigError

_LOOPBACK = "127.0.0.1"


@click.command(
    "ui",
    short_help="Show the runs on a page in the browser.",
    epilog=examples(
        "nbmlops ui",
        "nbmlops ui --no-browser --port 8010          then open the address that it prints",
        "ssh -L 8010:localhost:8010 HOST nbmlops ui --no-browser --port 8010",
    ),
)
@click.option(
    "--port",
    metavar="PORT",
    type=click.IntRange(0, 65_535),
    default=0,
    help="The port to listen on. The default is a free one.",
)
@click.option(
    "--host",
    metavar="HOST",
    default=_LOOPBACK,
    show_default=True,
    help="The address to listen on. Any but this machine's own needs --allow-remote.",
)
@click.option(
    "--allow-remote",
    is_flag=True,
    help="Let other machines in. The traffic isn't encrypted: prefer a tunnel by ssh.",
)
@click.option(
    "--browser/--no-browser",
    "opens",
    default=None,
    help="Open the page in a browser; by default where there is a screen.",
)
@store_option
def command_ui(port: int, host: str, allow_remote: bool, opens: bool | None) -> None:
    """Show all runs of the store on a page in the browser, until Ctrl-C.

    It is served by this machine to this machine alone, and only to who has the address that is printed: a new
    secret token stands in it each time. Nothing is sent anywhere.
    """
    place = location()
    try:
        from nbmlops.server.standalone import Address, serve_page
    except ImportError as exc:
        raise ConfigError(
            f'The page needs jupyter-server, which is not here ({exc}): `pip install "nbmlops[lab]"` adds it. '
            "`nbmlops runs` needs nothing."
        ) from exc
    address = Address(host, port)
    if not address.is_local and not allow_remote:
        raise click.UsageError(
            f"--host {host} would let other machines in. Add --allow-remote if that is meant; a tunnel by ssh "
            "is safer."
        )
    serve_page(place, address, opens=_has_screen() if opens is None else opens, on_ready=_tell)
    say_aside("Ended.")


def _tell(address: str) -> None:
    say_aside("The runs are shown at this address; who has it can see them and set tags. Ctrl-C ends it.")
    say(address)
    sys.stdout.flush()


def _has_screen() -> bool:
    """Whether a browser would open in a window."""
    if os.environ.get("SSH_CONNECTION"):
        return False
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
