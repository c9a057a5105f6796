"""Two texts line by line: which lines changed, and which words in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from nbmlops.records.wire.sources import DiffPart, DiffRow
from nbmlops.views.alignment import align

MOST_LINES: Final = 3000  # difflib needs quadratic time in the worst case
_MOST_PAIRED: Final = 60  # lines of one change that are held against each other word by word
_LONGEST: Final = 400  # characters of a line whose words are compared
_ALIKE: Final = 0.5
_TOKEN: Final = re.compile(r"\w+|\s+|[^\w\s]")


def diff_rows(old: str, new: str) -> list[DiffRow]:
    """The lines of two texts as they stand side by side.

    Args:
        old: at most `MOST_LINES` lines.
        new: the same.
    """
    before, after = old.splitlines(), new.splitlines()
    rows: list[DiffRow] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            rows += [_same(before[i], i, i - i1 + j1) for i in range(i1, i2)]
        else:
            rows += _changed(before[i1:i2], after[j1:j2], i1, j1)
    return rows


def _same(line: str, old: int, new: int) -> DiffRow:
    text: list[DiffPart] = [{"text": line, "changed": False}]
    return {"kind": "same", "old_number": old + 1, "new_number": new + 1, "old": text, "new": []}


def _changed(before: Sequence[str], after: Sequence[str], old_at: int, new_at: int) -> Iterator[DiffRow]:
    """Lines that became others, each beside the one that it became."""
    if max(len(before), len(after)) > _MOST_PAIRED:
        pairs = [*((i, None) for i in range(len(before))), *((None, j) for j in range(len(after)))]
    else:
        pairs = align(before, after, _likeness)
    for i, j in pairs:
        if i is not None and j is not None:
            old, new = _words(before[i], after[j])
        else:
            old = [] if i is None else [{"text": before[i], "changed": False}]
            new = [] if j is None else [{"text": after[j], "changed": False}]
        yield {
            "kind": "added" if i is None else "removed" if j is None else "changed",
            "old_number": None if i is None else old_at + i + 1,
            "new_number": None if j is None else new_at + j + 1,
            "old": old,
            "new": new,
        }


def _likeness(old: str, new: str) -> float:
    """0 for lines that have little in common: to mark nearly all of both tells nothing."""
    if not old.strip() or not new.strip() or max(len(old), len(new)) > _LONGEST:
        return float(old.strip() == new.strip())
    matcher = SequenceMatcher(None, old.strip(), new.strip(), autojunk=False)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= _ALIKE else 0.0


def _words(old: str, new: str) -> tuple[list[DiffPart], list[DiffPart]]:
    """Both lines in pieces, those marked that the other has not."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    olds: list[DiffPart] = []
    news: list[DiffPart] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        _add(olds, "".join(before[i1:i2]), changed=kind != "equal")
        _add(news, "".join(after[j1:j2]), changed=kind != "equal")
    return olds, news


def _add(parts: list[DiffPart], text: str, *, changed: bool) -> None:
    if text:
        parts.append({"text": text, "changed": changed})
