"""Models that tracked cells keep, and that are taken out of the store again."""

from __future__ import annotations

import ast
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nbmlops.capture.estimator_interface import attribute, is_estimator
from nbmlops.capture.literals import call_path
from nbmlops.capture.scope import CellScope
from nbmlops.errors import ModelError, NbmlopsError, NotFoundError
from nbmlops.records import Artifact, RunInfo
from nbmlops.store.blobs import BlobStore
from nbmlops.tracking.run import Run


def logged_by_hand(run: Run, scope: CellScope, after: Mapping[str, Any]) -> frozenset[int]:
    """The `id`s of the models that the cell itself gives to `log_model`: kept as it says, and once."""
    found = [use.name for use in scope.uses if use.by == "log_model" and _logs_to(run, use.call.func, after)]
    return frozenset(id(after[name]) for name in found if name is not None and name in after)


def _logs_to(run: Run, function: ast.expr, after: Mapping[str, Any]) -> bool:
    """Whether it is our function, or the method of this run: not MLflow's, nor that of a run within it."""
    first, *rest = call_path(function) or ("",)
    called = after.get(first)
    for name in rest:
        called = attribute(called, name)
    module, bound = attribute(called, "__module__"), attribute(called, "__self__")
    ours = isinstance(module, str) and module.partition(".")[0] == "nbmlops"
    return ours and (bound is None or bound is run)


def keep_model(run: Run, name: str, model: Any) -> tuple[list[str], list[str]]:
    """Keeps a model that a cell fitted; of a search that can't be written safely, what it found best.

    Not every model can be written safely: that is worth a word, and no fault of capture.

    Returns:
        The class of what was kept, and what the user should hear: each a list of one or none.
    """
    fault = _refusal(run, name, model)
    if fault is None:
        return [type(model).__name__], []
    best = attribute(model, "best_estimator_")
    if isinstance(fault, ModelError) and is_estimator(best) and _refusal(run, name, best) is None:
        return [type(best).__name__], [
            f"Of {name} only its best_estimator_ was kept: {_with_name(fault, name)}"
        ]
    return [], [f"The model {name} was not kept: {_with_name(fault, name)}"]


def _refusal(run: Run, name: str, model: Any) -> NbmlopsError | None:
    """Keeps the model, or says why not."""
    try:
        run.log_model(model, name)
    except NbmlopsError as exc:
        return exc
    return None


def _with_name(error: NbmlopsError, name: str) -> str:
    """The message; what it says to pass is told as the call that can be written into the cell."""
    from nbmlops.models.serialize import ALLOW_PICKLE  # not on the way of `%load_ext`

    call = f'write nbmlops.log_model({name}, "{name}", allow_pickle=True) in the cell'
    return str(error).replace(ALLOW_PICKLE, call)


def load_run_model(blobs: BlobStore, run: RunInfo, name: str | None, *, trust: Sequence[str]) -> Any:
    """The model of this name, or the only one.

    Raises:
        NotFoundError: there is no such model, or several and no name.
        ModelError: it is damaged, or holds types that are not trusted.
    """
    from nbmlops.models import load_model  # not on the way of `%load_ext`

    artifact = _find(run, name)
    with tempfile.TemporaryDirectory(prefix="nbmlops-model-") as temporary:
        blobs.restore_folder(artifact.digest, Path(temporary))
        return load_model(Path(temporary), trust=trust)


def _find(run: RunInfo, name: str | None) -> Artifact:
    kept = [artifact for artifact in run.artifacts if artifact.kind == "model"]
    chosen = [artifact for artifact in kept if name in (None, artifact.name)]
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(artifact.name for artifact in kept) or "none"
    wanted = f"no model {name!r}" if name else "no single model"
    raise NotFoundError(f"The run {run.short_id} {run.name!r} kept {wanted}; the models it kept: {names}")
