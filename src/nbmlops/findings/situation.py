"""What rules look at: a run of a session or a notebook file, with the cells that count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nbmlops.slices.history import Execution, History
from nbmlops.slices.traces import FileTraces


@dataclass(frozen=True, slots=True)
class NotebookCell:
    """A code cell as it lies on the disk.

    Attributes:
        number: its place among all cells of the notebook, from 1.
        execution_count: as it was saved.
        error: the exception that its saved outputs show, in one line.
    """

    cell_id: str
    source: str
    number: int = 0
    execution_count: int | None = None
    error: str = ""


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
        metric_flows: what went into each metric, names and marks.
        modules: the user's modules that the run works with: name to file.
        module_digests: BLAKE3 of each one's source when it was loaded, by name.
        masked: indexes of executions in whose source a secret stands.
        tracked: indexes of those that are tracked cells; of a session `last` alone counts.
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
    tracked: frozenset[int] = frozenset()

    @property
    def is_file(self) -> bool:
        """Whether it is a file, of which nothing was run."""
        return self.last is None

    def edges(self) -> Iterator[tuple[Execution, Execution, list[str]]]:
        """Each cell that counts with each one that it takes something from, and the names of what it takes.

        The environment and the like are left out: imports set them, in any order, and seldom for anybody.
        """
        for consumer in self.chosen:
            for index, names in sorted(consumer.needs.items()):
                maker = self.history.executions[index]
                named = [name for name in sorted(names) if _is_told(name)]
                yield consumer, maker, [name for name in named if self.matters(consumer, maker, name)]

    def matters(self, consumer: Execution, maker: Execution, name: str) -> bool:
        """Whether what is taken can make a difference to the run.

        It can't where the maker did what begins anew each time (`fit`), and where the tracked cell only puts
        something into it that no metric comes from (`results.append(accuracy)`).
        """
        if name in maker.renewed and name not in maker.bound:
            return False
        if consumer is not self.last or not self.metric_flows:
            return True
        if not consumer.made.get(name, "").startswith("changes "):
            return True
        return name in self.metric_names()

    def metric_names(self) -> frozenset[str]:
        """The variables that went into some metric."""
        found = {flow.partition("[")[0] for flows in self.metric_flows.values() for flow in flows}
        return frozenset(name for name in found if name)

    def results(self) -> Iterator[tuple[Execution, str, frozenset[str]]]:
        """Each metric with the cell that gives it, and what went into it."""
        if self.last is not None:
            yield from ((self.last, key, flows) for key, flows in self.metric_flows.items())
            return
        for execution in self.chosen:
            yield from ((execution, key, flows) for key, flows in execution.metrics.items())

    def label(self, execution: Execution) -> str:
        """How messages name a cell."""
        if self.is_file:
            return f"cell {execution.execution_count}"
        return f"[{execution.execution_count}]" if execution.execution_count is not None else "a cell"


def _is_told(label: str) -> bool:
    """Variables, files and random numbers."""
    return label.isidentifier() or label.startswith(("file ", "random numbers"))
