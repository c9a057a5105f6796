"""HTML as strict hosts of notebooks leave it: no styles, scripts, drawings or embedded data."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

# What GitHub keeps of the HTML in a document.
KEPT_TAGS = frozenset(
    [
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "br",
        "b",
        "i",
        "strong",
        "em",
        "a",
        "pre",
        "code",
        "img",
        "tt",
        "div",
        "ins",
        "del",
        "sup",
        "sub",
        "p",
        "ol",
        "ul",
        "li",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "blockquote",
        "dl",
        "dt",
        "dd",
        "kbd",
        "q",
        "samp",
        "hr",
        "s",
        "summary",
        "details",
        "caption",
        "figure",
        "figcaption",
        "abbr",
        "small",
        "span",
    ]
)
KEPT_ATTRIBUTES = frozenset(
    [
        "align",
        "colspan",
        "rowspan",
        "scope",
        "alt",
        "open",
        "href",
        "src",
        "title",
        "lang",
        "dir",
        "width",
        "height",
    ]
)
DROPPED_WITH_CONTENT = frozenset({"style", "script", "svg", "head"})
BLOCKS = frozenset(
    {"br", "dd", "details", "div", "dt", "h1", "h2", "h3", "li", "p", "pre", "summary", "td", "th", "tr"}
)
VOID = frozenset({"br", "hr", "img"})


class _Sanitiser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in DROPPED_WITH_CONTENT:
            self.inside.append(tag)
        if tag in BLOCKS:
            self.text.append("\n")
        if self.inside or tag not in KEPT_TAGS:
            return
        kept = [
            (k, v)
            for k, v in attrs
            if k in KEPT_ATTRIBUTES and not (v or "").strip().lower().startswith("data:")
        ]
        self.out.append(
            "<" + " ".join([tag, *(k if v is None else f'{k}="{escape(v)}"' for k, v in kept)]) + ">"
        )

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()
        elif not self.inside and tag in KEPT_TAGS and tag not in VOID:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.out.append(escape(data, quote=False))
            self.text.append(data)


def _parsed(html: str) -> _Sanitiser:
    parser = _Sanitiser()
    parser.feed(html)
    parser.close()
    assert not parser.inside, f"{parser.inside} never closed"
    return parser


def sanitise(html: str) -> str:
    """What is left of `html`."""
    return "".join(_parsed(html).out)


def text_of(html: str) -> str:
    """What can still be read of it."""
    return " ".join("".join(_parsed(html).text).split())


def tags_of(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """Every start tag with its attributes, as a browser would see them."""
    return _parsed(html).tags
