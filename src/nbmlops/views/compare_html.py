"""A comparison as static HTML and as plain text.

The HTML has no scripts, and is built so that it still reads when a host strips styles (GitHub):
meaning is carried by tags, words and symbols, colour only repeats it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from nbmlops.views.compare_style import COMPARE_STYLE
from nbmlops.views.compare_table import METRIC_COLUMNS, table_html
from nbmlops.views.compare_text import comparison_text
from nbmlops.views.compared import Comparison, DataLine, SourceDiff, Version
from nbmlops.views.markup import param_text, shown
from nbmlops.views.numbers import count_of, format_column

__all__ = ["answer_html", "cautions_html", "comparison_html", "comparison_text", "sections_html"]

_MOST_CAUTIONS = 12
_MOST_BYTES = 120_000
_ROW_STEPS = (60, 40, 25, 12, 6)
_DIFF_BYTES = 30_000
_ONE_DIFF_BYTES = 6_000
_LIST_ITEMS = 80
_FEW_RUNS = 4


def comparison_html(c: Comparison) -> str:
    """The whole comparison: the answer, what to beware of, the table, and the differences folded.

    Under 120 kB whatever is compared, so that with its chart it stays under 200; what is left out is said.
    """
    head = f'<div class="nbm"><style>{COMPARE_STYLE}</style>{answer_html(c)}{cautions_html(c)}'
    tail = f"{sections_html(c)}</div>"
    room = _MOST_BYTES - len((head + tail).encode())
    tables = (table_html(c, most_rows=rows) for rows in _ROW_STEPS)
    return head + next((table for table in tables if len(table.encode()) < room), "") + tail


def comparison_page(c: Comparison, chart_svg: str = "") -> str:
    """The comparison and its chart as a page of its own."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><title>Runs compared</title>'
        "<style>body{max-width:72rem;margin:2rem auto;padding:0 1rem}svg{max-width:100%;height:auto}</style>"
        f"</head><body>{comparison_html(c)}{chart_svg}</body></html>\n"
    )


def answer_html(c: Comparison) -> str:
    """The verdict: which run is best, and the grounds for believing it."""
    grounds = "".join(f"<li>{shown(text, 400)}</li>" for text in c.verdict.grounds)
    return f'<p class="nbm-answer"><strong>{shown(c.verdict.headline, 160)}</strong></p>' + (
        f'<ul class="nbm-grounds">{grounds}</ul>' if grounds else ""
    )


def cautions_html(c: Comparison) -> str:
    """What a reader has to know before believing a number."""
    said = "".join(
        f'<p class="nbm-caution"><strong class="nbm-word">{shown(caution.title, 80)}:</strong> '
        f"{shown(caution.text, 500)}</p>"
        for caution in c.cautions[:_MOST_CAUTIONS]
    )
    more = len(c.cautions) - _MOST_CAUTIONS
    return said + (f'<p class="nbm-caution">and {count_of(more, "more caution")}</p>' if more > 0 else "")


def sections_html(c: Comparison) -> str:
    """Everything behind a disclosure: parameters the same, further metrics, data, environment, source."""
    return "".join((_same_params(c), _more_metrics(c), _data(c), _environment(c), _sources(c)))


def _details(summary: str, body: str, *, is_open: bool = False) -> str:
    return f"<details{' open' if is_open else ''}><summary>{summary}</summary>{body}</details>"


def _same_params(c: Comparison) -> str:
    if not c.same_params and not c.default_params:
        return ""
    pairs = [(shown(key, 60), shown(param_text(value, 80), 80)) for key, value in c.same_params.items()]
    summary = (
        f"{count_of(len(pairs), 'parameter')} the same in all runs" if pairs else "No parameter is the same"
    )
    if c.default_params:
        summary += f", {count_of(c.default_params, 'default')} not shown"
    if len(c.rows) == 1:
        summary = summary.replace(" the same in all runs", "")
    return _details(summary, _list(pairs)) if pairs else f"<p>{summary}</p>"


def _list(pairs: Sequence[tuple[str, str]]) -> str:
    body = "".join(f"<dt><code>{key}</code></dt><dd>{value}</dd>" for key, value in pairs[:_LIST_ITEMS])
    more = len(pairs) - _LIST_ITEMS
    return f"<dl>{body}</dl>" + (f"<p><small>and {more} more</small></p>" if more > 0 else "")


def _more_metrics(c: Comparison) -> str:
    pairs = []
    for metric in c.metrics[METRIC_COLUMNS:]:
        known = [value for value in metric.values if value is not None]
        texts = format_column([min(known), max(known)])
        span = texts[0] if known[1:] == [] or min(known) == max(known) else f"{texts[0]} to {texts[1]}"
        best = f", best {shown(c.labels(tuple(sorted(metric.best)), 2), 80)}" if metric.best else ""
        pairs.append((shown(metric.key, 60), f"{span}{best}"))
    return _details(count_of(len(pairs), "more metric"), _list(pairs)) if pairs else ""


def _data(c: Comparison) -> str:
    if not c.data:
        return ""
    differing = [line for line in c.data if not line.same or line.missing or line.unknown]
    same = len(c.data) - len(differing)
    summary = f"Data: {count_of(same, 'input')} the same" if same else "Data"
    summary += f"{', ' if same else ': '}{len(differing)} not the same everywhere" if differing else ""
    body = "".join(f"<li>{_data_line(line, c)}</li>" for line in c.data[:_LIST_ITEMS])
    return _details(summary, f"<ul>{body}</ul>", is_open=bool(differing) and len(c.rows) <= _FEW_RUNS)


def _data_line(line: DataLine, c: Comparison) -> str:
    everyone = line.same and not line.missing and not line.unknown
    parts = [_version(version, c, alone=everyone) for version in line.versions[:6]]
    if line.unknown:
        parts.append(f"no fingerprint in {shown(c.labels(line.unknown), 160)}")
    if line.missing:
        parts.append(f"not read by {shown(c.labels(line.missing), 160)}")
    return f"<code>{shown(line.name, 60)}</code> {'; '.join(parts)}"


def _version(version: Version, c: Comparison, *, alone: bool) -> str:
    text = shown(version.text, 80)
    return text if alone else f"{text} in {shown(c.labels(version.rows), 160)}"


def _environment(c: Comparison) -> str:
    known = any(row.run.environment for row in c.rows)
    if not known or len(c.rows) < 2:
        return ""
    if not c.environment:
        return "<p>Environment: Python and all packages are the same.</p>"
    pairs = [
        (shown(setting.name, 60), "; ".join(_version(v, c, alone=False) for v in setting.versions[:6]))
        for setting in c.environment
    ]
    return _details(f"Environment: {count_of(len(pairs), 'difference')}", _list(pairs))


def _sources(c: Comparison) -> str:
    if not c.sources:
        return ""
    differing = [diff for diff in c.sources if diff.lines]
    same = [diff.new for diff in c.sources if not diff.lines]
    reference = shown(c.sources[0].old, 60)
    if not differing:
        return "<p>Source: the same in all runs.</p>"
    body, left = [], _DIFF_BYTES
    for diff in differing:
        html = _diff(diff, min(left, _ONE_DIFF_BYTES), is_open=len(differing) == 1)
        left -= len(html.encode())
        if left <= 0:
            break
        body.append(html)
    if more := len(differing) - len(body):
        body.append(
            f"<p><small>{count_of(more, 'more difference')} not shown: compare fewer runs</small></p>"
        )
    if same:
        body.append(f"<p><small>The same as {reference}: {shown(', '.join(same), 200)}</small></p>")
    if len(c.sources) == 1:
        return f"<p>Source, {reference} against {shown(differing[0].new, 60)}:</p>{body[0]}"
    return _details(f"Source: {count_of(len(differing), 'run')} unlike {reference}", "".join(body))


def _diff(diff: SourceDiff, limit: int, *, is_open: bool) -> str:
    added = sum(line.startswith("+") for line in diff.lines)
    removed = sum(line.startswith("-") for line in diff.lines)
    body = f"<pre>{_fitting(_diff_lines(diff.lines), limit)}</pre>"
    summary = f"{shown(diff.new, 60)} <small>+{added} −{removed}</small>"
    return _details(summary, body, is_open=is_open)


def _diff_lines(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        text = _code(line)
        if line.startswith("+"):
            yield f"<ins>{text}</ins>"
        elif line.startswith("-"):
            yield f"<del>{text}</del>"
        else:
            yield text


def _code(line: str) -> str:
    body = line.rstrip()
    indent = len(body) - len(body[1:].lstrip()) - 1 if body else 0
    return body[:1] + " " * max(0, indent) + shown(body[1:], 200)


def _fitting(lines: Iterable[str], limit: int) -> str:
    kept, size, rest = [], 0, 0
    for line in lines:
        size += len(line.encode()) + 1
        if size > limit:
            rest += 1
        else:
            kept.append(line)
    if rest:
        kept.append(f"{count_of(rest, 'more line')} not shown")
    return "\n".join(kept)
