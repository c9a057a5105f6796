"""Predictions beside the truth: of classes, or of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from nbmlops.errors import ValueRefusedError

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Arrays = Mapping[str, npt.NDArray[Any]]

MOST_CLASSES: Final = 1_000
# Whole numbers of more distinct values than so are taken for a count of something, not for the name of a class.
_MOST_NUMBERED: Final = 100
_TEXTS: Final = "USOb"


@dataclass(frozen=True, slots=True, eq=False)
class ClassPredictions:
    """Predictions of classes.

    Attributes:
        labels: of the classes, in their order.
        truth: of each row, the place of its class in `labels`.
        predicted: the same as it was predicted.
        scores: shape (n, labels), the greater the more probable; None where only labels were kept.
        probable: whether the scores are probabilities.
        dropped: how many rows were left out, because something in them is no number.
        note: why there are no scores although some were kept.
        digest: of the truth; where two differ, so do the rows.
    """

    labels: tuple[str, ...]
    truth: Codes
    predicted: Codes
    scores: Floats | None
    probable: bool
    dropped: int
    note: str
    digest: str


@dataclass(frozen=True, slots=True, eq=False)
class NumberPredictions:
    """Predictions of numbers; `dropped` and `digest` as with classes."""

    truth: Floats
    predicted: Floats
    dropped: int
    digest: str


def predictions_of(arrays: Arrays) -> ClassPredictions | NumberPredictions:
    """What kind of predictions these are, and what they are.

    Args:
        arrays: `y_true`, `y_pred`, and `proba` where it is there; see `read_arrays`.

    Raises:
        ValueRefusedError: there is no row, or these are too many classes.
    """
    kept = _complete(arrays)
    dropped = len(arrays["y_true"]) - len(kept["y_true"])
    if not len(kept["y_true"]):
        raise ValueRefusedError("These predictions hold no row")
    if _names_classes(kept):
        return _of_classes(kept, dropped)
    truth = kept["y_true"].astype(np.float64)
    return NumberPredictions(truth, kept["y_pred"].astype(np.float64), dropped, _digest(truth.tobytes()))


def _complete(arrays: Arrays) -> Arrays:
    """The rows in which every number is one."""
    whole = np.ones(len(arrays["y_true"]), dtype=bool)
    for array in arrays.values():
        if array.dtype.kind == "f":
            finite = np.isfinite(array)
            whole &= finite if array.ndim == 1 else finite.all(axis=1)
    return arrays if whole.all() else {name: array[whole] for name, array in arrays.items()}


def _names_classes(arrays: Arrays) -> bool:
    truth, predicted = arrays["y_true"], arrays["y_pred"]
    if "proba" in arrays or truth.dtype.kind in _TEXTS or predicted.dtype.kind in _TEXTS:
        return True
    if not all(_is_whole(array) for array in (truth, predicted)):
        return False
    return len(np.unique(truth[:100_000])) <= _MOST_NUMBERED >= len(np.unique(truth))


def _is_whole(array: npt.NDArray[Any]) -> bool:
    return array.dtype.kind in "iub" or (array.dtype.kind == "f" and bool((array == np.rint(array)).all()))


def _of_classes(arrays: Arrays, dropped: int) -> ClassPredictions:
    import pandas as pd

    truth, predicted = _alike(arrays["y_true"], arrays["y_pred"])
    codes, values = pd.factorize(np.concatenate([truth, predicted]), sort=True)
    if len(values) > MOST_CLASSES:
        raise ValueRefusedError(f"These predictions name {len(values):,} classes: too many to be shown")
    codes = codes.astype(np.int64)
    values, codes, scores, note = _with_scores(np.asarray(values), codes, arrays.get("proba"))
    rows = len(truth)
    labels = tuple(_label(value) for value in values.tolist())
    probable = scores is not None and bool(scores.min() >= 0 and scores.max() <= 1)
    digest = _digest_of_classes(labels, codes[:rows])
    return ClassPredictions(labels, codes[:rows], codes[rows:], scores, probable, dropped, note, digest)


def _alike(truth: npt.NDArray[Any], predicted: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Truth and prediction as values that can be compared: `True` is 1 beside numbers, a text beside texts."""
    kinds = {truth.dtype.kind, predicted.dtype.kind}
    if kinds <= {"b"} or kinds <= {"U"}:
        return truth, predicted
    if not kinds & set("USO"):
        return truth.astype(np.float64), predicted.astype(np.float64)
    return truth.astype(str), predicted.astype(str)


def _label(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _with_scores(
    values: npt.NDArray[Any], codes: Codes, proba: npt.NDArray[Any] | None
) -> tuple[npt.NDArray[Any], Codes, Floats | None, str]:
    """The columns of probabilities brought together with the classes, which nobody has named.

    They are those of scikit-learn: the sorted classes of the training data. A class that no row of the test data
    is of is told by whole numbers only: 0 to the number of columns.
    """
    if proba is None:
        return values, codes, None, ""
    proba = proba.astype(np.float64)
    columns = 2 if proba.ndim == 1 else proba.shape[1]
    whole = values.dtype.kind in "fiu" and _is_whole(values)
    if len(values) < columns and whole and values.min() >= 0 and values.max() < columns:
        codes, values = values[codes].astype(np.int64), np.arange(columns)
    if len(values) != columns:
        note = f"{columns} columns of probabilities can't be told to belong to {len(values)} classes"
        return values, codes, None, note
    if proba.ndim == 1:
        probable = proba.min() >= 0 and proba.max() <= 1
        proba = np.column_stack([1 - proba if probable else -proba, proba])
    return values, codes, proba, ""


def _digest_of_classes(labels: Sequence[str], truth: Codes) -> str:
    """Whatever classes were predicted beside those that there are."""
    present = np.flatnonzero(np.bincount(truth, minlength=len(labels)))
    place = np.zeros(len(labels), dtype=np.int32)
    place[present] = np.arange(len(present))
    names = "\0".join(labels[at] for at in present.tolist())
    return _digest(names.encode() + b"\0\0" + place[truth].tobytes())


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()
