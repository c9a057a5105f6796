"""What a model directory holds, and what can't be written."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from nbmlops.errors import ModelError
from nbmlops.models import audit_model, load_model, save_model

X, Y = load_breast_cancer(return_X_y=True)
X, Y = StandardScaler().fit_transform(X[:150]), Y[:150]
FRAME = pd.DataFrame({"radius": X[:, 0], "texture": X[:, 1], "size": np.where(X[:, 3] > 0, "big", "small")})


def pipeline() -> Any:
    columns = ColumnTransformer(
        [("n", StandardScaler(), ["radius", "texture"]), ("c", OneHotEncoder(), ["size"])]
    )
    return make_pipeline(columns, RandomForestClassifier(5, random_state=0))


def test_a_pipeline_over_a_frame_comes_back(tmp_path: Path) -> None:
    model = pipeline().fit(FRAME, Y)
    save_model(model, tmp_path / "model", input_example=FRAME)
    np.testing.assert_array_equal(
        load_model(tmp_path / "model").predict_proba(FRAME), model.predict_proba(FRAME)
    )


def test_a_transformer_is_kept_without_a_python_function(tmp_path: Path) -> None:
    saved = save_model(StandardScaler().fit(X), tmp_path / "model")
    assert saved.flavor == "sklearn"
    assert list(mlmodel(tmp_path / "model")["flavors"]) == ["sklearn"]
    np.testing.assert_array_equal(
        load_model(tmp_path / "model").transform(X), StandardScaler().fit_transform(X)
    )


# -- what is in the directory ------------------------------------------------------------------------


def mlmodel(folder: Path) -> dict[str, Any]:
    return dict(yaml.safe_load((folder / "MLmodel").read_text("utf-8")))


def test_the_whole_of_mlmodel(tmp_path: Path) -> None:
    save_model(
        pipeline().fit(FRAME, Y),
        tmp_path / "m",
        input_example=FRAME,
        metadata={"run": "ab12", "größe: x": "3.11"},
    )
    document = mlmodel(tmp_path / "m")
    assert document.pop("utc_time_created")
    assert document.pop("model_size_bytes") == (tmp_path / "m" / "model.skops").stat().st_size
    signature = document.pop("signature")
    assert document == {
        "flavors": {
            "python_function": {
                "env": {"conda": "conda.yaml", "virtualenv": "python_env.yaml"},
                "loader_module": "mlflow.sklearn",
                "model_path": "model.skops",
                "predict_fn": "predict",
                "python_version": platform.python_version(),
            },
            "sklearn": {
                "code": None,
                "pickled_model": "model.skops",
                "serialization_format": "skops",
                "sklearn_version": metadata.version("scikit-learn"),
                "skops_trusted_types": ["sklearn.tree._tree.Tree"],
            },
        },
        "metadata": {"run": "ab12", "größe: x": "3.11"},
        "saved_input_example_info": {
            "artifact_path": "input_example.json",
            "pandas_orient": "split",
            "serving_input_path": "serving_input_example.json",
            "type": "dataframe",
        },
    }
    assert json.loads(signature["inputs"]) == [
        {"type": "double", "name": "radius", "required": True},
        {"type": "double", "name": "texture", "required": True},
        {"type": "string", "name": "size", "required": True},
    ]
    assert json.loads(signature["outputs"]) == [
        {"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}
    ]
    assert signature["params"] is None


def test_requirements_are_what_the_model_needs_at_the_installed_versions(tmp_path: Path) -> None:
    saved = save_model(pipeline().fit(FRAME, Y), tmp_path / "m", input_example=FRAME)
    lines = (tmp_path / "m" / "requirements.txt").read_text().splitlines()
    names = [line.partition("==")[0] for line in lines]
    assert (
        {"numpy", "pandas", "scikit-learn", "skops"}
        <= set(names)
        <= {"numpy", "pandas", "scikit-learn", "scipy", "skops"}
    )
    assert lines == [f"{name}=={metadata.version(name)}" for name in names]
    conda = yaml.safe_load((tmp_path / "m" / "conda.yaml").read_text())
    assert conda["dependencies"] == [f"python={platform.python_version()}", "pip", {"pip": lines}]
    env = yaml.safe_load((tmp_path / "m" / "python_env.yaml").read_text())
    assert env["python"] == platform.python_version()
    assert env["dependencies"] == ["-r requirements.txt"]
    assert saved.files == tuple(sorted(file.name for file in (tmp_path / "m").iterdir()))
    assert saved.size == sum(file.stat().st_size for file in (tmp_path / "m").iterdir())


def test_the_example_is_five_rows_of_the_input(tmp_path: Path) -> None:
    save_model(pipeline().fit(FRAME, Y), tmp_path / "m", input_example=FRAME)
    example = json.loads((tmp_path / "m" / "input_example.json").read_text())
    serving = json.loads((tmp_path / "m" / "serving_input_example.json").read_text())
    assert serving == {"dataframe_split": example}
    pd.testing.assert_frame_equal(pd.DataFrame(**example), FRAME.head(5), check_dtype=False)


def test_an_array_with_nan_gives_a_tensor_signature_and_valid_json(tmp_path: Path) -> None:
    data = X.astype("float32")
    data[0, 0] = np.nan
    model = HistGradientBoostingClassifier(max_iter=2).fit(data, Y)
    save_model(model, tmp_path / "m", input_example=data)
    signature = json.loads(mlmodel(tmp_path / "m")["signature"]["inputs"])
    assert signature == [{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 30]}}]
    serving = json.loads(
        (tmp_path / "m" / "serving_input_example.json").read_text(), parse_constant=pytest.fail
    )
    assert serving["inputs"][0][0] is None


def test_columns_have_mlflow_types(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "i8": np.int8([1, 2]),
            "u32": np.uint32([1, 2]), "i64": [1, 2], "f32": np.float32([1, 2]),
            "f64": [1.0, np.nan],
            "flag": [True, False], "when": pd.to_datetime(["2026-01-01", "2026-01-02"]), "text": ["a", None],
            "cat": pd.Categorical(["a", "b"]), "number": pd.Categorical([1, 2]),
        }
    )  # fmt: skip
    save_model(LogisticRegression(), tmp_path / "m", input_example=frame)
    inputs = json.loads(mlmodel(tmp_path / "m")["signature"]["inputs"])
    assert [(one["name"], one["type"], one["required"]) for one in inputs] == [
        ("i8", "integer", True), ("u32", "long", True), ("i64", "long", True), ("f32", "float", True),
        ("f64", "double", False), ("flag", "boolean", True), ("when", "datetime", True),
        ("text", "string", False), ("cat", "string", True), ("number", "long", True),
    ]  # fmt: skip


def test_a_bad_example_costs_a_note_and_not_the_model(tmp_path: Path) -> None:
    unfitted = save_model(LogisticRegression(), tmp_path / "unfitted", input_example=X)
    assert "predict failed" in unfitted.notes[0]
    strange = save_model(LogisticRegression(), tmp_path / "strange", input_example=object())
    assert "no input example" in strange.notes[0]
    assert "input_example.json" not in strange.files
    assert load_model(tmp_path / "strange").get_params() == LogisticRegression().get_params()


# -- what skops can't write ---------------------------------------------------------------------------


class NotAnEstimator:
    """Something that predicts and has no parameters."""

    def predict(self, data: Any) -> Any:
        return np.zeros(len(data))


class Own(BaseEstimator):
    """An estimator from a module of the user's own."""

    def fit(self, data: Any, target: Any = None) -> Own:
        self.mean_ = np.mean(target)
        return self

    def predict(self, data: Any) -> Any:
        return np.full(len(data), self.mean_)


@pytest.fixture
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enter this file's names in sys.modules, as a module of the user's is."""
    module = ModuleType(__name__)
    vars(module).update(globals())
    monkeypatch.setitem(sys.modules, __name__, module)


def test_an_object_without_the_interface_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"NotAnEstimator .*allow_pickle=True"):
        save_model(NotAnEstimator(), tmp_path / "m")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("importable")
def test_a_pickle_is_written_and_read_only_when_allowed_by_name(tmp_path: Path) -> None:
    saved = save_model(NotAnEstimator(), tmp_path / "m", allow_pickle=True, input_example=X)
    assert (saved.serialization, saved.untrusted) == ("cloudpickle", ("pickle",))
    assert mlmodel(tmp_path / "m")["flavors"]["sklearn"]["serialization_format"] == "cloudpickle"
    assert audit_model(tmp_path / "m").untrusted == ("pickle",)
    assert "cloudpickle==" in (tmp_path / "m" / "requirements.txt").read_text()
    with pytest.raises(ModelError, match=r"runs the code in it.*trust=\['pickle'\]"):
        load_model(tmp_path / "m")
    np.testing.assert_array_equal(load_model(tmp_path / "m", trust=["pickle"]).predict(X), np.zeros(len(X)))


@pytest.mark.usefixtures("importable")
def test_a_class_of_ones_own_is_built_only_when_named(tmp_path: Path) -> None:
    saved = save_model(Own().fit(X, Y), tmp_path / "m")
    name = f"{__name__}.Own"
    assert saved.untrusted == (name,)
    assert any("no installed distribution" in note for note in saved.notes)
    assert audit_model(tmp_path / "m").untrusted == (name,)
    with pytest.raises(ModelError, match=r"not trusted: .*Own.*trust="):
        load_model(tmp_path / "m")
    np.testing.assert_array_equal(
        load_model(tmp_path / "m", trust=[name]).predict(X), np.full(len(X), np.mean(Y))
    )


def test_a_class_of_the_notebook_is_kept_with_a_note(ask_python: Callable[..., Any]) -> None:
    code = """
import json
from pathlib import Path
from sklearn.linear_model import LinearRegression
from nbmlops.models import load_model, save_model
class Mine(LinearRegression):
    pass
saved = save_model(Mine().fit([[0], [1]], [0, 1]), Path("m"))
loaded = load_model(Path("m"), trust=saved.untrusted)
print(json.dumps([saved.untrusted, saved.notes, type(loaded) is Mine]))
"""
    untrusted, notes, same = ask_python(code)
    assert untrusted == ["__main__.Mine"]
    assert "Mine is defined in the notebook" in notes[0]
    assert same


def test_a_lambda_is_refused_because_nobody_could_load_it(tmp_path: Path) -> None:
    model = make_pipeline(FunctionTransformer(lambda data: data), LogisticRegression()).fit(X, Y)
    with pytest.raises(ModelError, match=r"<lambda>.*allow_pickle=True"):
        save_model(model, tmp_path / "m")
    save_model(model, tmp_path / "m", allow_pickle=True)
    np.testing.assert_array_equal(load_model(tmp_path / "m", trust=["pickle"]).predict(X), model.predict(X))


def test_a_taken_folder_is_left_alone_and_nothing_half_written_stays(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "mine.txt").write_text("mine")
    with pytest.raises(ModelError, match="exists already"):
        save_model(LogisticRegression(), tmp_path / "m")
    with pytest.raises(TypeError):
        save_model(LogisticRegression(), tmp_path / "other", metadata={"not json": object()})
    assert [path.name for path in tmp_path.rglob("*")] == ["m", "mine.txt"]


def test_a_parent_that_is_a_file_is_a_model_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="can't be made"):
        save_model(LogisticRegression(), tmp_path / "file" / "m")
