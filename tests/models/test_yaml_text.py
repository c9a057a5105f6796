"""The YAML that is written is read back equal by a reader of the YAML that MLflow uses."""

from __future__ import annotations

import math
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from nbmlops.models.yaml_text import to_yaml

TEXTS = st.text() | st.sampled_from(
    ["null", "Yes", "1e3", "3.10", "- a", "a: b", "#", "2026-11-01", "~", "\x85\ufeff"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
DOCUMENTS = st.dictionaries(
    TEXTS,
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


@given(document=DOCUMENTS)
@example(document={"a": [[1, [2]], {"b": {"c": []}, "d": {}}], "e": 1e-05, "f": -math.inf, "g": 1e300})
def test_a_document_is_read_back_equal(document: dict[str, Any]) -> None:
    assert yaml.safe_load(to_yaml(document) or "{}") == document or not document


def test_nan_is_a_number() -> None:
    assert math.isnan(yaml.safe_load(to_yaml({"a": math.nan}))["a"])


def test_plain_names_stand_without_quotes() -> None:
    assert (
        to_yaml({"loader_module": "mlflow.sklearn", "version": "3.11"})
        == 'loader_module: mlflow.sklearn\nversion: "3.11"\n'
    )


def test_any_other_object_is_an_error() -> None:
    with pytest.raises(TypeError, match="object"):
        to_yaml({"a": object()})
