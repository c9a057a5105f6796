"""All experiments at a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final

from nbmlops.answers.kept import Kept
from nbmlops.answers.store import AskedStore
from nbmlops.records import RunStatus, Verdict
from nbmlops.records.wire.fleet import Fleet, FleetItem, FleetRun, Mark

if TYPE_CHECKING:
    from nbmlops.store.fleet import FleetReader, FleetRow, Glimpse, Proofs
    from nbmlops.store.revision import Revision

_NEWEST: Final = 8
_FAILED: Final = (RunStatus.FAILED, RunStatus.LOST)  # who interrupts a run knows why
_FAILING_SHARE: Final = 0.5
_DIGITS: Final = 7  # more of a value than any line of 100 pixels shows


class Fleets:
    """Answers about all experiments together. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("fleet",)

    def __init__(self, store: AskedStore) -> None:
        self._store = store
        self._fleets: Kept[Fleet] = Kept()

    @cached_property
    def _reader(self) -> FleetReader:
        from nbmlops.store.fleet import FleetReader  # loads SQLAlchemy

        return FleetReader(self._store.workspace.database)

    @cached_property
    def _revision(self) -> Revision:
        from nbmlops.store.revision import Revision  # loads SQLAlchemy

        return Revision(self._store.workspace.database)

    def fleet(self) -> Fleet:
        """Every experiment with its best and its newest run, and what of it is worth a look.

        Raises:
            StoreError: the store can't be read.
        """
        self._store.sync()
        return self._fleets.get(self._revision.read(), self._look)

    def _look(self) -> Fleet:
        from nbmlops.store.fleet import RECENT  # loads SQLAlchemy

        glimpses = self._reader.read()
        newest = _newest(glimpses)
        shown = {run.id for _, run in newest}
        shown |= {run.id for one in glimpses for run in (one.best, *one.runs[:1]) if run is not None}
        proofs = self._reader.proofs(sorted(shown))
        return {
            "items": [_item(one, proofs, RECENT) for one in glimpses],
            "newest": [_run(run, one, proofs) for one, run in newest],
            "made": True,
        }


def no_fleet() -> Fleet:
    """What there is to see where no store was made yet."""
    return {"items": [], "newest": [], "made": False}


def _newest(glimpses: Sequence[Glimpse]) -> list[tuple[Glimpse, FleetRow]]:
    runs = [(one, run) for one in glimpses for run in one.runs[:_NEWEST]]
    return sorted(runs, key=lambda pair: (-pair[1].started, pair[1].id))[:_NEWEST]


def _item(one: Glimpse, proofs: Mapping[str, Proofs], recent: int) -> FleetItem:
    best, newest = one.best, one.runs[0] if one.runs else None
    met = one.goal.is_met(one.measured[best.id]) if one.goal and best else None
    ended = [run.status for run in one.runs if run.status != RunStatus.RUNNING][:recent]
    return {
        "name": one.name,
        "goal": str(one.goal) if one.goal else "",
        "target": one.goal.target if one.goal else None,
        "runs": len(one.runs),
        "running": sum(run.status == RunStatus.RUNNING for run in one.runs),
        "models": one.models,
        "metric": one.metric or "",
        "direction": one.direction,
        "newest": _run(newest, one, proofs) if newest else None,
        "best": _run(best, one, proofs) if best else None,
        "met": met,
        "trend": [float(f"{value:.{_DIGITS}g}") for value in one.trend()],
        "recent": ended[::-1],
        "failed": sum(status in _FAILED for status in ended),
        "marks": list(_marks(one, met, ended, proofs)),
    }


def _marks(
    one: Glimpse, met: bool | None, ended: Sequence[str], proofs: Mapping[str, Proofs]
) -> Sequence[Mark]:
    looked = [run for run in (one.best, *one.runs[:1]) if run is not None]
    verdicts = {proofs[run.id].verdict for run in looked if run.id in proofs}
    best = proofs.get(one.best.id) if one.best else None
    failed = sum(status in _FAILED for status in ended)
    said: dict[Mark, bool] = {
        "running": any(run.status == RunStatus.RUNNING for run in one.runs),
        "failing": bool(ended) and (ended[0] in _FAILED or failed >= _FAILING_SHARE * len(ended)),
        "differs": bool(verdicts & {Verdict.DIFFERS, Verdict.CANNOT}),
        "unmet": met is False,
        "met": met is True,
        "doubtful": bool(best and best.findings),
        "unchecked": bool(best and not best.verdict),
    }
    return [mark for mark, holds in said.items() if holds]


def _run(run: FleetRow, one: Glimpse, proofs: Mapping[str, Proofs]) -> FleetRun:
    verdict, findings = proofs.get(run.id, ("", ""))
    return {
        "id": run.id,
        "name": run.name,
        "experiment": one.name,
        "status": run.status,
        "started": run.started,
        "duration": run.duration,
        "value": one.measured.get(run.id),
        "verdict": verdict or None,
        "findings": findings.split(),
    }
