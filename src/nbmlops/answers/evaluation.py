"""What predictions say about the runs that made them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from nbmlops.answers.kept import Kept
from nbmlops.answers.store import AskedStore
from nbmlops.errors import NotFoundError, StoreError, ValueRefusedError
from nbmlops.records import Artifact
from nbmlops.records.wire.evaluation import EvaluatedRun, Evaluation

if TYPE_CHECKING:
    from nbmlops.answers.judged import ClassCurves, Judged

MOST_RUNS: Final = 50
_KEPT: Final = 4 * MOST_RUNS


@dataclass(frozen=True, slots=True)
class _Side:
    """One run's predictions; what can't be read has a note only."""

    run_id: str
    digest: str
    judged: Judged | None
    note: str = ""


class Evaluations:
    """Answers with curves, confusion and residuals. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("evaluation",)

    def __init__(self, store: AskedStore) -> None:
        self._store = store
        # By the digest of what was kept, which never changes.
        self._judged: Kept[Judged] = Kept(_KEPT)
        self._curves: Kept[ClassCurves] = Kept(_KEPT)

    def evaluation(self, ids: Sequence[str], name: str = "", of: str = "") -> Evaluation:
        """The predictions of several runs; of those that lack them, or are gone, it says so.

        Args:
            ids: whole ids, at most `MOST_RUNS`.
            name: of the predictions; empty for those that most of the runs have.
            of: the class whose curves are wanted; empty for the second of two, and for the mean of more.

        Raises:
            ValueRefusedError: these are too many runs, or there is no such class.
        """
        from nbmlops.answers.judged import answer  # loads NumPy

        if not ids or len(ids) > MOST_RUNS:
            raise ValueRefusedError(f"Name 1 to {MOST_RUNS} runs, not {len(ids)}")
        self._store.sync()
        infos = {run.id: run for run in self._store.workspace.runs.infos(list(ids))}
        kept = {
            run_id: {one.name: one for one in infos[run_id].artifacts if one.kind == "predictions"}
            if run_id in infos
            else {}
            for run_id in ids
        }
        names = _names(kept)
        chosen = name or (names[0] if names else "")
        sides = [self._side(run_id, found.get(chosen)) for run_id, found in kept.items()]
        judged = {side.run_id: side.judged for side in sides if side.judged}
        digests = {side.run_id: side.digest for side in sides}
        made = answer(judged, of, lambda run_id, label: self._curves_of(digests[run_id], label))
        told = {one["id"]: one for one in made["runs"]}
        return {
            **made,
            "name": chosen,
            "names": names,
            "runs": [told.get(side.run_id) or _empty(side) for side in sides],
        }

    def _side(self, run_id: str, artifact: Artifact | None) -> _Side:
        from nbmlops.answers.judged import judge

        if artifact is None:
            return _Side(run_id, "", None, "no predictions of this name")
        try:
            judged = self._judged.get(artifact.digest, lambda: judge(self._read(artifact.digest)))
        except (ValueRefusedError, NotFoundError, StoreError) as exc:
            return _Side(run_id, artifact.digest, None, str(exc))
        return _Side(run_id, artifact.digest, judged)

    def _curves_of(self, digest: str, label: str) -> ClassCurves:
        from nbmlops.answers.judged import curves_of

        return self._curves.get((digest, label), lambda: curves_of(self._read(digest), label))

    def _read(self, digest: str) -> bytes:
        return self._store.workspace.blobs.get(digest)


def _names(kept: Mapping[str, Mapping[str, Artifact]]) -> list[str]:
    """Those that most runs have first."""
    counts: dict[str, int] = {}
    for found in kept.values():
        for name in found:
            counts[name] = counts.get(name, 0) + 1
    return sorted(counts, key=lambda name: (-counts[name], name))


def _empty(side: _Side) -> EvaluatedRun:
    return {
        "id": side.run_id,
        "rows": 0,
        "dropped": 0,
        "digest": "",
        "note": side.note,
        "classes": None,
        "numbers": None,
    }
