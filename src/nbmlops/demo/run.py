"""Runs the demo: an example notebook with its runs, another as a job and as a package, and the report on it all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbmlops.config import StoreLocation
from nbmlops.demo.example import EXPERIMENT, JOB_NOTEBOOK_NAME, example_path, read_example
from nbmlops.demo.execute import Progress, execute
from nbmlops.demo.folder import DemoFolder
from nbmlops.demo.uses import PACKAGE, Use, call, uses
from nbmlops.errors import NbmlopsError
from nbmlops.views.report import report_html
from nbmlops.views.transcript import SaidCommand
from nbmlops.widgets.comparison import ComparisonView, comparison_view
from nbmlops.workspace import Workspace


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What a demo has made.

    Attributes:
        report: the page, one self-contained HTML file.
        notebook: the executed notebook.
        store: the folder that keeps the runs.
        runs: how many the notebook has tracked.
        comparison: the comparison alone, as one HTML file.
        commands: what was called afterwards, and what it said.
        package: the folder of the exported package.
    """

    report: Path
    notebook: Path
    store: Path
    runs: int
    comparison: Path
    commands: tuple[SaidCommand, ...]
    package: Path


def run_demo(folder: Path, *, on_progress: Progress) -> DemoResult:
    """Executes the example notebook in a fresh kernel and writes the report on its runs.

    Args:
        folder: made when missing; a former demo in it is replaced.
        on_progress: called with the cells done, the cells in all, and what goes on.

    Raises:
        ValueRefusedError: the folder holds something else than a former demo.
        NbmlopsError: the folder can't be written, there is no kernel, or a cell failed that should not.
    """
    place = DemoFolder(Path(folder).absolute())
    notebook = read_example()
    place.prepare()
    wanted = list(uses(JOB_NOTEBOOK_NAME))
    cells, total = len(notebook.cells), len(notebook.cells) + len(wanted)
    try:
        execute(notebook, place.notebook, place.store, lambda done, _, text: on_progress(done, total, text))
    except NbmlopsError as exc:
        raise NbmlopsError(f"{exc}\nThe notebook as far as it came: {place.notebook}") from exc
    commands = _use(place, wanted, lambda done, text: on_progress(cells + done, total, text))
    runs = _write_report(place, commands)
    place.seal()
    package = place.path / PACKAGE
    return DemoResult(place.report, place.notebook, place.store, runs, place.comparison, commands, package)


def _use(
    place: DemoFolder, wanted: Sequence[Use], on_progress: Callable[[int, str], None]
) -> tuple[SaidCommand, ...]:
    """Calls what a person would, on a notebook of its own."""
    shutil.copyfile(example_path(JOB_NOTEBOOK_NAME), place.job_notebook)
    said = []
    for number, use in enumerate(wanted):
        on_progress(number, use.typed)
        said.append(call(use, place.path, place.store))
    on_progress(len(wanted), "writing the report")
    return tuple(said)


def _write_report(place: DemoFolder, commands: tuple[SaidCommand, ...]) -> int:
    workspace = Workspace(StoreLocation(place.store), mask=_unmasked, on_trouble=_unheard)
    view = comparison_view(workspace, experiment=EXPERIMENT)
    page = report_html(
        workspace.experiments.get(EXPERIMENT),
        view.comparison,
        [view.chart] if view.chart else [],
        view.runs,
        figures=_figures(workspace, view),
        commands=commands,
        made=datetime.now(UTC),
    )
    place.report.write_text(page, encoding="utf-8")
    view.save(place.comparison)
    return len(view.runs)


def _figures(workspace: Workspace, view: ComparisonView) -> dict[str, list[bytes]]:
    return {
        run.id: [
            workspace.blobs.get(artifact.digest)
            for artifact in run.artifacts
            if artifact.kind == "figure" and artifact.media_type == "image/png"
        ]
        for run in view.runs
    }


def _unmasked(value: Any) -> Any:
    """Nothing is written here that could hold a secret: the kernel has masked what it wrote."""
    return value


def _unheard(_exc: Exception) -> None:
    """Only what can't be read matters to a report, and that is raised where it is read."""
