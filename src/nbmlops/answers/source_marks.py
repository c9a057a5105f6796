"""What sources are known again by: whether a cell still is as it ran is told without sending what it was.

`labextension/src/lab/sourceMark.ts` makes the same marks of the cells that are open; a test holds the two together.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from zlib import crc32

from nbmlops.capture.header import find_header
from nbmlops.records.wire.cells import SourceMark

MASK: Final = "***"
_END = re.compile(r"[ \t\r\n]+\Z")


@lru_cache(maxsize=4096)
def digest_of(source: str) -> str:
    r"""CRC-32 and length of what counts in a source.

    Example:
        >>> digest_of("%%track forest\nfit()\n") == digest_of("fit()")
        True
    """
    data = what_counts(source).encode("utf-8", "replace")
    return f"{crc32(data):08x}-{len(data)}"


def what_counts(source: str) -> str:
    """A source without its `%%track` lines, and without blanks at its end: neither changes what it computes."""
    while (header := find_header(source)) is not None:
        lines = source.split("\n")
        del lines[header.lineno]
        source = "\n".join(lines)
    return _END.sub("", source)


def mark_of(source: str) -> SourceMark:
    """The mark of a source as it is kept, secrets masked."""
    if MASK in source:
        return {"digest": "", "pattern": what_counts(source)}
    return {"digest": digest_of(source), "pattern": ""}
