"""How a run, a model or a variable came about, from the slice that was kept of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from nbmlops.errors import AmbiguousIdError, NotFoundError
from nbmlops.records import Artifact, Input, LocalModule, RunInfo, SliceCell
from nbmlops.records.lineage import Lineage, LineageEdge, LineageNode
from nbmlops.views.proof_words import cell_mark, telling_line

if TYPE_CHECKING:
    from nbmlops.store.run_query import RunFinder
    from nbmlops.store.runs import RunRepository

_RANDOM = re.compile(r"random numbers\b")
_FILE = re.compile(r"file\b ")
_SHORT = 8


class KnownRuns(Protocol):
    """What finding a run by what it is called takes of a store."""

    @property
    def finder(self) -> RunFinder:
        """Finds ids."""

    @property
    def runs(self) -> RunRepository:
        """Reads runs."""


def stored_lineage(store: KnownRuns, wanted: str) -> Lineage:
    """How the run `wanted` (an id, the beginning of one, or a name) came about, else the newest model of that name.

    Raises:
        NotFoundError: there is neither.
        AmbiguousIdError: it is the beginning of several ids.
    """
    try:
        return run_lineage(store.runs.info(store.finder.find(wanted).id))
    except AmbiguousIdError:
        raise
    except NotFoundError:
        found = store.finder.with_model(wanted)
        if found is None:
            raise
        return run_lineage(store.runs.info(found), model=wanted)


def run_lineage(run: RunInfo, *, model: str = "") -> Lineage:
    """How a run came about, or the model that it kept under this name.

    Args:
        run: one that was tracked in a notebook shows its cells, any other what it read.
        model: the name of one of its artifacts of kind model; empty for the run itself.
    """
    graph = _Graph()
    cells = run.slice or ((SliceCell(run.source, run.cell_id, run.execution_count),) if run.source else ())
    graph.add_cells(cells)
    graph.add_modules(run.modules, cells)
    own = f"run:{run.id}"
    user = graph.cell_id(len(cells) - 1) if cells else own
    for item in run.inputs:
        graph.add_input(item, user, is_cell=bool(cells))
    verdict = str(run.verdict or "")
    node = LineageNode(own, "run", run.name, detail=run.short_id, metrics=run.metrics, verdict=verdict)
    graph.add(node)
    if cells:
        graph.connect(user, own)
    models = [artifact for artifact in run.artifacts if artifact.kind == "model"]
    for artifact in models:
        graph.add_model(artifact, own)
    wanted = f"model:{model}" if any(artifact.name == model for artifact in models) else own
    return graph.lineage(wanted)


def slice_lineage(cells: Sequence[SliceCell], *, target: str = "") -> Lineage:
    """How the variable `target` came about, which the last of these cells made; without it, the last cell."""
    graph = _Graph()
    graph.add_cells(cells)
    last = graph.cell_id(len(cells) - 1)
    if not target:
        return graph.lineage(last)
    node = LineageNode(f"variable:{target}", "variable", target)
    graph.add(node)
    graph.connect(last, node.id, target)
    return graph.lineage(node.id)


class _Graph:
    """A lineage in the making."""

    def __init__(self) -> None:
        self._nodes: dict[str, LineageNode] = {}
        self._edges: dict[tuple[str, str], dict[str, None]] = {}  # names in the order in which they came
        self._writers: dict[str, str] = {}  # by path, the cell that wrote it last
        self._files: dict[tuple[str, str | None], str] = {}

    @staticmethod
    def cell_id(at: int) -> str:
        return f"cell:{at}"

    def add(self, node: LineageNode) -> None:
        self._nodes.setdefault(node.id, node)

    def connect(self, source: str, target: str, *names: str) -> None:
        self._edges.setdefault((source, target), {}).update(dict.fromkeys(names))

    def add_cells(self, cells: Sequence[SliceCell]) -> None:
        for at, cell in enumerate(cells):
            own = self.cell_id(at)
            self.add(
                LineageNode(
                    own, "cell", cell_mark(cell, at),
                    source=cell.source, reason=cell.reason, failed=cell.failed,
                )
            )  # fmt: skip
            self._add_reads(cell, own)
            for need in cell.needs:
                for name in need.names:
                    self._add_need(cells[need.cell], need.cell, cell, own, name)
            self._writers |= dict.fromkeys(cell.writes, own)
        self._lead_on(len(cells))

    def _lead_on(self, count: int) -> None:
        """A cell that no other takes anything from is there to be safe: it leads to the last one."""
        used = {source for source, _ in self._edges}
        for at in range(count - 1):
            if self.cell_id(at) not in used:
                self.connect(self.cell_id(at), self.cell_id(count - 1))

    def _add_reads(self, cell: SliceCell, own: str) -> None:
        for path in cell.reads:
            writer = self._writers.get(path)
            # What was written anew in between is another thing of the same name.
            file = self._files.setdefault((path, writer), f"file:{path}{f'#{writer}' if writer else ''}")
            self.add(LineageNode(file, "file", path))
            self.connect(file, own)
            if writer:
                self.connect(writer, file)

    def _add_need(self, maker: SliceCell, made_at: int, cell: SliceCell, own: str, name: str) -> None:
        source = self.cell_id(made_at)
        if _FILE.match(name) and set(maker.writes) & set(cell.reads):
            return  # the file itself stands between them
        if not _RANDOM.match(name):
            self.connect(source, own, name)
            return
        state = f"random:{name}"
        if state not in self._nodes:
            self.add(LineageNode(state, "random", name))
            self.connect(source, state)
        if (source, state) in self._edges:
            self.connect(state, own)
        else:  # later on, each draw begins where the one before has ended
            self.connect(source, own, name)

    def add_modules(self, modules: Iterable[LocalModule], cells: Sequence[SliceCell]) -> None:
        if not cells:
            return
        imported = [_imported(cell.source) for cell in cells]
        for module in modules:
            user = next((at for at, names in enumerate(imported) if module.name in names), len(cells) - 1)
            changed = "changed since the commit" if module.diff else ""
            own = f"module:{module.name}"
            self.add(LineageNode(own, "module", module.name, digest=module.digest[:_SHORT], detail=changed))
            self.connect(own, self.cell_id(user))

    def add_input(self, item: Input, user: str, *, is_cell: bool) -> None:
        digest = item.fingerprint.short if item.fingerprint else ""
        shape = " × ".join(map(str, item.shape))
        if item.path:
            own = self._files.get((item.path, self._writers.get(item.path)), f"file:{item.path}")
            if own in self._nodes:
                self._nodes[own] = replace(self._nodes[own], digest=digest)
                return
            self.add(LineageNode(own, "file", item.path, digest=digest, detail=shape))
        else:
            own = f"data:{item.name}"
            self.add(LineageNode(own, "data", item.name, digest=digest, detail=shape))
            if is_cell:
                self._lead_through(own, item.name, user)
        self.connect(own, user)

    def _lead_through(self, data: str, name: str, user: str) -> None:
        """Puts the data between the cell that made it and the one that reads it."""
        for (source, target), names in list(self._edges.items()):
            if target == user and name in names:
                del names[name]
                if not names:
                    del self._edges[source, target]
                self.connect(source, data, name)

    def add_model(self, artifact: Artifact, run: str) -> None:
        own = f"model:{artifact.name}"
        self.add(LineageNode(own, "model", artifact.name, digest=artifact.digest[:_SHORT]))
        self.connect(run, own)

    def _told(self, node: LineageNode, target: str) -> LineageNode:
        """A cell with the line that makes what is taken from it, what is asked for before all else."""
        if node.kind != "cell":
            return node
        taken = [
            (goal != target, names) for (source, goal), names in self._edges.items() if source == node.id
        ]
        names = [name for _, some in sorted(taken, key=lambda pair: pair[0]) for name in some]
        return replace(node, line=telling_line(SliceCell(node.source), names))

    def lineage(self, target: str) -> Lineage:
        edges = tuple(LineageEdge(*pair, tuple(names)) for pair, names in self._edges.items())
        order = {node: at for at, node in enumerate(_sorted(self._nodes, edges))}
        told = (self._told(node, target) for node in self._nodes.values())
        nodes = tuple(sorted(told, key=lambda node: order[node.id]))
        return Lineage(target, nodes, edges)


def _sorted(nodes: Iterable[str], edges: Sequence[LineageEdge]) -> list[str]:
    """Each after those that it came from, as late as may be; cells keep their order."""
    sources: dict[str, list[str]] = {node: [] for node in nodes}
    for edge in edges:
        sources[edge.target].append(edge.source)
    done: dict[str, None] = {}

    def visit(node: str) -> None:
        if node not in done:
            for source in sources[node]:
                visit(source)
            done[node] = None

    for node in sources:
        if node.startswith("cell:"):
            visit(node)
    for node in sources:
        visit(node)
    return list(done)


def _imported(source: str) -> set[str]:
    """The names of the modules that a cell imports."""
    lines = ["pass" if line.startswith(("%", "!")) else line for line in source.splitlines()]
    try:
        tree = ast.parse("\n".join(lines))
    except (SyntaxError, ValueError):
        return set()
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found | {name.partition(".")[0] for name in found}
