"""How the routes come into a server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.utils import url_path_join

from nbmlops.config import StoreLocation
from nbmlops.server.handlers import handlers
from nbmlops.server.page import PAGE_ROUTES
from nbmlops.server.service import SETTING, Service
from nbmlops.server.stores import StoreBook

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

_THREADS = 4


def add_routes(server: ServerApp, *, fixed: StoreLocation | None = None) -> None:
    """Adds the routes and the page to a server.

    Args:
        server: whose web application is made.
        fixed: the one store that they are about, instead of that of each request's folder.
    """
    book = StoreBook(
        Path(server.root_dir),
        on_trouble=lambda exc: server.log.warning("nbmlops can't write its store now: %s", exc),
        fixed=fixed,
    )
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="nbmlops-server")
    application: Any = server.web_app  # only partly typed
    application.settings[SETTING] = Service(book, threads)
    base = application.settings["base_url"]
    routes: list[Any] = [*handlers(), *PAGE_ROUTES]
    routes = [(url_path_join(base, route[0]), *route[1:]) for route in routes]
    application.add_handlers(".*$", routes)


def _load_jupyter_server_extension(server: ServerApp) -> None:
    """Called by jupyter_server when it starts."""
    add_routes(server)
