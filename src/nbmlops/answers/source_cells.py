"""The cells and modules of two runs, aligned and compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

from nbmlops.errors import NotFoundError, StoreError
from nbmlops.records import LocalModule, RunInfo, SliceCell
from nbmlops.records.wire.sources import CellDiff, SourceComparison
from nbmlops.views.alignment import align
from nbmlops.views.line_diff import MOST_LINES, diff_rows
from nbmlops.views.markup import block
from nbmlops.views.proof_words import cell_mark, telling_line

_MOST_CHARS: Final = 200_000  # of one cell
_MOST_CELLS: Final = 300  # of one slice
_ALIKE: Final = 0.35
_WORD: Final = re.compile(r"\w+")

ReadSource = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some source of a run: a cell, or a module.

    Attributes:
        key: tells the same cell again after it was edited: the front end's id; empty where it has none.
        mark: as it is called.
        tracked: it is the run's own cell.
        lines: that are not blank, each once; by these and the words an edited cell is found again.
        words: of the source.
    """

    source: str
    mark: str
    key: str = ""
    first: str = ""
    tracked: bool = False
    kind: Literal["cell", "module"] = "cell"
    lines: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


def compare_sources(old: RunInfo, new: RunInfo, read: ReadSource) -> SourceComparison:
    """What became of the cells of one run in another.

    Args:
        old: one run.
        new: the other.
        read: gives the source of a module by its digest.
    """
    missing = [run.name or run.short_id for run in (old, new) if not has_source(run)]
    if missing:
        return {"cells": [], "same": False, "missing": f"{' and '.join(missing)} left no source"}
    cells = [*_aligned(_cells(old), _cells(new)), *_modules(old.modules, new.modules, read)]
    return {"cells": cells, "same": all(cell["state"] == "same" for cell in cells), "missing": ""}


def has_source(run: RunInfo) -> bool:
    """Whether the run left any."""
    return bool(run.source or run.slice)


def source_key(run: RunInfo) -> tuple[object, ...]:
    """Equal for runs whose cells and modules are the same."""
    sources = tuple(cell.source for cell in run.slice) or (run.source,)
    return sources, frozenset((module.name, module.digest) for module in run.modules)


def _cells(run: RunInfo) -> list[Piece]:
    cells = run.slice or (SliceCell(run.source, run.cell_id, run.execution_count),)
    last = len(cells) - 1
    return [_cell(cell, at, tracked=at == last) for at, cell in enumerate(cells) if at > last - _MOST_CELLS]


def _cell(cell: SliceCell, at: int, *, tracked: bool) -> Piece:
    source = block(cell.source, _MOST_CHARS)
    return Piece(
        source=source,
        mark=cell_mark(cell, at),
        key=cell.cell_id or "",
        first=telling_line(cell),
        tracked=tracked,
        lines=frozenset(line.strip() for line in source.splitlines() if line.strip()),
        words=frozenset(_WORD.findall(source)),
    )


def _aligned(old: Sequence[Piece], new: Sequence[Piece]) -> Iterator[CellDiff]:
    """The tracked cells stand for each other, whatever became of them."""
    for i, j in [*align(old[:-1], new[:-1], _likeness), (len(old) - 1, len(new) - 1)]:
        yield _diff(None if i is None else old[i], None if j is None else new[j])


def _likeness(old: Piece, new: Piece) -> float:
    """Of two cells: the same text, the same cell after an edit, or much in common by lines and by words."""
    if old.source == new.source:
        return 2.0
    if old.key and old.key == new.key:
        return 1.5
    shared = (_shared(old.lines, new.lines) + _shared(old.words, new.words)) / 2
    return shared if shared >= _ALIKE else 0.0


def _shared(old: frozenset[str], new: frozenset[str]) -> float:
    return 2 * len(old & new) / max(1, len(old) + len(new))


def _modules(old: Sequence[LocalModule], new: Sequence[LocalModule], read: ReadSource) -> Iterator[CellDiff]:
    """Those that are not the same, by name."""
    before, after = ({module.name: module for module in modules} for modules in (old, new))
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        if one is None or other is None or one.digest != other.digest:
            yield _diff(_module(one, read), _module(other, read))


def _module(module: LocalModule | None, read: ReadSource) -> Piece | None:
    if module is None:
        return None
    source = ""
    with suppress(NotFoundError, StoreError):
        source = block(read(module.digest), _MOST_CHARS)
    return Piece(source, module.name, first=module.path, kind="module")


def _diff(old: Piece | None, new: Piece | None) -> CellDiff:
    some = new or old
    assert some is not None  # an alignment pairs nothing with nothing
    before, after = old.source if old else "", new.source if new else ""
    state: Literal["same", "changed", "removed", "added"] = (
        "added" if old is None else "removed" if new is None else "same" if before == after else "changed"
    )
    long = max(before.count("\n"), after.count("\n")) >= MOST_LINES
    rows = [] if long or state == "same" else diff_rows(before, after)
    changed = [row for row in rows if row["kind"] != "same"]
    return {
        "kind": some.kind,
        "state": state,
        "old_mark": old.mark if old else "",
        "new_mark": new.mark if new else "",
        "tracked": some.tracked,
        "first": some.first,
        "added": sum(row["new_number"] is not None for row in changed),
        "removed": sum(row["old_number"] is not None for row in changed),
        "rows": rows,
        "source": before if state == "same" else "",
        "remark": "Too long to be compared line by line" if long and state != "same" else "",
    }
