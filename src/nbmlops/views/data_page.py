"""A dataset: fingerprint, columns with their profiles, who made it and who read it; as text and HTML."""

from __future__ import annotations

from collections.abc import Iterator

from nbmlops.records.data_pages import DataPage, Reader
from nbmlops.records.profiles import ColumnProfile
from nbmlops.views.column_summary import bars, extremes, missing, spark, summary, svg
from nbmlops.views.compare_style import COMPARE_STYLE
from nbmlops.views.markup import plain, shown
from nbmlops.views.numbers import count_of, format_moment, format_number, format_shape
from nbmlops.views.text_table import table_lines

_MOST_COLUMNS, _MOST_READERS = 60, 10


def page_facts(page: DataPage) -> list[tuple[str, str]]:
    """What is said before the columns."""
    mark = page.dataset.fingerprint
    found = [
        ("content", mark.content if mark else "no fingerprint"),
        ("schema", mark.schema if mark else ""),
        ("size", format_shape(page.dataset.shape)),
        ("made by", page.producer or ""),
        ("DVC", f"md5 {page.dvc}" if page.dvc else ""),
        ("kept", "yes: nbmlops.load_data gives it back" if page.kept else ""),
        ("note", page.note),
    ]
    if page.profile is not None and page.profile.sampled is not None:
        found.append(("profile", f"of a sample of {format_number(page.profile.sampled)} rows"))
    return [(word, text) for word, text in found if text]


def data_text(page: DataPage, width: int = 100) -> str:
    """The dataset for a terminal."""
    pairs = page_facts(page)
    longest = max(len(word) for word, _ in pairs)
    lines = [plain(page.dataset.label, width)]
    lines += ["  " + plain(f"{word:<{longest}}  {text}", width - 2) for word, text in pairs]
    columns = _columns(page)
    if columns:
        rows = [
            [c.name or "values", c.dtype, summary(c), extremes(c), missing(c), spark(bars(c)[0])]
            for c in columns[:_MOST_COLUMNS]
        ]
        heads = ["column", "type", "values", "range", "missing", "distribution"]
        lines += ["", *table_lines(heads, rows, width), *_omitted(page)]
    if page.readers:
        lines += ["", f"Read by {count_of(len(page.readers), 'run')}"]
        lines += ["  " + plain(_reader(reader), width - 2) for reader in page.readers[:_MOST_READERS]]
    return "\n".join(lines)


def data_html(page: DataPage) -> str:
    """The dataset as static HTML for a notebook."""
    said = "".join(f"<dt>{word}</dt><dd>{shown(text, 300)}</dd>" for word, text in page_facts(page))
    omitted = "".join(f'<p class="nbm-faint">{text}</p>' for text in _omitted(page))
    readers = "".join(f"<li>{shown(_reader(reader), 160)}</li>" for reader in page.readers[:_MOST_READERS])
    read_by = f"<h3>Read by {count_of(len(page.readers), 'run')}</h3><ul>{readers}</ul>" if readers else ""
    return (
        f'<div class="nbm"><style>{COMPARE_STYLE}</style><p class="nbm-answer">{shown(page.dataset.label, 120)}</p>'
        f"<dl>{said}</dl>{_table(_columns(page))}{omitted}{read_by}</div>"
    )


def _columns(page: DataPage) -> tuple[ColumnProfile, ...]:
    if page.profile is not None:
        return page.profile.columns
    return tuple(ColumnProfile(column.name, column.dtype, "other", 0) for column in page.dataset.columns)


def _omitted(page: DataPage) -> list[str]:
    hidden = max(len(_columns(page)) - _MOST_COLUMNS, 0) + (page.profile.omitted if page.profile else 0)
    return [f"{count_of(hidden, 'more column')} not shown"] if hidden else []


def _reader(reader: Reader) -> str:
    return f"{reader.id[:8]}  {reader.name}  as {reader.input}  {format_moment(reader.started)}"


def _table(columns: tuple[ColumnProfile, ...]) -> str:
    if not columns:
        return ""
    heads = ("column", "type", "values", "range", "missing", "distribution")
    head = "".join(f'<th align="left">{word}</th>' for word in heads)
    rows = "".join(f"<tr>{''.join(_cells(column))}</tr>" for column in columns[:_MOST_COLUMNS])
    return f'<div class="nbm-scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _cells(column: ColumnProfile) -> Iterator[str]:
    yield f'<th align="left">{shown(column.name, 40) or "values"}</th>'
    texts = (column.dtype, summary(column) if column.count else "", extremes(column), missing(column))
    yield from (f'<td align="left">{shown(text, 60)}</td>' for text in texts)
    yield f'<td align="left">{svg(bars(column)[0], label="distribution")}</td>'
