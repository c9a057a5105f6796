"""The page over all experiments: an empty document and the script that fills it."""

from __future__ import annotations

import html
import json
from pathlib import Path

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

STATIC = Path(__file__).parents[1] / "static"

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Runs · nbmlops</title>
<link rel="icon" href="data:,">
<style>
  html, body, #nbmlops {{ height: 100%; margin: 0; }}
  body {{ background: #fff; color: #1f2328; font: 14px system-ui, sans-serif; }}
  .nbmlops-boot {{ padding: 2rem; }}
  @media (prefers-color-scheme: dark) {{ body {{ background: #111; color: #e6e6e6; }} }}
</style>
</head>
<body data-nbmlops='{config}'>
<div id="nbmlops"><p class="nbmlops-boot">{waiting}</p></div>
<noscript><p class="nbmlops-boot">This page needs JavaScript. <code>nbmlops runs</code> lists the same runs in a \
terminal.</p></noscript>
{script}
</body>
</html>
"""


class RunsPage(JupyterHandler):
    """The document."""

    auth_resource = "nbmlops"

    @web.authenticated
    @authorized
    def get(self) -> None:
        """The document; its data come by the routes."""
        self.xsrf_token  # noqa: B018 - to look at it sets the cookie that the script sends back
        config = html.escape(json.dumps({"baseUrl": self.base_url}), quote=True)
        built = (STATIC / "app.js").is_file()
        url = html.escape(f"{self.base_url}nbmlops/assets/app.js", quote=True)
        script = f'<script type="module" src="{url}"></script>' if built else ""
        waiting = (
            "Loading runs…" if built else "This installation of nbmlops lacks its front end: install a wheel."
        )
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(_PAGE.format(config=config, waiting=waiting, script=script))

    @property
    def content_security_policy(self) -> str:
        """Scripts and data from here alone. Styles that scripts set on elements count as inline."""
        return (
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
        )


class PageScript(JupyterHandler):
    """The script; it holds no data, yet whoever is not logged in has no use for it."""

    auth_resource = "nbmlops"

    @web.authenticated
    @authorized
    def get(self) -> None:
        """The script; a browser that has it is told that nothing changed."""
        script = STATIC / "app.js"
        if not script.is_file():
            raise web.HTTPError(404)
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.finish(script.read_bytes())


PAGE_ROUTES: tuple[tuple[str, type[JupyterHandler]], ...] = (
    (r"/nbmlops/?", RunsPage),
    (r"/nbmlops/assets/app\.js", PageScript),
)
