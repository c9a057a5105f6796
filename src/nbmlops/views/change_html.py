"""What differs between two datasets, as static HTML for a notebook."""

from __future__ import annotations

from collections.abc import Iterator

from nbmlops.records.data_changes import ColumnChange, DataChange
from nbmlops.views.change_text import facts, headline, moved_text
from nbmlops.views.column_summary import bars, missing, summary, svg
from nbmlops.views.compare_style import COMPARE_STYLE
from nbmlops.views.markup import shown
from nbmlops.views.numbers import count_of, format_number

_MOST = 60


def change_html(change: DataChange) -> str:
    """The answer first, then the columns that differ, with their distributions before (outline) and after (bars)."""
    differing = [column for column in change.columns if column.differs]
    same = len(change.columns) - len(differing)
    said = "".join(f"<dt>{word}</dt><dd>{shown(text, 400)}</dd>" for word, text in facts(change))
    notes = "".join(f'<p class="nbm-faint">{shown(note, 300)}</p>' for note in change.notes)
    rest = f'<p class="nbm-faint">{count_of(same, "column")} of the same distribution</p>' if same else ""
    return (
        f'<div class="nbm"><style>{COMPARE_STYLE}</style><p class="nbm-answer">{headline(change)}</p>'
        f"<dl>{said}</dl>{_table(differing)}{rest}{notes}</div>"
    )


def _table(columns: list[ColumnChange]) -> str:
    if not columns:
        return ""
    has_cells = any(column.changed is not None for column in columns)
    heads = [
        "column",
        "moved",
        *(["rows changed"] if has_cells else []),
        "before",
        "after",
        "missing",
        "distribution",
    ]
    head = "".join(
        f'<th align="{"right" if word in ("moved", "rows changed") else "left"}">{word}</th>'
        for word in heads
    )
    rows = "".join(f"<tr>{''.join(_cells(column, has_cells=has_cells))}</tr>" for column in columns[:_MOST])
    more = len(columns) - _MOST
    said = f'<p class="nbm-faint">{count_of(more, "more column")} that differ</p>' if more > 0 else ""
    return f'<div class="nbm-scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{said}'


def _cells(column: ColumnChange, *, has_cells: bool) -> Iterator[str]:
    before, after = bars(column.before, column.after)
    gone = [missing(column.before) or "0", missing(column.after) or "0"]
    yield f'<th align="left">{shown(column.name, 40) or "values"}</th>'
    yield f'<td align="right">{moved_text(column)}</td>'
    if has_cells:
        yield f'<td align="right">{"" if column.changed is None else format_number(column.changed)}</td>'
    yield f'<td align="left">{shown(summary(column.before), 60)}</td>'
    yield f'<td align="left">{shown(summary(column.after), 60)}</td>'
    said = "" if gone == ["0", "0"] else gone[0] if gone[0] == gone[1] else " → ".join(gone)
    yield f'<td align="left">{said}</td>'
    yield f'<td align="left">{svg(after, before, label="distribution before and after")}</td>'
