"""Keeps with a run what makes it a proof: its slice, its findings, and what a check of it found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from nbmlops.records import Finding, LocalModule, Reproduction, SliceCell
from nbmlops.store.proofs import findings_to_doc, reproduction_to_doc, slice_to_doc
from nbmlops.tracking.recorder import Recorder


def keep_slice(
    recorder: Recorder,
    run_id: str,
    cells: Sequence[SliceCell],
    modules: Sequence[LocalModule] = (),
    *,
    cwd: str = "",
) -> None:
    """Keeps the cells that a run depends on, in executed order, and the user's modules; secrets are masked.

    Args:
        recorder: of the store.
        run_id: of a run that has begun.
        cells: the tracked cell is the last.
        modules: their sources are kept as blobs already.
        cwd: the folder in which the first cell ran.

    Raises:
        StoreError: they can't be written.
    """
    hidden = [replace(cell, masked=recorder.mask(cell.source) != cell.source) for cell in cells]
    doc = recorder.mask(slice_to_doc(hidden, modules, cwd=cwd))
    digest = recorder.blobs.put(json.dumps(doc, sort_keys=True).encode())
    recorder.context(run_id, doc={"slice": digest})


def keep_findings(recorder: Recorder, run_id: str, findings: Sequence[Finding]) -> None:
    """Keeps what speaks against a run, in place of what was kept before."""
    codes = " ".join(dict.fromkeys(finding.code for finding in findings))
    recorder.context(run_id, columns={"findings": codes}, doc={"findings": findings_to_doc(findings)})


def keep_reproduction(recorder: Recorder, run_id: str, reproduction: Reproduction) -> None:
    """Keeps what a check of a run found, in place of what an earlier one had."""
    recorder.context(
        run_id,
        columns={"verdict": str(reproduction.verdict)},
        doc={"reproduction": reproduction_to_doc(reproduction)},
    )
