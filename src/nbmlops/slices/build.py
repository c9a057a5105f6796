"""The slice of an execution as records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from nbmlops.records import Need, SliceCell
from nbmlops.slices.history import Execution, History

_ONLY_LOADS: Final = re.compile(r"\A(?:\s*(?:#.*|%(?:re)?load_ext\s+nbmlops)?\s*(?:\n|\Z))*\Z")
_ONLY_OURS: Final = re.compile(r"\A(?:\s*(?:#.*|%nbmlops\b.*)?\s*(?:\n|\Z))*\Z")


def slice_cells(
    history: History, last: Execution, *, reason: str = "the tracked cell"
) -> tuple[SliceCell, ...]:
    """The cells that an execution depends on, in executed order, itself last.

    Args:
        history: of the session.
        last: the execution.
        reason: why it is there itself.
    """
    return _cells(history, {**history.closure(last), last.index: reason})


def slice_of_name(history: History, name: str) -> tuple[SliceCell, ...]:
    """The cells that a variable came about by, the one that made it last; none where no cell did."""
    makers = history.makers(name)
    if not makers:
        return ()
    found: dict[int, str] = {}
    for maker in makers:
        execution = history.executions[maker]
        reasons = history.closure(execution)
        for index, reason in reasons.items():
            if index != maker or maker not in found:
                found[index] = execution.made[name] if index == maker else reason
    return _cells(history, dict(sorted(found.items())))


def is_only_loading(raw: str) -> bool:
    """Whether a cell does nothing but load the extension, or ask it something."""
    return _ONLY_LOADS.match(raw) is not None or _ONLY_OURS.match(raw) is not None


def _cells(history: History, reasons: Mapping[int, str]) -> tuple[SliceCell, ...]:
    chosen = [history.executions[index] for index in reasons]
    last = chosen[-1].index
    chosen = [item for item in chosen if item.index == last or not is_only_loading(item.raw)]
    places = {execution.index: at for at, execution in enumerate(chosen)}
    return tuple(_cell(execution, reasons[execution.index], places) for execution in chosen)


def _cell(execution: Execution, reason: str, places: Mapping[int, int]) -> SliceCell:
    return SliceCell(
        source=execution.raw,
        cell_id=execution.cell_id,
        execution_count=execution.execution_count,
        reason=reason,
        failed=not execution.ok,
        needs=tuple(_needs(execution, places)),
        reads=execution.reads,
        writes=execution.writes,
        results=execution.results,
    )


def _needs(execution: Execution, places: Mapping[int, int]) -> Iterable[Need]:
    for index, names in sorted(execution.needs.items()):
        if index in places:
            yield Need(places[index], tuple(sorted(names)))
