"""A comparison in plain text, aligned for a terminal."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator

from nbmlops.views.compare_table import VALUE_CHARS, change_of, standing_word
from nbmlops.views.compared import ABSENT, Comparison, MetricColumn, Row
from nbmlops.views.markup import param_text, plain
from nbmlops.views.numbers import count_of, format_column
from nbmlops.views.proof_words import verdict_mark

_LEAST_WIDTH = 40


def comparison_text(c: Comparison, width: int = 100) -> str:
    """The comparison for a terminal: the answer, the cautions, an aligned table of at most `width` cells."""
    width = max(width, _LEAST_WIDTH)
    lines = [
        *_wrapped(c.verdict.headline, width),
        *(line for text in c.verdict.grounds for line in _wrapped(text, width, "  ")),
    ]
    for caution in c.cautions:
        lines += ["", *_wrapped(f"{caution.title}: {caution.text}", width)]
    if not c.rows:
        return "\n".join([*lines, "Put %%track at the top of a cell to record a run."])
    lines += ["", *_text_table(c, width)]
    if c.same_params:
        lines += ["", f"{count_of(len(c.same_params), 'parameter')} the same in all runs"]
    return "\n".join(lines)


def _text_table(c: Comparison, width: int) -> Iterator[str]:
    columns, rest = _text_columns(c, width)
    metrics = {plain(metric.key, 28) for metric in c.metrics}
    widths = [max(_width(cell) for cell in column) for column in columns]
    for position in range(len(c.rows) + 1):
        cells = [
            _pad(column[position], widths[i], right=column[0] in metrics) for i, column in enumerate(columns)
        ]
        yield "  ".join(cells).rstrip()
        if position:
            for said in _said_text(c.rows[position - 1]):
                yield from _wrapped(said, width, "    ")
    if rest:
        yield f"{count_of(rest, 'more column')} not shown: the terminal is {width} wide"


def _text_columns(c: Comparison, width: int) -> tuple[list[list[str]], int]:
    names = ["run", *(_text_name(row, is_baseline=i == c.baseline) for i, row in enumerate(c.rows))]
    columns = [names]
    if any(row.verdict for row in c.rows):
        columns.append(["verdict", *(verdict_mark(row.verdict) for row in c.rows)])
    columns += [[metric.key, *_text_metric(metric, c)] for metric in c.metrics]
    columns += [
        [column.key, *("" if v is ABSENT else param_text(v, VALUE_CHARS) for v in column.values)]
        for column in c.params
    ]
    columns = [[plain(cell, 32 if i == 0 else 28) for cell in column] for i, column in enumerate(columns)]
    used, kept = -2, 0
    for column in columns:
        used += max(_width(cell) for cell in column) + 2
        if kept and used > width:
            break
        kept += 1
    return columns[:kept], len(columns) - kept


def _text_name(row: Row, *, is_baseline: bool) -> str:
    label = plain(row.label, 20)
    parts = [label, "" if row.run.short_id in label else row.run.short_id]
    parts += [f"×{len(row.members)}" if len(row.members) > 1 else "", "baseline" if is_baseline else ""]
    return " ".join(filter(None, parts))


def _text_metric(metric: MetricColumn, c: Comparison) -> Iterator[str]:
    for index, text in enumerate(format_column(metric.values)):
        mark = "★ " if index in metric.best else ""
        change = change_of(index, metric, c)
        yield f"{mark}{text}" + (f" {change}" if change else "")


def _said_text(row: Row) -> Iterator[str]:
    if row.standing != "ranked":
        yield f"{standing_word(row)}: {plain(' '.join(row.reasons), 200)}".rstrip(": ")
    yield from (plain(remark, 200) for remark in row.remarks)


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def _pad(text: str, width: int, *, right: bool) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if right else text + blanks


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(plain(text, 1000), width, initial_indent=indent, subsequent_indent=indent) or [""]
