"""What differs between runs."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import ClassVar, Final

from nbmlops.answers.source_cells import compare_sources
from nbmlops.answers.store import AskedStore
from nbmlops.answers.wire_comparison import wire_comparison
from nbmlops.errors import NotFoundError, ValueRefusedError
from nbmlops.records import Goal, RunInfo
from nbmlops.records.wire.comparison import MOST_COMPARED, ComparisonData, FigureData
from nbmlops.records.wire.sources import SourceComparison
from nbmlops.views.compared import Comparison
from nbmlops.views.comparison import compare_runs
from nbmlops.views.numbers import format_bytes
from nbmlops.workspace import Workspace

_PICTURES: Final = ("image/png", "image/svg+xml", "image/jpeg", "image/gif", "image/webp")
_LARGEST_PICTURE: Final = 8_000_000  # bytes


class Comparisons:
    """Compares runs. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("comparison", "source_diff", "figure")

    def __init__(self, store: AskedStore) -> None:
        self._store = store

    def comparison(self, ids: Sequence[str], baseline: str | None = None) -> ComparisonData:
        """What differs between runs.

        Args:
            ids: whole ids, at most `MOST_COMPARED`; one that is named twice counts once.
            baseline: the id of the run that the others are held against; None for the best.

        Raises:
            NotFoundError: one is not there, or the baseline is not among them.
            ValueRefusedError: none is named, or too many are.
        """
        if not ids:
            raise ValueRefusedError("Name the runs to compare")
        if len(ids) > MOST_COMPARED:
            raise ValueRefusedError(
                f"{len(ids)} runs are too many to stand side by side: choose at most {MOST_COMPARED}"
            )
        self._store.sync()
        infos = self._infos(list(dict.fromkeys(ids)))
        goals = read_goals(self._store.workspace, infos)
        return wire_comparison(compare_runs(infos, baseline=baseline, goals=goals, fold=False))

    def source_diff(self, old: str, new: str) -> SourceComparison:
        """What differs between the cells of two runs, and between the modules that they worked with.

        Args:
            old: a whole id.
            new: the other one.

        Raises:
            NotFoundError: one is not there.
        """
        self._store.sync()
        one, other = self._infos([old, new])
        blobs, mask = self._store.workspace.blobs, self._store.mask
        return compare_sources(
            one, other, lambda digest: str(mask(blobs.get(digest).decode("utf-8", "replace")))
        )

    def figure(self, run_id: str, name: str) -> FigureData:
        """A picture that a run kept.

        Args:
            run_id: a whole id.
            name: of the artifact.

        Raises:
            NotFoundError: there is no such run, or it has no such artifact.
            ValueRefusedError: it is no picture, or too large to be sent.
        """
        (info,) = self._infos([run_id])
        found = next((one for one in info.artifacts if one.name == name), None)
        if found is None:
            raise NotFoundError(f"The run {info.short_id} has no artifact {name!r}")
        if found.media_type not in _PICTURES or found.is_dir:
            raise ValueRefusedError(f"{name!r} of the run {info.short_id} is no picture: {found.media_type}")
        if found.size > _LARGEST_PICTURE:
            raise ValueRefusedError(
                f"{name!r} has {format_bytes(found.size)}; at most {format_bytes(_LARGEST_PICTURE)} are shown"
            )
        data = self._store.workspace.blobs.get(found.digest)
        return {"media_type": found.media_type, "data": b64encode(data).decode()}

    def _infos(self, ids: Sequence[str]) -> list[RunInfo]:
        """The runs with these ids, all of them."""
        infos = self._store.workspace.runs.infos(list(ids))
        known = {info.id for info in infos}
        for run_id in ids:
            if run_id not in known:
                raise NotFoundError(f"There is no run {run_id[:8]} in this store")
        return infos


def read_goals(workspace: Workspace, infos: Sequence[RunInfo]) -> list[Goal]:
    """What the experiments of these runs are for."""
    named = {info.experiment for info in infos}
    return [found.goal for found in workspace.experiments.all() if found.name in named and found.goal]


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
    histories = workspace.metrics.histories(ids)
    return compare_runs(infos, histories, baseline=baseline, goals=read_goals(workspace, infos)), infos
