"""A lineage as a picture: cells as cards, data and files as chips, the result at the bottom.

It needs no scripts, follows the theme of its host where that lets it, and is the same for the same lineage, because
notebooks live in git.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from html import escape
from itertools import pairwise

from nbmlops.records.lineage import Lineage, LineageEdge, LineageNode
from nbmlops.records.proof import SliceCell, Verdict
from nbmlops.views.layered import Box, Placed, place
from nbmlops.views.lineage_drawing import Card, Drawing, drawing_of, is_faint
from nbmlops.views.lineage_style import LINEAGE_STYLE
from nbmlops.views.lineage_words import kind_word, lineage_sentence, path_tail
from nbmlops.views.markup import plain
from nbmlops.views.numbers import count_of, format_number
from nbmlops.views.proof_words import VERDICT_LOOKS, is_import_only, verdict_mark

_ROOM = 850.0
_MARGIN = 12.0
_CELL = 268.0
_MONO, _SANS = 6.65, 6.3  # mean width of a character of 11 and 12 pixels
_PAD = 12.0
_LINE = 17.0
_MOST_METRICS = 6
_STRAIGHT = 0.05  # pixels that nobody sees
_ROUND = ("data", "variable", "random")

_Stretch = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _Text:
    """One line of a card: what it says, how, and from which side it is set."""

    text: str
    kind: str
    right: str = ""
    right_kind: str = "nbl-faint"


@dataclass(frozen=True, slots=True)
class _Figure:
    """A card ready to be drawn."""

    kind: str
    width: float
    lines: tuple[_Text, ...]
    title: str
    mark: str = ""
    marks: tuple[str, ...] = field(default=())

    @property
    def height(self) -> float:
        return _LINE * len(self.lines) + 13.0


def lineage_svg(lineage: Lineage) -> str:
    """The picture as one SVG element of at most about 1000 pixels in width, readable without its styles."""
    drawing = drawing_of(lineage)
    figures = {card.key: _figure(card, drawing, lineage) for card in drawing.cards}
    boxes = {key: Box(figure.width, figure.height) for key, figure in figures.items()}
    placed = place(boxes, [(edge.source, edge.target) for edge in drawing.edges], room=_ROOM)
    own = blake2b(repr(lineage).encode("utf-8", "replace"), digest_size=4).hexdigest()
    width, height = placed.width + 2 * _MARGIN, placed.height + 2 * _MARGIN
    body = "".join([*_lines(drawing, placed), *(_card(figures[key], *placed.boxes[key]) for key in boxes)])
    target = lineage.node(lineage.target)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="nbl" role="img" aria-labelledby="t{own} d{own}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">'
        f'<title id="t{own}">{_shown(f"How {_name_of(target)} came about", 120)}</title>'
        f'<desc id="d{own}">{_shown(lineage_sentence(lineage), 4000)}</desc><style>{LINEAGE_STYLE}</style>'
        f'<rect class="nbl-ground" width="100%" height="100%" rx="6"/>'
        f'<g transform="translate({_MARGIN:.0f} {_MARGIN:.0f})">{body}</g></svg>'
    )


def _name_of(node: LineageNode) -> str:
    return f"cell {node.name}" if node.kind == "cell" else node.name


def _shown(text: str, limit: int) -> str:
    """Escaped, and safe in XML too."""
    return escape(plain(text, limit))


# -- cards -------------------------------------------------------------------------------------------


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


def _card(figure: _Figure, x: float, y: float) -> str:
    w, h = figure.width, figure.height
    round_ = h / 2 if figure.kind.removeprefix("nbl-") in _ROUND else 5
    shape = f'<rect class="nbl-box {figure.kind}" width="{w:.1f}" height="{h:.1f}" rx="{round_:.1f}"/>'
    if figure.kind == "nbl-file":  # a sheet with its corner folded
        shape = (
            f'<path class="nbl-box nbl-file" d="M0 0H{w - 11:.1f}L{w:.1f} 11V{h:.1f}H0Z"/>'
            f'<path class="nbl-box nbl-fold" d="M{w - 11:.1f} 0V11H{w:.1f}"/>'
        )
    texts = "".join(_card_lines(figure))
    title = f"<title>{escape(_title(figure.title))}</title>" if figure.title else ""
    return f'<g transform="translate({x:.1f} {y:.1f})">{title}{shape}{texts}</g>'


def _title(text: str) -> str:
    return "\n".join(plain(line, 160) for line in text.splitlines()[:24])


def _card_lines(figure: _Figure) -> Iterator[str]:
    marks = figure.marks or ((figure.mark,) if figure.mark else ())
    inset = (
        _PAD
        + 5.0 * (figure.kind.removeprefix("nbl-") in _ROUND)
        + (max(map(len, marks)) * _MONO + 8 if marks else 0.0)
    )
    for number, line in enumerate(figure.lines):
        y = 18.0 + _LINE * number
        if number < len(marks) and marks[number]:
            yield f'<text class="nbl-mark" x="{_PAD}" y="{y:.0f}">{_shown(marks[number], 8)}</text>'
        if line.text:
            yield f'<text class="{line.kind}" x="{inset:.1f}" y="{y:.0f}">{escape(line.text)}</text>'
        if line.right:
            right = figure.width - _PAD - 5.0 * (figure.kind.removeprefix("nbl-") in _ROUND)
            text = f'<text class="{line.right_kind}" x="{right:.1f}" y="{y:.0f}" text-anchor="end">'
            yield f"{text}{_shown(line.right, 40)}</text>"


# -- lines -------------------------------------------------------------------------------------------


def _lines(drawing: Drawing, placed: Placed) -> Iterator[str]:
    """Lines of one card run together at first: what they share is drawn once, lest it look thicker."""
    drawn: set[_Stretch] = set()
    for edge in sorted(drawing.edges, key=is_faint):
        points = placed.lines[edge.source, edge.target]
        new = [stretch for stretch in pairwise(points) if stretch not in drawn]
        drawn.update(new)
        yield _line(edge, new, points[-1])


def _line(edge: LineageEdge, stretches: Sequence[_Stretch], end: tuple[float, float]) -> str:
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
    kind = "nbl-line nbl-state" if is_faint(edge) else "nbl-line"
    title = f"<title>{_shown(', '.join(edge.names), 300)}</title>" if edge.names else ""
    x, y = end
    tip = f'<path class="nbl-tip" d="M{x - 3.5:.1f} {y - 6:.1f}L{x:.1f} {y:.1f}L{x + 3.5:.1f} {y - 6:.1f}Z"/>'
    return f'<g>{title}<path class="{kind}" d="{"".join(path)}"/>{tip}</g>'
