"""The names of a model directory's files, and the text of the ones that people and MLflow read."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from nbmlops.models.yaml_text import to_yaml

Serialization = Literal["skops", "cloudpickle", "pickle"]

FORMAT: Final = 1
MLMODEL: Final = "MLmodel"
SKOPS_FILE: Final = "model.skops"
PICKLE_FILE: Final = "model.pkl"
SIDECAR: Final = "nbmlops-model.json"
REQUIREMENTS: Final = "requirements.txt"
PYTHON_ENV: Final = "python_env.yaml"
CONDA_ENV: Final = "conda.yaml"
INPUT_EXAMPLE: Final = "input_example.json"
SERVING_EXAMPLE: Final = "serving_input_example.json"


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What the text files of a model directory say.

    Attributes:
        class_name: module and qualified name of the object's class.
        serialization: how the model file was written.
        untrusted: types that a reader has to approve.
        predicts: whether the object has a `predict` that MLflow's python_function can call.
        distributions: name to installed version of all that the model needs.
        signature: inputs and outputs, each a list as MLflow's schema has them, or None.
        example: `dataframe` or `ndarray` where an input example is kept.
        size: bytes of the model file.
        metadata: what else is to be kept; JSON-like.
    """

    class_name: str
    serialization: Serialization
    untrusted: tuple[str, ...]
    predicts: bool
    distributions: Mapping[str, str]
    signature: Mapping[str, Any] | None
    example: Literal["dataframe", "ndarray"] | None
    size: int
    metadata: Mapping[str, Any]

    @property
    def model_file(self) -> str:
        """The name of the file that holds the object."""
        return SKOPS_FILE if self.serialization == "skops" else PICKLE_FILE


def mlmodel_text(facts: ModelFacts) -> str:
    """The MLmodel file (MLflow's format, see https://mlflow.org/docs/latest/ml/model/)."""
    document: dict[str, Any] = {"flavors": _flavors(facts)}
    if facts.metadata:
        document["metadata"] = facts.metadata
    document["model_size_bytes"] = facts.size
    if facts.example is not None:
        document["saved_input_example_info"] = _example_info(facts.example)
    if facts.signature is not None:
        document["signature"] = {**facts.signature, "params": None}
    document["utc_time_created"] = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return to_yaml(document)


def _flavors(facts: ModelFacts) -> dict[str, Any]:
    sklearn = {
        "code": None,
        "pickled_model": facts.model_file,
        "serialization_format": facts.serialization,
        "sklearn_version": facts.distributions.get("scikit-learn"),
        "skops_trusted_types": list(facts.untrusted),
    }
    if not facts.predicts:
        return {"sklearn": sklearn}
    python_function = {
        "env": {"conda": CONDA_ENV, "virtualenv": PYTHON_ENV},
        "loader_module": "mlflow.sklearn",
        "model_path": facts.model_file,
        "predict_fn": "predict",
        "python_version": platform.python_version(),
    }
    return {"python_function": python_function, "sklearn": sklearn}


def _example_info(kind: str) -> dict[str, Any]:
    info = {"artifact_path": INPUT_EXAMPLE, "serving_input_path": SERVING_EXAMPLE, "type": kind}
    return info | {"pandas_orient": "split"} if kind == "dataframe" else info


def sidecar(facts: ModelFacts) -> dict[str, Any]:
    """What nbmlops itself reads of a model, so that it needs no YAML reader."""
    return {
        "format": FORMAT,
        "class": facts.class_name,
        "serialization": facts.serialization,
        "untrusted": list(facts.untrusted),
        "predicts": facts.predicts,
        "python": platform.python_version(),
        "distributions": dict(facts.distributions),
        "signature": facts.signature,
        "metadata": dict(facts.metadata),
    }


def requirements_text(distributions: Mapping[str, str]) -> str:
    """Pinned requirements, one a line."""
    return "".join(f"{line}\n" for line in _pins(distributions))


def python_env_text() -> str:
    """MLflow's description of a virtual environment."""
    return to_yaml(
        {
            "python": platform.python_version(),
            "build_dependencies": ["pip", "setuptools", "wheel"],
            "dependencies": [f"-r {REQUIREMENTS}"],
        }
    )


def conda_env_text(distributions: Mapping[str, str]) -> str:
    """The same as a conda environment."""
    pip = {"pip": _pins(distributions)}
    dependencies = [f"python={platform.python_version()}", "pip", pip]
    return to_yaml({"name": "nbmlops-model", "channels": ["conda-forge"], "dependencies": dependencies})


def _pins(distributions: Mapping[str, str]) -> Sequence[str]:
    return [f"{name}=={version}" for name, version in sorted(distributions.items())]
