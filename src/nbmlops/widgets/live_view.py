"""A view that is interactive where there is a kernel, and stays readable where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4
from weakref import WeakMethod

import anywidget
import traitlets

from nbmlops.answers.desk import Desk
from nbmlops.errors import NbmlopsError
from nbmlops.views.charts import Chart
from nbmlops.widgets.channel import Channel
from nbmlops.widgets.front_end import code, version
from nbmlops.widgets.static_view import chart_bundle, marked_html, widget_bundle


class LiveView(anywidget.AnyWidget):
    """What all views of the front end have in common in a notebook.

    Its traits are state that both sides see; what it shows, it asks of its kernel.

    Args:
        desk: what answers.
        place: which view it is, as `labextension/src/shared/place.ts` has it.
        traits: of the subclass.
    """

    _esm = Path(__file__).parent / "loader.js"

    _place = traitlets.Dict().tag(sync=True)
    _token = traitlets.Unicode().tag(sync=True)
    _front_end = traitlets.Unicode().tag(sync=True)

    def __init__(self, desk: Desk, place: Mapping[str, Any], **traits: Any) -> None:
        self._desk = desk
        self._channel = Channel(desk, front_end=code)
        self._asked = False
        self._told = ""
        super().__init__(_place=dict(place), _token=uuid4().hex[:12], _front_end=version(), **traits)
        self.on_msg(_answer)
        self._follow_cells()

    # What stands in the notebook without a kernel -------------------------------------------------------

    @property
    def html(self) -> str:
        """The static view as HTML."""
        raise NotImplementedError

    @property
    def chart(self) -> Chart | None:
        """The static view's chart, None when there is nothing to draw."""
        return None

    def _repr_mimebundle_(self, **_options: object) -> tuple[dict[str, Any], dict[str, Any]]:
        """All in one bundle, for who asks for it. A notebook shows it in parts: see `_ipython_display_`."""
        chart = chart_bundle(self.chart) if self.chart else {}
        return chart | widget_bundle(self.model_id, repr(self)) | {"text/html": self.html}, {}

    def _ipython_display_(self) -> None:
        """Static view, chart, widget: three outputs, of which the reader sees the first two or the last.

        In one bundle JupyterLab would choose the widget, and say "Loading widget..." for ever where the kernel
        is gone.
        """
        from IPython.display import publish_display_data

        publish_display_data({"text/html": marked_html(self.html, self._token), "text/plain": repr(self)})
        if self.chart is not None:
            publish_display_data(chart_bundle(self.chart))
        publish_display_data(widget_bundle(self.model_id))

    # News ----------------------------------------------------------------------------------------------

    def _follow_cells(self) -> None:
        """After each cell: the view is told when there are new runs, or new values in them."""
        from IPython import get_ipython

        shell = get_ipython()
        if shell is None:
            return
        method = WeakMethod(self._after_cell)

        def after_cell(_result: object) -> None:
            follow = method()
            if follow is None:
                shell.events.unregister("post_run_cell", after_cell)
            else:
                follow()

        shell.events.register("post_run_cell", after_cell)

    def _after_cell(self) -> None:
        # A view that is gone asks no more, and so is told no more.
        if not self._asked or self.comm is None:
            return
        try:
            revision = self._desk.ask("revision", {})["revision"]
        except (NbmlopsError, OSError):
            return  # the view learns of it when it asks
        if revision != self._told:
            self._told, self._asked = revision, False
            self.send({"changed": True})


def _answer(widget: LiveView, message: object, _buffers: object) -> None:
    answer = widget._channel.answer(message)
    if answer is not None:
        widget._asked = True
        widget.send(answer)
