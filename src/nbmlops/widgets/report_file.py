"""`nbmlops report`: an experiment as one file, to be read without a store, a server or a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from nbmlops.answers.desk import Desk
from nbmlops.answers.recording import FORMAT, record
from nbmlops.answers.report_asks import report_asks
from nbmlops.answers.store import AskedStore
from nbmlops.errors import NotFoundError
from nbmlops.records import RunInfo
from nbmlops.records.wire.values import MOST_ROWS
from nbmlops.views.numbers import count_of
from nbmlops.views.offline import Live
from nbmlops.views.report import report_html
from nbmlops.widgets import front_end
from nbmlops.widgets.comparison import ComparisonView, comparison_view
from nbmlops.workspace import Workspace

_FIGURE_BYTES: Final = 6_000_000  # of all runs together, those of the best first


@dataclass(frozen=True, slots=True)
class ReportScope:
    """What a report is about.

    Attributes:
        experiment: its name.
        where: only those runs that meet a condition.
        limit: at most so many, the newest.
        title: instead of the experiment's name.
    """

    experiment: str
    where: str | None = None
    limit: int = 200
    title: str = ""


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report.

    Attributes:
        html: the document.
        runs: how many it shows.
        total: how many there are.
        alive: whether it holds the interactive view: an installation may lack the front end.
    """

    html: str
    runs: int
    total: int
    alive: bool


def make_report(
    workspace: Workspace, scope: ReportScope, *, on_progress: Callable[[str], None] = lambda _text: None
) -> ReportFile:
    """Reads the runs and writes the document.

    Args:
        workspace: the store.
        scope: which runs.
        on_progress: told what goes on.

    Raises:
        NotFoundError: there are no such runs.
        WhereError: the condition can't be read.
    """
    from nbmlops.store.run_query import RunQuery  # loads SQLAlchemy

    on_progress("Reading the runs")
    workspace.sync()
    chosen = RunQuery(experiment=scope.experiment, where=scope.where)
    total = len(workspace.finder.ids(chosen))
    if not total:
        raise NotFoundError(f"The experiment {scope.experiment!r} has no such runs")
    limit = min(scope.limit, MOST_ROWS)
    view = comparison_view(workspace, experiment=scope.experiment, where=scope.where, limit=limit)
    best = _best(view)
    on_progress("Drawing")
    live = None
    if front_end.has_page():
        on_progress("Taking down what may be asked")
        live = Live(front_end.page_code(), _recording(workspace, view, scope, best))
    on_progress("Writing")
    html = report_html(
        workspace.experiments.get(scope.experiment),
        view.comparison,
        [view.chart] if view.chart else [],
        view.runs,
        figures=_figures(workspace, view, best),
        made=datetime.now(UTC),
        title=scope.title,
        note=_note(scope, len(view.runs), total),
        opened=best,
        live=live,
    )
    return ReportFile(html, len(view.runs), total, live is not None)


def _best(view: ComparisonView) -> str | None:
    best = view.comparison.verdict.best
    return view.comparison.rows[best].run.id if best is not None else None


def _note(scope: ReportScope, shown: int, total: int) -> str:
    """Which runs these are, where they are not all."""
    parts = [f"only runs where {scope.where}"] if scope.where else []
    if shown < total:
        parts.append(f"the newest {shown} of {count_of(total, 'run')}")
    return "; ".join(parts)


def _recording(
    workspace: Workspace, view: ComparisonView, scope: ReportScope, best: str | None
) -> dict[str, Any]:
    desk = Desk(AskedStore(workspace, lambda value: value))  # nothing is written
    ids = [run.id for run in view.runs]
    page = desk.ask("page", {"query": {"experiment": scope.experiment, "ids": ids, "limit": MOST_ROWS}})
    # Where the store lies, and what else is in it, is nobody's business who reads of this one.
    page |= {
        "store": "",
        "experiments": [one for one in page["experiments"] if one["name"] == scope.experiment],
    }
    return {
        "format": FORMAT,
        "title": scope.title or scope.experiment,
        "experiment": scope.experiment,
        "best": best,
        "page": page,
        "answers": record(desk, report_asks(view.runs, best)),
    }


def _figures(workspace: Workspace, view: ComparisonView, best: str | None) -> dict[str, Sequence[bytes]]:
    left = _FIGURE_BYTES
    found: dict[str, Sequence[bytes]] = {}
    for run in sorted(view.runs, key=lambda run: run.id != best):
        images = []
        for artifact in _images(run):
            left -= artifact.size
            if left >= 0:
                images.append(workspace.blobs.get(artifact.digest))
        found[run.id] = images
    return found


def _images(run: RunInfo) -> list[Any]:
    return [one for one in run.artifacts if one.kind == "figure" and one.media_type == "image/png"]
