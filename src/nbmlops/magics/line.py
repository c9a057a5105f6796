"""Shows the line after a cell."""

from __future__ import annotations

from nbmlops.errors import NbmlopsError
from nbmlops.records import Metric
from nbmlops.tracking.cell import Outcome
from nbmlops.tracking.run import Run
from nbmlops.views.cell_line import CellLine, LineInput, LineMetric, line_html, line_text
from nbmlops.workspace import Standing, Workspace


def show_line(workspace: Workspace, run: Run, outcome: Outcome) -> None:
    """Shows the line: HTML in a notebook, text in a terminal."""
    from IPython.display import publish_display_data

    line = cell_line(run, outcome, _standing(workspace, run, outcome))
    publish_display_data({"text/html": line_html(line), "text/plain": line_text(line)})


def _standing(workspace: Workspace, run: Run, outcome: Outcome) -> Standing:
    """How the run stands; just its metrics when it has none to compare, or the store can't be read now."""
    own = Standing(metrics=tuple(outcome.metrics))
    if not run.recorded_metrics:
        return own
    try:
        return workspace.standing(run)
    except NbmlopsError:
        return own


def cell_line(run: Run, outcome: Outcome, standing: Standing) -> CellLine:
    """The line's content."""
    values = {metric.key: metric.last for metric in standing.metrics}
    goal = standing.goal
    met = goal is not None and goal.metric in values and goal.is_met(values[goal.metric])
    return CellLine(
        name=run.name,
        short_id=run.short_id,
        status=outcome.status,
        metrics=tuple(_line_metric(metric, standing) for metric in standing.metrics),
        inputs=tuple(LineInput(item.name, item.shape) for item in outcome.inputs),
        n_params=sum(param.shown for param in outcome.params),
        models=tuple(outcome.models),
        figures=outcome.figures,
        goal=str(goal) if met and not outcome.doubts else None,
        doubts=tuple(outcome.doubts),
        notices=(*outcome.notices, *standing.missing_tags),
        error=outcome.error,
        degraded=tuple(outcome.degraded),
        findings=tuple(outcome.findings),
    )


def _line_metric(metric: Metric, standing: Standing) -> LineMetric:
    return LineMetric(metric.key, metric.last, metric.direction, standing.best.get(metric.key))
