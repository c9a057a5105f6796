"""Write a model directory: all of it or nothing."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from nbmlops.errors import ModelError
from nbmlops.models import layout
from nbmlops.models.requirements import find_distributions
from nbmlops.models.serialize import PICKLE_REMEDY, Dump, dump_pickle, dump_skops, is_estimator, type_name
from nbmlops.models.signature import Example, output_schema, read_example

Flavor = Literal["python_function", "sklearn"]


@dataclass(frozen=True, slots=True)
class SavedModel:
    """A model directory that was written.

    Attributes:
        folder: where it is.
        flavor: what MLflow can do with it: call it as a `python_function`, or only load it as `sklearn`.
        serialization: `skops`, `cloudpickle` or `pickle`.
        class_name: module and qualified name of the object's class.
        untrusted: the types that `load_model` asks to be named in `trust`.
        files: relative paths, sorted.
        size: bytes of all files.
        notes: what is missing and why, each a sentence.
    """

    folder: Path
    flavor: Flavor
    serialization: layout.Serialization
    class_name: str
    untrusted: tuple[str, ...]
    files: tuple[str, ...]
    size: int
    notes: tuple[str, ...] = ()


def save_model(
    obj: Any,
    folder: Path,
    *,
    input_example: Any = None,
    allow_pickle: bool = False,
    metadata: Mapping[str, Any] | None = None,
) -> SavedModel:
    """Save a fitted model as a directory that MLflow, and whatever reads its format, can load.

    Estimators of the scikit-learn interface are written with skops, which runs no code when it is read.

    Args:
        obj: the model.
        folder: the directory to make; it must not exist, or be empty.
        input_example: a table or an array as `obj.predict` takes it. Its first five rows are kept, and the
            signature is inferred from it.
        allow_pickle: fall back to cloudpickle (pickle, where that is not installed) for what skops can't
            write. Whoever loads a pickle runs the code in it.
        metadata: JSON-like, kept in `MLmodel` under `metadata`.

    Returns:
        What was written. What could not be found out (a signature, a distribution) is in its `notes`.

    Raises:
        ModelError: the object can't be saved this way, or the folder is taken.

    Example:
        >>> save_model(clf, Path("model"), input_example=X_train)  # doctest: +SKIP
    """
    dump = _dump(obj, allow_pickle=allow_pickle)
    example, notes = _example(input_example)
    signature, more_notes = _signature(obj, example)
    distributions, local_notes = _distributions(dump, example)
    facts = layout.ModelFacts(
        class_name=type_name(type(obj)),
        serialization=dump.serialization,
        untrusted=dump.skops_untrusted,
        predicts=callable(getattr(obj, "predict", None)),
        distributions=distributions,
        signature=signature,
        example=None if example is None else example.kind,
        size=len(dump.data),
        metadata=metadata or {},
    )
    with _new_folder(folder) as fresh:
        _write(fresh, dump.data, facts, example)
    saved = _describe(folder, facts)
    return replace(saved, untrusted=dump.untrusted, notes=(*dump.notes, *notes, *more_notes, *local_notes))


def _dump(obj: Any, *, allow_pickle: bool) -> Dump:
    if is_estimator(obj):
        try:
            return dump_skops(obj)
        except ModelError:
            if not allow_pickle:
                raise
    elif not allow_pickle:
        raise ModelError(
            f"a {type_name(type(obj))} has no scikit-learn interface (fit and get_params), so that skops "
            f"can't write it; {PICKLE_REMEDY}"
        )
    return dump_pickle(obj)


def _example(data: Any) -> tuple[Example | None, tuple[str, ...]]:
    if data is None:
        return None, ()
    try:
        return read_example(data), ()
    except Exception as error:  # noqa: BLE001  # the model must be kept without an example too
        return None, (f"no input example was kept: {error}",)


def _signature(obj: Any, example: Example | None) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    if example is None:
        return None, ()
    outputs: str | None = None
    notes: tuple[str, ...] = ()
    if callable(getattr(obj, "predict", None)):
        try:
            outputs = json.dumps(output_schema(obj, example))
        except Exception as error:  # noqa: BLE001  # the user's predict may raise anything
            notes = (f"the signature has no outputs: predict failed on the example ({error})",)
    return {"inputs": json.dumps(example.schema), "outputs": outputs}, notes


def _distributions(dump: Dump, example: Example | None) -> tuple[dict[str, str], tuple[str, ...]]:
    modules = set(dump.modules)
    if example is not None and example.kind == "dataframe":
        modules.add("pandas")
    found, local = find_distributions(modules)
    return found, tuple(
        f"module {name!r} belongs to no installed distribution: whoever loads the model needs a copy of it"
        for name in local
    )


def _write(folder: Path, data: bytes | memoryview, facts: layout.ModelFacts, example: Example | None) -> None:
    (folder / facts.model_file).write_bytes(data)
    texts = {
        layout.MLMODEL: layout.mlmodel_text(facts),
        layout.SIDECAR: json.dumps(layout.sidecar(facts), indent=2) + "\n",
        layout.REQUIREMENTS: layout.requirements_text(facts.distributions),
        layout.PYTHON_ENV: layout.python_env_text(),
        layout.CONDA_ENV: layout.conda_env_text(facts.distributions),
    }
    if example is not None:
        texts[layout.INPUT_EXAMPLE] = json.dumps(example.document)
        texts[layout.SERVING_EXAMPLE] = json.dumps(example.serving_document)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _describe(folder: Path, facts: layout.ModelFacts) -> SavedModel:
    files = sorted(folder.iterdir())
    return SavedModel(
        folder=folder,
        flavor="python_function" if facts.predicts else "sklearn",
        serialization=facts.serialization,
        class_name=facts.class_name,
        untrusted=facts.untrusted,
        files=tuple(file.name for file in files),
        size=sum(file.stat().st_size for file in files),
    )


@contextmanager
def _new_folder(folder: Path) -> Iterator[Path]:
    """A folder to write in, which becomes `folder` if all goes well and vanishes if not."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ModelError(f"{folder} exists already: choose a new name, or delete it first")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise ModelError(f"{folder} can't be made: {error}") from error
    try:
        yield fresh
        fresh.chmod(0o755)  # mkdtemp's folders are closed to everybody else
        fresh.replace(folder)
    except OSError as error:
        raise ModelError(f"{folder} can't be written: {error}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
