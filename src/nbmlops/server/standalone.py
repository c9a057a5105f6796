"""The server of `nbmlops ui`: the page, its routes, and nothing else that a Jupyter server can do."""

from __future__ import annotations

import secrets
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from traitlets.config import Config

from nbmlops.config import StoreLocation
from nbmlops.errors import ConfigError
from nbmlops.server.bodies import MOST_BYTES
from nbmlops.server.extension import add_routes


@dataclass(frozen=True, slots=True)
class Address:
    """Where the page is served.

    Attributes:
        host: an address of this machine, or its name.
        port: 0 for one that is free.
        base_url: the path that it is served below, where a proxy passes a part of its addresses on.
        from_elsewhere: whether it answers to names that are not this machine's own: those of a proxy.
    """

    host: str = "127.0.0.1"
    port: int = 0
    base_url: str = "/"
    from_elsewhere: bool = False

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches it."""
        try:
            return self.host == "localhost" or ip_address(self.host).is_loopback
        except ValueError:
            return False


class _PageServer(ServerApp):
    """A Jupyter server without notebooks, files, kernels and terminals."""

    default_services: Any = ("api", "auth", "security")

    def load_config_file(self, *_which: Any, **_options: Any) -> None:
        """What the user configured is meant for another server: an open address, an empty token, a password."""

    def init_signal(self) -> None:
        """An interrupt ends it, without a question: nothing is lost."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)

    def _end(self, *_signal: Any) -> None:
        self.stop(from_signal=True)


def serve_page(
    location: StoreLocation,
    address: Address,
    *,
    opens: bool,
    on_ready: Callable[[str], None],
) -> None:
    """Serves the page of one store until it is interrupted.

    Args:
        location: of the store; it need not be made yet.
        address: where to listen.
        opens: whether to open it in a browser.
        on_ready: told the page's address, with the token that opens it, when it can be opened.

    Raises:
        ConfigError: the port is taken, or the address is not of this machine.
    """
    address = replace(address, port=address.port or _free_port(address.host))
    token = secrets.token_urlsafe(32)
    server = _PageServer.instance(config=_config(address, token, opens=opens))
    try:
        _initialize(server, address)
        add_routes(server, fixed=location)
        page = url_path_join(server.connection_url, "nbmlops/")
        server.io_loop.add_callback(lambda: on_ready(f"{page}?{urlencode({'token': token})}"))
        server.start()
    finally:
        _PageServer.clear_instance()


def _initialize(server: ServerApp, address: Address) -> None:
    _check_free(address)
    server.initialize(argv=[], find_extensions=False)


def _config(address: Address, token: str, *, opens: bool) -> Config:
    options: dict[str, Any] = {
        "ip": address.host,
        "port": address.port,
        "base_url": address.base_url,
        "port_retries": 0,
        "open_browser": opens,
        "default_url": "/nbmlops/",
        "root_dir": str(Path.cwd()),
        "allow_root": True,  # there is nothing here that root could do and others couldn't
        "allow_unauthenticated_access": False,
        "allow_remote_access": address.from_elsewhere or not address.is_local,
        "cookie_secret": secrets.token_bytes(32),  # whoever was let in is so until the end of this process
        "jpserver_extensions": {},
        "terminals_enabled": False,
        "log_level": "ERROR",
        "max_body_size": 2 * MOST_BYTES,
    }
    return Config({"ServerApp": options, "IdentityProvider": {"token": token}})


def _free_port(host: str) -> int:
    with _probe(Address(host)) as probe:
        return int(probe.getsockname()[1])


def _check_free(address: Address) -> None:
    _probe(address).close()


def _probe(address: Address) -> socket.socket:
    """A socket that is bound to the address.

    Raises:
        ConfigError: it can't be.
    """
    try:
        family, kind, _, _, place = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        probe = socket.socket(family, kind)
    except OSError as exc:
        raise ConfigError(f"The host {address.host!r} can't be used: {exc.strerror or exc}") from exc
    try:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(place)
    except OSError as exc:
        probe.close()
        where = f"{address.host}:{address.port}"
        raise ConfigError(
            f"The page can't be served at {where}: {exc.strerror or exc}. Give another --port, or none for a "
            "free one."
        ) from exc
    return probe
