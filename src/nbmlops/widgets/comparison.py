"""`nbmlops.compare()`: a table and a chart that are saved in the notebook and need no kernel to be seen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from nbmlops.errors import NotFoundError
from nbmlops.records import RunInfo
from nbmlops.views.charts import Chart, metric_chart
from nbmlops.views.compare_html import comparison_html, comparison_page
from nbmlops.views.compare_text import comparison_text
from nbmlops.views.compared import Comparison
from nbmlops.views.comparison import compare_runs
from nbmlops.workspace import Workspace


class ComparisonView:
    """A comparison of runs that shows itself.

    In a notebook it is two outputs: the table as HTML, which stays readable where styles are dropped
    (GitHub), and the chart as SVG with a PNG beside it for viewers that show no SVG.

    Attributes:
        comparison: what differs, as records.
        runs: the runs, as given.
    """

    def __init__(self, comparison: Comparison, runs: Sequence[RunInfo]) -> None:
        self.comparison = comparison
        self.runs = tuple(runs)

    @cached_property
    def chart(self) -> Chart | None:
        """The chart, None when there is nothing to draw."""
        return metric_chart(self.comparison)

    @property
    def html(self) -> str:
        """The table as HTML."""
        return comparison_html(self.comparison)

    def __repr__(self) -> str:
        return comparison_text(self.comparison)

    def _ipython_display_(self) -> None:
        from IPython.display import publish_display_data

        publish_display_data({"text/html": self.html, "text/plain": repr(self)})
        if self.chart is not None:
            publish_display_data(_bundle(self.chart))

    def save(self, path: str | Path) -> Path:
        """Writes a page with the table and the chart; the path it has."""
        target = Path(path)
        page = comparison_page(self.comparison, self.chart.svg if self.chart else "")
        target.write_text(page, encoding="utf-8")
        return target


def _bundle(chart: Chart) -> dict[str, Any]:
    from base64 import b64encode

    return {
        "image/svg+xml": chart.svg,
        "image/png": b64encode(chart.png).decode(),
        "text/plain": chart.alt,
    }


def comparison_view(
    workspace: Workspace,
    prefixes: Sequence[str] = (),
    *,
    experiment: str | None = None,
    where: str | None = None,
    baseline: str | None = None,
    limit: int = 50,
) -> ComparisonView:
    """Reads runs and compares them.

    Raises:
        NotFoundError: nothing fits.
        AmbiguousIdError: a prefix fits several runs.
    """
    from nbmlops.store.run_query import RunQuery  # loads SQLAlchemy

    workspace.sync()
    if prefixes:
        ids = [workspace.finder.resolve(prefix) for prefix in prefixes]
    else:
        ids = workspace.finder.ids(RunQuery(experiment=experiment, where=where, limit=limit))
    if not ids:
        raise NotFoundError(
            f"There are no such runs in the store {workspace.location}. "
            "Begin a cell with %%track to make one."
        )
    if baseline is not None:
        baseline = workspace.finder.resolve(baseline)
        ids += [baseline] if baseline not in ids else []
    infos = workspace.runs.infos(ids)
    named = {info.experiment for info in infos}
    goals = [found.goal for found in workspace.experiments.all() if found.name in named and found.goal]
    comparison = compare_runs(infos, workspace.metrics.histories(ids), baseline=baseline, goals=goals)
    return ComparisonView(comparison, infos)
