"""Where two executions of a slice part: the first cell whose result is another one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from nbmlops.capture.scope import read_scope
from nbmlops.capture.sources import Sources
from nbmlops.jobs.evidence import Evidence
from nbmlops.jobs.failures import without_colours
from nbmlops.jobs.metric_checks import first_metric_difference, metric_difference
from nbmlops.records import Difference, RunInfo, SliceCell

NO_ERROR: Final = "no error"
_ADDRESS: Final = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_TIMING: Final = re.compile(
    r"\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\s?(?:ns|µs|us|ms|s|sec|secs|seconds?|min|minutes?)\b"
    r"|\b\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\b"
)


def without_chance(text: str) -> str:
    """A text without what is another one each time: addresses in memory, times.

    Example:
        >>> without_chance("<Net at 0x7f3a5c0011d0> took 1.24 s")
        '<Net at 0x…> took …'
    """
    return _TIMING.sub("…", _ADDRESS.sub("0x…", without_colours(text)))


def first_difference(
    before: Evidence, after: Evidence, outputs: Sequence[Mapping[str, Any]], tolerance: float
) -> Difference | None:
    """The first cell whose result differs; what came of data and metrics where no cell tells.

    Args:
        before: of then.
        after: of now.
        outputs: the executed cells of the slice, in its order.
        tolerance: as for metrics.
    """
    last = len(before.run.slice) - 1
    for found in _by_cell(before.run.slice, after.run.slice, outputs):
        metric = metric_difference(found.name, before, after, tolerance) if found.cell == last else None
        return replace(found, before=metric.before, after=metric.after) if metric else found
    count = before.run.execution_count
    if (changed := _input_difference(before.run, after.run)) is not None:
        return Difference(last, count, *changed)
    if (metric := first_metric_difference(before, after, tolerance)) is not None:
        return Difference(last, count, metric.key, metric.before, metric.after)
    return None


def error_of(cell: Mapping[str, Any]) -> str:
    """The error that an executed cell ended with, without what is chance; empty when it ended well."""
    for output in cell.get("outputs", ()):
        if output.get("output_type") == "error":
            return without_chance(f"{output.get('ename', '')}: {output.get('evalue', '')}".removesuffix(": "))
    return ""


def _by_cell(
    before: Sequence[SliceCell], after: Sequence[SliceCell], outputs: Sequence[Mapping[str, Any]]
) -> Iterator[Difference]:
    again = _matched(before, after)
    for index, cell in enumerate(before):
        error = error_of(outputs[index]) if index < len(outputs) else ""
        if index < len(before) - 1 and cell.failed and not error:
            yield Difference(index, cell.execution_count, "error", "failed", NO_ERROR)
        if (other := again.get(index)) is None:
            continue
        clocks = clock_names(cell.source)
        for name, digest in cell.results.items():
            now = other.results.get(name)
            if now is not None and now != digest and name not in clocks:
                yield Difference(index, cell.execution_count, name, digest, now)


def _matched(before: Sequence[SliceCell], after: Sequence[SliceCell]) -> dict[int, SliceCell]:
    """The cells of the new slice by their places in the old one.

    The new one may lack cells or have more. A number and a source tell a cell, but for those without a number:
    these follow each other.
    """
    found: dict[int, SliceCell] = {}
    left = list(after)
    for index, cell in enumerate(before):
        same = [other for other in left if _is_same(cell, other)]
        if same:
            found[index] = same[0]
            left.remove(same[0])
    return found


def _is_same(cell: SliceCell, other: SliceCell) -> bool:
    counts = {cell.execution_count, other.execution_count} - {None}
    return cell.source == other.source and len(counts) < 2


def clock_names(source: str) -> frozenset[str]:
    """The names that a cell binds to what a clock showed."""
    return Sources(read_scope(source), frozenset()).clocks


def _input_difference(before: RunInfo, after: RunInfo) -> tuple[str, str, str] | None:
    """The first piece of data whose fingerprint is another one: its name, and both."""
    now = {item.name: item for item in after.inputs}
    for item in before.inputs:
        other = now.get(item.name)
        if other is None or item.fingerprint is None or other.fingerprint is None:
            continue
        if item.fingerprint != other.fingerprint:
            return item.name, item.fingerprint.short, other.fingerprint.short
    return None
