from __future__ import annotations

import io
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image
from samples import GOAL, loss_series, make_run, twelve_runs

from nbmlops.records import RunInfo, Series
from nbmlops.views.charts import Chart, metric_chart
from nbmlops.views.comparison import compare_runs

PNG_LIMIT, SVG_LIMIT = 80_000, 100_000


def chart_of(
    runs: list[RunInfo], series: dict[tuple[str, str], Series] | None = None, **options: Any
) -> Chart:
    chart = metric_chart(compare_runs(runs, series, **options))
    assert chart is not None
    return chart


def words(chart: Chart) -> str:
    return " ".join(
        "".join(e.itertext()) for e in ET.fromstring(chart.svg).iter("{http://www.w3.org/2000/svg}text")
    )


@pytest.fixture(scope="module")
def twelve() -> Chart:
    runs = twelve_runs()
    return chart_of(runs, loss_series(runs), goals=[GOAL])


def test_the_chart_names_its_metrics_runs_and_the_best(twelve: Chart) -> None:
    text = words(twelve)
    for said in ("accuracy, higher is better", "boosting-slow", "0.974 best", "1.000 not counted",
                 "goal 0.95", "did not finish", "loss", "step", "mlp 0.116"):  # fmt: skip
        assert said in text
    assert "boosting-slow" in twelve.alt


def test_it_is_small_and_of_the_right_kinds(twelve: Chart) -> None:
    assert len(twelve.svg.encode()) < SVG_LIMIT
    assert len(twelve.png) < PNG_LIMIT
    image = Image.open(io.BytesIO(twelve.png))
    assert image.format == "PNG"
    assert image.width > 1000


def test_the_card_is_white_so_that_it_reads_on_any_page(twelve: Chart) -> None:
    image = Image.open(io.BytesIO(twelve.png)).convert("RGB")
    assert image.getpixel((0, 0)) == (255, 255, 255)
    assert "prefers-color-scheme:dark" in twelve.svg


def test_the_same_runs_draw_the_same_bytes(twelve: Chart) -> None:
    runs = twelve_runs()
    assert chart_of(runs, loss_series(runs), goals=[GOAL]) == twelve


def test_its_style_touches_nothing_else_on_the_page(twelve: Chart) -> None:
    style = twelve.svg[twelve.svg.index("<style>") + 7 : twelve.svg.index("</style>")]
    selectors = [part.rpartition("}")[2].rpartition("{")[2] for part in style.split("{")[:-1]]
    assert {s.split()[0] for s in selectors if not s.startswith("@")} == {".nbm-chart"}
    assert twelve.svg.count("<use ") > 20
    assert "#" not in "".join(re.findall(r'<path id="m[^>]*>', twelve.svg))  # copies must follow the scheme
    assert "<metadata" not in twelve.svg
    assert "<?xml" not in twelve.svg


def test_the_users_own_settings_stay_as_they_were() -> None:
    with mpl.rc_context({"axes.facecolor": "red", "font.size": 30.0}):
        before = dict(mpl.rcParams)
        themed = chart_of(twelve_runs())
        assert dict(mpl.rcParams) == before
    assert chart_of(twelve_runs()) == themed


def test_pyplot_is_never_loaded(ask_python: Callable[..., Any]) -> None:
    loaded = ask_python(
        "import json, sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from samples import twelve_runs\n"
        "from nbmlops.views.comparison import compare_runs\n"
        "from nbmlops.views.charts import metric_chart\n"
        "before = 'matplotlib' in sys.modules\n"
        "metric_chart(compare_runs(twelve_runs()))\n"
        "print(json.dumps([before, 'matplotlib.pyplot' in sys.modules]))"
    )
    assert loaded == [False, False]


def test_awkward_names_and_values_are_drawn() -> None:
    names = ["$\\frac", "日本語", "<b>&", "a\nb", "", "x" * 400]
    values = [math.nan, math.inf, 1e300, -1e300, 0.0, 5e-324]
    runs = [make_run(n, {"score": v, "$x": 1.0}) for n, v in zip(names, values, strict=True)]
    ET.fromstring(chart_of(runs).svg)


@pytest.mark.parametrize("value", [0.0, 1.0, -3.5])
def test_equal_values_are_drawn(value: float) -> None:
    assert "tied" in chart_of([make_run(n, {"accuracy": value}) for n in "abc"]).alt


def test_long_series_are_thinned_and_holes_survive() -> None:
    runs = [make_run(f"r{i}", {"loss": 0.1}, counts={"loss": 100_000}) for i in range(12)]
    values = np.random.default_rng(0).normal(size=100_000)
    values[5:9_000] = np.nan
    steps = np.arange(100_000)
    chart = chart_of(runs, {(run.id, "loss"): Series("loss", steps, values, steps) for run in runs})
    assert len(chart.svg.encode()) < 400_000
    assert "runs in grey" in words(chart)


def test_fifty_runs_make_a_chart_of_bounded_size() -> None:
    chart = chart_of([make_run(f"run-{i}", {f"m{j}_score": i + j / 7 for j in range(9)}) for i in range(50)])
    assert len(chart.svg.encode()) < SVG_LIMIT
    assert len(chart.png) < PNG_LIMIT
    assert "26 more runs" in words(chart)


def test_nothing_to_draw_is_no_chart() -> None:
    assert metric_chart(compare_runs([])) is None
    assert metric_chart(compare_runs([make_run("a"), make_run("b")])) is None
    assert metric_chart(compare_runs([make_run("a", {"accuracy": math.nan}), make_run("b")])) is None
    assert metric_chart(compare_runs([make_run("a", {"accuracy": 0.5})])) is None
