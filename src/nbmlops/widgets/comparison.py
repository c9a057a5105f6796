"""`nbmlops.compare()`: a table and a chart that are saved in the notebook and need no kernel to be seen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from nbmlops.answers.comparison import read_comparison
from nbmlops.errors import NotFoundError
from nbmlops.records import RunInfo
from nbmlops.views.charts import Chart, metric_chart
from nbmlops.views.compare_html import comparison_html, comparison_page
from nbmlops.views.compare_text import comparison_text
from nbmlops.views.compared import Comparison
from nbmlops.views.markup import shown
from nbmlops.views.numbers import count_of
from nbmlops.widgets.static_view import chart_bundle
from nbmlops.workspace import Workspace

_NAMES_EXPERIMENTS = re.compile(r"\bexperiment\b")


@dataclass(frozen=True, slots=True)
class Scope:
    """Among which runs there is to choose.

    Attributes:
        query: as `records.wire.Query` has it.
        caption: the same in words, empty where the caller named it.
    """

    query: Mapping[str, Any] = field(default_factory=dict)
    caption: str = ""


class ComparisonView:
    """A comparison of runs that shows itself.

    In a notebook it is two outputs: the table as HTML, which stays readable where styles are dropped
    (GitHub), and the chart as SVG with a PNG beside it for viewers that show no SVG.

    Attributes:
        comparison: what differs, as records.
        runs: the runs, as given.
        scope: among which runs they were chosen, as `records.wire.Query` has it.
        caption: the same in words.
        baseline: id of the run that was named for the others to be held against, empty for none.
    """

    def __init__(
        self, comparison: Comparison, runs: Sequence[RunInfo], scope: Scope | None = None, baseline: str = ""
    ) -> None:
        self.baseline = baseline
        self.comparison = comparison
        self.runs = tuple(runs)
        self.scope = (scope or Scope()).query
        self.caption = (scope or Scope()).caption

    @cached_property
    def chart(self) -> Chart | None:
        """The chart, None when there is nothing to draw."""
        return metric_chart(self.comparison)

    @property
    def html(self) -> str:
        """The table as HTML."""
        html = comparison_html(self.comparison)
        return f"<p><small>{shown(self.caption, 300)}</small></p>{html}" if self.caption else html

    def __repr__(self) -> str:
        text = comparison_text(self.comparison)
        return f"{self.caption}\n{text}" if self.caption else text

    def _ipython_display_(self) -> None:
        from IPython.display import publish_display_data

        publish_display_data({"text/html": self.html, "text/plain": repr(self)})
        if self.chart is not None:
            publish_display_data(chart_bundle(self.chart))

    def save(self, path: str | Path) -> Path:
        """Writes a page with the table and the chart; the path it has."""
        target = Path(path)
        page = comparison_page(self.comparison, self.chart.svg if self.chart else "")
        target.write_text(page, encoding="utf-8")
        return target


def comparison_view(
    workspace: Workspace,
    prefixes: Sequence[str] = (),
    *,
    experiment: str | None = None,
    where: str | None = None,
    baseline: str | None = None,
    limit: int = 50,
    scope: Scope | None = None,
) -> ComparisonView:
    """Reads runs and compares them: those that are named, or the newest of the experiment. Where none is named,
    of that of the newest run; `scope` names others.

    Raises:
        NotFoundError: nothing fits.
        AmbiguousIdError: a prefix fits several runs.
    """
    from nbmlops.store.run_query import RunQuery  # loads SQLAlchemy

    workspace.sync()
    if prefixes:
        ids = [workspace.finder.find(prefix).id for prefix in prefixes]
        scope = Scope({"ids": list(dict.fromkeys(ids))})
    else:
        scope = scope or _scope(workspace, experiment, where)
        chosen = RunQuery(experiment=scope.query.get("experiment"), where=where, limit=limit)
        ids = workspace.finder.ids(chosen)
    if not ids:
        raise NotFoundError(
            f"There are no such runs in the store {workspace.location}. "
            "Begin a cell with %%track to make one."
        )
    if baseline is not None:
        baseline = workspace.finder.find(baseline).id
        ids += [baseline] if baseline not in ids else []
    return ComparisonView(*read_comparison(workspace, ids, baseline), scope, baseline or "")


def _scope(workspace: Workspace, experiment: str | None, where: str | None) -> Scope:
    """The experiment that was named; else that of the newest run that fits, since runs of different experiments
    are rarely to be compared.
    """
    from nbmlops.store.run_query import RunQuery  # loads SQLAlchemy

    if experiment is not None:
        return Scope({"experiment": experiment})
    if where and _NAMES_EXPERIMENTS.search(where):
        return Scope()
    newest = workspace.finder.ids(RunQuery(where=where, limit=1))
    if not newest:
        return Scope()
    name = workspace.runs.info(newest[0]).experiment
    others = sorted(one.name for one in workspace.experiments.all() if one.name != name and one.runs)
    if not others:
        return Scope({"experiment": name})
    listed = ", ".join(others[:5]) + (", …" if len(others) > 5 else "")
    text = f"experiment {name}; {count_of(len(others), 'other')}: {listed}"
    return Scope({"experiment": name}, text)
