"""Models that runs kept, taken out of the store again."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbmlops.errors import NotFoundError
from nbmlops.models import load_model
from nbmlops.records import Artifact, RunInfo
from nbmlops.store.blobs import BlobStore


def load_run_model(blobs: BlobStore, run: RunInfo, name: str | None, *, trust: Sequence[str]) -> Any:
    """The model of this name, or the only one.

    Raises:
        NotFoundError: there is no such model, or several and no name.
        ModelError: it is damaged, or holds types that are not trusted.
    """
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
