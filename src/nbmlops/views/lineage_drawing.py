"""What of a lineage is drawn: fewer lines, and long chains as one card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nbmlops.records.lineage import Lineage, LineageEdge, LineageNode
from nbmlops.records.proof import SliceCell
from nbmlops.views.proof_words import is_import_only

_FOLDS_FROM = 16  # cells
_LEAST_CHAIN = 4


@dataclass(frozen=True, slots=True)
class Card:
    """One or, in a chain that was folded, several nodes as they are drawn; it has the key of the last of them."""

    nodes: tuple[LineageNode, ...]

    @property
    def key(self) -> str:
        """Unique in its drawing."""
        return self.nodes[-1].id

    @property
    def node(self) -> LineageNode:
        """The last of its nodes."""
        return self.nodes[-1]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Cards, each after those that lead to it, and the lines between them.

    Attributes:
        gives: by card, the names that later ones take from it, in the order in which they do.
    """

    cards: tuple[Card, ...]
    edges: tuple[LineageEdge, ...]
    gives: Mapping[str, tuple[str, ...]]


def drawing_of(lineage: Lineage, *, folds: bool = True) -> Drawing:
    """Leaves out what is known of every notebook (which cells use its imports), and folds long chains."""
    edges = _telling(lineage)
    chains = _chains(lineage, edges) if folds else []
    home = {node.id: chain[-1] for chain in chains for node in chain}
    inside = {node.id for chain in chains for node in chain[:-1]}
    by_last = {chain[-1].id: tuple(chain) for chain in chains}
    cards = tuple(Card(by_last.get(node.id, (node,))) for node in lineage.nodes if node.id not in inside)
    drawn: dict[tuple[str, str], tuple[str, ...]] = {}
    for edge in edges:
        source, target = (home[key].id if key in home else key for key in (edge.source, edge.target))
        if source != target:
            drawn[source, target] = (*drawn.get((source, target), ()), *edge.names)
    lines = tuple(LineageEdge(source, target, names) for (source, target), names in drawn.items())
    return Drawing(cards, lines, _gives(lineage.edges))


def is_faint(edge: LineageEdge) -> bool:
    """Whether no value passes: only a state (of a random generator, the environment), or nothing that is known."""
    between_cells = edge.source.startswith("cell:") and edge.target.startswith("cell:")
    return between_cells and not any(_is_variable(name) or name.startswith("file ") for name in edge.names)


def _is_ambient(edge: LineageEdge) -> bool:
    return is_faint(edge) and not any(name.startswith("random numbers") for name in edge.names)


def _is_variable(name: str) -> bool:
    """Whether it names a variable; what is none has a label with blanks in it."""
    return all(part.isidentifier() for part in name.split("."))


def _gives(edges: Sequence[LineageEdge]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for edge in edges:
        names = [name for name in edge.names if _is_variable(name)]
        found.setdefault(edge.source, {}).update(dict.fromkeys(names))
    return {key: tuple(names) for key, names in found.items()}


def _telling(lineage: Lineage) -> list[LineageEdge]:
    """All edges, but of those from a cell of imports, which most cells need, only the first; and none by which only
    the environment or the like passes, where its source leads on anyhow.
    """
    leading = {edge.source for edge in lineage.edges if not is_faint(edge)}
    edges = [edge for edge in lineage.edges if not (edge.source in leading and _is_ambient(edge))]
    place = {node.id: at for at, node in enumerate(lineage.nodes)}
    imports = {
        node.id for node in lineage.nodes if node.kind == "cell" and is_import_only(SliceCell(node.source))
    }
    first = {
        key: min(place[edge.target] for edge in edges if edge.source == key)
        for key in imports & {edge.source for edge in edges}
    }
    return [edge for edge in edges if edge.source not in imports or place[edge.target] == first[edge.source]]


def _chains(lineage: Lineage, edges: Sequence[LineageEdge]) -> list[list[LineageNode]]:
    """Cells in a row between which nothing comes in and nothing goes out, where there are many cells."""
    if sum(node.kind == "cell" for node in lineage.nodes) < _FOLDS_FROM:
        return []
    after: dict[str, list[str]] = {node.id: [] for node in lineage.nodes}
    before: dict[str, list[str]] = {node.id: [] for node in lineage.nodes}
    for edge in edges:
        after[edge.source].append(edge.target)
        before[edge.target].append(edge.source)
    last = next(node.id for node in reversed(lineage.nodes) if node.kind == "cell")
    chains: list[list[LineageNode]] = []
    open_: dict[str, list[LineageNode]] = {}
    for node in lineage.nodes:
        if node.kind != "cell" or node.failed or node.id == last:
            continue
        source = before[node.id][0] if len(before[node.id]) == 1 else ""
        follows = source in open_ and len(after[source]) == 1
        chain = open_.pop(source) if follows else []
        if not chain:
            chains.append(chain)
        chain.append(node)
        open_[node.id] = chain
    return [chain for chain in chains if len(chain) >= _LEAST_CHAIN]
