"""The cells that a session executed, and which of them each one took something from.

Each execution is told with what it read and what it made; who made what it read is looked up then and there, among the
definitions that reach that moment. So the slice of a run is the closure over those edges, whatever was executed since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from nbmlops.slices.world import (
    ENVIRONMENT,
    EXTENSIONS,
    FIGURES,
    FOLDER,
    PACKAGE,
    PROGRAMS,
    RANDOM,
    SEARCH_PATH,
    SETTINGS,
)

FILE = "<file:"
_LABELS: Mapping[str, str] = {
    FOLDER: "the working directory",
    ENVIRONMENT: "environment variables",
    SETTINGS: "matplotlib's settings",
    SEARCH_PATH: "sys.path",
    FIGURES: "open figures",
    EXTENSIONS: "IPython's extensions",
    PROGRAMS: "what programs did",
}


@dataclass
class Execution:
    """One executed cell.

    Attributes:
        index: its place in the session's history, from 0.
        raw: as the user wrote it.
        python: as IPython ran it.
        before_load: it ran before anybody looked.
        ok: it came to its end.
        started: seconds since the epoch.
        ended: the same.
        needs: executions that it took something from, each with what: names, or labels of what is no name.
        made: what it bound or changed, each with how.
        bound: names that it bound.
        removed: names that it deleted.
        reads: files that it read.
        writes: files that it wrote.
        results: digests of what it bound.
        marks: what it did that no name shows (see `Effects.marks`), with the line where.
        seeds: random generators that it seeded, with the seed as text.
        draws: random generators that it drew from.
        unseeded: those of them that nothing had seeded.
        hosts: where it connected to.
        commands: programs that it started.
        modules: the user's modules that it imported, by name, with the file.
        module_digests: BLAKE3 of each one's source, as it was loaded here.
        unknown: names that it read and that no cell which was seen had made.
        renewed: names that it changes in a way that doesn't matter when it runs again: `fit` begins anew.
        flows: what went into each name that it bound, names and marks, those of earlier cells included.
        shown: what went into its last expression, and into the items of it by key.
        logged: the same of each metric that it logged; of keys that are computed under `*`.
        metrics: of each metric of its run what went into it.
        running: what it started and what may be at work still: whether it is, and its name.
    """

    index: int
    raw: str
    python: str
    cell_id: str | None = None
    execution_count: int | None = None
    before_load: bool = False
    ok: bool = True
    started: float = 0.0
    ended: float = 0.0
    needs: dict[int, set[str]] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    bound: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    results: dict[str, str] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)
    seeds: dict[str, str] = field(default_factory=dict)
    draws: frozenset[str] = frozenset()
    unseeded: frozenset[str] = frozenset()
    hosts: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    modules: dict[str, str] = field(default_factory=dict)
    module_digests: dict[str, str] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    renewed: frozenset[str] = frozenset()
    flows: Mapping[str, frozenset[str]] = field(default_factory=dict)
    shown: Mapping[str, frozenset[str]] = field(default_factory=dict)
    logged: Mapping[str, frozenset[str]] = field(default_factory=dict)
    metrics: Mapping[str, frozenset[str]] = field(default_factory=dict)
    running: tuple[tuple[Callable[[], bool], str], ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """One thing that an execution made.

    Attributes:
        location: a name, or a pseudo-variable such as `<random:numpy>` and `<file:/tmp/a.csv>`.
        how: for people: `defines df`, `changes df: df.pop(…)`.
        replaces: what was there before doesn't matter any more.
    """

    location: str
    how: str
    replaces: bool


class History:
    """The executions of a session, in order.

    Attributes:
        executions: all of them, those from before the extension was loaded first.
    """

    def __init__(self) -> None:
        self.executions: list[Execution] = []
        self._makers: dict[str, tuple[int, ...]] = {}
        self._taints: dict[str, frozenset[str]] = {}

    def __len__(self) -> int:
        return len(self.executions)

    def begin(self, raw: str, python: str, **facts: object) -> Execution:
        """An execution that is about to run; it counts from `add` on."""
        return Execution(len(self.executions), raw, python, **facts)  # type: ignore[arg-type]

    def add(
        self, execution: Execution, uses: Iterable[str], made: Iterable[Made], *, grown: Iterable[str] = ()
    ) -> None:
        """Takes in an execution that has ended.

        Args:
            execution: with all that is known of it but `needs` and `made`, which are filled in here.
            uses: names and pseudo-variables that it read as they were before it.
            made: what it made.
            grown: names that it only put something into: it needs who made them, not who filled them.
        """
        for location in grown:
            for maker in self._makers.get(location, ())[:1]:
                execution.needs.setdefault(maker, set()).add(label(location))
        for location in uses:
            for maker in self._makers.get(location, ()):
                execution.needs.setdefault(maker, set()).add(label(location))
        for item in made:
            execution.made.setdefault(item.location, item.how)
            before = () if item.replaces else self._makers.get(item.location, ())
            if execution.index not in before:
                self._makers[item.location] = (*before, execution.index)
        self.executions.append(execution)

    def makers(self, location: str) -> tuple[int, ...]:
        """The executions whose traces a name or pseudo-variable bears now, the one that bound it first."""
        return self._makers.get(location, ())

    def locations(self) -> Iterable[str]:
        """Everything that some execution made."""
        return self._makers.keys()

    def taints(self, flows: Iterable[str]) -> frozenset[str]:
        """The marks (`<clock>`, …) in what went into a value, through all cells up to now."""
        found: set[str] = set()
        for item in flows:
            if item.startswith("<"):
                found.add(item)
            elif item in self._taints:
                found |= self._taints[item]
            else:  # `params['n']`, where it is not known what went into this item alone
                found |= self._taints.get(item.partition("[")[0], frozenset())
        return frozenset(found)

    def taint(self, flows: Mapping[str, frozenset[str]]) -> None:
        """Notes what went into the names that a cell bound."""
        new = {name: self.taints(items) for name, items in flows.items()}
        bound = {name for name in new if "[" not in name}
        for stale in [item for item in self._taints if "[" in item and item.partition("[")[0] in bound]:
            del self._taints[stale]
        self._taints.update(new)

    def closure(self, last: Execution) -> dict[int, str]:
        """The executions that one depends on, itself included, in order, each with the reason."""
        reasons: dict[int, list[str]] = {}
        waiting = [last]
        seen = {last.index}
        while waiting:
            execution = waiting.pop()
            for index, names in execution.needs.items():
                reasons.setdefault(index, []).extend(sorted(names))
                if index not in seen:
                    seen.add(index)
                    waiting.append(self.executions[index])
        found = {index: self._reason(index, names) for index, names in reasons.items() if index != last.index}
        for execution in self.executions:
            if execution.before_load:
                found[execution.index] = _unseen(execution)
        found[last.index] = "the tracked cell"
        return dict(sorted(found.items()))

    def _reason(self, index: int, names: Iterable[str]) -> str:
        execution = self.executions[index]
        if execution.before_load:
            return _unseen(execution)
        how = {label(location): text for location, text in execution.made.items()}
        found = list(dict.fromkeys(how.get(name, name) for name in dict.fromkeys(names)))
        return "; ".join(_together(found))


def _unseen(execution: Execution) -> str:
    if "load_ext nbmlops" in execution.raw:
        return "loads nbmlops: what else it does was not seen"
    return "ran before nbmlops was loaded: what it did was not seen"


def _together(reasons: list[str]) -> list[str]:
    """`defines a`, `defines b` as one."""
    names = [reason.removeprefix("defines ") for reason in reasons if reason.startswith("defines ")]
    rest = [reason for reason in reasons if not reason.startswith("defines ")]
    shown = f"{', '.join(names[:6])} and {len(names) - 6} more" if len(names) > 7 else ", ".join(names)
    return [f"defines {shown}", *rest[:5]] if names else rest[:6]


def label(location: str) -> str:
    """A location as people read it."""
    if not location.startswith("<"):
        return location
    if location.startswith(RANDOM):
        return f"random numbers ({location[len(RANDOM) : -1]})"
    if location.startswith(FILE):
        return f"file {location[len(FILE) : -1]}"
    if location.startswith(PACKAGE):
        return f"settings of {location[len(PACKAGE) : -1]}"
    return _LABELS.get(location, location)
