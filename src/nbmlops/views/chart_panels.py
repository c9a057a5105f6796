"""The panels of a chart: values of runs as ranked dots, series of runs as curves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nbmlops.views.compared import Comparison, MetricColumn
from nbmlops.views.markup import plain
from nbmlops.views.numbers import count_of, format_column, format_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, FAINT, GRID, CARD = "#1f2328", "#59636e", "#e4e7eb", "#ffffff"
BEST, BASELINE, OTHER, DOUBTFUL = "#0072b2", "#5b6670", "#9aa5b1", "#d55e00"
# Okabe and Ito's palette, without its yellow, and darkened so that labels in it can be read.
SERIES_COLOURS = ("#0072b2", "#c25400", "#008060", "#b0548a", "#9a6c00", "#2b7fb0")

_MOST_POINTS, _SMOOTH_FROM, _COLOURED = 160, 60, 6
_NEAR_RIGHT = 0.55


def rows_with_series(metric: MetricColumn, c: Comparison) -> list[int]:
    """The rows that have a series of this metric to draw."""
    found = []
    for index, row in enumerate(c.rows):
        series = c.series.get((row.run.id, metric.key))
        if series is not None and len(series.values) > 1:
            found.append(index)
    return found


def draw_dots(band: Any, metrics: Sequence[MetricColumn], c: Comparison, shown: int) -> None:
    """One panel a metric, one line a run: its value as a dot, named at the left, labelled beside it."""
    axes = band.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
    height = band.bbox.height / band.figure.dpi
    longest = max((len(_row_name(i, c)) for i in range(shown)), default=8)
    left = min(0.30, 0.02 + 0.0085 * longest)
    band.subplots_adjust(left=left, right=0.965, top=1 - 0.34 / height, bottom=0.36 / height, wspace=0.14)
    for ax, metric in zip(axes, metrics, strict=True):
        _dots(ax, metric, c, shown)
    if more := len(c.rows) - shown:
        band.text(0.01, 0.01, f"{count_of(more, 'more run')} in the table", fontsize=8, color=FAINT)
    axes[0].set_yticks(range(shown), [_row_name(i, c) for i in range(shown)])
    axes[0].set_ylim(shown - (0.4 if not c.goals and c.baseline is None else -0.1), -0.6)
    for index, label in enumerate(axes[0].get_yticklabels()):
        label.set_color(INK if c.rows[index].standing == "ranked" else FAINT)
        label.set_fontweight("bold" if index in metrics[0].best else "normal")


def _row_name(index: int, c: Comparison) -> str:
    row = c.rows[index]
    return plain(row.label, 26) + (f" ×{len(row.members)}" if len(row.members) > 1 else "")


def _dots(ax: Axes, metric: MetricColumn, c: Comparison, shown: int) -> None:
    from matplotlib.ticker import MaxNLocator

    _bare(ax)
    arrow = {"max": ", higher is better", "min": ", lower is better", None: ""}[metric.direction]
    ax.set_title(f"{plain(metric.key, 28)}{arrow}", loc="left", fontsize=9, color=INK)
    known = [v for v in metric.values[:shown] if v is not None and math.isfinite(v)] or [0.0]
    low, high = min(known), max(known)
    margin = (high - low or abs(high) or 1.0) * 0.08
    ax.set_xlim(low - margin, high + margin * 4.2)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.set_xticks([tick for tick in ax.get_xticks() if low - margin <= tick <= high + margin * 0.2])
    ax.grid(visible=True, axis="y", color=GRID, linewidth=0.8)
    _reference(ax, metric, c)
    for index, text in enumerate(format_column(metric.values)[:shown]):
        _dot(ax, index, text, metric, c)


def _dot(ax: Axes, index: int, text: str, metric: MetricColumn, c: Comparison) -> None:
    value, counted, is_best = metric.values[index], c.rows[index].standing == "ranked", index in metric.best
    if value is None or not math.isfinite(value):
        word = f" {_missing_word(index, metric, c)}"
        ax.text(
            0,
            index,
            word,
            transform=ax.get_yaxis_transform(),
            va="center",
            color=FAINT,
            fontsize=8,
            bbox={"facecolor": CARD, "edgecolor": "none", "pad": 0.8},
            zorder=2,
        )
        return
    colour = _dot_colour(index, metric, c)
    ax.plot(
        [value],
        [index],
        marker="o" if counted else "X",
        markersize=7.5 if is_best else 6.5,
        linestyle="none",
        markerfacecolor=colour if counted else CARD,
        markeredgecolor=colour,
        markeredgewidth=1.4,
        zorder=3,
    )
    at_right = counted or ax.transLimits.transform((value, 0))[0] < _NEAR_RIGHT
    ax.annotate(
        text + (" best" if is_best else "" if counted else " not counted"),
        (value, index),
        xytext=(8 if at_right else -8, 0),
        textcoords="offset points",
        va="center",
        ha="left" if at_right else "right",
        fontsize=8,
        color=INK if is_best else FAINT,
        fontweight="bold" if is_best else "normal",
        bbox={"facecolor": CARD, "edgecolor": "none", "pad": 0.8},
        zorder=2,
    )


def _dot_colour(index: int, metric: MetricColumn, c: Comparison) -> str:
    if index in metric.best:
        return BEST
    if c.rows[index].standing != "ranked":
        return DOUBTFUL
    return BASELINE if index == c.baseline else OTHER


def _missing_word(index: int, metric: MetricColumn, c: Comparison) -> str:
    value = metric.values[index]
    if value is not None:
        return format_number(value)
    return "did not finish" if c.rows[index].standing == "ended early" else "not recorded"


def _reference(ax: Axes, metric: MetricColumn, c: Comparison) -> None:
    marks = [(goal.target, f"goal {goal.target:g}") for goal in c.goals if goal.metric == metric.key]
    if c.baseline is not None and (base := metric.values[c.baseline]) is not None and math.isfinite(base):
        marks.append((base, "baseline"))
    low, high = ax.get_xlim()
    for value, word in marks:
        if low <= value <= high:
            ax.axvline(value, color=BASELINE, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
            ax.annotate(
                word,
                (value, 0),
                xycoords=ax.get_xaxis_transform(),
                xytext=(3, 3),
                textcoords="offset points",
                fontsize=8,
                color=FAINT,
            )


def _bare(ax: Axes) -> None:
    ax.set_facecolor(CARD)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(GRID)
    ax.tick_params(colors=FAINT, length=0, labelsize=8)
    ax.set_axisbelow(True)


def draw_curves(band: Any, metrics: Sequence[MetricColumn], c: Comparison) -> None:
    """One panel a metric, one line a run, named at its end."""
    axes = band.subplots(1, len(metrics), squeeze=False)[0]
    height = band.bbox.height / band.figure.dpi
    band.subplots_adjust(
        left=0.06,
        right=0.80 if len(metrics) == 1 else 0.86,
        top=1 - 0.36 / height,
        bottom=0.46 / height,
        wspace=0.42,
    )
    for ax, metric in zip(axes, metrics, strict=False):
        _curves(ax, metric, c)


def _curves(ax: Axes, metric: MetricColumn, c: Comparison) -> None:
    _bare(ax)
    ax.grid(visible=True, axis="y", color=GRID, linewidth=0.8)
    ax.set_title(plain(metric.key, 40), loc="left", fontsize=9, color=INK)
    ax.set_xlabel("step", loc="left", fontsize=8, color=FAINT)
    rows = rows_with_series(metric, c)
    named = rows if len(rows) <= _COLOURED else _main_rows(rows, metric, c)
    ends = []
    for index in rows:
        series = c.series[c.rows[index].run.id, metric.key]
        is_named = index in named
        colour = SERIES_COLOURS[named.index(index)] if is_named else OTHER
        steps, values, smooth = _points(series.steps, series.values)
        if smooth is not None and is_named:
            ax.plot(steps, values, color=colour, linewidth=0.8, alpha=0.28)
        line = values if smooth is None else smooth
        ax.plot(steps, line, color=colour, linewidth=1.7 if is_named else 0.9, alpha=1 if is_named else 0.6)
        if is_named and len(line) and math.isfinite(line[-1]):
            ends.append((float(line[-1]), float(values[-1]), plain(c.rows[index].label, 18), colour))
    if len(named) < len(rows):
        ax.set_title(
            f"{count_of(len(rows) - len(named), 'run')} in grey", loc="right", fontsize=8, color=FAINT
        )
    _label_ends(ax, ends)


def _main_rows(rows: Sequence[int], metric: MetricColumn, c: Comparison) -> list[int]:
    first = [index for index in rows if index in metric.best or index in (c.baseline, c.verdict.best)]
    return list(dict.fromkeys([*first, *rows]))[: max(2, min(4, len(first) + 1))]


def _points(steps: Any, values: Any) -> tuple[Any, Any, Any]:
    """At most `_MOST_POINTS` points, and for long series a moving mean over them."""
    import numpy as np

    steps, values = np.asarray(steps), np.asarray(values, dtype=float)
    if len(values) > _MOST_POINTS:
        kept = np.unique(np.linspace(0, len(values) - 1, _MOST_POINTS).round().astype(int))
        steps, values = steps[kept], values[kept]
    if len(values) < _SMOOTH_FROM or not np.isfinite(values).all():
        return steps, values, None
    window = max(3, len(values) // 20)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    middle = np.arange(len(values))
    low, high = np.maximum(0, middle - window // 2), np.minimum(len(values), middle + window // 2 + 1)
    return steps, values, (sums[high] - sums[low]) / (high - low)


def _label_ends(ax: Axes, ends: Sequence[tuple[float, float, str, str]]) -> None:
    """Names at the ends of lines, moved apart where they would overlap."""
    if not ends:
        return
    low, high = ax.get_ylim()
    texts = format_column([end[1] for end in ends])
    gap = 0.088
    at = 2.0
    order = sorted(zip(ends, texts, strict=True), key=lambda pair: -pair[0][0])
    floor = gap * (len(order) - 1)
    for (value, _, label, colour), text in order:
        at = max(min((value - low) / (high - low), at - gap), floor)
        floor -= gap
        ax.annotate(
            f"{label} {text}",
            (1.0, at),
            xycoords="axes fraction",
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=colour,
            annotation_clip=False,
        )
