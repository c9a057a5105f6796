"""How a result came about: cells, what they read and made, and what passed between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite, isnan
from typing import Any, Final, Literal

NodeKind = Literal["cell", "data", "file", "module", "random", "variable", "run", "model"]

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class LineageNode:
    """One thing that took part.

    Attributes:
        id: unique in its lineage: its kind, a colon, and what tells it from others of its kind.
        kind: what it is; `random` is the state of a random generator.
        name: a path, a variable's name, the name of a run, a model or a module; of a cell its number, `[12]`.
        source: of a cell, as it was executed.
        line: of a cell: the line of its source that makes what is taken from it, or says most of what it does.
        reason: of a cell: why it is there, a sentence.
        digest: short, of what was in it; empty where it is not known.
        detail: what else there is to say in a few words: a shape, a run's short id, a model's class.
        failed: a cell that ended with an exception.
        metrics: of a run.
        verdict: of a run: what a check of it found, empty without one.
    """

    id: str
    kind: NodeKind
    name: str
    source: str = ""
    line: str = ""
    reason: str = ""
    digest: str = ""
    detail: str = ""
    failed: bool = False
    metrics: Mapping[str, float] = field(default_factory=dict)
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class LineageEdge:
    """Something passed from one node to another: the names of variables, or none where the node is the thing."""

    source: str
    target: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a result came from.

    Attributes:
        target: the id of the node that it is about.
        nodes: each after those that it came from; cells in the order in which they ran.
        edges: from earlier to later nodes.
    """

    target: str
    nodes: tuple[LineageNode, ...]
    edges: tuple[LineageEdge, ...]

    def node(self, node_id: str) -> LineageNode:
        """The node of an id."""
        return next(node for node in self.nodes if node.id == node_id)


def lineage_to_doc(lineage: Lineage) -> dict[str, Any]:
    """A lineage as a JSON object. A metric that is no finite number is the text "NaN", "Infinity" or "-Infinity"."""
    return {
        "format": FORMAT,
        "target": lineage.target,
        "nodes": [_node_to_doc(node) for node in lineage.nodes],
        "edges": [{**asdict(edge), "names": list(edge.names)} for edge in lineage.edges],
    }


def _node_to_doc(node: LineageNode) -> dict[str, Any]:
    """What says nothing is left out."""
    doc = asdict(node) | {"metrics": {key: _number(value) for key, value in node.metrics.items()}}
    return {key: value for key, value in doc.items() if key in ("id", "kind", "name") or value}


def _number(value: float) -> float | str:
    if isfinite(value):
        return value
    return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"
