"""The one line that stands under a tracked cell.

It is saved in the notebook, so it stays under 2 kB and holds nothing that differs between two
executions but the results and the id.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from nbmlops.records.proof import Finding
from nbmlops.records.runs import Direction, RunStatus
from nbmlops.views.markup import plain, shown
from nbmlops.views.numbers import (
    count_of,
    format_column,
    format_delta,
    format_number,
    format_shape,
    is_better,
)
from nbmlops.views.proof_words import finding_sentence

MAX_BYTES = 2000

_WORDS = {
    RunStatus.RUNNING: "running",
    RunStatus.FINISHED: "recorded",
    RunStatus.FAILED: "failed",
    RunStatus.KILLED: "interrupted",
    RunStatus.LOST: "lost",
}
_GOOD = "var(--jp-success-color0,#2e7d32)"
_BAD = "var(--jp-error-color1,#d32f2f)"
_WARN = "var(--jp-warn-color1,#c77700)"
_FAINT = "var(--jp-ui-font-color2,#6b7280)"
_DOTS = {RunStatus.RUNNING: _FAINT, RunStatus.FINISHED: _GOOD, RunStatus.FAILED: _BAD}
_CHIP = "border:1px solid var(--jp-border-color2,#8884);border-radius:3px;padding:0 4px;white-space:nowrap"


class LineMetric(NamedTuple):
    """A metric beside the best value that the experiment had before this run."""

    key: str
    value: float
    direction: Direction | None = None
    best_so_far: float | None = None
    delta: float | None = None

    @property
    def change(self) -> float | None:
        """`delta`, or what it is by `best_so_far`."""
        if self.delta is not None or self.best_so_far is None:
            return self.delta
        return self.value - self.best_so_far


class LineInput(NamedTuple):
    """A piece of data that the cell read; a file has no shape."""

    name: str
    shape: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CellLine:
    """What the line after a cell says.

    Attributes:
        n_params: how many parameters were recorded.
        models: class names of the models that were kept.
        figures: how many figures were kept.
        goal: said when the experiment's goal is reached, e.g. `accuracy >= 0.9`.
        doubts: why its metrics can't be believed, each a sentence.
        notices: other findings about the run, each a sentence.
        error: the exception in one line, when the cell failed.
        degraded: what could not be recorded, each a sentence.
        findings: why it may not be possible to trust the run, or to do it again.
    """

    name: str
    short_id: str
    status: RunStatus
    metrics: tuple[LineMetric, ...] = ()
    inputs: tuple[LineInput, ...] = ()
    n_params: int = 0
    models: tuple[str, ...] = ()
    figures: int = 0
    goal: str | None = None
    doubts: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    error: str = ""
    degraded: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


class _Limits(NamedTuple):
    metrics: int
    inputs: int
    messages: int
    chars: int


class _Message(NamedTuple):
    colour: str
    text: str
    code: str = ""


_STEPS = (
    _Limits(5, 4, 3, 110),
    _Limits(4, 3, 2, 80),
    _Limits(3, 2, 1, 60),
    _Limits(2, 0, 1, 30),
    _Limits(1, 0, 1, 12),
)


def line_html(line: CellLine) -> str:
    """The line as HTML of under 2 kB: inline styles only, no scripts, readable without the styles."""
    html = ""
    for limits in _STEPS:
        html = _html(line, limits)
        if len(html.encode()) < MAX_BYTES:
            break
    return html


def line_text(line: CellLine) -> str:
    """The line for a terminal: one line, then one for each notice."""
    parts = [
        f"{plain(line.name, 40)} {line.short_id} {_WORDS[line.status]}",
        *(_metric_text(metric) for metric in _judged(line)[:5]),
        *_rest(len(line.metrics) - 5, "metric"),
        *(f"{plain(name, 30)} {format_shape(shape)}".rstrip() for name, shape in line.inputs[:4]),
        *_rest(len(line.inputs) - 4, "input"),
        *_kept(line, 40),
    ]
    messages = [plain(f"{said.code} {said.text}", 160) for said in _messages(line)]
    return "\n  ".join(
        [f"{'●' if line.status is RunStatus.FINISHED else '○'} {' · '.join(parts)}", *messages]
    )


def _html(line: CellLine, limits: _Limits) -> str:
    word = "" if line.status is RunStatus.FINISHED else f" {_WORDS[line.status]}"
    title = (
        f'<span style="color:{_DOTS.get(line.status, _WARN)}">●</span> '
        f"<b>{shown(line.name, min(limits.chars, 40))}</b> "
        f'<code style="background:none;padding:0">{shown(line.short_id, 8)}</code>{word}'
    )
    parts = [title, *(_metric_html(metric, limits) for metric in _judged(line)[: limits.metrics])]
    parts += _rest(len(line.metrics) - limits.metrics, "metric")
    if chips := " ".join(_chips(line, limits)):
        parts.append(chips)
    folded = " · ".join([*(shown(text, limits.chars) for text in _kept(line, limits.chars))])
    messages = list(_messages(line))
    said = "".join(_message_html(message, limits.chars) for message in messages[: limits.messages])
    if more := len(messages) - limits.messages:
        said += f"<div>and {count_of(more, 'more notice')}: %nbmlops show {shown(line.short_id, 8)}</div>" * (
            more > 0
        )
    row = "&ensp;".join(parts)
    if folded:
        row = f'<details><summary>{row}</summary><div style="color:{_FAINT}">{folded}</div></details>'
    return (
        '<div style="font:13px/1.6 var(--jp-ui-font-family,system-ui,sans-serif);'
        f'font-variant-numeric:tabular-nums">{row}{said}</div>'
    )


def _judged(line: CellLine) -> tuple[LineMetric, ...]:
    """The metrics; of a run that can't be trusted a change is called neither better nor worse."""
    if not line.doubts:
        return line.metrics
    return tuple(metric._replace(direction=None) for metric in line.metrics)


def _metric_html(metric: LineMetric, limits: _Limits) -> str:
    value, change = _metric_parts(metric)
    text = f"{shown(metric.key, min(limits.chars, 32))} <b>{value}</b>"
    if not change:
        return text
    if metric.direction is None or not metric.change:
        return f'{text} <span style="color:{_FAINT}">{change}</span>'
    colour = _GOOD if is_better(metric.change, metric.direction) else _BAD
    return f'{text} <span style="color:{colour}">{change}</span>'


def _metric_text(metric: LineMetric) -> str:
    value, change = _metric_parts(metric)
    return f"{plain(metric.key, 32)} {value} {change}".rstrip()


def _metric_parts(metric: LineMetric) -> tuple[str, str]:
    change = metric.change
    if change is None:
        return format_number(metric.value), ""
    best = metric.value - change if metric.best_so_far is None else metric.best_so_far
    value, _ = format_column([metric.value, best])
    if change == 0:
        return value, "= best" if metric.direction else "="
    return value, format_delta(change, metric.direction)


def _chips(line: CellLine, limits: _Limits) -> Iterator[str]:
    for name, shape in line.inputs[: limits.inputs]:
        size = f" {format_shape(shape)}" if shape else ""
        yield f'<span style="{_CHIP}">{shown(name, min(limits.chars, 28))}{size}</span>'
    yield from _rest(len(line.inputs) - limits.inputs, "input")


def _kept(line: CellLine, limit: int) -> Iterator[str]:
    if line.n_params:
        yield count_of(line.n_params, "parameter")
    if line.models:
        yield f"{'model' if len(line.models) == 1 else 'models'} {plain(', '.join(line.models), limit)}"
    if line.figures:
        yield count_of(line.figures, "figure")


def _messages(line: CellLine) -> Iterator[_Message]:
    if line.error:
        yield _Message(_BAD, line.error)
    if line.goal:
        yield _Message(_GOOD, f"Goal reached: {line.goal}")
    yield from (_Message(_WARN, doubt) for doubt in line.doubts)
    yield from (_Message(_WARN, finding_sentence(item).rstrip("."), item.code) for item in line.findings)
    yield from (_Message(_WARN, notice) for notice in line.notices)
    yield from (_Message(_FAINT, f"Not recorded: {reason}") for reason in line.degraded)


def _message_html(message: _Message, limit: int) -> str:
    code = f'<code style="background:none;padding:0">{shown(message.code, 8)}</code> ' if message.code else ""
    text = shown(message.text, limit)
    return f'<div style="border-left:3px solid {message.colour};padding-left:8px">{code}{text}</div>'


def _rest(count: int, noun: str) -> list[str]:
    return [f"+{count_of(count, 'more ' + noun)}"] if count > 0 else []
