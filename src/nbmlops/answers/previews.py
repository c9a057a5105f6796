"""Artifacts as they can be shown: bounded in size, and nothing of them is ever run or unpickled.

They are the user's own, as they were kept: nothing in them is masked.
"""

from __future__ import annotations

import csv
import json
import mimetypes
import zipfile
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import ClassVar, Final

from nbmlops.answers import preview_tables
from nbmlops.answers.preview_notebook import notebook_cells
from nbmlops.answers.store import AskedStore
from nbmlops.errors import NotFoundError, StoreError
from nbmlops.records import Artifact, RunInfo
from nbmlops.records.wire.previews import FactLine, FileFacts, Preview, PreviewKind
from nbmlops.store.blobs import BlobStore

MOST_IMAGE: Final = 2_000_000  # bytes
_MOST_TEXT: Final = 200_000
_MOST_TABLE_TEXT: Final = 400_000
_MOST_JSON: Final = 500_000
_MOST_NOTEBOOK: Final = 40_000_000
_MOST_SHOWN: Final = 2_000_000  # characters of a notebook
_MOST_FILES: Final = 1_000
_SNIFFED: Final = 4_096
_IMAGES: Final = frozenset(
    {"image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/svg+xml"}
)
_PICKLES: Final = frozenset({".pkl", ".pickle", ".joblib", ".skops", ".pt", ".pth"})
_UNREADABLE: Final = (ValueError, OSError, KeyError, EOFError, csv.Error, zipfile.BadZipFile)
_SIDECAR: Final = "nbmlops-model.json"


@dataclass(frozen=True, slots=True)
class _File:
    """A file to show: an artifact, or one in a folder."""

    name: str
    path: str
    media_type: str
    size: int
    digest: str

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.path or self.name).suffix.lower()


class Previews:
    """Answers with artifacts. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("preview",)

    def __init__(self, store: AskedStore) -> None:
        self._store = store

    def preview(self, run_id: str, name: str, path: str | None = None) -> Preview:
        """As much of an artifact as can be shown.

        Args:
            run_id: a whole id.
            name: of the artifact.
            path: of a file, where the artifact is a folder; the folder itself when left out.

        Raises:
            NotFoundError: there is no such run, artifact or file.
        """
        run = self._store.workspace.runs.info(run_id)
        artifact = _find(run, name)
        blobs = self._store.workspace.blobs
        if artifact.is_dir:
            files = _members(blobs, artifact)
            if path is None:
                return _folder(blobs, artifact, files)
            return self._file(_member(blobs, artifact, files, path))
        if path is not None:
            raise NotFoundError(f"The artifact {name!r} is no folder: there is no file {path!r} in it")
        return self._file(_File(artifact.name, "", artifact.media_type, artifact.size, artifact.digest))

    def _file(self, file: _File) -> Preview:
        blobs = self._store.workspace.blobs
        try:
            return _reader(file)(blobs, file)
        except ImportError:
            return _empty(file, "Install pyarrow to see it: pip install 'nbmlops[data]'.")
        except NotFoundError:
            return _empty(file, "It is not in the store any more.")
        except (StoreError, *_UNREADABLE) as exc:
            return _empty(file, f"It can't be shown: {exc!s:.200}")


def _find(run: RunInfo, name: str) -> Artifact:
    found = next((artifact for artifact in run.artifacts if artifact.name == name), None)
    if found is None:
        known = ", ".join(artifact.name for artifact in run.artifacts) or "none"
        raise NotFoundError(f"The run {run.short_id} {run.name!r} kept no {name!r}; what it kept: {known}")
    return found


# -- folders -----------------------------------------------------------------------------------------


def _members(blobs: BlobStore, artifact: Artifact) -> Mapping[str, str]:
    """The files of a folder, by their paths in it: a path leads to a blob, and never to a place on the disk."""
    files: Mapping[str, str] = json.loads(blobs.get(artifact.digest))
    return files


def _member(blobs: BlobStore, artifact: Artifact, files: Mapping[str, str], path: str) -> _File:
    if path not in files:
        raise NotFoundError(f"The folder {artifact.name!r} holds no file {path!r}")
    media_type = mimetypes.guess_type(path)[0] or ""
    return _File(artifact.name, path, media_type, _size(blobs, files[path]), files[path])


def _size(blobs: BlobStore, digest: str) -> int:
    try:
        return blobs.path(digest).stat().st_size
    except OSError:
        return 0


def _folder(blobs: BlobStore, artifact: Artifact, files: Mapping[str, str]) -> Preview:
    listed: list[FileFacts] = [
        {"path": path, "size": _size(blobs, digest), "digest": digest}
        for path, digest in sorted(files.items())[:_MOST_FILES]
    ]
    file = _File(artifact.name, "", artifact.media_type, artifact.size, artifact.digest)
    facts = _model_facts(blobs, files[_SIDECAR]) if _SIDECAR in files else []
    return _empty(file, "") | {
        "kind": "folder",
        "files": listed,
        "facts": facts,
        "cut": len(files) > _MOST_FILES,
    }


def _model_facts(blobs: BlobStore, digest: str) -> list[FactLine]:
    """What nbmlops wrote beside a model of what it is."""
    try:
        data, whole = blobs.head(digest, _MOST_JSON)
        facts = json.loads(data) if whole else {}
        signature = facts.get("signature") or {}
        lines = {
            "class": facts.get("class", ""),
            "format": facts.get("serialization", ""),
            "takes": _schema(signature.get("inputs")),
            "gives": _schema(signature.get("outputs")),
            "Python": facts.get("python", ""),
            "requirements": ", ".join(
                f"{name} {version}" for name, version in facts.get("distributions", {}).items()
            ),
            "types to trust": ", ".join(facts.get("untrusted", ())),
        }
    except (NotFoundError, StoreError, *_UNREADABLE, AttributeError, TypeError):
        return []
    return [{"name": name, "text": str(text)} for name, text in lines.items() if text]


def _schema(columns: object) -> str:
    """`age: long, income: double`; of an array its type and shape."""
    if isinstance(columns, str):
        columns = json.loads(columns)
    if not isinstance(columns, list):
        return ""
    return ", ".join(_schema_column(column) for column in columns if isinstance(column, dict))


def _schema_column(column: Mapping[str, object]) -> str:
    tensor = column.get("tensor-spec")
    if isinstance(tensor, dict):
        shape = " × ".join("n" if size == -1 else str(size) for size in tensor.get("shape", ()))
        return f"array {shape} of {tensor.get('dtype')}"
    return f"{column.get('name', '')}: {column.get('type', '')}".removeprefix(": ")


# -- files -------------------------------------------------------------------------------------------


def _reader(file: _File) -> Callable[[BlobStore, _File], Preview]:
    if file.media_type in _IMAGES:
        return _image
    by_suffix: Mapping[str, Callable[[BlobStore, _File], Preview]] = {
        ".ipynb": _notebook,
        ".csv": _separated,
        ".tsv": _separated,
        ".parquet": _parquet,
        ".feather": _arrow,
        ".arrow": _arrow,
        ".npz": _arrays,
        ".npy": _arrays,
        ".json": _json,
    }
    by_type = {
        "application/x-npz": _arrays, "text/csv": _separated, "application/json": _json,
        "application/x-ipynb+json": _notebook,
    }  # fmt: skip
    if file.suffix in _PICKLES:
        return _pickle
    return by_suffix.get(file.suffix) or by_type.get(file.media_type) or _text


def _empty(file: _File, note: str) -> Preview:
    return {
        "kind": "none",
        "name": file.name,
        "path": file.path,
        "media_type": file.media_type,
        "size": file.size,
        "text": "",
        "cut": False,
        "note": note,
        "table": None,
        "cells": [],
        "files": [],
        "facts": [],
    }


def _with_text(file: _File, kind: PreviewKind, text: str, *, cut: bool) -> Preview:
    return _empty(file, "") | {"kind": kind, "text": text, "cut": cut}


def _image(blobs: BlobStore, file: _File) -> Preview:
    if file.size > MOST_IMAGE:
        return _empty(file, "The picture is too large to be shown here: download it.")
    data = b64encode(blobs.get(file.digest)).decode()
    return _with_text(file, "image", data, cut=False)


def _pickle(_blobs: BlobStore, file: _File) -> Preview:
    return _empty(file, "To look into such a file would run what is in it.")


def _text(blobs: BlobStore, file: _File) -> Preview:
    data, whole = blobs.head(file.digest, _MOST_TEXT)
    if b"\0" in data[:_SNIFFED]:
        return _empty(file, "There is no preview of this kind of file.")
    return _with_text(file, "text", data.decode("utf-8", "replace"), cut=not whole)


def _json(blobs: BlobStore, file: _File) -> Preview:
    data, whole = blobs.head(file.digest, _MOST_JSON)
    if not whole:
        return _text(blobs, file)
    return _with_text(file, "json", data.decode("utf-8", "replace"), cut=False)


def _notebook(blobs: BlobStore, file: _File) -> Preview:
    data, whole = blobs.head(file.digest, _MOST_NOTEBOOK)
    if not whole:
        return _empty(file, "The notebook is too large to be shown here: download it.")
    cells, complete = notebook_cells(data, _MOST_SHOWN)
    return _empty(file, "") | {"kind": "notebook", "cells": cells, "cut": not complete}


def _separated(blobs: BlobStore, file: _File) -> Preview:
    data, whole = blobs.head(file.digest, _MOST_TABLE_TEXT)
    table = preview_tables.csv_table(data.decode("utf-8-sig", "replace"), whole=whole)
    return _empty(file, "") | {"kind": "table", "table": table, "cut": not whole}


def _parquet(blobs: BlobStore, file: _File) -> Preview:
    table = preview_tables.parquet_table(blobs.path(file.digest))
    return _empty(file, "") | {"kind": "table", "table": table}


def _arrow(blobs: BlobStore, file: _File) -> Preview:
    table = preview_tables.arrow_table(blobs.path(file.digest))
    return _empty(file, "") | {"kind": "table", "table": table}


def _arrays(blobs: BlobStore, file: _File) -> Preview:
    table, said = preview_tables.array_table(blobs.path(file.digest))
    facts: list[FactLine] = [
        {"name": name, "text": text} for name, _, text in (line.partition(": ") for line in said)
    ]
    kind: PreviewKind = "table" if table else "none"
    return _empty(file, "") | {"kind": kind, "table": table, "facts": facts}
