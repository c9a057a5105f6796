"""A lineage as HTML: its picture, and each cell in full beneath it."""

from __future__ import annotations

from nbmlops.records.lineage import Lineage, LineageNode
from nbmlops.views.compare_style import COMPARE_STYLE
from nbmlops.views.lineage_svg import lineage_svg
from nbmlops.views.lineage_words import kind_word, lineage_counts
from nbmlops.views.markup import shown, shown_block
from nbmlops.views.numbers import count_of

_MOST_SOURCE = 4000


def lineage_html(lineage: Lineage) -> str:
    """The picture and, behind a disclosure, the cells in the order in which they ran."""
    target = lineage.node(lineage.target)
    head = f"How {kind_word(target)} <strong>{shown(target.name, 80)}</strong> came about"
    counts = shown(lineage_counts(lineage), 200)
    return (
        f'<div class="nbm"><style>{COMPARE_STYLE}</style><p class="nbm-answer">{head}</p>'
        f'<p class="nbm-faint">{counts}</p><div class="nbm-scroll">{lineage_svg(lineage)}</div>{_cells(lineage)}</div>'
    )


def lineage_page(lineage: Lineage) -> str:
    """The same as a page of its own, which loads nothing and runs no script."""
    title = shown(lineage.node(lineage.target).name, 80)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>How {title} came about</title>'
        "<style>body{max-width:62rem;margin:2rem auto;padding:0 1rem}"
        "@media (prefers-color-scheme:dark){body{background:#16191d}"
        "body .nbm{--nk:#e6edf3;--nf:#9aa4af;--nl:#3d444d;--ng:#4cc26b;--nr:#ff7b72;--nw:#e3b341}}</style>"
        f"</head><body>{lineage_html(lineage)}</body></html>\n"
    )


def _cells(lineage: Lineage) -> str:
    cells = [node for node in lineage.nodes if node.kind == "cell"]
    if not cells:
        return ""
    body = "".join(map(_cell, cells))
    return f"<details><summary>{count_of(len(cells), 'cell')}, in the order in which they ran</summary>{body}</details>"


def _cell(node: LineageNode) -> str:
    first = shown(node.line, 110)
    said = "it failed, and what it had done until then counts; " if node.failed else ""
    return (
        f'<details><summary><code class="nbm-faint">{shown(node.name, 12)}</code> <code>{first}</code><br>'
        f"<small>{shown(said + node.reason, 300)}</small></summary>"
        f"<pre>{shown_block(node.source.rstrip(), _MOST_SOURCE)}</pre></details>"
    )
