"""Runs to choose from and to compare: an anywidget whose state is traits. Imported only by `live.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import traitlets

from nbmlops.answers.desk import Desk
from nbmlops.errors import NbmlopsError, WhereError
from nbmlops.records import RunInfo
from nbmlops.records.where import parse_where
from nbmlops.views.charts import Chart
from nbmlops.views.compared import Comparison
from nbmlops.widgets.comparison import ComparisonView
from nbmlops.widgets.live_view import LiveView

_MOST_CAUTIONS: Final = 4


class RunsWidget(LiveView):
    """A table of runs, and what differs between those that are chosen; without a kernel the static view stays.

    Each attribute can be read, set and observed (`w.observe(print, "selected_runs")`).

    Attributes:
        selected_runs: ids of the chosen runs, whole, in the order in which they were chosen. Short ids and names
            are taken as well.
        baseline: id of the run that the others are held against; empty for the best.
        where: which runs are listed; a text that can't be read is pointed at in the view, and raises nothing.
        text: words that listed runs hold in their name, tags, note or parameters.
        order_by: a column as in `nbmlops.runs`, "-" before it for descending; empty for newest first.
        metric: whose curves are drawn; empty for those that tell most.
        columns: which columns are shown (`"metrics.accuracy"`, `"params.C"`, `"started"`); empty for those that
            tell most.
        group_by: columns by which runs are grouped, one line for each group with means: `["params.C"]`, or
            `["params", "-params.seed"]` for all parameters but one; empty for a line for each run.
        folded: whether identical runs stand as one line.
        deleted: whether the runs in the bin are listed instead of the others.
    """

    selected_runs = traitlets.List(traitlets.Unicode()).tag(sync=True)
    baseline = traitlets.Unicode().tag(sync=True)
    where = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    order_by = traitlets.Unicode().tag(sync=True)
    metric = traitlets.Unicode().tag(sync=True)
    columns = traitlets.List(traitlets.Unicode()).tag(sync=True)
    group_by = traitlets.List(traitlets.Unicode()).tag(sync=True)
    folded = traitlets.Bool(True).tag(sync=True)
    deleted = traitlets.Bool(False).tag(sync=True)
    _widths = traitlets.Dict().tag(sync=True)
    _scope = traitlets.Dict().tag(sync=True)
    _caption = traitlets.Unicode().tag(sync=True)
    _apart = traitlets.Dict().tag(sync=True)
    _cautions = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(
        self,
        view: ComparisonView,
        desk: Desk,
        place: Mapping[str, Any],
        *,
        resolve: Callable[[str], str],
        state: Mapping[str, Any] | None = None,
    ) -> None:
        self._view = view
        self._resolve = resolve
        super().__init__(
            desk,
            place,
            _scope=dict(view.scope),
            _caption=view.caption,
            _apart=_measured_on_other_data(view.comparison),
            _cautions=[f"{one.title}: {one.text}" for one in view.comparison.cautions[:_MOST_CAUTIONS]],
            **(state or {}),
        )

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

    def __repr__(self) -> str:
        return repr(self._view)

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
        return list(dict.fromkeys(self._whole_id(one) for one in proposal["value"]))

    @traitlets.validate("baseline")
    def _whole_baseline(self, proposal: Any) -> str:
        return self._whole_id(proposal["value"]) if proposal["value"] else ""

    def _whole_id(self, run: str) -> str:
        try:
            return run if _is_whole(run) else self._resolve(run)
        except NbmlopsError as error:
            raise traitlets.TraitError(str(error)) from error

    @traitlets.validate("where", "text", "order_by", "metric")
    def _text(self, proposal: Any) -> str:
        return proposal["value"] or ""


def _measured_on_other_data(comparison: Comparison) -> dict[str, str]:
    """By id, why a run's metrics can't be ranked with the others', as far as the static view looked."""
    apart = [row for row in comparison.rows if row.standing == "other data"]
    return {member: " ".join(row.reasons) for row in apart for member in row.members}


def _is_whole(run: str) -> bool:
    return len(run) == 32 and set(run) <= set("0123456789abcdef")
