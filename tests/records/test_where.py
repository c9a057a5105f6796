"""The `where=` language: what it takes, what it means, and where its errors point."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbmlops.errors import WhereError
from nbmlops.records.where import parse_where
from nbmlops.records.where_tree import AllOf, AnyOf, Compare, Field, Matches, Missing, Not, OneOf

ACCURACY = Field("metrics", "accuracy")


def error_of(text: str) -> WhereError:
    with pytest.raises(WhereError) as caught:
        parse_where(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("metrics.accuracy > 0.9", Compare(ACCURACY, ">", 0.9)),
        ("metrics.accuracy = 1", Compare(ACCURACY, "==", 1)),
        ("metrics.accuracy <> -1e-3", Compare(ACCURACY, "!=", -0.001)),
        ("0.9 <= metrics.accuracy", Compare(ACCURACY, ">=", 0.9)),
        ("metrics.accuracy<-inf", Compare(ACCURACY, "<", -math.inf)),
        ("metrics.accuracy < +inf", Compare(ACCURACY, "<", math.inf)),
        ("params.clf.max_depth <= 8", Compare(Field("params", "clf.max_depth"), "<=", 8)),
        ('params."learning rate" == 0.1', Compare(Field("params", "learning rate"), "==", 0.1)),
        ("metrics.`val/loss` < 1", Compare(Field("metrics", "val/loss"), "<", 1)),
        ("metrics.val/top-5@10 < 1", Compare(Field("metrics", "val/top-5@10"), "<", 1)),
        ('tags."a ""b"" .c" == \'it\'\'s\'', Compare(Field("tags", 'a "b" .c'), "==", "it's")),
        ("params.größe.2nd == true", Compare(Field("params", "größe.2nd"), "==", True)),
        ("min(metrics.loss) < 0.1", Compare(Field("metrics", "loss", "min"), "<", 0.1)),
        ("COUNT( metrics.loss )>=10", Compare(Field("metrics", "loss", "count"), ">=", 10)),
        ("metrics.loss.min < 1", Compare(Field("metrics", "loss.min"), "<", 1)),
        ("metrics.min < 1", Compare(Field("metrics", "min"), "<", 1)),
        ("status == 'finished'", Compare(Field("run", "status"), "==", "FINISHED")),
        ("status in ('failed', 'LOST')", OneOf(Field("run", "status"), ("FAILED", "LOST"))),
        ("params.x not in (1, 'a', true)", OneOf(Field("params", "x"), (1, "a", True), negated=True)),
        ("params.x in (1, 1.0, 1, true)", OneOf(Field("params", "x"), (1, 1.0, True))),
        ("params.x is none", Missing(Field("params", "x"))),
        ("params.x IS NOT None", Not(Missing(Field("params", "x")))),
        ("params.x == None", Missing(Field("params", "x"))),
        ("params.x != null", Not(Missing(Field("params", "x")))),
        ("source contains 'fit('", Matches(Field("run", "source"), "contains", "fit(")),
        ("id == '3F2A'", Matches(Field("run", "id"), "startswith", "3f2a")),
        ("duration > '1h30m'", Compare(Field("run", "duration"), ">", 5400.0)),
        ("duration < '500ms'", Compare(Field("run", "duration"), "<", 0.5)),
        ("not not not params.x == 1", Not(Compare(Field("params", "x"), "==", 1))),
        ("((params.x == 1))", Compare(Field("params", "x"), "==", 1)),
        (
            "0.8 < metrics.accuracy < 0.9",
            AllOf((Compare(ACCURACY, ">", 0.8), Compare(ACCURACY, "<", 0.9))),
        ),
        (
            "params.a == 1 or params.b == 2 and not params.c == 3",
            AnyOf(
                (
                    Compare(Field("params", "a"), "==", 1),
                    AllOf(
                        (
                            Compare(Field("params", "b"), "==", 2),
                            Not(Compare(Field("params", "c"), "==", 3)),
                        )
                    ),
                )
            ),
        ),
        (
            "note not contains 'x'",
            AllOf((Not(Missing(Field("run", "note"))), Not(Matches(Field("run", "note"), "contains", "x")))),
        ),
    ],
)
def test_an_expression_becomes_a_tree(text: str, node: object) -> None:
    assert parse_where(text) == node


def test_integers_stay_exact_and_true_stays_no_number() -> None:
    big = parse_where("params.seed == 9007199254740993")
    assert isinstance(big, Compare)
    assert (big.value, type(big.value)) == (2**53 + 1, int)
    flag = parse_where("params.x == true")
    assert isinstance(flag, Compare)
    assert flag.value is True


def test_a_huge_number_is_a_float_not_a_crash() -> None:
    node = parse_where("params.x < 1" + "0" * 5000)
    assert isinstance(node, Compare)
    assert node.value == math.inf


def test_nan_can_be_asked_for() -> None:
    node = parse_where("metrics.loss == nan")
    assert isinstance(node, Compare)
    assert math.isnan(float(node.value))


def test_a_day_is_the_whole_of_it_in_local_time() -> None:
    start = datetime(2026, 11, 1).timestamp()  # noqa: DTZ001  # local time is what is meant
    end = (datetime(2026, 11, 1) + timedelta(days=1)).timestamp()  # noqa: DTZ001
    started = Field("run", "started")
    assert parse_where("started == '2026-11-01'") == AllOf(
        (Compare(started, ">=", start), Compare(started, "<", end))
    )
    assert parse_where("started > '2026-11-01'") == Compare(started, ">=", end)
    assert parse_where("started <= '2026-11-01'") == Compare(started, "<", end)
    assert parse_where("started >= '2026-11-01'") == Compare(started, ">=", start)
    assert parse_where("started < '2026-11-01'") == Compare(started, "<", start)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-11-01T10:00Z", 60),
        ("2026-11-01 10:00:05+00:00", 1),
        ("2026-11-01T10:00:05.25Z", 1e-6),
    ],
)
def test_a_time_spans_what_was_left_out(text: str, seconds: float) -> None:
    node = parse_where(f"ended == '{text}'")
    assert isinstance(node, AllOf)
    start, end = (part.value for part in node.nodes if isinstance(part, Compare))
    assert float(end) - float(start) == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("accuracy > 0.9", 0, "did you mean metrics.accuracy or params.accuracy?"),
        ("metrics.a > 1 and acc < 2", 18, "metrics.acc"),
        ("stauts == 'FINISHED'", 0, "did you mean `status`"),
        ("metric.accuracy > 1", 0, "did you mean metrics.accuracy?"),
        ("clf.max_depth > 1", 0, "did you mean params.clf.max_depth"),
        ("params.model == forest", 16, "text stands in quotes: 'forest'"),
        ("params.x in (forest)", 13, "text stands in quotes"),
        ("name contains forest", 14, "text stands in quotes"),
        ("name == 'forest", 8, "never closed"),
        ('params."learning rate == 1', 7, "never closed"),
        ("metrics.a > 1 && metrics.b > 1", 14, "say `and`"),
        ("metrics.a ~ 'x'", 10, "contains or startswith"),
        ("!(metrics.a > 1)", 0, "say `not`"),
        ("metrics.a > 1 metrics.b > 1", 14, "expected `and`"),
        ("(metrics.a > 1", 14, "`)`"),
        ("metrics.a > 1)", 13, "the end"),
        ("metrics.a", 9, "expected a comparison"),
        ("metrics.a >", 11, "expected a field or a value"),
        ("metrics. > 1", 8, "key is missing"),
        ("metrics.a..b > 1", 9, "quotes"),
        ('params.a."b c" == 1', 8, "quotes"),
        ('params."a b".c == 1', 12, "quote the whole key"),
        ("`a b` == 1", 0, "quoted key"),
        ("metrics.a == '0.9'", 13, "metrics are numbers"),
        ("metrics.a == true", 13, "metrics are numbers"),
        ("metrics.a > nan", 12, "nan"),
        ("metrics.a > none", 12, "is none"),
        ("metrics.a is 3", 13, "compared with =="),
        ("metrics.a contains 'x'", 19, "no text"),
        ("params.a > 'x'", 11, "no order"),
        ("params.a >= true", 12, "== and !="),
        ("tags.fold == 3", 13, "'3' in quotes"),
        ("note == ''", 8, "note is none"),
        ("status == 'finish'", 10, "did you mean 'finished'?"),
        ("kind == 'dance'", 8, "cell, script, job"),
        ("duration > 10m", 11, "'10m'"),
        ("duration > 'long'", 11, "90s"),
        ("duration > nan", 11, "is none"),
        ("started > 'soon'", 10, "2026-11-01"),
        ("started > 1700000000", 10, "2026-11-01"),
        ("metrics.a > metrics.b", 12, "not with another field"),
        ("1 < 2", 0, "one side has to be a field"),
        ("'a' in (1, 2)", 0, "field on its left"),
        ("min(params.x) < 1", 4, "takes a metric"),
        ("min(metrics.x < 1", 14, "expected `)`"),
        ("params.x in 1", 12, "expected `(`"),
        ("params.x in (1; 2)", 14, "join two with `and`"),
        ("params.x in ()", 13, "expected a field or a value"),
        ("params.x in (none)", 13, "a list holds"),
        ("params.x == [1]", 12, "in (1, 2)"),
        ("", 0, "empty expression"),
        ("  ", 2, "empty expression"),
        ("name == 'a\x00'", 10, "no database"),
    ],
)
def test_an_error_points_at_its_column_and_says_what_to_write(text: str, column: int, words: str) -> None:
    error = error_of(text)
    assert words in str(error)
    assert error.column == column
    assert error.expression == text


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "(" * 51 + "params.x == 1" + ")" * 51,
        "not " * 2400 + "params.x == 1",
        " or ".join(["params.x == 1"] * 201),
        "0 < " + "params.x < 1 < " * 300 + "2",
        "id in (" + ",".join(["'a'"] * 300) + ")",
        "params.x == 1" + " " * 10_000,
    ],
)
def test_deep_and_long_expressions_end_in_an_error_or_a_tree_but_never_in_a_crash(text: str) -> None:
    with suppress(WhereError):
        assert parse_where(text) == Compare(Field("params", "x"), "==", 1)


def test_fifty_parentheses_and_two_hundred_comparisons_are_taken() -> None:
    assert parse_where("(" * 50 + "params.x == 1" + ")" * 50)
    assert parse_where(" or ".join(["params.x == 1"] * 200))


PIECES = [
    *"().,'\"`<>=!+-1eE _a",
    "metrics.",
    "params.x",
    "not ",
    " and ",
    " or ",
    "in",
    "is none",
    "min(",
    "nan",
]
PIECES += ["contains", "started", "'2026"]


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_is_a_tree_or_a_where_error_inside_it(text: str) -> None:
    with suppress(WhereError):
        assert parse_where(text)
