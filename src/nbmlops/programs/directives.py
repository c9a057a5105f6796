"""The `#|` comments at the head of a cell, as nbdev and Quarto write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_DIRECTIVE = re.compile(r"^\s*#[ ]?\|[ \t]*(?P<text>\S.*?)\s*$")
_OPTION = re.compile(r"(?P<key>[\w-]+)\s*:(?:\s+(?P<value>.*))?")
_LISTED = re.compile(r"[^\s,\[\]\"']+")


def read_directives(source: str) -> dict[str, str]:
    r"""The directives of a cell: name to the rest of its line, empty where there is none.

    Example:
        >>> read_directives("#| export core\n#| eval: false\nx = 1")
        {'export': 'core', 'eval': 'false'}
    """
    found = {}
    for text in _directive_lines(source):
        option = _OPTION.fullmatch(text)
        if option:
            found[option["key"]] = (option["value"] or "").strip()
        else:
            name, _, rest = text.partition(" ")
            found[name] = rest.strip()
    return found


def read_marks(source: str) -> frozenset[str]:
    """What the directives mark the cell as: `#| export`, `#| parameters`, `#| tags: [test, slow]`.

    Options, as `#| eval: false`, mark nothing.
    """
    marks: set[str] = set()
    for text in _directive_lines(source):
        option = _OPTION.fullmatch(text)
        if option is None:
            marks.add(text.split()[0])
        elif option["key"] == "tags":
            marks.update(_LISTED.findall(option["value"] or ""))
    return frozenset(marks)


def _directive_lines(source: str) -> Iterator[str]:
    """The texts of the `#|` lines above the code; comments, blank lines and cell magics may stand between."""
    for line in source.splitlines():
        found = _DIRECTIVE.match(line)
        if found:
            yield found["text"]
        elif line.strip() and not line.lstrip().startswith(("#", "%%")):
            return
