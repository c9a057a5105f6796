"""Finding the line that makes a cell a tracked one, and taking it out of what runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

Marker = Literal["%%track", "#| track"]

_TRACK = re.compile(r"^\s*%%track(?:[ \t]+(?P<words>.*))?$")
_COMMENT_TRACK = re.compile(r"^\s*#[ ]?\|[ \t]*track(?:[ \t]+(?P<words>.*))?$")
_MAGIC = re.compile(r"^\s*%%(?P<name>\w+)")
# Cell magics whose body is Python that runs in this kernel: they may stand above the line.
_WRAPPERS = frozenset(
    {"capture", "debug", "lprun", "memit", "mprun", "prun", "pyinstrument", "time", "timeit"}
)


@dataclass(frozen=True, slots=True)
class Header:
    """The line that makes a cell a tracked one.

    Attributes:
        line: the words after `%%track`.
        lineno: 0-based index of the line in the cell.
        marker: how it was written.
        repeated: how many further `%%track` lines stand in the cell's head; they are taken out too,
            so that somebody must say that they do nothing.
    """

    line: str
    lineno: int
    marker: Marker
    repeated: int = 0


class _Head(NamedTuple):
    """The indexes of the lines above the body: cell magics, `%%track` lines, and the body's first line."""

    magics: tuple[int, ...]
    tracks: tuple[int, ...]
    comment: int | None
    wraps_python: bool


def find_header(cell: str) -> Header | None:
    r"""The `%%track` line of a cell, or its `#| track` comment; None for help (`%%track?`) and all else.

    Example:
        >>> find_header("# the baseline\n%%track forest -e churn\nfit()")
        Header(line='forest -e churn', lineno=1, marker='%%track', repeated=0)
    """
    if "track" not in cell:
        return None
    lines = cell.split("\n")
    head = _read_head(lines)
    if head.tracks:
        return Header(_words(_TRACK, lines[head.tracks[0]]), head.tracks[0], "%%track", len(head.tracks) - 1)
    if head.comment is not None:
        return Header(_words(_COMMENT_TRACK, lines[head.comment]), head.comment, "#| track")
    return None


def strip_header(cell: str) -> str:
    r"""The cell as it should run: its `%%track` line made a comment, other cell magics first.

    Lines keep their numbers wherever Python runs. A cell without the line comes back as it is, so the
    function may be applied again to what it gave.

    Example:
        >>> strip_header("%%track forest\nfit()")
        '# %%track forest\nfit()'
        >>> strip_header("%%track forest\n%%time\nfit()")
        '%%time\n# %%track forest\nfit()'
    """
    if "%%track" not in cell:
        return cell
    lines = cell.split("\n")
    head = _read_head(lines)
    if not head.tracks:
        return cell
    commented = [_comment(line) if index in head.tracks else line for index, line in enumerate(lines)]
    if not head.magics:
        return "\n".join(commented)
    # IPython takes a cell magic only from the first line, of the cell and of another magic's body.
    after = head.magics[-1] + 1
    magics = [lines[index] for index in head.magics]
    above = [line for index, line in enumerate(commented[:after]) if index not in head.magics]
    return "\n".join([*magics, *(above if head.wraps_python else []), *commented[after:]])


def _read_head(lines: list[str]) -> _Head:
    magics: list[int] = []
    tracks: list[int] = []
    comment: int | None = None
    wraps_python = True
    for index, line in enumerate(lines):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            if comment is None and not (magics or tracks) and _COMMENT_TRACK.match(line):
                comment = index
        elif _TRACK.match(line):
            if not _words(_TRACK, line).endswith("?"):
                tracks.append(index)
        elif (magic := _MAGIC.match(line)) is not None and not stripped.startswith("%%track"):
            magics.append(index)
            if magic["name"] not in _WRAPPERS:
                wraps_python = False
                break
        else:
            break
    return _Head(tuple(magics), tuple(tracks), comment, wraps_python)


def _words(pattern: re.Pattern[str], line: str) -> str:
    match = pattern.match(line)
    return (match["words"] or "").strip() if match else ""


def _comment(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}# {line.lstrip()}"
