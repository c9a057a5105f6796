"""What of a session is stale: which cells should run again, and in which order."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any, Final

from nbmlops.capture.files import is_remote
from nbmlops.findings.files import is_rewritten
from nbmlops.findings.sessions import users_of_older
from nbmlops.findings.situation import Situation
from nbmlops.findings.versions import Versions
from nbmlops.records import Finding
from nbmlops.slices.build import is_only_loading
from nbmlops.slices.history import Execution

_FILE: Final = "file "


@dataclass(frozen=True, slots=True)
class StaleCell:
    """A cell whose results are not what it would give now.

    Attributes:
        execution_count: of the version that ran last; None where it has none.
        names: what it made.
        why: reasons, each a sentence without its full stop.
        first_line: of its source.
    """

    execution_count: int | None
    cell_id: str | None
    names: tuple[str, ...]
    why: tuple[str, ...]
    first_line: str


@dataclass(frozen=True, slots=True)
class TrackedCellState:
    """What speaks against a tracked cell's last run now."""

    execution_count: int | None
    cell_id: str | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The state of a session.

    Attributes:
        stale: cells that should run again, in the order in which they should.
        tracked: every tracked cell as it ran last.
        rewritten: files that are others now than when they were read.
        cells: how many cells of the session count.
    """

    stale: tuple[StaleCell, ...]
    tracked: tuple[TrackedCellState, ...]
    rewritten: tuple[str, ...]
    cells: int

    @property
    def order(self) -> tuple[int, ...]:
        """The numbers of the cells to run again, in order."""
        return tuple(cell.execution_count for cell in self.stale if cell.execution_count is not None)

    def to_doc(self) -> dict[str, Any]:
        """As JSON shows it."""
        return asdict(self) | {"order": list(self.order)}


def diagnose(situation: Situation, tracked: Iterable[tuple[Execution, tuple[Finding, ...]]]) -> Diagnosis:
    """Looks through all cells of a session.

    Args:
        situation: the session, all of its executions chosen.
        tracked: the tracked cells' last executions, with what is found now.
    """
    return _Doctor(situation).diagnosis(tracked)


class _Doctor:
    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._versions = Versions(situation)
        current: dict[str, Execution] = {}
        for execution in situation.history.executions:
            if not is_only_loading(execution.raw):
                current[_key(execution)] = execution
        self._current = {item.index: item for item in current.values()}
        self._by_key = current

    def diagnosis(self, tracked: Iterable[tuple[Execution, tuple[Finding, ...]]]) -> Diagnosis:
        """Puts it all together."""
        reasons = self._reasons()
        ordered = self._ordered(reasons)
        return Diagnosis(
            stale=tuple(_stale(execution, reasons[execution.index]) for execution in ordered),
            tracked=tuple(
                TrackedCellState(item.execution_count, item.cell_id, findings) for item, findings in tracked
            ),
            rewritten=tuple(
                dict.fromkeys(path for item in self._current.values() for path in self._rewritten(item))
            ),
            cells=len(self._current),
        )

    def _reasons(self) -> dict[int, list[str]]:
        """By index of each stale cell's last execution: why it is."""
        found: dict[int, list[str]] = {}
        for index, execution in sorted(self._current.items()):
            if not execution.before_load:
                found[index] = list(dict.fromkeys(self._own_reasons(execution)))
        stale = {index for index, why in found.items() if why}
        changed = True
        while changed:  # whatever takes something from a stale cell is stale
            changed = False
            for index, why in found.items():
                for maker, names in self._makers(self._current[index]):
                    text = f"{_listed(names)} {_come(names)} from {_label(maker)}, which is stale"
                    if maker.index in stale and maker.index != index and text not in why:
                        why.append(text)
                        changed = True
                if why and index not in stale:
                    stale.add(index)
                    changed = True
        return {index: why for index, why in found.items() if why}

    def _own_reasons(self, execution: Execution) -> Iterable[str]:
        if self._versions.edited(execution):
            yield "it was edited since it ran"
        told: set[str] = set()
        for index, names in sorted(execution.needs.items()):
            maker = self._situation.history.executions[index]
            later = self._by_key.get(_key(maker), maker)
            if later.index <= execution.index or _key(maker) == _key(execution):
                continue
            made = [name for name in sorted(names) if not self._is_as_it_was(execution, maker, later, name)]
            if made:
                told.update(made)
                where, now = _label(maker), _label(later)
                yield f"{_listed(made)} {_come(made)} from {where}, which ran again as {now}"
        for path in self._rewritten(execution):
            if f"{_FILE}{path}" not in told:
                yield f"{PurePath(path).name} was rewritten since it was read"
        for name in self._older_modules(execution):
            yield f"{name} was edited and loaded anew since it ran"

    def _older_modules(self, execution: Execution) -> list[str]:
        """The user's modules that an execution worked with as they were before."""
        executions = self._situation.history.executions
        names = {name for item in executions for name in item.module_digests}
        return [name for name in sorted(names) if users_of_older(executions, [execution], name)]

    def _is_as_it_was(self, reader: Execution, maker: Execution, later: Execution, name: str) -> bool:
        """Whether a cell that ran again left what was taken from it before; of files their content counts."""
        if name.startswith(_FILE):
            return not is_rewritten(name.removeprefix(_FILE), reader, self._situation)
        return self._versions.makes_the_same(maker, later, name)

    def _makers(self, execution: Execution) -> Iterable[tuple[Execution, list[str]]]:
        for index, names in sorted(execution.needs.items()):
            maker = self._by_key.get(_key(self._situation.history.executions[index]))
            if maker is not None:
                yield maker, sorted(name for name in names if name.isidentifier() or name.startswith(_FILE))

    def _rewritten(self, execution: Execution) -> list[str]:
        return [
            path
            for path in execution.reads
            if not is_remote(path)
            # What reads a file and writes it anew would be stale for ever.
            and path not in execution.writes
            and is_rewritten(path, execution, self._situation)
        ]

    def _ordered(self, reasons: Mapping[int, list[str]]) -> list[Execution]:
        """The stale cells so that each comes after those that it takes something from."""
        waits: dict[int, set[int]] = {
            index: {maker.index for maker, _ in self._makers(self._current[index])} & reasons.keys() - {index}
            for index in reasons
        }
        ready = [(self._rank(index), index) for index, makers in waits.items() if not makers]
        heapq.heapify(ready)
        ordered: list[int] = []
        while len(ordered) < len(waits):
            if not ready:  # cells that need each other: the one that stands or ran first
                left = [index for index in waits if index not in ordered]
                ready = [min((self._rank(index), index) for index in left)]
            index = heapq.heappop(ready)[1]
            if index in ordered:
                continue
            ordered.append(index)
            for other, makers in waits.items():
                if index in makers:
                    makers.discard(index)
                    if not makers and other not in ordered:
                        heapq.heappush(ready, (self._rank(other), other))
        return [self._current[index] for index in ordered]

    def _rank(self, index: int) -> tuple[int, int]:
        position = self._versions.position(self._current[index])
        return (position if position is not None else -1, index)


def _key(execution: Execution) -> str:
    """Versions of one cell share it; where the front end names none, the same source is the same cell."""
    return execution.cell_id or f"source:{execution.raw.strip()}"


def _stale(execution: Execution, why: Iterable[str]) -> StaleCell:
    lines = [line for line in execution.raw.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    made = tuple(sorted(name for name in execution.made if name.isidentifier() and not name.startswith("_")))
    return StaleCell(
        execution.execution_count, execution.cell_id, made, tuple(why), lines[0][:80] if lines else ""
    )


def _label(execution: Execution) -> str:
    return f"[{execution.execution_count}]" if execution.execution_count is not None else "a cell"


def _come(names: list[str]) -> str:
    return "comes" if len(names) == 1 else "come"


def _listed(names: list[str]) -> str:
    shown = ", ".join(PurePath(name).name if name.startswith(_FILE) else name for name in names[:4])
    return f"{shown} and {len(names) - 4} more" if len(names) > 4 else shown or "what it needs"
