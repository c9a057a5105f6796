"""Inputs of runs, by name."""

from __future__ import annotations

from nbmlops.errors import NotFoundError
from nbmlops.records import Input, RunInfo


def find_input(run: RunInfo, name: str) -> Input:
    """The input of this name.

    Raises:
        NotFoundError: the run has none.
    """
    found = next((item for item in run.inputs if item.name == name), None)
    if found is None:
        known = ", ".join(item.name for item in run.inputs) or "none"
        raise NotFoundError(f"The run {run.short_id} {run.name!r} has no input {name!r}; its inputs: {known}")
    return found


def kept_input(run: RunInfo, name: str | None) -> Input:
    """The input of this name, or the only one, of those that the run keeps.

    Raises:
        NotFoundError: there is none, or there are several and no name.
    """
    kept = [item for item in run.inputs if item.kept]
    chosen = [item for item in kept if name in (None, item.name)]
    if len(chosen) == 1:
        return chosen[0]
    wanted = f"no data {name!r}" if name else "no single dataset"
    names = ", ".join(item.name for item in kept) or "none (begin the cell with %%track --keep-data)"
    raise NotFoundError(f"The run {run.short_id} {run.name!r} kept {wanted}; the data it kept: {names}")
