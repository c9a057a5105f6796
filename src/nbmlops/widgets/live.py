"""Views made interactive, where there is a notebook that can show them; everywhere else they stay as they are."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from nbmlops.answers.desk import Desk
from nbmlops.answers.store import AskedStore
from nbmlops.views.compared import Comparison
from nbmlops.widgets import front_end
from nbmlops.widgets.comparison import ComparisonView
from nbmlops.widgets.run_view import RunView

if TYPE_CHECKING:
    from nbmlops.widgets.run_widget import RunWidget
    from nbmlops.widgets.runs_widget import RunsWidget


def live_runs(
    store: AskedStore, view: ComparisonView, place: Mapping[str, Any], state: Mapping[str, Any] | None = None
) -> ComparisonView | RunsWidget:
    """A comparison, or a table of runs, as a widget.

    Args:
        store: that its runs are read from.
        view: its static view.
        place: which view it begins with.
        state: traits of the widget to begin with.
    """
    if not can_be_live():
        return view
    from nbmlops.widgets.runs_widget import RunsWidget

    begun = {"order_by": _best_first(view.comparison), **(state or {})}
    return RunsWidget(view, Desk(store), place, resolve=_finder(store), state=begun)


def live_run(store: AskedStore, view: RunView) -> RunView | RunWidget:
    """A run as a widget.

    Args:
        store: that it is read from.
        view: its static view.
    """
    if not can_be_live():
        return view
    from nbmlops.widgets.run_widget import RunWidget

    return RunWidget(view, Desk(store))


def can_be_live() -> bool:
    """Whether there is a notebook, a front end that was built, and anywidget, which pared-down environments lack."""
    if not (_in_kernel() and front_end.is_built()):
        return False
    try:
        import nbmlops.widgets.live_view  # noqa: F401
    except ImportError:
        return False
    return True


def _in_kernel() -> bool:
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def _finder(store: AskedStore) -> Callable[[str], str]:
    return lambda wanted: store.workspace.finder.find(wanted).id


def _best_first(comparison: Comparison) -> str:
    """The order of the static view, as far as SQL can tell it."""
    metric = comparison.primary
    return "" if metric is None else f"{'-' if metric.direction == 'max' else ''}metrics.{metric.key}"
