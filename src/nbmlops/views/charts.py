"""Charts of a comparison: ranked dots for single values, curves for series.

The SVG is a card of its own: it draws its background, and follows the reader's colour scheme
where the host lets it. It is deterministic, because notebooks and reports live in git.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from nbmlops.views.chart_panels import (
    BASELINE,
    BEST,
    CARD,
    DOUBTFUL,
    FAINT,
    GRID,
    INK,
    OTHER,
    draw_curves,
    draw_dots,
    rows_with_series,
)
from nbmlops.views.compared import Comparison, MetricColumn
from nbmlops.views.markup import plain
from nbmlops.views.numbers import count_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DARK = {
    INK: "#e6edf3",
    FAINT: "#9aa4af",
    GRID: "#30363d",
    CARD: "#161b22",
    BEST: "#56b4e9",
    BASELINE: "#b0bac4",
    OTHER: "#7d8792",
    DOUBTFUL: "#ff8f4a",
    "#c25400": "#ff8f4a",
    "#008060": "#2fbf95",
    "#b0548a": "#d98cba",
    "#9a6c00": "#e6a93a",
    "#2b7fb0": "#7cc4ee",
}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "nbmlops",
    "svg.id": None,
    "path.simplify": True,
    "font.family": ["DejaVu Sans"],
    "font.size": 9.0,
    "text.color": INK,
    "text.usetex": False,
    "text.parse_math": False,
    "axes.unicode_minus": True,
    "figure.autolayout": False,
    "figure.constrained_layout.use": False,
}
_DOT_METRICS, _SERIES_METRICS, _MOST_DOTS = 3, 4, 24
_WIDTH, _DPI = 9.0, 120
_PNG_COLOURS = 64


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart in both forms, and what it shows in words, for who can't see it."""

    svg: str
    png: bytes
    alt: str = ""


def metric_chart(c: Comparison) -> Chart | None:
    """Draw the main metrics across runs, and the curves of those that were logged as series.

    None when there is nothing to draw: no finite metric, or a single run without series.
    """
    dots = [metric for metric in c.metrics if _drawable(metric) and len(c.rows) > 1]
    single = [metric for metric in dots if metric.points == 1][:_DOT_METRICS]
    curves = [metric for metric in c.metrics if rows_with_series(metric, c)][:_SERIES_METRICS]
    if not single and not curves:
        single = dots[:_DOT_METRICS]
    if not single and not curves:
        return None
    return _draw(single, curves, c)


def _draw(single: Sequence[MetricColumn], curves: Sequence[MetricColumn], c: Comparison) -> Chart:
    import matplotlib as mpl

    # The user's own settings and warning filters stay as they are; a glyph that the font lacks is no news.
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mpl.rcdefaults()
        mpl.rcParams.update({key: value for key, value in _STYLE.items() if key in mpl.rcParams})
        figure, alt = _figure(single, curves, c), _alt(single, curves, c)
        png = _png(figure)  # first, because drawing SVG sets the figure to 72 dots an inch
        return Chart(svg=_svg(figure, alt), png=png, alt=alt)


def _drawable(metric: MetricColumn) -> bool:
    return any(value is not None and math.isfinite(value) for value in metric.values)


def _figure(single: Sequence[MetricColumn], curves: Sequence[MetricColumn], c: Comparison) -> Figure:
    from matplotlib.figure import Figure

    shown = min(len(c.rows), _MOST_DOTS)
    heights = [0.85 + 0.235 * shown] * bool(single) + [2.7] * math.ceil(len(curves) / 2)
    figure = Figure(figsize=(_WIDTH, sum(heights)), facecolor=CARD, dpi=_DPI)
    bands = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    for band in bands:
        band.set_facecolor(CARD)
    if single:
        draw_dots(bands[0], single, c, shown)
    for position, band in enumerate(bands[bool(single) :]):
        draw_curves(band, curves[2 * position : 2 * position + 2], c)
    return figure


def _svg(figure: Figure, alt: str) -> str:
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.StringIO()
    FigureCanvasSVG(figure).print_svg(
        buffer, metadata={"Date": None, "Creator": None, "Type": None, "Format": None}
    )
    svg = _scoped(buffer.getvalue())
    return svg.replace("<svg ", f'<svg class="nbm-chart" role="img" aria-label="{escape(alt)}" ', 1)


def _scoped(svg: str) -> str:
    """Strip the prologue, and turn the global style of matplotlib into one of this drawing alone."""
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    dark = "".join(_dark_rules())
    joins = ".nbm-chart *{stroke-linejoin:round;stroke-linecap:butt}"
    style = f"<style>{joins}@media(prefers-color-scheme:dark){{{dark}}}</style>"
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", lambda _: style, svg, count=1, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->\n?", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<[^>]+>", lambda tag: re.sub(r"(\d\.\d\d)\d+", r"\1", tag.group()), svg)
    svg = re.sub(r"font: ([^;\"]*)'DejaVu Sans'[^;\"]*", r"font: \1system-ui, 'DejaVu Sans', sans-serif", svg)
    # A marker takes its colour from where it is used: rules for its definition don't reach its copies.
    svg = re.sub(r'(<path id="m[^>]*?) style="stroke: #[^"]*"', r"\1", svg)
    return re.sub(r"\n\s*", "\n", svg)


def _dark_rules() -> Iterator[str]:
    for light, dark in _DARK.items():
        for kind in ("fill", "stroke"):
            yield f'.nbm-chart [style*="{kind}: {light}"]{{{kind}:{dark}!important}}'


def _png(figure: Figure) -> bytes:
    """A PNG of few colours: a third of the size, and nothing that the eye misses."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    image = Image.frombytes("RGBA", (width, height), bytes(canvas.buffer_rgba())).convert("RGB")
    buffer = io.BytesIO()
    image.quantize(_PNG_COLOURS, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _alt(single: Sequence[MetricColumn], curves: Sequence[MetricColumn], c: Comparison) -> str:
    parts = [f"{plain(metric.key, 40)} of {count_of(len(c.rows), 'run')}" for metric in single]
    parts += [f"{plain(metric.key, 40)} by step" for metric in curves]
    return f"Chart: {', '.join(parts)}. {plain(c.verdict.headline, 160)}."
