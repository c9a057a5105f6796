"""Slices, findings and checks as JSON objects, and back.

A slice is a blob of its own: runs of one session share most of what they depend on. Format `slice` 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from nbmlops.records.proof import (
    Difference,
    Finding,
    LocalModule,
    MetricCheck,
    Need,
    Reproduction,
    SliceCell,
    Verdict,
)

_FORMAT: Final = 1


def slice_to_doc(
    cells: Sequence[SliceCell], modules: Sequence[LocalModule], *, cwd: str = ""
) -> dict[str, Any]:
    """The content of a slice's blob; what is empty is left out of cells."""
    return {
        "format": _FORMAT,
        "cells": [_cell_to_doc(cell) for cell in cells],
        "modules": [asdict(module) for module in modules],
        "cwd": cwd,
    }


def _cell_to_doc(cell: SliceCell) -> dict[str, Any]:
    doc = asdict(cell) | {"needs": [[need.cell, *need.names] for need in cell.needs]}
    return {
        key: value
        for key, value in doc.items()
        if key == "source" or value not in (None, "", (), [], {}, False)
    }


def slice_from_doc(doc: Mapping[str, Any]) -> tuple[tuple[SliceCell, ...], tuple[LocalModule, ...], str]:
    """The cells, modules and folder that `slice_to_doc` was given; newer fields are passed over."""
    cells = tuple(_cell_from_doc(item) for item in doc["cells"])
    modules = tuple(LocalModule(**_known(LocalModule, item)) for item in doc.get("modules", ()))
    return cells, modules, doc.get("cwd", "")


def _cell_from_doc(doc: Mapping[str, Any]) -> SliceCell:
    known = _known(SliceCell, doc)
    for name in ("reads", "writes"):
        known[name] = tuple(known.get(name, ()))
    known["needs"] = tuple(Need(cell, tuple(names)) for cell, *names in known.get("needs", ()))
    return SliceCell(**known)


def _known(record: Any, doc: Mapping[str, Any]) -> dict[str, Any]:
    return {name: doc[name] for name in record.__slots__ if name in doc}


def findings_to_doc(findings: Sequence[Finding]) -> list[dict[str, str]]:
    """Findings as they stand in a run's `doc`."""
    return [asdict(finding) for finding in findings]


def findings_from_doc(doc: Sequence[Mapping[str, Any]] | None) -> tuple[Finding, ...]:
    """The findings kept in a run's `doc`."""
    return tuple(Finding(**_known(Finding, item)) for item in doc or ())


def reproduction_to_doc(reproduction: Reproduction) -> dict[str, Any]:
    """A check as it stands in a run's `doc`."""
    return asdict(reproduction) | {
        "verdict": str(reproduction.verdict),
        "checked": reproduction.checked.isoformat(),
    }


def reproduction_from_doc(doc: Mapping[str, Any] | None) -> Reproduction | None:
    """The check kept in a run's `doc`."""
    if not doc:
        return None
    first = doc.get("first_difference")
    return Reproduction(
        **_known(Reproduction, doc)
        | {
            "verdict": Verdict(doc["verdict"]),
            "checked": datetime.fromisoformat(doc["checked"]),
            "metrics": tuple(MetricCheck(**_known(MetricCheck, item)) for item in doc.get("metrics", ())),
            "first_difference": Difference(**_known(Difference, first)) if first else None,
            "missing": tuple(doc.get("missing", ())),
            "notices": tuple(doc.get("notices", ())),
        }
    )
