"""What differs between runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from nbmlops.answers.store import AskedStore
from nbmlops.errors import ValueRefusedError
from nbmlops.records import RunInfo
from nbmlops.views.compare_html import comparison_html
from nbmlops.views.compared import Comparison
from nbmlops.views.comparison import compare_runs
from nbmlops.workspace import Workspace


class Comparisons:
    """Compares runs. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("comparison",)

    def __init__(self, store: AskedStore) -> None:
        self._store = store

    def comparison(self, ids: Sequence[str]) -> dict[str, str]:
        """What differs between the runs with these ids, as HTML in which every text is escaped.

        Raises:
            NotFoundError: one is not there.
            ValueRefusedError: none is named.
        """
        if not ids:
            raise ValueRefusedError("Name the runs to compare")
        self._store.sync()
        workspace = self._store.workspace
        compared, _ = read_comparison(workspace, [workspace.finder.resolve(one) for one in ids])
        return {"html": comparison_html(compared)}


def read_comparison(
    workspace: Workspace, ids: Sequence[str], baseline: str | None = None
) -> tuple[Comparison, list[RunInfo]]:
    """Reads the runs with these whole ids, and compares them.

    Args:
        workspace: the store.
        ids: whole ids.
        baseline: the id of the run that the others are held against; None for the best.
    """
    infos = workspace.runs.infos(ids)
    named = {info.experiment for info in infos}
    goals = [found.goal for found in workspace.experiments.all() if found.name in named and found.goal]
    comparison = compare_runs(infos, workspace.metrics.histories(ids), baseline=baseline, goals=goals)
    return comparison, infos
