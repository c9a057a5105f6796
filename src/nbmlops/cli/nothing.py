"""What is said where there is nothing to show, and what would fill it."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from nbmlops.cli.place import is_made, location

if TYPE_CHECKING:
    from nbmlops.store.run_query import RunQuery
    from nbmlops.workspace import Workspace


def nothing_yet() -> str:
    """What an empty store is, and what fills it."""
    place = location()
    state = (
        f"No runs yet in the store {place}."
        if is_made(place)
        else f"No runs yet: there is no store at {place}."
    )
    return (
        f"{state}\nA run is what a tracked cell leaves. In a notebook: %load_ext nbmlops, then begin a cell "
        "with %%track.\nTo see it on real data: nbmlops demo"
    )


def nothing_found(workspace: Workspace, query: RunQuery) -> str:
    """Why no run was found."""
    names = [found.name for found in workspace.experiments.all()]
    if query.experiment is not None and query.experiment not in names:
        return no_experiment(workspace, query.experiment, names) if names else nothing_yet()
    if query.deleted:
        return "The bin is empty." if not query.where else "No run in the bin meets the condition."
    if query.where:
        return "No run meets the condition. All runs: nbmlops runs"
    if query.experiment is not None:
        return f"The experiment {query.experiment!r} has no runs yet, or they are in the bin."
    return nothing_yet()


def no_experiment(workspace: Workspace, wanted: str, names: list[str]) -> str:
    """What is said of an experiment that isn't there."""
    near = difflib.get_close_matches(wanted, names, 1)
    hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(names)}."
    return f"No experiment {wanted!r} in the store {workspace.location}." + (f" {hint}" if names else "")
