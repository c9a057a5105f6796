"""One run in full: an anywidget. Imported only where one is shown: see `live.py`."""

from __future__ import annotations

from nbmlops.answers.desk import Desk
from nbmlops.records import RunInfo
from nbmlops.widgets.live_view import LiveView
from nbmlops.widgets.run_view import RunView


class RunWidget(LiveView):
    """Everything about one run; without a kernel the static view stays.

    Attributes:
        run: as it was when this was made.
    """

    def __init__(self, view: RunView, desk: Desk) -> None:
        self._view = view
        super().__init__(desk, {"view": "run", "id": view.run.id})

    @property
    def run(self) -> RunInfo:
        """The run, as it was when this was made."""
        return self._view.run

    @property
    def html(self) -> str:
        """The static view as HTML."""
        return self._view.html

    def __repr__(self) -> str:
        return repr(self._view)
