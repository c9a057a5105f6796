"""Records as JSON objects, and back: what journals and the `doc` columns hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbmlops.records import (
    Column,
    Environment,
    Fingerprint,
    GitState,
    Input,
    OutputTails,
    ResourceUse,
    ThreadPool,
)
from nbmlops.records.usage import Usage


def input_to_doc(item: Input) -> dict[str, Any]:
    """An input without what is empty."""
    doc: dict[str, Any] = {"name": item.name, "kind": item.kind, "source": item.source}
    if item.fingerprint is not None:
        doc |= {"content": item.fingerprint.content, "schema": item.fingerprint.schema}
    optional = {
        "shape": list(item.shape),
        "columns": [[column.name, column.dtype] for column in item.columns],
        "path": item.path,
        "nbytes": item.nbytes,
        "note": item.note,
        "profile": item.profile,
        "kept": item.kept,
        "dvc": item.dvc,
    }
    return doc | {key: value for key, value in optional.items() if value not in (None, [], "")}


def input_from_doc(doc: Mapping[str, Any]) -> Input:
    """The input that `input_to_doc` was given."""
    return Input(
        name=doc["name"],
        kind=doc["kind"],
        source=doc["source"],
        fingerprint=Fingerprint(doc["content"], doc["schema"]) if "content" in doc else None,
        shape=tuple(doc.get("shape", ())),
        columns=tuple(Column(name, dtype) for name, dtype in doc.get("columns", ())),
        path=doc.get("path"),
        nbytes=doc.get("nbytes"),
        note=doc.get("note", ""),
        profile=doc.get("profile", ""),
        kept=doc.get("kept", ""),
        dvc=doc.get("dvc", ""),
    )


def git_from_doc(doc: Mapping[str, Any] | None) -> GitState | None:
    """The git state kept in a run's `doc`."""
    return GitState(**doc) if doc else None


def environment_from_doc(doc: Mapping[str, Any] | None) -> Environment | None:
    """The environment kept as a blob; older ones lack fields, those of newer versions are passed over."""
    if not doc:
        return None
    known = {name: doc[name] for name in Environment.__slots__ if name in doc}
    pools = tuple(
        ThreadPool(**{name: pool[name] for name in ThreadPool.__slots__ if name in pool})
        for pool in known.get("pools", ())
    )
    return Environment(**known | {"pools": pools})


def resources_from_doc(doc: Mapping[str, Any] | None) -> ResourceUse:
    """The resource use kept in a run's `doc`."""
    return ResourceUse(**(doc or {}))


def usage_to_doc(usage: Usage) -> dict[str, Any]:
    """The content of the blob of what a run used over time. Format `usage` 1."""
    return {"format": 1, **{name: list(getattr(usage, name)) for name in Usage.__slots__}}


def usage_from_doc(doc: Mapping[str, Any]) -> Usage:
    """What `usage_to_doc` was given; newer fields are passed over."""
    return Usage(**{name: tuple(doc.get(name, ())) for name in Usage.__slots__})


def output_from_doc(doc: Mapping[str, Any] | None) -> OutputTails:
    """The output tails kept in a run's `doc`."""
    if not doc:
        return OutputTails()
    return OutputTails(
        doc.get("stdout", ""), doc.get("stderr", ""), tuple(doc.get("warnings", ())), doc.get("result", "")
    )
