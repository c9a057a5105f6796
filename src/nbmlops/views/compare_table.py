"""The table of a comparison: one row a run, or one column a run when there are few."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from nbmlops.records.runs import RunStatus
from nbmlops.views.compared import ABSENT, Comparison, MetricColumn, ParamColumn, Row
from nbmlops.views.markup import param_text, shown
from nbmlops.views.numbers import MISSING, column_decimals, count_of, format_column, format_delta
from nbmlops.views.proof_words import verdict_html

SIDE_BY_SIDE = 4
METRIC_COLUMNS = 6
_PARAM_COLUMNS = 6
_MOST_PARAM_ROWS = 60
_OTHER_PARAMS = 8
VALUE_CHARS = 28
_PREPARES = re.compile(r"(Scaler|Encoder|Imputer|Transformer|Vectorizer|Normalizer|PCA|Features|Union)$")

_STATUS_WORDS = {
    RunStatus.FAILED: "failed",
    RunStatus.KILLED: "interrupted",
    RunStatus.LOST: "lost",
    RunStatus.RUNNING: "still running",
}


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which parameters get a column of their own, and which share one."""

    columns: tuple[ParamColumn, ...]
    others: tuple[ParamColumn, ...]


def table_html(c: Comparison, *, most_rows: int = 60) -> str:
    """The table in HTML; up to four runs stand side by side, of more at most `most_rows` are shown."""
    if not c.rows:
        return "<p>Record a run with <code>%%track</code> at the top of a cell, then compare again.</p>"
    table = _columns_html(c) if 1 < len(c.rows) <= SIDE_BY_SIDE else _rows_html(c, most_rows)
    return f'<div class="nbm-scroll">{table}</div>'


def _caption(c: Comparison) -> str:
    text = count_of(c.run_count, "run")
    if c.run_count != len(c.rows):
        text += f", {len(c.rows)} of them different"
    if c.primary is not None:
        order = "" if 1 < len(c.rows) <= SIDE_BY_SIDE else f"best {c.primary.key} first, "
        text += f", {order}{_better(c.primary)}" if order else ""
    if c.baseline is not None:
        text += f"; changes are against {c.rows[c.baseline].label}"
    return shown(text, 200)


def _better(metric: MetricColumn) -> str:
    return "higher is better" if metric.direction == "max" else "lower is better"


def _layout(c: Comparison) -> _Layout:
    finished = sum(row.standing != "ended early" for row in c.rows)
    telling = [column for column in c.params if not _only_repeats_its_key(column)]
    common = [column for column in telling if column.present * 2 >= finished]
    chosen = telling if len(telling) <= 3 else common[:_PARAM_COLUMNS]
    columns = tuple(sorted(chosen, key=lambda column: _align(column) == "left"))  # numbers are narrow
    return _Layout(columns, tuple(column for column in telling if column not in columns))


def _rows_html(c: Comparison, most_rows: int) -> str:
    layout, metrics = _layout(c), c.metrics[:METRIC_COLUMNS]
    numbers = [_metric_cells(metric, c) for metric in metrics]
    body = [
        _row_html(index, c, layout, [cells[index] for cells in numbers])
        for index in range(len(c.rows[:most_rows]))
    ]
    heads = [
        "<th align=left>Run</th>",
        *(f"<th align=right>{_metric_head(metric)}</th>" for metric in metrics),
        *(
            f"<th align={_align(column)}><code>{shown(column.key, 32)}</code></th>"
            for column in layout.columns
        ),
        *(["<th align=left>Other parameters</th>"] if layout.others else []),
    ]
    if more := len(c.rows) - most_rows:
        body += [f"<tr><td colspan={len(heads)}>{count_of(more, 'more run')} not shown</td></tr>"] * (
            more > 0
        )
    return (
        f"<table><caption>{_caption(c)}</caption><thead><tr>{''.join(heads)}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table>"
    )


def _row_html(index: int, c: Comparison, layout: _Layout, numbers: Sequence[str]) -> str:
    row = c.rows[index]
    cells = [
        f"<th align=left scope=row>{_name_html(row, is_baseline=index == c.baseline)}</th>",
        *numbers,
        *(_param_cell(column, index, c) for column in layout.columns),
        *([_other_cell(layout.others, index)] if layout.others else []),
    ]
    said = _said_html(row)
    classes = [*(["nbm-out"] if row.standing != "ranked" else []), *(["nbm-open"] if said else [])]
    attribute = f' class="{" ".join(classes)}"' if classes else ""
    html = f"<tr{attribute}>{''.join(cells)}</tr>"
    if said:
        html += f"<tr><td class=nbm-said align=left colspan={len(cells)}>{said}</td></tr>"
    return html


def _name_html(row: Row, *, is_baseline: bool = False) -> str:
    text = f"<b>{shown(row.label, 48)}</b>"
    if row.run.short_id not in row.label:
        text += f" <code class=nbm-faint>{shown(row.run.short_id, 8)}</code>"
    if len(row.members) > 1:
        text += f" ×{len(row.members)}"
    return text + (" <small>baseline</small>" if is_baseline else "") + verdict_html(row.verdict)


def _said_html(row: Row) -> str:
    parts = []
    if row.standing != "ranked":
        kind = "nbm-bad" if row.standing == "ended early" else "nbm-word"
        reasons = shown(" ".join(row.reasons), 300)
        parts.append(f"<strong class={kind}>{standing_word(row)}</strong>{': ' if reasons else ''}{reasons}")
    parts += [shown(remark, 240) for remark in row.remarks[:3]]
    if len(row.remarks) > 3:
        parts.append(f"{count_of(len(row.remarks) - 3, 'more remark')}")
    return "<br>".join(parts)


def standing_word(row: Row) -> str:
    """Why a row takes no part in the ranking, in one word or two."""
    usual = "not the same data" if row.standing == "other data" else "not counted"
    word = _STATUS_WORDS.get(row.run.status, usual)
    return word[0].upper() + word[1:]


def _metric_head(metric: MetricColumn) -> str:
    arrow = {"max": " ↑", "min": " ↓", None: ""}[metric.direction]
    return f"{shown(metric.key, 32)}{arrow}"


def _metric_cells(metric: MetricColumn, c: Comparison) -> list[str]:
    texts = format_column(metric.values)
    return [_metric_cell(index, text, metric, c) for index, text in enumerate(texts)]


def _metric_cell(index: int, text: str, metric: MetricColumn, c: Comparison) -> str:
    extra = "".join(_beside_value(index, metric, c))
    if text == MISSING:
        text = f"<span class=nbm-faint>{text}</span>"
    if index in metric.best:
        word = "best" if len(metric.best) == 1 else "tied best"
        return f"<td align=right class=nbm-best><small>★ {word}</small> <strong>{text}</strong>{extra}</td>"
    if index in metric.unranked_better:
        return f"<td align=right><small>not counted</small> {text}{extra}</td>"
    return f"<td align=right>{text}{extra}</td>"


def _beside_value(index: int, metric: MetricColumn, c: Comparison) -> Iterator[str]:
    if index in metric.spreads:
        low, high = format_column(metric.spreads[index])
        yield f" <small>{low} to {high}</small>"
    if c.baseline is not None and len(c.rows) > 1:
        yield f" <small class=nbm-change>{change_of(index, metric, c) or ''}</small>"


def change_of(index: int, metric: MetricColumn, c: Comparison) -> str | None:
    """The change of a row's value against the baseline's, None where there is none to show."""
    if c.baseline is None or index == c.baseline:
        return None
    mine, base = metric.values[index], metric.values[c.baseline]
    if mine is None or base is None or not isfinite(mine) or not isfinite(base):
        return None
    finite = [value for value in metric.values if value is not None and isfinite(value)]
    # A value that isn't counted is neither better nor worse, it is only different.
    direction = metric.direction if c.rows[index].standing == "ranked" else None
    return format_delta(mine - base, direction, column_decimals(finite))


def _align(column: ParamColumn) -> str:
    numeric = all(
        isinstance(value, int | float) and not isinstance(value, bool)
        for value in column.values
        if value is not ABSENT
    )
    return "right" if numeric else "left"


def _only_repeats_its_key(column: ParamColumn) -> bool:
    """A pipeline's step that bears the name of its class, as `make_pipeline` calls it."""
    step = column.key.rpartition(".")[2].rpartition("__")[2]
    present = [value for value in column.values if value is not ABSENT]
    return all(isinstance(value, str) and value.lower() == step for value in present)


def _steps_of(column: ParamColumn, index: int, c: Comparison) -> str:
    """A pipeline in words: `SVC after StandardScaler`; empty when its steps don't tell."""
    classes = [
        str(step.values[index])
        for step in (*c.params, *(ParamColumn(k, (v,) * len(c.rows)) for k, v in c.same_params.items()))
        if step.key.rpartition(".")[0] == column.key
        and step.values[index] is not ABSENT
        and _only_repeats_its_key(step)
    ]
    before = [name for name in classes if _PREPARES.search(name)]
    last = [name for name in classes if name not in before]
    return f"{last[0]} after {', '.join(before)}" if len(last) == 1 and before else ""


def _rounded(column: ParamColumn, index: int) -> Any:
    """The value in five significant digits where these still tell all values of the column apart."""
    floats = {value for value in column.values if isinstance(value, float)}
    value = column.values[index]
    return (
        float(f"{value:.5g}")
        if isinstance(value, float) and len({f"{other:.5g}" for other in floats}) == len(floats)
        else value
    )


def _param_cell(column: ParamColumn, index: int, c: Comparison) -> str:
    value = column.values[index]
    text = "" if value is ABSENT else _value_html(_rounded(column, index))
    if value == "Pipeline":
        text = shown(_steps_of(column, index, c), 60) or text
    return f"<td align={_align(column)}>{text}</td>"


def _other_cell(columns: Sequence[ParamColumn], index: int) -> str:
    present = [(column.key, column.values[index]) for column in columns if column.values[index] is not ABSENT]
    kept = [f"{_key_html(key)}&nbsp;{_value_html(value)}" for key, value in present[:_OTHER_PARAMS]]
    if more := present[_OTHER_PARAMS:]:
        kept.append(f"{len(more)} more")
    return f"<td align=left class=nbm-wrap>{', '.join(kept)}</td>"


def _key_html(key: str) -> str:
    return f"<span class=nbm-faint>{shown(key, 32)}</span>"


def _value_html(value: Any) -> str:
    return shown(param_text(value, VALUE_CHARS), VALUE_CHARS)


def _columns_html(c: Comparison) -> str:
    heads = "".join(
        f"<th align=right>{_name_html(row, is_baseline=i == c.baseline)}</th>" for i, row in enumerate(c.rows)
    )
    body = [
        f"<tr><th align=left scope=row>{_metric_head(metric)}</th>{''.join(_metric_cells(metric, c))}</tr>"
        for metric in c.metrics[:METRIC_COLUMNS]
    ]
    body += [_param_line(column) for column in c.params[:_MOST_PARAM_ROWS]]
    if (more := len(c.params) - _MOST_PARAM_ROWS) > 0:
        text = f"{count_of(more, 'more parameter')} that differ, not shown"
        body.append(f"<tr><td align=left colspan={len(c.rows) + 1}>{text}</td></tr>")
    body += _findings(c)
    return (
        f"<table class=nbm-side><caption>{_caption(c)}</caption><thead><tr><th></th>{heads}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table>"
    )


def _findings(c: Comparison) -> Iterator[str]:
    for row in c.rows:
        if said := _said_html(row):
            text = f"<b>{shown(row.label, 48)}</b><br>{said}"
            yield f"<tr><td class=nbm-said align=left colspan={len(c.rows) + 1}>{text}</td></tr>"


def _param_line(column: ParamColumn) -> str:
    cells = "".join(
        f"<td align=right>{'' if value is ABSENT else shown(param_text(value, 48), 48)}</td>"
        for value in column.values
    )
    return f"<tr><th align=left scope=row><code>{shown(column.key, 48)}</code></th>{cells}</tr>"
