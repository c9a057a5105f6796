"""Models come back equal; damaged and made-up files are refused before they do harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import (
    BaggingClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
    StackingClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from nbmlops.errors import ModelError
from nbmlops.models import audit_model, load_model, save_model
from nbmlops.models.trees import check_trees

X, Y = load_breast_cancer(return_X_y=True)
X, Y = StandardScaler().fit_transform(X[:150]), Y[:150]
FRAME = pd.DataFrame({"radius": X[:, 0], "texture": X[:, 1], "size": np.where(X[:, 3] > 0, "big", "small")})


ESTIMATORS: dict[str, Callable[[], Any]] = {
    "forest": lambda: RandomForestClassifier(10, random_state=0).fit(X, Y),
    "tree": lambda: DecisionTreeClassifier(max_leaf_nodes=5, ccp_alpha=0.01).fit(X, Y),
    "logistic": lambda: LogisticRegression().fit(X, Y),
    "boosting": lambda: GradientBoostingClassifier(n_estimators=5).fit(X, Y),
    "histogram": lambda: HistGradientBoostingClassifier(max_iter=5).fit(X, Y),
    "svc": lambda: SVC().fit(X, Y),
    "neighbors": lambda: KNeighborsClassifier(algorithm="brute").fit(X, Y),
    "kdtree": lambda: KNeighborsClassifier(algorithm="kd_tree", leaf_size=10).fit(X[:, :3], Y),
    "bagging": lambda: BaggingClassifier(max_features=0.5, n_estimators=3).fit(X, Y),
    "isolation": lambda: IsolationForest(n_estimators=3).fit(X),
    "calibrated": lambda: CalibratedClassifierCV(RandomForestClassifier(3), cv=2).fit(X, Y),
    "stacking": lambda: StackingClassifier([("f", RandomForestClassifier(3)), ("s", SVC())], cv=2).fit(X, Y),
    "search": lambda: GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2, scoring="f1").fit(X, Y),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(ESTIMATORS))
def test_an_estimator_comes_back_with_equal_predictions_and_no_questions(name: str, tmp_path: Path) -> None:
    model = ESTIMATORS[name]()
    data = X[:, : model.n_features_in_]
    saved = save_model(model, tmp_path / "model", input_example=data)
    assert (saved.serialization, saved.untrusted, saved.notes) == ("skops", (), ())
    assert audit_model(tmp_path / "model").untrusted == ()
    loaded = load_model(tmp_path / "model")
    assert type(loaded) is type(model)
    np.testing.assert_array_equal(loaded.predict(data), model.predict(data))


# -- damaged and made-up files ------------------------------------------------------------------------


def test_an_empty_directory_holds_no_model(tmp_path: Path) -> None:
    for read in (audit_model, load_model):
        with pytest.raises(ModelError, match="holds no model"):
            read(tmp_path)


def test_trust_is_a_list(tmp_path: Path) -> None:
    save_model(LogisticRegression(), tmp_path / "m")
    with pytest.raises(ModelError, match=r"trust=\['pickle'\]"):
        load_model(tmp_path / "m", trust="pickle")


@pytest.mark.parametrize("keep", [0, 10, 500, -30])
def test_a_truncated_file_is_a_model_error(keep: int, tmp_path: Path) -> None:
    save_model(RandomForestClassifier(2).fit(X, Y), tmp_path / "m")
    file = tmp_path / "m" / "model.skops"
    file.write_bytes(file.read_bytes()[:keep])
    for read in (audit_model, load_model):
        with pytest.raises(ModelError, match="damaged"):
            read(tmp_path / "m")


def test_flipped_bytes_are_a_model_error_or_do_no_harm(tmp_path: Path) -> None:
    save_model(RandomForestClassifier(2).fit(X, Y), tmp_path / "m")
    file = tmp_path / "m" / "model.skops"
    whole = file.read_bytes()
    refused = 0
    for at in range(0, len(whole), len(whole) // 60):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            load_model(tmp_path / "m").predict(X)
        except ModelError:
            refused += 1
    assert refused > 30


def edit(folder: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Rewrite the entries of a skops file, with checksums that are right."""
    file = folder / "model.skops"
    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)


def edit_nodes(entries: dict[str, bytes], field: str, at: int, value: int) -> None:
    """Change a field of the nodes of every tree."""
    for name, data in entries.items():
        if name.endswith(".npy"):
            array = np.load(io.BytesIO(data))
            if array.dtype.names and field in array.dtype.names and len(array) > 1:
                array[field][at] = value
                buffer = io.BytesIO()
                np.save(buffer, array)
                entries[name] = buffer.getvalue()


@pytest.mark.parametrize("name", ["forest", "tree", "boosting", "bagging", "isolation"])
@pytest.mark.parametrize(
    ("field", "value"),
    [("left_child", 10**6), ("right_child", -5), ("left_child", 0), ("feature", 10**6), ("feature", -2)],
)
def test_a_tree_that_points_outside_is_refused(name: str, field: str, value: int, tmp_path: Path) -> None:
    save_model(ESTIMATORS[name](), tmp_path / "m")
    edit(tmp_path / "m", lambda entries: edit_nodes(entries, field, 0, value))
    with pytest.raises(ModelError, match="damaged or tampered"):
        load_model(tmp_path / "m")


@pytest.mark.parametrize(
    ("field", "value"),
    [("left", 10**6), ("right", 0), ("feature_idx", 10**6), ("feature_idx", 30), ("is_categorical", 1)],
)
def test_a_histogram_tree_that_points_outside_is_refused(field: str, value: int, tmp_path: Path) -> None:
    save_model(ESTIMATORS["histogram"](), tmp_path / "m")
    edit(tmp_path / "m", lambda entries: edit_nodes(entries, field, 0, value))
    with pytest.raises(ModelError, match="damaged or tampered"):
        load_model(tmp_path / "m")


@pytest.mark.parametrize(
    ("field", "at", "value"), [("idx_end", 3, 10**6), ("idx_start", 0, -1), ("is_leaf", -1, 0)]
)
def test_a_neighbor_tree_that_points_outside_is_refused(
    field: str, at: int, value: int, tmp_path: Path
) -> None:
    save_model(ESTIMATORS["kdtree"](), tmp_path / "m")
    edit(tmp_path / "m", lambda entries: edit_nodes(entries, field, at, value))
    with pytest.raises(ModelError, match="k-d tree points outside"):
        load_model(tmp_path / "m")


def edit_schema(entries: dict[str, bytes], old: str, new: str) -> None:
    text = entries["schema.json"].decode()
    assert old in text
    entries["schema.json"] = text.replace(old, new).encode()


def test_an_estimator_that_claims_other_features_than_its_tree_is_refused(tmp_path: Path) -> None:
    model = DecisionTreeClassifier().fit(X, Y)
    model.n_features_in_ = 3
    save_model(model, tmp_path / "m")
    with pytest.raises(ModelError, match="disagree about the number of features"):
        load_model(tmp_path / "m")


def name_popen(entries: dict[str, bytes]) -> None:
    edit_schema(entries, '"__class__": "LogisticRegression"', '"__class__": "Popen"')
    edit_schema(entries, '"__module__": "sklearn.linear_model._logistic"', '"__module__": "subprocess"')


def test_a_class_put_into_the_file_by_hand_is_not_built(tmp_path: Path) -> None:
    save_model(LogisticRegression().fit(X[:, :1], Y), tmp_path / "m")
    edit(tmp_path / "m", name_popen)
    assert audit_model(tmp_path / "m").untrusted == ("subprocess.Popen",)
    with pytest.raises(ModelError, match=r"not trusted: subprocess\.Popen"):
        load_model(tmp_path / "m")


def test_a_tree_that_hides_from_the_check_is_refused(tmp_path: Path) -> None:

    tree = DecisionTreeClassifier().fit(X, Y)
    check_trees([partial(print, tree)], 1, source="here")
    with pytest.raises(ModelError, match="can't be checked"):
        check_trees([lambda: tree], 1, source="here")
