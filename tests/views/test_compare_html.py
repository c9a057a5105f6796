from __future__ import annotations

from dataclasses import replace

import pytest
from samples import ERROR, GOAL, LEAK, loss_series, make_run, twelve_runs
from sanitised import sanitise, tags_of, text_of

from nbmlops.records import RunInfo
from nbmlops.views.compare_html import comparison_html, comparison_text
from nbmlops.views.comparison import Comparison, compare_runs

LIMIT = 120_000  # which leaves room for the chart, as SVG and as PNG, under 200 kB
HOSTILE = '<img src=x onerror="alert(1)"></td></table><script>alert(2)</script>'


def wide_run(number: int, *, text: str = "value") -> RunInfo:
    return make_run(
        f"run-{number}-{text}"[:500],
        {f"metric_{text}_{i}": number / (i + 3) for i in range(12)} | {"accuracy": 0.5 + number / 1000},
        params={f"param_{text}_{i}"[:400]: f"{text}{number * i}" for i in range(60)},
        source="\n".join(f"x_{i} = {number * i}  # {text[:200]}" for i in range(400)),
        notices=(f"finding {text}",) * 5,
    )


@pytest.fixture
def twelve() -> Comparison:
    runs = twelve_runs()
    return compare_runs(runs, loss_series(runs), goals=[GOAL])


def test_stripped_of_styles_the_view_still_tells_everything(twelve: Comparison) -> None:
    text = text_of(sanitise(comparison_html(twelve)))
    for said in ("Best: boosting-slow, accuracy 0.974", "★ best 0.974", LEAK, f"Failed: {ERROR}",
                 "not counted 1.000", "Not counted:", "2 parameters the same in all runs",
                 "Goal accuracy >= 0.95: met by 5 of 10 ranked runs."):  # fmt: skip
        assert said in text


def test_stripped_of_styles_the_table_is_still_a_table(twelve: Comparison) -> None:
    tags = tags_of(sanitise(comparison_html(twelve)))
    assert sum(tag == "table" for tag, _ in tags) == 1
    assert sum(tag == "th" and "scope" in attributes for tag, attributes in tags) == 12
    assert {attributes.get("align") for tag, attributes in tags if tag == "td"} == {"left", "right"}


def test_it_loads_nothing_and_runs_nothing(twelve: Comparison) -> None:
    html = comparison_html(twelve)
    assert "<script" not in html
    assert "http" not in html
    assert "url(" not in html


@pytest.mark.parametrize(
    ("runs", "text"), [(50, "value"), (50, "é" * 300), (4, "x" * 300), (300, "value"), (3, HOSTILE)]
)
def test_the_whole_view_leaves_room_for_the_chart_under_200_kb(runs: int, text: str) -> None:
    c = compare_runs([wide_run(number, text=text) for number in range(runs)])
    assert len(comparison_html(c).encode()) < LIMIT


def test_what_is_cut_is_said() -> None:
    text = text_of(comparison_html(compare_runs([wide_run(number) for number in range(70)])))
    assert "10 more runs not shown" in text
    assert "more differences not shown" in text
    assert "45 more" in text  # parameters of a row


def test_a_hostile_name_is_text_everywhere() -> None:
    run = make_run(
        HOSTILE,
        {HOSTILE: 0.4, "accuracy": 0.9},
        params={HOSTILE: HOSTILE},
        notices=(HOSTILE,),
        source=HOSTILE,
        error=HOSTILE,
    )
    runs = [
        run,
        make_run("b", {"accuracy": 0.8}, source="x = 1"),
        *(wide_run(i, text=HOSTILE) for i in range(4)),
    ]
    for c in (compare_runs(runs), compare_runs(runs[:2], baseline="b")):
        tags = tags_of(comparison_html(c))
        assert not {"img", "script"} & {tag for tag, _ in tags}
        assert not any(name.startswith("on") for _, attributes in tags for name in attributes)
        assert HOSTILE[:20] in text_of(comparison_html(c))


def test_text_that_turns_the_reading_direction_is_shown_and_fenced() -> None:
    runs = [
        make_run("a\u202egnp.exe", {"accuracy": 0.9}),
        make_run("שלום", {"accuracy": 0.8}),
        *twelve_runs()[:4],
    ]
    html = comparison_html(compare_runs(runs))
    assert "\u202e" not in html
    assert "\\u202e" in html
    assert "<bdi>שלום</bdi>" in html


def test_a_megabyte_of_parameter_and_a_lone_surrogate_do_no_harm() -> None:
    runs = [make_run(n, {"accuracy": 0.8}, params={"p": n * 1_000_000, "q": f"\ud800{n}"}) for n in "ab"]
    html = comparison_html(compare_runs(runs))
    assert len(html.encode()) < 20_000
    assert "…" in html


def test_few_runs_stand_side_by_side_with_their_changes_against_the_baseline() -> None:
    runs = twelve_runs()
    html = comparison_html(compare_runs([runs[7], runs[0]], baseline="logistic"))
    text = text_of(html)
    assert "★ best 0.965 ▲ +0.009" in text
    assert "0.994 ▼ −0.003" in text
    assert "baseline" in text
    assert "<del>-clf = LogisticRegression(C=1.0, max_iter=5000)</del>" in html
    assert "<ins>+clf = HistGradientBoostingClassifier(learning_rate=0.1, max_iter=200)</ins>" in html


def test_identical_runs_show_as_one_line_with_their_number() -> None:
    runs = [make_run("a", {"accuracy": 0.9 + i / 100}, identity="same") for i in range(3)]
    text = text_of(comparison_html(compare_runs([*runs, *twelve_runs()])))
    assert "×3" in text
    assert "0.900 to 0.920" in text


def test_an_empty_comparison_says_how_to_fill_it() -> None:
    assert "%%track" in text_of(comparison_html(compare_runs([])))
    assert "%%track" in comparison_text(compare_runs([]))


@pytest.mark.parametrize("width", [60, 100, 160])
def test_the_text_is_aligned_and_no_wider_than_the_terminal(twelve: Comparison, width: int) -> None:
    lines = comparison_text(twelve, width).splitlines()
    assert all(len(line) <= width for line in lines)
    head = next(line for line in lines if line.startswith("run "))
    first = next(line for line in lines if line.startswith("boosting-slow"))
    assert first.index("★ 0.974") + len("★ 0.974") == head.index("accuracy") + len("accuracy")
    assert any("Failed: ValueError" in line for line in lines)


def test_the_text_holds_nothing_that_moves_the_cursor() -> None:
    runs = [make_run("a\x1b[2J\nb", {"accuracy\x07": 0.8}, notices=("\x1b]0;title\x07",)), *twelve_runs()]
    text = comparison_text(compare_runs(runs))
    assert not {"\x1b", "\x07"} & set(text)


def test_the_indentation_of_source_survives() -> None:
    a = make_run("a", {"accuracy": 0.9}, source="if x:\n    y = 1\n")
    b = make_run("b", {"accuracy": 0.8}, source="if x:\n    y = 2\n\tz\n")
    html = comparison_html(compare_runs([a, b]))
    assert "<ins>+    y = 2</ins>" in html


def test_the_same_runs_leave_the_same_bytes(twelve: Comparison) -> None:
    runs = twelve_runs()
    again = compare_runs([replace(run) for run in runs], loss_series(runs), goals=[GOAL])
    assert comparison_html(again) == comparison_html(twelve)
