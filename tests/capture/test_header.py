from __future__ import annotations

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from nbmlops.capture.header import find_header, strip_header

CELLS = [
    "%%track forest -e churn\nclf.fit(X, y)",
    "# the baseline\n\n%%track\nclf.fit(X, y)",
    "%%time\n%%track forest\nclf.fit(X, y)",
    "%%track forest\n%%time\nclf.fit(X, y)",
    "# why\n%%track forest\n# still why\n%%capture out\n%%time\nclf.fit(X, y)",
    "%%timeit -n 1\n# c\n%%track\nx = 1",
    "%%track a\n%%track b\nx = 1",
    "%%track\n%%bash\necho hi",
    "%%track",
    "%%track\n",
    "%%track\n\n\n",
    "  %%track a\n  x = 1",
    "%%bash\n%%track",
    "#| track a\nx = 1",
    "#| track a\n%%track b\nx = 1",
    "%%track?",
    "%%trackers\nx",
    "x = 1",
    "",
]


@pytest.mark.parametrize("cell", CELLS)
def test_stripping_twice_is_stripping_once(cell):
    once = strip_header(cell)
    assert strip_header(once) == once
    header = find_header(once)
    assert header is None or header.marker == "#| track"


def test_the_words_after_the_marker_are_the_line():
    header = find_header("%%track  forest -e churn --tag team=growth  \nx = 1")
    assert header is not None
    assert (header.line, header.lineno, header.marker) == ("forest -e churn --tag team=growth", 0, "%%track")


def test_comments_and_blank_lines_may_stand_above():
    header = find_header("# the baseline\n\n%%track forest\nx = 1")
    assert header is not None
    assert (header.line, header.lineno) == ("forest", 2)


@pytest.mark.parametrize(
    "above", ["%%time", "%%timeit -n 1 -r 1", "%%capture out", "%%time\n# words\n%%capture"]
)
def test_magics_that_run_python_may_stand_above(above):
    header = find_header(f"{above}\n%%track forest\nx = 1")
    assert header is not None
    assert header.line == "forest"


@pytest.mark.parametrize(
    "cell",
    [
        "%%track?",
        "%%track??",
        "%%track ?",
        "?%%track",
        "%%trackers\nx",
        "%%track_all\nx",
        "x = 1\n%%track\n",
        "%%bash\n%%track\n",
        "%%writefile cell.py\n%%track\nx = 1",
        '"""\n%%track\n"""',
        "# %%track forest\nx = 1",
        "x = 1  # track",
        "#| track: true\nx = 1",
        "# track this\nx = 1",
        "x = 1\n#| track late",
        "%track on",
    ],
)
def test_what_only_looks_like_the_line_is_none(cell):
    assert find_header(cell) is None
    assert strip_header(cell) == cell


@pytest.mark.parametrize(
    "cell", ["#| track a -e b\nx = 1", "# words\n#| export\n\n# | track a -e b\nx = 1", "#|track a -e b"]
)
def test_a_comment_tracks_where_nbmlops_may_be_missing(cell):
    header = find_header(cell)
    assert header is not None
    assert (header.line, header.marker) == ("a -e b", "#| track")
    assert strip_header(cell) == cell


def test_a_comment_below_a_magic_is_a_comment():
    assert find_header("%%time\n#| track a\nx = 1") is None


def test_the_magic_wins_over_the_comment():
    header = find_header("#| track a\n%%track b\nx = 1")
    assert header is not None
    assert (header.line, header.marker) == ("b", "%%track")


def test_lines_keep_their_numbers():
    cell = "# the baseline\n%%track forest\n\nx = 1\n1 / 0\n"
    assert strip_header(cell).split("\n")[4] == "1 / 0"
    assert len(strip_header(cell).split("\n")) == len(cell.split("\n"))


@pytest.mark.parametrize("cell", [cell for cell in CELLS if "%%time\n" in cell or "%%timeit" in cell])
def test_the_body_of_another_magic_keeps_its_line_numbers(cell):
    stripped = strip_header(cell)
    assert stripped.startswith("%%")
    assert len(stripped.split("\n")) == len(cell.split("\n"))
    assert stripped.split("\n")[-1] == cell.split("\n")[-1]


@pytest.mark.parametrize("cell", CELLS[:7])
def test_ipython_can_run_what_is_left(cell):
    source = TransformerManager().transform_cell(strip_header(cell))
    compile(source, "<cell>", "exec")
    for magic in ("time", "capture", "timeit"):
        if cell.split("\n")[0].split()[:1] == [f"%%{magic}"]:
            assert f"run_cell_magic('{magic}'" in source
    assert "run_cell_magic('track'" not in source


def test_two_magics_each_get_to_be_first_in_what_they_run():
    stripped = strip_header("%%time\n%%track forest\n%%capture out\nx = 1")
    assert stripped == "%%time\n%%capture out\n# %%track forest\nx = 1"


def test_a_magic_that_runs_no_python_gets_nothing_of_ours():
    assert strip_header("# note\n%%track\n%%writefile x.py\nx = 1") == "%%writefile x.py\nx = 1"


def test_a_second_track_line_is_told_and_taken_out():
    header = find_header("%%track a\n%%track b\nx = 1")
    assert header is not None
    assert (header.line, header.repeated) == ("a", 1)
    assert strip_header("%%track a\n%%track b\nx = 1") == "# %%track a\n# %%track b\nx = 1"


def test_an_indented_cell_stays_one_block():
    assert strip_header("  %%track a\n  x = 1") == "  # %%track a\n  x = 1"
