"""A lineage as a picture in SVG.

It needs no scripts, follows the theme of its host where that lets it, and is the same for the same lineage, because
notebooks live in git.
"""

from __future__ import annotations

from hashlib import blake2b
from html import escape

from nbmlops.records.lineage import Lineage, LineageNode
from nbmlops.views.lineage_picture import FOLD, MARGIN, PlacedCard, PlacedLine, PlacedText, lineage_picture
from nbmlops.views.lineage_style import LINEAGE_STYLE
from nbmlops.views.lineage_words import lineage_sentence
from nbmlops.views.markup import plain


def lineage_svg(lineage: Lineage) -> str:
    """The picture as one SVG element of at most about 1000 pixels in width, readable without its styles."""
    picture = lineage_picture(lineage)
    own = blake2b(repr(lineage).encode("utf-8", "replace"), digest_size=4).hexdigest()
    width, height = picture.width + 2 * MARGIN, picture.height + 2 * MARGIN
    body = "".join([*map(_line, picture.lines), *map(_card, picture.cards)])
    target = lineage.node(lineage.target)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="nbl" role="img" aria-labelledby="t{own} d{own}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">'
        f'<title id="t{own}">{_shown(f"How {_name_of(target)} came about", 120)}</title>'
        f'<desc id="d{own}">{_shown(lineage_sentence(lineage), 4000)}</desc><style>{LINEAGE_STYLE}</style>'
        f'<rect class="nbl-ground" width="100%" height="100%" rx="6"/>'
        f'<g transform="translate({MARGIN:.0f} {MARGIN:.0f})">{body}</g></svg>'
    )


def _name_of(node: LineageNode) -> str:
    return f"cell {node.name}" if node.kind == "cell" else node.name


def _shown(text: str, limit: int) -> str:
    """Escaped, and safe in XML too."""
    return escape(plain(text, limit))


def _card(card: PlacedCard) -> str:
    w, h = card.width, card.height
    shape = f'<rect class="nbl-box {card.look}" width="{w:.1f}" height="{h:.1f}" rx="{card.round:.1f}"/>'
    if card.look == "nbl-file":  # a sheet with its corner folded
        shape = (
            f'<path class="nbl-box nbl-file" d="M0 0H{w - FOLD:.1f}L{w:.1f} {FOLD:.0f}V{h:.1f}H0Z"/>'
            f'<path class="nbl-box nbl-fold" d="M{w - FOLD:.1f} 0V{FOLD:.0f}H{w:.1f}"/>'
        )
    texts = "".join(map(_text, card.texts))
    title = f"<title>{escape(card.title)}</title>" if card.title else ""
    return f'<g transform="translate({card.x:.1f} {card.y:.1f})">{title}{shape}{texts}</g>'


def _text(text: PlacedText) -> str:
    anchor = ' text-anchor="end"' if text.at_end else ""
    return f'<text class="{text.look}" x="{text.x:.1f}" y="{text.y:.0f}"{anchor}>{escape(text.text)}</text>'


def _line(line: PlacedLine) -> str:
    kind = "nbl-line nbl-state" if line.faint else "nbl-line"
    title = f"<title>{escape(line.title)}</title>" if line.title else ""
    x, y = line.x, line.y
    tip = f'<path class="nbl-tip" d="M{x - 3.5:.1f} {y - 6:.1f}L{x:.1f} {y:.1f}L{x + 3.5:.1f} {y - 6:.1f}Z"/>'
    return f'<g>{title}<path class="{kind}" d="{line.path}"/>{tip}</g>'
