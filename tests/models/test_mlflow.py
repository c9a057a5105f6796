"""MLflow itself loads what was written without it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from nbmlops.models import save_model

pytestmark = [pytest.mark.mlflow, pytest.mark.filterwarnings("ignore")]

DATA = load_iris(as_frame=True)


def from_mlflow(folder: Path, data: pd.DataFrame) -> tuple[object, np.ndarray]:
    mlflow = pytest.importorskip("mlflow")
    native = mlflow.sklearn.load_model(str(folder))
    return native, np.asarray(mlflow.pyfunc.load_model(str(folder)).predict(data))


def test_mlflow_loads_a_forest_both_ways_and_keeps_its_signature(tmp_path: Path) -> None:
    model = make_pipeline(StandardScaler(), RandomForestClassifier(20, random_state=0)).fit(
        DATA.data, DATA.target
    )
    save_model(model, tmp_path / "m", input_example=DATA.data, metadata={"run": "ab12"})
    native, predicted = from_mlflow(tmp_path / "m", DATA.data)
    assert type(native) is type(model)
    np.testing.assert_array_equal(predicted, model.predict(DATA.data))
    models = pytest.importorskip("mlflow.models")
    read = models.Model.load(str(tmp_path / "m"))
    assert read.metadata == {"run": "ab12"}
    assert read.signature.inputs.input_names() == list(DATA.data.columns)
    pd.testing.assert_frame_equal(read.load_input_example(str(tmp_path / "m")), DATA.data.head(5))


def test_mlflow_loads_a_pickled_pipeline(tmp_path: Path) -> None:
    model = make_pipeline(FunctionTransformer(lambda data: data * 2), LogisticRegression(max_iter=1000))
    model.fit(DATA.data, DATA.target)
    save_model(model, tmp_path / "m", allow_pickle=True)
    np.testing.assert_array_equal(from_mlflow(tmp_path / "m", DATA.data)[1], model.predict(DATA.data))


def test_mlflow_loads_an_array_model(tmp_path: Path) -> None:
    data = DATA.data.to_numpy()
    model = LogisticRegression(max_iter=1000).fit(data, DATA.target)
    save_model(model, tmp_path / "m", input_example=data)
    np.testing.assert_array_equal(from_mlflow(tmp_path / "m", data)[1], model.predict(data))
