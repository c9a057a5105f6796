"""Lines and words that changed between two texts."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nbmlops.views.alignment import align
from nbmlops.views.line_diff import diff_rows

TEXTS = st.lists(
    st.sampled_from(["a = 1", "a = 2", "b = a + 1", "", "fit(X, y)", "fit(X, y, w)"]), max_size=8
)


def sides(rows: Any) -> tuple[list[str], list[str]]:
    """Both texts, put together again from their rows."""
    old, new = [], []
    for row in rows:
        text = "".join(part["text"] for part in row["old"])
        if row["old_number"] is not None:
            old.append(text)
        if row["new_number"] is not None:
            new.append(text if row["kind"] == "same" else "".join(part["text"] for part in row["new"]))
    return old, new


@given(TEXTS, TEXTS)
def test_both_texts_are_there_whole_and_in_order(old: list[str], new: list[str]) -> None:
    rows = diff_rows("\n".join(old) + "\n", "\n".join(new) + "\n")
    before, after = "\n".join(old) + "\n", "\n".join(new) + "\n"
    assert sides(rows) == (before.splitlines(), after.splitlines())
    numbers = [row["new_number"] for row in rows if row["new_number"] is not None]
    assert numbers == list(range(1, len(after.splitlines()) + 1))


def test_only_the_words_that_changed_are_marked() -> None:
    (row,) = diff_rows("clf = Forest(max_depth=8, seed=0)", "clf = Forest(max_depth=12, seed=0)")
    assert row["kind"] == "changed"
    assert [part["text"] for part in row["new"] if part["changed"]] == ["12"]
    assert [part["text"] for part in row["old"] if part["changed"]] == ["8"]


def test_lines_that_have_nothing_in_common_are_not_set_beside_each_other() -> None:
    rows = diff_rows("import numpy", "plot(x, y)")
    assert [row["kind"] for row in rows] == ["removed", "added"]


def test_a_line_is_found_again_beside_a_new_one() -> None:
    rows = diff_rows("fit(X_train, y_train)", "X_train = scale(X_train)\nfit(X_train, y_train, weights)")
    assert [row["kind"] for row in rows] == ["added", "changed"]


def test_an_alignment_prefers_what_is_more_alike() -> None:
    def likeness(old: str, new: str) -> float:
        return len(set(old) & set(new)) / len(set(old) | set(new))

    assert align(["abc", "xyz"], ["abd", "abc", "xyw"], likeness) == [(None, 0), (0, 1), (1, 2)]
    assert align([], ["a"], likeness) == [(None, 0)]
    assert align(["a"], ["b"], likeness) == [(0, None), (None, 0)]
