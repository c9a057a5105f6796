"""A lineage in words."""

from __future__ import annotations

from collections import Counter
from typing import Final

from nbmlops.records.lineage import Lineage, LineageNode, NodeKind
from nbmlops.views.numbers import count_of

_WORDS: Final[dict[NodeKind, str]] = {
    "cell": "cell",
    "data": "data",
    "file": "file",
    "module": "module",
    "random": "random state",
    "variable": "variable",
    "run": "run",
    "model": "model",
}
_COUNTED: Final[tuple[tuple[NodeKind, str], ...]] = (
    ("cell", "cells"),
    ("file", "files"),
    ("module", "modules of your own"),
)


def kind_word(node: LineageNode) -> str:
    """What a node is, in a word."""
    return _WORDS[node.kind]


def path_tail(path: str) -> str:
    """The last two parts of a path or a URL: `data/customers.csv`."""
    parts = path.replace("\\", "/").rstrip("/").partition("?")[0].split("/")
    return "/".join(part for part in parts[-2:] if part)


def lineage_counts(lineage: Lineage) -> str:
    """`12 cells, 2 files, 1 module of your own`."""
    found = Counter(node.kind for node in lineage.nodes)
    parts = [
        count_of(
            found[kind],
            words.removesuffix("s") if words.count(" ") == 0 else words.replace("s ", " ", 1),
            words,
        )
        for kind, words in _COUNTED
        if found[kind]
    ]
    return ", ".join(parts) or "nothing that is known"


def lineage_sentence(lineage: Lineage) -> str:
    """The lineage for those who can't see its picture: what there is, then each cell in the order in which it ran."""
    target = lineage.node(lineage.target)
    name = (
        f"Cell {target.name}"
        if target.kind == "cell"
        else f"{_WORDS[target.kind].capitalize()} {target.name}"
    )
    cells = [f"Cell {node.name}: {node.line}." for node in lineage.nodes if node.kind == "cell"]
    return " ".join([f"{name} came from {lineage_counts(lineage)}.", *cells])
