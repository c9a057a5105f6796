"""A lineage laid out: cells as cards, data and files as chips, the result at the bottom; and the lines between them.

What draws it (an SVG file, the front end) only writes down what stands here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from nbmlops.records.lineage import Lineage, LineageEdge, LineageNode
from nbmlops.records.proof import SliceCell, Verdict
from nbmlops.views.layered import Box, Placed, place
from nbmlops.views.lineage_drawing import Card, Drawing, drawing_of, is_faint
from nbmlops.views.lineage_words import kind_word, path_tail
from nbmlops.views.markup import plain
from nbmlops.views.numbers import count_of, format_number
from nbmlops.views.proof_words import VERDICT_LOOKS, is_import_only, verdict_mark

MARGIN: Final = 12.0
FOLD: Final = 11.0  # of the corner of a file's sheet
_ROOM = 850.0
_CELL = 268.0
_MONO, _SANS = 6.65, 6.3  # mean width of a character of 11 and 12 pixels
_PAD = 12.0
_LINE = 17.0
_MOST_METRICS = 6
_STRAIGHT = 0.05  # pixels that nobody sees
_ROUND = ("data", "variable", "random")

_Stretch = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A line of text within a card; `at_end`: it ends at `x` instead of beginning there."""

    text: str
    look: str
    x: float
    y: float
    at_end: bool = False


@dataclass(frozen=True, slots=True)
class PlacedCard:
    """A card: its key, the class of its look, its place, how round its corners are, what it says in full."""

    key: str
    look: str
    x: float
    y: float
    width: float
    height: float
    round: float
    title: str
    texts: tuple[PlacedText, ...]


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line: an SVG path, where its tip is, the names that it stands for."""

    path: str
    faint: bool
    x: float
    y: float
    title: str


@dataclass(frozen=True, slots=True)
class LineagePicture:
    """A lineage laid out, without a margin around it."""

    width: float
    height: float
    cards: tuple[PlacedCard, ...]
    lines: tuple[PlacedLine, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """One line of a card: what it says, how, and from which side it is set."""

    text: str
    kind: str
    right: str = ""
    right_kind: str = "nbl-faint"


@dataclass(frozen=True, slots=True)
class _Figure:
    """A card that has no place yet."""

    kind: str
    width: float
    lines: tuple[_Text, ...]
    title: str
    mark: str = ""
    marks: tuple[str, ...] = field(default=())

    @property
    def height(self) -> float:
        return _LINE * len(self.lines) + 13.0

    @property
    def round(self) -> bool:
        return self.kind.removeprefix("nbl-") in _ROUND


def lineage_picture(lineage: Lineage) -> LineagePicture:
    """Lays out a lineage, at most about 1000 pixels in width."""
    drawing = drawing_of(lineage)
    figures = {card.key: _figure(card, drawing, lineage) for card in drawing.cards}
    boxes = {key: Box(figure.width, figure.height) for key, figure in figures.items()}
    placed = place(boxes, [(edge.source, edge.target) for edge in drawing.edges], room=_ROOM)
    cards = tuple(_placed_card(key, figures[key], *placed.boxes[key]) for key in boxes)
    return LineagePicture(placed.width, placed.height, cards, tuple(_lines(drawing, placed)))


def _placed_card(key: str, figure: _Figure, x: float, y: float) -> PlacedCard:
    round_ = figure.height / 2 if figure.round else 5.0
    title = "\n".join(plain(line, 160) for line in figure.title.splitlines()[:24])
    texts = tuple(_card_texts(figure))
    return PlacedCard(key, figure.kind, x, y, figure.width, figure.height, round_, title, texts)


def _card_texts(figure: _Figure) -> Iterator[PlacedText]:
    marks = figure.marks or ((figure.mark,) if figure.mark else ())
    beside = 5.0 * figure.round
    inset = _PAD + beside + (max(map(len, marks)) * _MONO + 8 if marks else 0.0)
    for number, line in enumerate(figure.lines):
        y = 18.0 + _LINE * number
        if number < len(marks) and marks[number]:
            yield PlacedText(plain(marks[number], 8), "nbl-mark", _PAD, y)
        if line.text:
            yield PlacedText(line.text, line.kind, inset, y)
        if line.right:
            right = figure.width - _PAD - beside
            yield PlacedText(plain(line.right, 40), line.right_kind, right, y, at_end=True)


def _figure(card: Card, drawing: Drawing, lineage: Lineage) -> _Figure:
    node = card.node
    if node.kind == "cell":
        return _chain(card, drawing) if len(card.nodes) > 1 else _cell(node, drawing)
    if node.kind == "run":
        return _run(node, is_target=node.id == lineage.target)
    return _chip(node, is_target=node.id == lineage.target)


def _cell(node: LineageNode, drawing: Drawing) -> _Figure:
    room = int((_CELL - 2 * _PAD - len(node.name) * _MONO - 8) / _MONO)
    cell = SliceCell(node.source)
    first, imports = node.line, is_import_only(cell)
    gives = _names(drawing.gives.get(node.id, ()), 33)
    said = "✕ failed" if node.failed else ""
    lines = [_Text(plain(first, room), "nbl-code nbl-dim" if imports else "nbl-code")]
    lines += [_Text(gives, "nbl-name", said, "nbl-bad")] if gives or said else []
    title = "\n".join(filter(None, (node.reason, node.source.rstrip())))
    return _Figure("nbl-failed" if node.failed else "nbl-cell", _CELL, tuple(lines), title, node.name)


def _chain(card: Card, drawing: Drawing) -> _Figure:
    """The first and the last of the cells, and how many are between them."""
    nodes = card.nodes
    room = int((_CELL - 2 * _PAD - max(len(node.name) for node in nodes) * _MONO - 8) / _MONO)
    firsts = [plain(node.line, room) for node in (nodes[0], nodes[-1])]
    between = count_of(len(nodes) - 2, "more cell")
    gives = _names(drawing.gives.get(card.key, ()), 33)
    lines = (
        _Text(firsts[0], "nbl-code"), _Text(f"… {between}, one after the other", "nbl-faint"),
        _Text(firsts[1], "nbl-code"), *([_Text(gives, "nbl-name")] if gives else []),
    )  # fmt: skip
    title = "\n".join(f"{node.name} {node.line}" for node in nodes)
    return _Figure("nbl-cell", _CELL, lines, title, nodes[0].name, (nodes[0].name, "", nodes[-1].name))


def _run(node: LineageNode, *, is_target: bool) -> _Figure:
    metrics = [(plain(key, 28), format_number(value)) for key, value in node.metrics.items()]
    lines = [_Text(plain(node.name, 28), "nbl-title", node.detail, "nbl-id")]
    lines += [_Text(key, "nbl-text", value, "nbl-number") for key, value in metrics[:_MOST_METRICS]]
    if more := len(metrics) - _MOST_METRICS:
        lines += [_Text(count_of(more, "more metric"), "nbl-faint")] * (more > 0)
    if node.verdict:
        kind = VERDICT_LOOKS[Verdict(node.verdict)].kind.replace("nbm", "nbl")
        lines.append(_Text(verdict_mark(Verdict(node.verdict)), kind))
    return _Figure("nbl-result" if is_target else "nbl-run", 250.0, tuple(lines), f"run {node.name}")


def _chip(node: LineageNode, *, is_target: bool) -> _Figure:
    name = plain(path_tail(node.name) if node.kind == "file" else node.name, 30)
    facts = " · ".join(filter(None, (kind_word(node), node.detail)))
    room = max(
        len(name) * _SANS * 1.15,
        len(facts) * _SANS * 0.92 + (len(node.digest) + 2) * _MONO * bool(node.digest),
    )
    room += 10.0 if node.kind in _ROUND else 0.0
    lines = (_Text(name, "nbl-strong"), _Text(facts, "nbl-faint", node.digest, "nbl-id"))
    kind = "nbl-result" if is_target else f"nbl-{node.kind}"
    return _Figure(
        kind, max(96.0, room + 2 * _PAD), lines, f"{kind_word(node)} {node.name} {node.digest}".rstrip()
    )


def _names(names: Sequence[str], limit: int) -> str:
    """As many as fit, and how many more there are."""
    kept: list[str] = []
    for name in names:
        if len(", ".join([*kept, name])) > limit - 4 and kept:
            return f"→ {', '.join(kept)} +{len(names) - len(kept)}"
        kept.append(plain(name, limit))
    return f"→ {', '.join(kept)}" if kept else ""


def _lines(drawing: Drawing, placed: Placed) -> Iterator[PlacedLine]:
    """Lines of one card run together at first: what they share is drawn once, lest it look thicker."""
    drawn: set[_Stretch] = set()
    for edge in sorted(drawing.edges, key=is_faint):
        points = placed.lines[edge.source, edge.target]
        new = [stretch for stretch in pairwise(points) if stretch not in drawn]
        drawn.update(new)
        yield _line(edge, new, points[-1])


def _line(edge: LineageEdge, stretches: Sequence[_Stretch], end: tuple[float, float]) -> PlacedLine:
    path, at = [], None
    for start, stop in stretches:
        (x, y), (to_x, to_y) = start, stop
        middle = (y + to_y) / 2
        path += [f"M{x:.1f} {y:.1f}"] if start != at else []
        path.append(
            f"V{to_y:.1f}"
            if abs(to_x - x) < _STRAIGHT
            else f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}"
        )
        at = stop
    return PlacedLine("".join(path), is_faint(edge), *end, title=plain(", ".join(edge.names), 300))
