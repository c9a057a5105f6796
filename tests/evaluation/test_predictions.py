"""What was kept of predictions, understood: classes or numbers, their labels, their scores."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from nbmlops.errors import ValueRefusedError
from nbmlops.evaluation.archive import read_arrays
from nbmlops.evaluation.predictions import ClassPredictions, NumberPredictions, predictions_of


def kept(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def understood(y_true: Any, y_pred: Any, proba: Any = None) -> Any:
    arrays = {"y_true": np.asarray(y_true), "y_pred": np.asarray(y_pred)}
    return predictions_of(arrays if proba is None else arrays | {"proba": np.asarray(proba, dtype=float)})


def test_texts_are_classes_in_their_order() -> None:
    found = understood(["yes", "no"], ["no", "no"], [0.6, 0.2])
    assert found.labels == ("no", "yes")
    assert found.truth.tolist() == [1, 0]
    assert found.scores[:, 1].tolist() == [0.6, 0.2]
    assert found.probable


def test_numbers_that_are_not_whole_are_no_classes() -> None:
    assert isinstance(understood([1.0, 2.0, 3.0], [1.5, 2.0, 2.5]), NumberPredictions)
    assert isinstance(understood(np.arange(500), np.arange(500)), NumberPredictions)
    assert isinstance(understood([1.0, 0.0], [1, 1]), ClassPredictions)


def test_true_is_one_beside_numbers() -> None:
    assert understood([True, False], [1, 0]).labels == ("0", "1")
    assert understood([True, False], [True, True]).labels == ("False", "True")


def test_a_class_that_no_row_is_of_keeps_its_column() -> None:
    found = understood([0, 2, 2], [0, 2, 0], np.eye(3)[[0, 2, 2]])
    assert found.labels == ("0", "1", "2")
    assert found.scores.shape == (3, 3)


def test_columns_that_belong_to_nobody_are_said_to() -> None:
    found = understood(["a", "b"], ["a", "b"], np.full((2, 3), 1 / 3))
    assert found.scores is None
    assert "3 columns" in found.note


def test_scores_that_are_no_probabilities_are_known() -> None:
    found = understood([0, 1], [0, 1], [-2.0, 3.0])
    assert not found.probable
    assert found.scores[:, 0].tolist() == [2.0, -3.0]


def test_rows_without_a_number_are_counted_and_left_out() -> None:
    found = understood([1.5, np.nan, 2.5], [1.0, 1.0, np.inf])
    assert (found.truth.tolist(), found.dropped) == ([1.5], 2)


def test_the_digest_tells_other_rows_and_nothing_else() -> None:
    same = understood(["a", "b"], ["a", "b"]), understood(["a", "b"], ["b", "c"])
    assert same[0].digest == same[1].digest
    assert understood(["b", "a"], ["b", "a"]).digest != same[0].digest
    assert understood(np.array([0, 1], dtype=np.int8), [0, 1]).digest == understood([0.0, 1.0], [1, 1]).digest


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no archive", "can't be read"),
        (kept(y_true=np.ones(2)), "lack 'y_pred'"),
        (kept(y_true=np.ones(2), y_pred=np.ones(3)), "differ in length"),
        (kept(y_true=np.ones((2, 2)), y_pred=np.ones(2)), "2 dimensions"),
        (kept(y_true=np.ones(2), y_pred=np.ones(2), proba=np.array(["a", "b"])), "not numbers"),
        (kept(y_true=np.array([object()]), y_pred=np.ones(1)), "can't be read"),
    ],
)
def test_what_is_no_predictions_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(ValueRefusedError, match=said):
        read_arrays(data)


def test_nothing_is_refused() -> None:
    with pytest.raises(ValueRefusedError, match="no row"):
        understood([np.nan], [1.0])


def test_a_column_is_taken_for_what_it_holds() -> None:
    arrays = read_arrays(kept(y_true=np.ones((3, 1)), y_pred=np.ones(3), proba=np.ones((3, 1)) / 2))
    assert {array.shape for array in arrays.values()} == {(3,)}
