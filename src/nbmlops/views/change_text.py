"""What differs between two datasets, in words: shared by the views in text and HTML, and as text."""

from __future__ import annotations

from nbmlops.records.data_changes import ColumnChange, DataChange, Dataset, RowChange
from nbmlops.views.column_summary import bars, missing, percent, spark, summary
from nbmlops.views.markup import plain
from nbmlops.views.numbers import MISSING, count_of, format_number, format_shape
from nbmlops.views.text_table import table_lines

_MOST = 30


def headline(change: DataChange) -> str:
    """The answer in one sentence."""
    if change.equal:
        return "The same data: values and schema are equal."
    if change.same_content:
        return "The same values, held in another way: only the schema differs."
    if change.same_content is None:
        return "Whether the data are the same can't be told: one has no fingerprint."
    return "Different data."


def facts(change: DataChange) -> list[tuple[str, str]]:
    """What is said before the table: pairs of a word and what there is to say."""
    found = [("before", described(change.before)), ("after", described(change.after))]
    if change.rows is not None:
        found.append(("rows", rows_text(change.rows)))
    if change.added:
        found.append(("columns added", ", ".join(f"{c.name} ({c.dtype})" for c in change.added)))
    if change.removed:
        found.append(("columns removed", ", ".join(f"{c.name} ({c.dtype})" for c in change.removed)))
    if change.retyped:
        found.append(
            ("types changed", ", ".join(f"{name} ({old} → {new})" for name, old, new in change.retyped))
        )
    return found


def described(dataset: Dataset) -> str:
    """A dataset by its name, fingerprint and size."""
    mark = dataset.fingerprint.short if dataset.fingerprint else "no fingerprint"
    return " · ".join(part for part in (dataset.label, mark, format_shape(dataset.shape)) if part)


def rows_text(rows: RowChange) -> str:
    """How many rows there were and are, and what became of them."""
    sizes = format_number(rows.before) if rows.before == rows.after else (
        f"{format_number(rows.before)} → {format_number(rows.after)}"
    )  # fmt: skip
    if rows.added is None or rows.removed is None or rows.changed is None:
        return sizes
    parts = [("added", rows.added), ("removed", rows.removed), ("changed", rows.changed)]
    said = ", ".join(f"{format_number(count)} {word}" for word, count in parts if count) or "all the same"
    return f"{sizes}: {said}" + (f" (by {', '.join(rows.key)})" if rows.key else "")


def moved_text(column: ColumnChange) -> str:
    """How much of a distribution moved."""
    if column.moved is None:
        return MISSING
    return percent(column.moved) if column.moved else "0"


def change_text(change: DataChange, width: int = 100) -> str:
    """What differs, for a terminal of so many columns."""
    lines = [headline(change)]
    pairs = facts(change)
    longest = max(len(word) for word, _ in pairs)
    lines += ["  " + plain(f"{word:<{longest}}  {text}", width - 2) for word, text in pairs]
    differing = [column for column in change.columns if column.differs]
    if differing:
        lines += ["", *_table(differing[:_MOST], width)]
    if len(differing) > _MOST:
        lines.append(f"{count_of(len(differing) - _MOST, 'more column')} that differ")
    same = len(change.columns) - len(differing)
    if same:
        lines += ["", f"{count_of(same, 'column')} of the same distribution"]
    lines += ["", *change.notes] if change.notes else []
    return "\n".join(lines)


def _table(columns: list[ColumnChange], width: int) -> list[str]:
    heads = ["column", "moved", "changed", "before", "after", "missing", "distribution"]
    rows = []
    for column in columns:
        drawn = bars(column.before, column.after)
        top = max([share for shares in drawn for share in shares], default=0.0)
        gone = [missing(column.before), missing(column.after)]
        rows.append(
            [
                column.name,
                moved_text(column),
                "" if column.changed is None else format_number(column.changed),
                summary(column.before),
                summary(column.after),
                f"{gone[0] or '0'} → {gone[1] or '0'}" if gone[0] != gone[1] else gone[0],
                " → ".join(spark(shares, top) for shares in drawn if shares),
            ]
        )
    return table_lines(heads, rows, width, right=(1, 2))
