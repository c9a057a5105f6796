"""The interactive comparison: an anywidget whose state is traits. Imported only where one is shown: see `live`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from uuid import uuid4
from weakref import WeakMethod

import anywidget
import traitlets

from nbmlops.answers.desk import Desk
from nbmlops.errors import NbmlopsError, WhereError
from nbmlops.records import RunInfo
from nbmlops.records.where import parse_where
from nbmlops.views.charts import Chart
from nbmlops.views.compared import Comparison
from nbmlops.widgets.channel import Channel
from nbmlops.widgets.comparison import ComparisonView
from nbmlops.widgets.front_end import code, version
from nbmlops.widgets.static_view import chart_bundle, marked_html, widget_bundle

_MOST_CAUTIONS: Final = 4


class CompareWidget(anywidget.AnyWidget):
    """Runs side by side, interactive where there is a kernel; where there is none, the static view stays.

    Attributes:
        selected_runs: ids of the chosen runs, whole, in the order in which they were chosen.
        where: which runs are listed; a text that can't be read is pointed at in the view, and raises nothing.
        text: words that listed runs hold in their name, tags, note or parameters.
        order_by: a column as in `nbmlops.runs`, "-" before it for descending; empty for newest first.
        metric: whose curves are drawn; empty for those that tell most.
        columns: which columns are shown (`"metrics.accuracy"`, `"params.C"`, `"started"`); empty for those that
            tell most.
    """

    _esm = Path(__file__).parent / "loader.js"

    selected_runs = traitlets.List(traitlets.Unicode()).tag(sync=True)
    where = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    order_by = traitlets.Unicode().tag(sync=True)
    metric = traitlets.Unicode().tag(sync=True)
    columns = traitlets.List(traitlets.Unicode()).tag(sync=True)
    _scope = traitlets.Dict().tag(sync=True)
    _caption = traitlets.Unicode().tag(sync=True)
    _apart = traitlets.Dict().tag(sync=True)
    _cautions = traitlets.List(traitlets.Unicode()).tag(sync=True)
    _token = traitlets.Unicode().tag(sync=True)
    _front_end = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        view: ComparisonView,
        desk: Desk,
        *,
        resolve: Callable[[str], str],
        state: Mapping[str, Any] | None = None,
    ) -> None:
        self._view = view
        self._desk = desk
        self._resolve = resolve
        self._channel = Channel(desk, front_end=code)
        self._asked = False
        self._told = ""
        super().__init__(
            _scope=dict(view.scope),
            _caption=view.caption,
            _apart=_measured_on_other_data(view.comparison),
            _cautions=[f"{one.title}: {one.text}" for one in view.comparison.cautions[:_MOST_CAUTIONS]],
            _token=uuid4().hex[:12],
            _front_end=version(),
            **(state or {}),
        )
        self.on_msg(_answer)
        self._follow_cells()

    # What the static view has -------------------------------------------------------------------------

    @property
    def comparison(self) -> Comparison:
        """What differs, as records, as it was when this was made."""
        return self._view.comparison

    @property
    def runs(self) -> tuple[RunInfo, ...]:
        """The runs of the static view."""
        return self._view.runs

    @property
    def html(self) -> str:
        """The static view's table as HTML."""
        return self._view.html

    @property
    def chart(self) -> Chart | None:
        """The static view's chart, None when there is nothing to draw."""
        return self._view.chart

    def save(self, path: str | Path) -> Path:
        """Writes a page with the static table and the chart; the path it has."""
        return self._view.save(path)

    # State ---------------------------------------------------------------------------------------------

    @property
    def where_error(self) -> WhereError | None:
        """Why `where` can't be read, None when it can."""
        try:
            if self.where.strip():
                parse_where(self.where)
        except WhereError as error:
            return error
        return None

    @traitlets.validate("selected_runs")
    def _whole_ids(self, proposal: Any) -> list[str]:
        """Short ids and names as whole ids, each once."""
        try:
            return list(
                dict.fromkeys(one if _is_whole(one) else self._resolve(one) for one in proposal["value"])
            )
        except NbmlopsError as error:
            raise traitlets.TraitError(str(error)) from error

    @traitlets.validate("where", "text", "order_by", "metric")
    def _text(self, proposal: Any) -> str:
        return proposal["value"] or ""

    # Showing -------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return repr(self._view)

    def _repr_mimebundle_(self, **_options: object) -> tuple[dict[str, Any], dict[str, Any]]:
        """All in one bundle, for who asks for it. A notebook shows it in parts: see `_ipython_display_`."""
        chart = chart_bundle(self.chart) if self.chart else {}
        return chart | widget_bundle(self.model_id, repr(self)) | {"text/html": self.html}, {}

    def _ipython_display_(self) -> None:
        """Static table, chart, widget: three outputs, of which the reader sees the first two or the last.

        In one bundle JupyterLab would choose the widget, and say "Loading widget..." for ever where the kernel
        is gone.
        """
        from IPython.display import publish_display_data

        html = marked_html(self.html, self._token)
        publish_display_data({"text/html": html, "text/plain": repr(self)})
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


def _measured_on_other_data(comparison: Comparison) -> dict[str, str]:
    """By id, why a run's metrics can't be ranked with the others', as far as the static view looked."""
    apart = [row for row in comparison.rows if row.standing == "other data"]
    return {member: " ".join(row.reasons) for row in apart for member in row.members}


def _answer(widget: CompareWidget, message: object, _buffers: object) -> None:
    answer = widget._channel.answer(message)
    if answer is not None:
        widget._asked = True
        widget.send(answer)


def _is_whole(run: str) -> bool:
    return len(run) == 32 and set(run) <= set("0123456789abcdef")
