"""What differs between two datasets: schema, rows, distributions, as far as the data or their profiles are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nbmlops.datasets.row_diff import compare_rows, table_of
from nbmlops.datasets.sides import Side
from nbmlops.profiles.distance import moved_share
from nbmlops.records.data import Column
from nbmlops.records.data_changes import ColumnChange, DataChange, RowChange
from nbmlops.records.profiles import Profile


def compare_data(before: Side, after: Side, key: Sequence[str] = ()) -> DataChange:
    """What differs between two datasets.

    Args:
        before: the one.
        after: the other.
        key: columns that tell rows apart; without, rows are matched by their values.

    Raises:
        NotFoundError: a column of the key, or kept data, are missing.
        ValueRefusedError: several rows have the same key.
    """
    one, other = before.dataset.fingerprint, after.dataset.fingerprint
    equal = None if one is None or other is None else one == other
    old, new = _columns(before), _columns(after)
    rows, cells, notes = _rows(before, after, key, same=one is not None and one == other)
    return DataChange(
        before.dataset,
        after.dataset,
        equal,
        None if one is None or other is None else one.content == other.content,
        tuple(Column(name, dtype) for name, dtype in new.items() if name not in old),
        tuple(Column(name, dtype) for name, dtype in old.items() if name not in new),
        tuple((name, old[name], new[name]) for name in old if name in new and old[name] != new[name]),
        rows,
        _column_changes(before.profile, after.profile, cells),
        (*notes, *_profile_notes(before, after)),
    )


def _columns(side: Side) -> dict[str, str]:
    if side.dataset.columns:
        return {column.name: column.dtype for column in side.dataset.columns}
    return {column.name: column.dtype for column in side.profile.columns} if side.profile is not None else {}


def _rows(
    before: Side, after: Side, key: Sequence[str], *, same: bool
) -> tuple[RowChange | None, Mapping[str, int], list[str]]:
    counts = [side.dataset.shape[0] if side.dataset.shape else None for side in (before, after)]
    if same and counts[0] is not None and not key:
        return RowChange(counts[0], counts[0], 0, 0, 0), {}, []
    if before.data is not None and after.data is not None:
        found, cells = compare_rows(table_of(before.data), table_of(after.data), key)
        return found, cells, []
    missing = [side.dataset.label for side in (before, after) if side.data is None]
    note = (
        f"Rows can't be matched: {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not kept. "
        "Begin cells with %%track --keep-data to keep what they read."
    )
    if counts[0] is None or counts[1] is None:
        return None, {}, [note]
    return RowChange(counts[0], counts[1], *([0, 0, 0] if same else [None] * 3)), {}, [] if same else [note]


def _column_changes(
    before: Profile | None, after: Profile | None, cells: Mapping[str, int]
) -> tuple[ColumnChange, ...]:
    if before is None or after is None:
        return ()
    names = list(dict.fromkeys(column.name for found in (before, after) for column in found.columns))
    found = []
    for name in names:
        one, other = before.column(name), after.column(name)
        moved = moved_share(one, other) if one is not None and other is not None else None
        found.append(ColumnChange(name, one, other, moved, cells.get(name)))
    return tuple(sorted(found, key=_order))


def _order(change: ColumnChange) -> tuple[bool, float, int]:
    return not change.differs, -(change.moved or 0.0), -(change.changed or 0)


def _profile_notes(before: Side, after: Side) -> list[str]:
    notes = []
    for side in (before, after):
        if side.profile is None:
            notes.append(f"No profile of {side.dataset.label} is kept: distributions can't be compared.")
        elif side.profile.sampled is not None:
            notes.append(
                f"The profile of {side.dataset.label} is of a sample of {side.profile.sampled} rows."
            )
    return notes
