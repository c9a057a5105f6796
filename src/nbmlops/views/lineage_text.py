"""A lineage as a tree in a terminal: the result on top, beneath it what it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nbmlops.records.lineage import Lineage, LineageNode
from nbmlops.records.proof import Verdict
from nbmlops.views.lineage_drawing import drawing_of, is_faint
from nbmlops.views.lineage_words import kind_word, lineage_counts
from nbmlops.views.markup import plain
from nbmlops.views.numbers import format_number
from nbmlops.views.proof_words import verdict_mark

_LEAST_WIDTH = 40
_LEAST_ROOM = 30  # for what a node says, however deep it stands
_MOST_METRICS = 4


def lineage_text(lineage: Lineage, width: int = 100) -> str:
    """The tree, at most `width` cells wide. What comes from one thing alone stands right beneath what it led to, so
    that a long chain does not run out of the terminal; what was shown before is named, not shown again.
    """
    width = max(width, _LEAST_WIDTH)
    tree = _Tree(lineage, width)
    lines = [plain(f"{tree.name(lineage.target)} came from {lineage_counts(lineage)}", width), ""]
    lines += tree.lines(lineage.target, "", "")
    if left := [tree.says(node, width) for node in lineage.nodes if node.id not in tree.seen]:
        lines += ["", *(f"and from it: {text}" for text in left if text)]
    return "\n".join(lines)


@dataclass
class _Tree:
    lineage: Lineage
    width: int
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        drawn = drawing_of(self.lineage, folds=False)
        self._nodes: Mapping[str, LineageNode] = {node.id: node for node in self.lineage.nodes}
        self._place = {node.id: at for at, node in enumerate(self.lineage.nodes)}
        self._sources: dict[str, list[str]] = {node.id: [] for node in self.lineage.nodes}
        for edge in drawn.edges:
            self._sources[edge.target].append(edge.source)
        self._faint = {(edge.source, edge.target) for edge in drawn.edges if is_faint(edge)}

    def name(self, key: str) -> str:
        node = self._nodes[key]
        return node.name if node.kind == "random" else f"{kind_word(node)} {node.name}"

    def lines(self, key: str, lead: str, below: str) -> Iterator[str]:
        """The node and what it came from; `lead` stands before its own line, `below` before those after it."""
        while True:
            node = self._nodes[key]
            was_seen = key in self.seen
            self.seen.add(key)
            sources = self._ordered(key)
            again = was_seen and bool(sources)
            yield self._line(node, lead, again=again)
            if again or len(sources) != 1:
                break
            key, lead = sources[0], f"{below}↑ "
        if again:
            return
        for number, source in enumerate(sources):
            is_last = number == len(sources) - 1
            branch, after = ("└─ ", "   ") if is_last else ("├─ ", "│  ")
            yield from self.lines(source, below + branch, below + after)

    def _line(self, node: LineageNode, lead: str, *, again: bool) -> str:
        cut = self.width - _LEAST_ROOM
        lead = lead if len(lead) <= cut else f"…{lead[1 - cut :]}"
        if again:
            return f"{lead}{node.name if node.kind == 'cell' else self.name(node.id)} (shown above)"
        return f"{lead}{self.says(node, self.width - len(lead))}".rstrip()

    def _ordered(self, key: str) -> list[str]:
        """What leads far back comes late, so that its branch needs no line beside it; what is only there to be safe,
        last.
        """
        return sorted(
            self._sources[key],
            key=lambda source: ((source, key) in self._faint, self._size(source), self._place[source]),
        )

    def _size(self, key: str) -> int:
        found, waiting = set[str](), [key]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self._sources[one]
        return len(found)

    def says(self, node: LineageNode, room: int) -> str:
        """A node on one line of at most `room` cells."""
        if node.kind == "cell":
            return plain(f"{node.name} {'failed: ' if node.failed else ''}{node.line}", room)
        if node.kind == "run":
            metrics = [f"{key} {format_number(value)}" for key, value in node.metrics.items()]
            parts = [f"run {node.name}", node.detail, *metrics[:_MOST_METRICS]]
            parts += [verdict_mark(Verdict(node.verdict))] if node.verdict else []
            return plain("  ".join(filter(None, parts)), room)
        name = node.name if node.kind == "random" else f"{kind_word(node)} {node.name}"
        return plain("  ".join(filter(None, (name, node.detail, node.digest))), room)
