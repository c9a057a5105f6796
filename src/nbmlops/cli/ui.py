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
        "nbmlops ui --no-browser --port 8010 --allow-remote --base-url /user/ada/proxy/absolute/8010/",
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
    help="Let other machines in, or those that a proxy passes on. The traffic isn't encrypted: prefer a tunnel by ssh.",
)
@click.option(
    "--base-url",
    metavar="PATH",
    default="/",
    show_default=True,
    help="The path that a proxy serves the page below, such as JupyterHub's.",
)
@click.option(
    "--browser/--no-browser",
    "opens",
    default=None,
    help="Open the page in a browser; by default where there is a screen.",
)
@store_option
def command_ui(port: int, host: str, allow_remote: bool, base_url: str, opens: bool | None) -> None:
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
    address = Address(host, port, _checked(base_url), allow_remote)
    if not address.is_local and not allow_remote:
        raise click.UsageError(
            f"--host {host} would let other machines in. Add --allow-remote if that is meant; a tunnel by ssh "
            "is safer."
        )
    if not address.is_local:
        say_aside(f"Other machines reach this page at {host}, and what they send isn't encrypted.")
    serve_page(place, address, opens=_has_screen() if opens is None else opens, on_ready=_tell)
    say_aside("Ended.")


def _checked(base_url: str) -> str:
    """A path, with a slash on either side.

    Raises:
        UsageError: it is a whole address, or holds what no path does.
    """
    if "://" in base_url or set(base_url) & set("?# \\"):
        raise click.UsageError(f"--base-url {base_url!r} is no path: give it as /user/ada/")
    inside = base_url.strip("/")
    return f"/{inside}/" if inside else "/"


def _tell(address: str) -> None:
    say_aside(
        "The runs are shown at this address; who has it can see and change them, and have them done again. "
        "Ctrl-C ends it."
    )
    say(address)
    sys.stdout.flush()


def _has_screen() -> bool:
    """Whether a browser would open in a window."""
    if os.environ.get("SSH_CONNECTION"):
        return False
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
