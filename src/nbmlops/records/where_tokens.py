"""The words of a `where=` expression."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from nbmlops.errors import WhereError

TokenKind = Literal["field", "word", "number", "text", "symbol", "end"]

_MAX_LENGTH: Final = 10_000
_LARGEST_INT: Final = 2**63
_SHOWN: Final = 60

# A key needs no quotes for what metric names are made of; the language has no arithmetic, so that
# `metrics.val/loss` and `metrics.top-5` can't mean anything else.
_KEY: Final = re.compile(r"[\w/@:-]+(?:\.[\w/@:-]+)*")
_WORD: Final = re.compile(r"[^\W\d]\w*")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SYMBOL: Final = re.compile(r"==|!=|<>|<=|>=|[=<>(),+-]")
_SPACE: Final = re.compile(r"\s+")
_QUOTES: Final = ("'", '"', "`")
_HINTS: Final = {
    "&": "say `and`",
    "|": "say `or`",
    "!": "say `not`, or `!=`",
    "~": "there are no patterns: use contains or startswith",
    "[": "a list stands in parentheses: in (1, 2)",
    "*": "there is no arithmetic: compare a field with a value",
    "%": "there are no patterns: use contains or startswith",
    ";": "one expression only; join two with `and`",
}


@dataclass(frozen=True, slots=True)
class Token:
    """A word with its place.

    Attributes:
        text: as written; for a field what stands before the first dot.
        key: for a field what stands after it, quotes taken off.
        value: of a number or a text.
    """

    kind: TokenKind
    text: str
    column: int
    key: str = ""
    value: str | int | float = ""

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these keywords, in any case."""
        return self.kind == "word" and self.text.lower() in words

    def is_symbol(self, *symbols: str) -> bool:
        """Whether it is one of these symbols."""
        return self.kind == "symbol" and self.text in symbols

    def __str__(self) -> str:
        if self.kind == "end":
            return "the end"
        shown = f"{self.text}.{self.key}" if self.kind == "field" else self.text
        return f"`{shown if len(shown) <= _SHOWN else shown[:_SHOWN] + '…'}`"


def tokenize(text: str) -> list[Token]:
    """Cut an expression into tokens; the last one is of kind `end`.

    Raises:
        WhereError: a character that belongs to no token, an open quote, or a text that is too long.
    """
    if len(text) > _MAX_LENGTH:
        raise WhereError(
            f"the expression has {len(text):,} characters; {_MAX_LENGTH:,} are allowed",
            expression=text[:_SHOWN] + "…",
            column=0,
        )
    if (bad := re.search(r"[\x00\ud800-\udfff]", text)) is not None:
        raise _error(text, bad.start(), "a character that no database can hold")
    return _Scanner(text).tokens()


def column_of(text: str, place: str, key: str) -> int:
    """Where `place.key` first stands in an expression that was read before."""
    return next(t.column for t in tokenize(text) if t.kind == "field" and (t.text, t.key) == (place, key))


def written_key(key: str) -> str:
    """A key as an expression writes it: in quotes where it holds more than a metric's name is made of."""
    if _KEY.fullmatch(key):
        return key
    doubled = key.replace('"', '""')
    return f'"{doubled}"'


def _error(text: str, column: int, message: str) -> WhereError:
    return WhereError(message, expression=text, column=column)


class _Scanner:
    """Walks once over the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def tokens(self) -> list[Token]:
        found: list[Token] = []
        while self._skip_space():
            found.append(self._token())
        found.append(Token("end", "", len(self._text)))
        return found

    def _skip_space(self) -> bool:
        if (space := _SPACE.match(self._text, self._at)) is not None:
            self._at = space.end()
        return self._at < len(self._text)

    def _token(self) -> Token:
        start, char = self._at, self._text[self._at]
        if char in _QUOTES[:2]:
            return Token("text", char, start, value=self._quoted())
        if (word := _WORD.match(self._text, start)) is not None:
            self._at = word.end()
            return self._field(word[0], start) if self._peek() == "." else Token("word", word[0], start)
        if (number := _NUMBER.match(self._text, start)) is not None:
            return self._number(number)
        if (symbol := _SYMBOL.match(self._text, start)) is not None:
            self._at = symbol.end()
            return Token("symbol", symbol[0], start)
        if char == "`":
            raise _error(self._text, start, "a quoted key stands after params., metrics. or tags.")
        hint = _HINTS.get(char)
        raise _error(self._text, start, f"`{char}` means nothing here" + (f": {hint}" if hint else ""))

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _field(self, place: str, start: int) -> Token:
        self._at += 1
        if self._peek() in _QUOTES:
            key = self._quoted()
            if self._peek() == ".":
                raise _error(
                    self._text, self._at, "quote the whole key after the first dot, not a part of it"
                )
        elif (bare := _KEY.match(self._text, self._at)) is not None:
            key, self._at = bare[0], bare.end()
        else:
            key = ""
        if not key:
            raise _error(self._text, self._at, f"a key is missing after `{place}.`")
        if self._peek() in (".", *_QUOTES):
            raise _error(
                self._text, self._at, f'a key with odd characters stands in quotes: {place}."{key} …"'
            )
        return Token("field", place, start, key=key)

    def _quoted(self) -> str:
        """The text up to the closing quote, which is written twice to stand for itself."""
        opening, quote = self._at, self._text[self._at]
        parts = []
        at = opening + 1
        while (end := self._text.find(quote, at)) >= 0:
            parts.append(self._text[at:end])
            if self._text[end + 1 : end + 2] != quote:
                self._at = end + 1
                return quote.join(parts)
            at = end + 2
        raise _error(self._text, opening, f"the quote {quote} that opens here is never closed")

    def _number(self, match: re.Match[str]) -> Token:
        text, self._at = match[0], match.end()
        if _WORD.match(self._peek()):
            rest = re.compile(r"\w+").match(self._text, self._at)
            unit = text + (rest[0] if rest else "")
            raise _error(
                self._text,
                match.start(),
                f"`{unit}` is no number; a duration or a date stands in quotes: '{unit}'",
            )
        try:
            value: int | float = float(text)
        except ValueError:  # `1_` and `1__0`
            raise _error(self._text, match.start(), f"`{text}` is no number") from None
        if text.lstrip("+-").replace("_", "").isdigit() and abs(value) < _LARGEST_INT:
            value = int(text)
        return Token("number", text, match.start(), value=value)
