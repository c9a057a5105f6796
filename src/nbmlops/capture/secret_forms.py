"""The forms in which a secret's value is found again, and the values that are too common to look for."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, quote_plus

_SHORT: Final = 4  # characters: below, a value is masked only next to its name
BARE: Final = 8  # below, a value is masked only where it stands as a word
_COMMON: Final = frozenset(
    re.findall(
        r"\w+",
        """
        password passwd secret token apikey default changeme example test testing basic bearer
        oauth oauth2 none null true false disabled enabled required optional local localhost
        development production staging anonymous guest admin root username user public private
        string unknown always never auto
        """,
    )
)
_NUMBER: Final = re.compile(r"[+-]?[\d.,:_]+(?:e[+-]?\d+)?", re.IGNORECASE)
_WORDS: Final = re.compile(
    r"(?:[A-Za-z]?[a-z]{1,15}|[A-Z]{1,16})(?:[ _-](?:[A-Za-z]?[a-z]{1,15}|[A-Z]{1,16}))?"
)


def is_plain_words(value: str) -> bool:
    """Whether the value is a word or two, such as `forest`: a setting, if nothing says it's a secret."""
    return _WORDS.fullmatch(value) is not None


def is_weak(value: str) -> bool:
    """Whether the value is too short or too common to be masked wherever it stands."""
    return (
        len(value) < _SHORT
        or value.lower() in _COMMON
        or (len(value) < BARE and _NUMBER.fullmatch(value) is not None)
        or (value.startswith(("<", "[")) and value.endswith((">", "]")) and value[1:-1].isalpha())
    )


def beside(name: str, value: str) -> re.Pattern[str]:
    """Finds the value right behind its name."""
    return re.compile(rf"""({re.escape(name)}["']?\]?\s*[=:,]\s*[rbfuRBFU]*["']?){re.escape(value)}(?!\w)""")


def written_forms(value: str) -> Iterator[str]:
    """The value as it stands in text, source, JSON, URLs, HTML and base64, each once."""
    import html  # its table of entities takes longer to load than all of this module

    escaped = json.dumps(value)[1:-1]
    forms = {
        value,
        repr(value)[1:-1],
        value.encode("unicode_escape").decode(),
        escaped,
        escaped.replace("/", "\\/"),
        json.dumps(value, ensure_ascii=False)[1:-1],
        quote(value),
        quote(value, safe=""),
        quote_plus(value),
        html.escape(value),
        html.escape(value, quote=False),
    }
    yield from forms
    if len(value) >= BARE:
        yield from _base64_forms(value.encode("utf-8", "surrogatepass")) - forms


def _base64_forms(raw: bytes) -> set[str]:
    """What every base64 text that holds these bytes must hold, wherever they begin in it."""
    forms = set()
    for shift in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(bytes(shift) + raw).decode()
            # Only characters made of these bytes alone: 6 bits each.
            forms.add(text[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6])
    return forms
