"""Lineages as pictures and as trees."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanitised import tags_of, text_of

from nbmlops.errors import ValueRefusedError
from nbmlops.records.lineage import Lineage
from nbmlops.records.proof import LocalModule, SliceCell
from nbmlops.tracking.lineage import run_lineage, slice_lineage
from nbmlops.views.layered import Box, place
from nbmlops.views.lineage_drawing import drawing_of, is_faint
from nbmlops.views.lineage_html import lineage_html, lineage_page
from nbmlops.views.lineage_svg import lineage_svg
from nbmlops.views.lineage_text import lineage_text
from nbmlops.widgets.lineage_view import LineageView
from slices import CHURN, cell, chain, churn_run

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</svg><script>alert(1)</script>\u202e\x00\x1b[31m'\"&"


@pytest.fixture
def forest() -> Lineage:
    return run_lineage(churn_run())


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_the_picture_shows_cells_data_files_and_the_run_with_its_metrics(forest: Lineage) -> None:
    shown = texts(lineage_svg(forest))
    for said in (
        "[12]", "import numpy, pandas", "→ customers", "data/customers.csv", "77aa88bb", "train", "data · 80 × 4",
        "5c3210dd", "random numbers (numpy)", "features", "module · changed since the commit", "✕ failed", "forest",
        "c3a59fbf", "auc", "0.95", "≠ DIFFERS", "clf", "model",
    ):  # fmt: skip
        assert said in shown


def test_the_picture_can_be_heard(forest: Lineage) -> None:
    root = ElementTree.fromstring(lineage_svg(forest))
    title, description = (root.find(f"{SVG}{name}") for name in ("title", "desc"))
    assert title is not None
    assert description is not None
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == "How forest came about"
    assert "Run forest came from 9 cells, 2 files, 1 module of your own." in (description.text or "")
    assert "Cell [5]: customers['age'] = customers['age'].clip(18)." in (description.text or "")


def test_the_environment_is_no_line_where_something_else_passes() -> None:
    cells = (
        cell(1, "import os\nos.environ['A'] = load()"), cell(2, "os.chdir('/')"),
        cell(3, "x = os.environ['A']", (0, "environment variables, os"), (1, "the working directory")),
        cell(4, "y = x", (0, "environment variables"), (2, "x"), (1, "the working directory")),
    )  # fmt: skip
    drawn = drawing_of(slice_lineage(cells))
    assert [(edge.source, edge.target) for edge in drawn.edges] == [
        ("cell:0", "cell:2"), ("cell:1", "cell:2"), ("cell:2", "cell:3"), ("cell:1", "cell:3"),
    ]  # fmt: skip
    assert [is_faint(edge) for edge in drawn.edges] == [False, True, False, True]
    assert drawn.gives["cell:0"] == ("os",)


def test_what_a_cell_does_can_be_read_on_hover(forest: Lineage) -> None:
    titles = [
        element.text or "" for element in ElementTree.fromstring(lineage_svg(forest)).iter(f"{SVG}title")
    ]
    assert any("it is needed\nSEED = 7" in title for title in titles)
    assert any(title == "test, random numbers (numpy)" for title in titles)


def test_hostile_content_is_only_text() -> None:
    cells = (SliceCell(HOSTILE, HOSTILE, 1, HOSTILE, reads=(HOSTILE,)), cell(2, HOSTILE, (0, HOSTILE)))
    run = churn_run(
        slice=cells,
        metrics={HOSTILE: 1.0},
        modules=(LocalModule(HOSTILE, HOSTILE, HOSTILE, "d"),),
    )
    lineage = run_lineage(replace(run, name=HOSTILE))
    ElementTree.fromstring(lineage_svg(lineage))  # it is XML
    for html in (lineage_html(lineage), lineage_page(lineage)):
        assert "script" not in {tag for tag, _ in tags_of(html)}
        assert not {"\x1b", "\u202e", "\x00"} & set(html)
    assert not {"\x1b", "\u202e", "\x00"} & set(lineage_text(lineage))


def test_the_same_lineage_gives_the_same_picture_and_needs_nothing_from_outside(forest: Lineage) -> None:
    svg = lineage_svg(forest)
    assert svg == lineage_svg(run_lineage(churn_run()))
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|@import|url\(|<script", lineage_page(forest))


def test_long_chains_are_folded_and_short_notebooks_are_not() -> None:
    long = texts(lineage_svg(slice_lineage(chain(40), target="df")))
    assert "… 37 more cells, one after the other" in long
    assert {"[1]", "[39]", "[40]"} <= set(long) | {"[40]"}
    short = texts(lineage_svg(slice_lineage(chain(12), target="df")))
    assert [text for text in short if text.startswith("[")] == [f"[{n}]" for n in range(1, 13)]


def test_sixty_cells_are_drawn_in_a_moment_and_fit_a_page() -> None:
    cells = [cell(1, "a = load()")]
    for n in range(1, 60):
        needs = {(n - 1, f"v{n - 1}"), (n // 2, "x"), (n // 3, "y")}
        cells.append(cell(n + 1, f"v{n} = step(v{n - 1}, x, y)", *sorted(needs)))
    began = time.perf_counter()
    svg = lineage_svg(slice_lineage(cells, target="v59"))
    assert time.perf_counter() - began < 2
    root = ElementTree.fromstring(svg)
    assert float(root.get("width", "0")) < 1400
    assert len(svg) < 120_000


def test_a_tree_shows_what_a_run_came_from(forest: Lineage) -> None:
    text = lineage_text(forest, 100)
    assert text.splitlines()[0] == "run forest came from 9 cells, 2 files, 1 module of your own"
    for said in (
        "run forest  c3a59fbf  auc 0.95  ≠ DIFFERS", "↑ [12] clf = Forest().fit(train)", "failed: 1 / 0",
        "file /home/ann/churn/data/customers.csv  77aa88bb", "data train  80 × 4  5c3210dd",
        "module features  changed since the commit  9f9f9f9f", "[9] (shown above)", "and from it: model clf",
    ):  # fmt: skip
        assert said in text


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_a_tree_fits_the_terminal_however_deep_it_is(forest: Lineage, width: int) -> None:
    deep = [cell(1, "v0 = 1")]
    for n in range(1, 50):
        needs = [(n - 1, f"v{n - 1}")] + ([(n - 2, f"v{n - 2}")] if n > 1 else [])
        deep.append(cell(n + 1, f"v{n} = step(v{n - 1}) + something_rather_long_to_say", *needs))
    for lineage in (forest, slice_lineage(deep, target="v49")):
        lines = lineage_text(lineage, width).splitlines()
        assert max(map(len, lines)) <= width
    assert "[1] " in lineage_text(slice_lineage(deep, target="v49"), width)


def test_a_chain_needs_no_indentation() -> None:
    lines = lineage_text(slice_lineage(chain(40), target="df"), 80).splitlines()
    assert lines[2].startswith("variable df")
    assert lines[3:5] == ["↑ [40] df = step_39(df)", "↑ [39] df = step_38(df)"]
    assert len(lines) == 43


def test_a_page_has_each_cell_in_full(forest: Lineage) -> None:
    text = text_of(lineage_page(forest))
    assert "9 cells, in the order in which they ran" in text
    assert "np.random.seed(SEED)" in text


def test_a_file_is_written_as_its_ending_says(forest: Lineage, tmp_path) -> None:
    view = LineageView(forest)
    for name, begins in (("a.svg", "<svg"), ("a.html", "<!DOCTYPE html>"), ("a.json", '{\n  "format": 1')):
        assert view.save(tmp_path / name).read_text(encoding="utf-8").startswith(begins)
    with pytest.raises(ValueRefusedError, match=r"a\.pdf.*\.svg, \.html or \.json"):
        view.save(tmp_path / "a.pdf")


def test_a_picture_of_one_cell_alone() -> None:
    lineage = slice_lineage((replace(CHURN[0], execution_count=None),))
    assert "#1" in texts(lineage_svg(lineage))
    assert lineage_text(lineage).splitlines()[2] == "#1 import numpy, pandas"


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, Box], list[tuple[str, str]]]:
    count = draw(st.integers(1, 24))
    boxes = {
        f"n{n}": Box(draw(st.sampled_from([40.0, 120.0, 268.0])), draw(st.sampled_from([30.0, 64.0])))
        for n in range(count)
    }
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    edges = (
        draw(st.lists(pairs.filter(lambda pair: pair[0] < pair[1]), max_size=40, unique=True))
        if count > 1
        else []
    )
    return boxes, [(f"n{a}", f"n{b}") for a, b in edges]


@given(graphs())
def test_boxes_never_overlap_and_lines_lead_down(graph: tuple[dict[str, Box], list[tuple[str, str]]]) -> None:
    boxes, edges = graph
    placed = place(boxes, edges, room=700)
    spots = [(key, *placed.boxes[key], box) for key, box in boxes.items()]
    for at, (_, x, y, box) in enumerate(spots):
        assert x >= -0.01
        assert x + box.width <= placed.width + 0.01
        assert y + box.height <= placed.height + 0.01
        for _, other_x, other_y, other in spots[at + 1 :]:
            apart = x + box.width <= other_x + 0.01 or other_x + other.width <= x + 0.01
            assert apart or y + box.height <= other_y + 0.01 or other_y + other.height <= y + 0.01
    for source, target in edges:
        line = placed.lines[source, target]
        (x, y), (to_x, to_y) = line[0], line[-1]
        assert y == placed.boxes[source][1] + boxes[source].height
        assert to_y == placed.boxes[target][1]
        assert all(upper[1] <= lower[1] for upper, lower in pairwise(line))
        assert placed.boxes[source][0] <= x <= placed.boxes[source][0] + boxes[source].width
        assert placed.boxes[target][0] <= to_x <= placed.boxes[target][0] + boxes[target].width


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("print('go')\ndf = load()\ntotal = df.sum()", "total = df.sum()"),
        ("report(1)\ntotal = 0\nfor x in rows:\n    total += weigh(x)", "for x in rows:"),
        ("show()\nlow, total = split(rows)", "low, total = split(rows)"),
        ("show()\n\ndef total(): return 1", "def total(): return 1"),
        ("scores = load()\ntotal = []\ntotal.append(1)", "scores = load()"),
        ("show()\ntotal = 5", "total = 5"),
        ("def f():\n    total = g()\nfill(f)", "def f():"),
        ("%time total = g()", "%time total = g()"),
    ],
)
def test_the_card_of_a_cell_shows_the_line_that_makes_what_is_asked_for(source: str, line: str) -> None:
    lineage = slice_lineage([cell(1, source)], target="total")
    assert lineage.nodes[0].line == line
    assert any(line in text for text in texts(lineage_svg(lineage)))
    assert line in lineage_text(lineage)


def test_a_cell_in_the_middle_shows_the_line_that_makes_what_the_next_takes() -> None:
    cells = [cell(1, "warm_up()\ndf = load()\nother = make()"), cell(2, "x = len(df)", (0, "df"))]
    assert slice_lineage(cells, target="x").nodes[0].line == "df = load()"
