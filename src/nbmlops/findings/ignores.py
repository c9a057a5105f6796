"""Comments that take findings back: `# nbmlops: ignore NB106`, on a line or for a whole cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_IGNORE: Final = re.compile(r"#\s*nbmlops:\s*ignore\b[ :]*(?P<codes>(?:NB\d+[\s,]*)*)", re.IGNORECASE)
_CODE: Final = re.compile(r"NB\d+", re.IGNORECASE)


def is_ignored(code: str, source: str | None, line: int) -> bool:
    """Whether a comment of a cell takes findings of this code back.

    Args:
        code: of the rule.
        source: of the cell as it is written; None where the finding stands in none.
        line: 1-based line of the finding; 0 where it is about the whole cell; -1 where only a comment for the
            whole cell counts.
    """
    if source is None or "nbmlops" not in source:
        return False
    for at, alone, codes in _comments(source):
        if codes and code not in codes:
            continue
        if alone or line in (0, at):
            return True
    return False


def _comments(source: str) -> Iterator[tuple[int, bool, list[str]]]:
    """Line, whether nothing else stands on it, and the codes; none stands for all of them."""
    for at, text in enumerate(source.split("\n"), 1):
        found = _IGNORE.search(text)
        if found is not None:
            codes = [item.upper() for item in _CODE.findall(found["codes"])]
            yield at, not text[: found.start()].strip(), codes
