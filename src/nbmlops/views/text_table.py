"""Narrow aligned tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from nbmlops.views.markup import plain

_LEAST = 14  # a column is narrowed so far before another is left out


def table_lines(
    heads: Sequence[str], rows: Sequence[Sequence[str]], width: int, *, right: Sequence[int] = ()
) -> list[str]:
    """A line of heads and a line for each row; columns are narrowed to fit, else left out
    from the end; empty ones are left out.
    """
    kept = [place for place in range(len(heads)) if place == 0 or any(row[place] for row in rows)]
    cells = [[plain(str(row[place]), 34) for place in kept] for row in [heads, *rows]]
    widths = [max(len(row[place]) for row in cells) for place in range(len(kept))]
    while len(widths) > 1 and sum(widths) + 2 * (len(widths) - 1) > width:
        widest = widths.index(max(widths))
        if widths[widest] > _LEAST and sum(min(size, _LEAST) + 2 for size in widths) - 2 <= width:
            widths[widest] -= 1
        else:
            widths.pop()
    lines = []
    for row in cells:
        shortened = [plain(text, size) for text, size in zip(row, widths, strict=False)]
        parts = [
            text.rjust(size) if kept[place] in right else text.ljust(size)
            for place, (text, size) in enumerate(zip(shortened, widths, strict=True))
        ]
        lines.append("  ".join(parts).rstrip())
    return lines
