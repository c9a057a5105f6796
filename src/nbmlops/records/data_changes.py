"""What differs between two datasets."""

from __future__ import annotations

from dataclasses import dataclass

from nbmlops.records.data import Column, Fingerprint
from nbmlops.records.profiles import ColumnProfile


@dataclass(frozen=True, slots=True)
class RowChange:
    """Rows by what became of them.

    Attributes:
        before: how many there were.
        after: how many there are.
        added: new ones; None where only their number is known, as with the two that follow.
        removed: those that are gone.
        changed: those of the same key, or between the same neighbours, with other values.
        key: the columns by which they were matched; empty when by all their values.
    """

    before: int
    after: int
    added: int | None = None
    removed: int | None = None
    changed: int | None = None
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """One column that both have, or that one has.

    Attributes:
        name: of it.
        before: its profile; None where it was not there or is not known.
        after: the same, of now.
        moved: the share of rows (0 to 1) that would have to move to make one distribution of the other: the total
            variation over the tenths of the values that were there before. None where it can't be told.
        changed: in how many rows of the same key its value differs; None where rows were not matched by key.
    """

    name: str
    before: ColumnProfile | None
    after: ColumnProfile | None
    moved: float | None = None
    changed: int | None = None

    @property
    def differs(self) -> bool:
        """Whether there is anything to see in it."""
        if self.before is None or self.after is None:
            return True
        return bool(self.moved or self.changed) or self.before.dtype != self.after.dtype


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset that is shown or compared.

    Attributes:
        label: what to call it: a variable, a file, `name of RUN`.
        fingerprint: None where there is none.
        columns: names and types, at most 200.
        shape: rows and columns.
    """

    label: str
    fingerprint: Fingerprint | None = None
    columns: tuple[Column, ...] = ()
    shape: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DataChange:
    """What differs between two datasets.

    Attributes:
        before: the one.
        after: the other.
        equal: whether both hashes are; None where one is not known.
        same_content: whether the values are equal, however they are held.
        added: columns that are new.
        removed: columns that are gone.
        retyped: columns that have another type: name, type before, type after.
        rows: None where not even their number is known.
        columns: those that differ first.
        notes: what could not be compared, and why; sentences.
    """

    before: Dataset
    after: Dataset
    equal: bool | None
    same_content: bool | None = None
    added: tuple[Column, ...] = ()
    removed: tuple[Column, ...] = ()
    retyped: tuple[tuple[str, str, str], ...] = ()
    rows: RowChange | None = None
    columns: tuple[ColumnChange, ...] = ()
    notes: tuple[str, ...] = ()
