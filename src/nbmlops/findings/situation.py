"""What rules look at: a run of a session or a notebook file, with the cells that count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nbmlops.slices.history import Execution, History
from nbmlops.slices.traces import FileTraces


@dataclass(frozen=True, slots=True)
class NotebookCell:
    """A code cell as it lies on the disk."""

    cell_id: str
    source: str


@dataclass(frozen=True, slots=True)
class Situation:
    """What a rule is asked about.

    Attributes:
        history: of the session, or of a file as if it had been run from top to bottom.
        last: the execution that the question is about; None for a whole file.
        chosen: the executions that count, in order, `last` at the end: the slice of a run, all cells of a file.
        traces: of files.
        document: the notebook's code cells as they are saved now, in its order; None where that is not known.
        saved_at: seconds since the epoch at which it was saved.
        metric_flows: what went into each metric, names and marks; see `History.taints`.
        modules: the user's modules that the run works with: name to file.
        module_digests: BLAKE3 of each one's source when it was loaded, by name.
        masked: indexes of executions in whose source a secret stands.
    """

    history: History
    last: Execution | None
    chosen: tuple[Execution, ...]
    traces: FileTraces
    document: tuple[NotebookCell, ...] | None = None
    saved_at: float = 0.0
    metric_flows: Mapping[str, frozenset[str]] = field(default_factory=dict)
    modules: Mapping[str, str] = field(default_factory=dict)
    module_digests: Mapping[str, str] = field(default_factory=dict)
    masked: frozenset[int] = frozenset()
