"""Tab completion of the magics' flags."""

from __future__ import annotations

from typing import Any

from nbmlops.magics.arguments import amend_parser, flags_of, nbmlops_parser, track_parser

_PARSERS = {"%%track": track_parser, "%track": amend_parser, "%nbmlops": nbmlops_parser}


def complete_flags(_shell: Any, event: Any) -> list[str]:
    """The flags and words that may follow what was typed."""
    word = event.line.split(None, 1)[0]
    parser = _PARSERS.get(word)
    if parser is None:
        return []
    return [flag for flag in flags_of(parser()) if flag.startswith(event.symbol)]
