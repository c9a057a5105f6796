"""How IPython shows records of ours: in a notebook as views, in a terminal as text."""

from __future__ import annotations

import sys
from typing import Any

from nbmlops.answers.store import AskedStore
from nbmlops.errors import NbmlopsError
from nbmlops.records import RunInfo
from nbmlops.session import session
from nbmlops.views.run_page import run_html
from nbmlops.widgets.live import live_run
from nbmlops.widgets.run_view import RunView


def register_displays() -> None:
    """Tells the running IPython, if there is one, how runs are shown. To do so again changes nothing."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    formatter = getattr(shell, "display_formatter", None)
    if formatter is None:
        return
    formatter.ipython_display_formatter.for_type(RunInfo, _show_live)
    formatter.formatters["text/html"].for_type(RunInfo, run_html)
    formatter.formatters["text/plain"].for_type(RunInfo, _print_run)


def _show_live(run: RunInfo) -> None:
    """Raises what IPython takes for "show it as anything else" where nothing can be live."""
    view = _view_of(run)
    if isinstance(view, RunView):
        raise NotImplementedError
    view._ipython_display_()


def _view_of(run: RunInfo) -> Any:
    """Live where the run is in the store of this session; one of another store stays as it was read."""
    view = RunView(run)
    try:
        workspace = session().workspace
        workspace.runs.info(run.id)
    except NbmlopsError:
        return view
    return live_run(AskedStore(workspace, session().secrets.scrub_tree), view)


def _print_run(run: RunInfo, printer: Any, _cycle: bool) -> None:
    printer.text(repr(RunView(run)))
