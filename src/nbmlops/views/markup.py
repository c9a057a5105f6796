"""Text of unknown origin made safe to show: escaped, cut, and with nothing invisible in it."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

from nbmlops.views.numbers import format_bytes

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
# Control characters, lone surrogates, and what turns the reading direction of all that follows.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff"
    "\ud800-\udfff]"
)
_BLANKS = re.compile(r"[\r\n\t]+")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_ELLIPSIS = "…"


def plain(text: str, limit: int = 80) -> str:
    """One line of at most `limit` characters in which every character can be seen."""
    head = text[: limit * 4 + 64]  # a megabyte isn't searched for what will be cut anyway
    line = _INVISIBLE.sub(_as_escape, _BLANKS.sub(" ", _ANSI.sub("", head))).strip()
    if len(line) <= limit and len(head) == len(text):
        return line
    return line[: max(1, limit - 1)].rstrip() + _ELLIPSIS


def block(text: str, limit: int = 4000, *, keep: str = "start") -> str:
    """Several lines, at most `limit` characters of their start or end, with what was cut said."""
    clean = _INVISIBLE.sub(_as_escape, _ANSI.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    if len(clean) <= limit:
        return clean
    said = f"[{format_bytes(len(clean) - limit)} not shown]"
    return f"{said}\n{clean[-limit:]}" if keep == "end" else f"{clean[:limit]}\n{said}"


def shown(text: str, limit: int = 80) -> str:
    """`plain`, escaped for HTML; right-to-left text is kept from turning what stands beside it."""
    line = escape(plain(text, limit))
    return f"<bdi>{line}</bdi>" if _RIGHT_TO_LEFT.search(line) else line


def shown_block(text: str, limit: int = 4000, *, keep: str = "start") -> str:
    """`block`, escaped for HTML."""
    return escape(block(text, limit, keep=keep))


def param_text(value: Any, limit: int = 48) -> str:
    """A parameter's value as it would be written in code, on one line."""
    if isinstance(value, str):
        return plain(value, limit) if value.strip() else repr(value)
    if value is None or isinstance(value, bool | int | float):
        return plain(repr(value), limit)
    try:
        return plain(json.dumps(value, ensure_ascii=False, default=str), limit)
    except (TypeError, ValueError):
        return plain(str(type(value).__name__), limit)


def _as_escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"
