"""Read a model directory: look at what the file would build, then build it, then check what was built."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbmlops.errors import ModelError
from nbmlops.models.layout import PICKLE_FILE, SKOPS_FILE, Serialization
from nbmlops.models.serialize import schema_types
from nbmlops.models.trees import check_trees, count_trees
from nbmlops.models.trusted import TRUSTED_TYPES


@dataclass(frozen=True, slots=True)
class ModelAudit:
    """What a model file would build.

    Attributes:
        serialization: `skops`, or `pickle` for every kind of pickle (which can't be looked into safely).
        trusted: types that are built without asking, sorted.
        untrusted: types that `load_model` refuses unless they are named in `trust`; `pickle` for a pickle.
    """

    serialization: Serialization
    trusted: tuple[str, ...]
    untrusted: tuple[str, ...]


def audit_model(folder: Path) -> ModelAudit:
    """Look into a model directory without building anything in it.

    Args:
        folder: as `save_model` or MLflow wrote it.

    Raises:
        ModelError: there is no model, or its file is damaged.
    """
    file = _model_file(folder)
    if file.name == PICKLE_FILE:
        return ModelAudit("pickle", (), ("pickle",))
    data = _read(file)
    try:
        untrusted = set(_skops_untrusted(data)) - TRUSTED_TYPES
        types = {f"{module}.{name}" for module, name in schema_types(_schema(data))}
    except Exception as error:  # a damaged archive fails in as many ways as there are bytes
        raise _damaged(file, error) from error
    return ModelAudit("skops", tuple(sorted(types - untrusted)), tuple(sorted(untrusted)))


def load_model(folder: Path, *, trust: Sequence[str] = ()) -> Any:
    """Load a model after its file was inspected.

    Args:
        folder: as `save_model` or MLflow wrote it.
        trust: names of further types that may be built (`audit_model` lists them), or `pickle` for a
            directory that holds a pickle: whoever loads one runs the code in it.

    Raises:
        ModelError: there is no model, its file is damaged, it holds a type that is not trusted, or a
            decision tree in it points outside of its own arrays.
    """
    if isinstance(trust, str):
        raise ModelError(f"trust takes a list of names: trust=[{trust!r}]")
    file = _model_file(folder)
    if file.name == PICKLE_FILE:
        return _load_pickle(file, trust)
    return _load_skops(file, trust)


def _model_file(folder: Path) -> Path:
    for name in (SKOPS_FILE, PICKLE_FILE):
        if (folder / name).is_file():
            return folder / name
    raise ModelError(f"{folder} holds no model: neither {SKOPS_FILE} nor {PICKLE_FILE} is there")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ModelError(f"{file} can't be read: {error}") from error


def _damaged(file: Path, error: Exception) -> ModelError:
    return ModelError(
        f"{file} is damaged or was written by another version ({type(error).__name__}: {error}); "
        "take the directory from the run that made it again"
    )


def _load_skops(file: Path, trust: Sequence[str]) -> Any:
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    # The bytes are read once: what is inspected is what is built, even if the file changes meanwhile.
    data = _read(file)
    allowed = TRUSTED_TYPES | set(trust)
    try:
        trees = count_trees(_schema(data))
        model = skops.io.loads(data, trusted=sorted(allowed))
    except UntrustedTypesFoundException as error:
        raise _refusal(file, sorted(set(_skops_untrusted(data)) - allowed)) from error
    except Exception as error:  # a damaged archive fails in as many ways as there are bytes
        raise _damaged(file, error) from error
    check_trees(model, trees, source=str(file))
    return model


def _refusal(file: Path, untrusted: Sequence[str]) -> ModelError:
    return ModelError(
        f"{file} holds types that are not trusted: {', '.join(untrusted)}; if you know where the file "
        f"comes from and what they do, pass trust={untrusted!r}"
    )


def _schema(data: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return json.loads(archive.read("schema.json"))


def _skops_untrusted(data: bytes) -> list[str]:
    import skops.io

    return list(skops.io.get_untrusted_types(data=data))


def _load_pickle(file: Path, trust: Sequence[str]) -> Any:
    if "pickle" not in trust:
        raise ModelError(
            f"{file} is a pickle, and loading a pickle runs the code in it; if you know where it comes from, "
            "pass trust=['pickle']"
        )
    data = _read(file)
    try:
        return pickle.loads(data)  # noqa: S301  # allowed by name, just above
    except Exception as error:  # a pickle runs foreign code, which may raise anything
        raise _damaged(file, error) from error
