"""What differs between the sources of two runs, cell by cell."""

from __future__ import annotations

from typing import Literal, TypedDict


class DiffPart(TypedDict):
    """A piece of a line, and whether it is what changed."""

    text: str
    changed: bool


class DiffRow(TypedDict):
    """Two lines that stand side by side; a side that has none has the number null.

    Attributes:
        kind: `same` lines stand in `old` alone.
    """

    kind: Literal["same", "changed", "removed", "added"]
    old_number: int | None
    new_number: int | None
    old: list[DiffPart]
    new: list[DiffPart]


class CellDiff(TypedDict):
    """A cell of one run beside the one of the other that it became.

    Attributes:
        kind: `module` for a file of the user's own that the run worked with.
        old_mark: `[12]`, or the module's name; empty where that run has no such cell.
        tracked: the run itself; all others are what it depended on.
        first: the line that says most of what it does.
        rows: empty where the two are the same; `source` is then what both are.
        remark: why there is no diff, empty where there is one.
    """

    kind: Literal["cell", "module"]
    state: Literal["same", "changed", "removed", "added"]
    old_mark: str
    new_mark: str
    tracked: bool
    first: str
    added: int
    removed: int
    rows: list[DiffRow]
    source: str
    remark: str


class SourceComparison(TypedDict):
    """The cells of two runs, in the order in which they were executed, the tracked ones last, then modules.

    Attributes:
        same: nothing differs.
        missing: a run that left no source, as a sentence; empty where both did.
    """

    cells: list[CellDiff]
    same: bool
    missing: str
