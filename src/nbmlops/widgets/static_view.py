"""The static view as a widget's fallback: what shows of it, in which order, and when it makes room."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from nbmlops.views.charts import Chart

WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
_CHILD = ".jp-OutputArea-child"
# What shows a widget has no kind of its own; all other outputs have one.
_WIDGET = f"{_CHILD}:has(>.jp-OutputArea-output:not([data-mime-type]),.jupyter-widgets)"
_CHART = f'{_CHILD}:has([data-mime-type="image/svg+xml"],[data-mime-type="image/png"])'


def marked_html(html: str, token: str) -> str:
    """The static view, with the rules by which it and the widget after it take turns.

    As long as no kernel has answered, JupyterLab says "Loading widget..." or "model not found" in the widget's
    place: that place is hidden until the widget marks this view as `data-live`. Where styles are dropped, widgets
    are not shown either.
    """
    mark = f'[data-nbm="{token}"]'
    live = f"{_CHILD}:has({mark}[data-live])"
    waiting = f"{_CHILD}:has({mark}:not([data-live]))"
    rules = (
        f"{live},{live}+{_CHART},.output:has({mark}[data-live]),{mark}[data-live]{{display:none!important}}"
        f"{waiting}+{_WIDGET},{waiting}+{_CHART}+{_WIDGET}{{display:none!important}}"
    )
    return f'<div data-nbm="{token}"><style>{rules}</style>{html}</div>'


def chart_bundle(chart: Chart) -> dict[str, Any]:
    """A chart as SVG, as PNG for viewers that show no SVG, and in words."""
    return {
        "image/svg+xml": chart.svg,
        "image/png": b64encode(chart.png).decode(),
        "text/plain": chart.alt,
    }


def widget_bundle(model_id: str, text: str = "") -> dict[str, Any]:
    """A widget's view; `text` where there are no widgets."""
    return {
        WIDGET_MIME: {"version_major": 2, "version_minor": 0, "model_id": model_id},
        "text/plain": text,
    }
