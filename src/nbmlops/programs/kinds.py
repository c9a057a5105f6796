"""What values a parameter takes: each kind reads texts of the command line and takes values of files."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import NoReturn, Protocol

from nbmlops.programs.bounds import Bounds


class NotTakenError(ValueError):
    """A value that a kind doesn't take; the message is a clause such as "'3.7' is not an int"."""


class Kind(Protocol):
    """A type that a parameter was declared with."""

    def __str__(self) -> str:
        """As an annotation would write it."""

    @property
    def allowed(self) -> str:
        """Bounds or choices in words, empty where every value of the type is allowed."""

    def read(self, text: str) -> object:
        """The value that a text of the command line stands for.

        Raises:
            NotTakenError: it stands for none.
        """

    def take(self, value: object) -> object:
        """A value of a YAML, JSON or TOML file, made the declared type where that loses nothing.

        Raises:
            NotTakenError: it has another type.
        """


def shown(value: object, limit: int = 60) -> str:
    """A value in a message: as Python writes it, cut where it is long."""
    text = repr(str(value)) if isinstance(value, PurePath) else repr(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


@dataclass(frozen=True, slots=True)
class ScalarKind:
    """A type of single values.

    Attributes:
        name: as an annotation would write it.
        noun: with its article: "an int".
        reader: the value of a text; raises ValueError.
        taker: the value of a file's value; raises ValueError, TypeError or NotTakenError.
    """

    name: str
    noun: str
    reader: Callable[[str], object]
    taker: Callable[[object], object]
    allowed: str = ""

    def __str__(self) -> str:
        return self.name

    def read(self, text: str) -> object:
        """The value of a text."""
        try:
            return self.reader(text)
        except (ValueError, ArithmeticError):
            raise NotTakenError(f"{shown(text)} is not {self.noun}") from None

    def take(self, value: object) -> object:
        """The value of a file's value."""
        try:
            return self.taker(value)
        except NotTakenError:
            raise
        except (ValueError, TypeError, ArithmeticError):
            raise NotTakenError(f"{shown(value)} is not {self.noun}") from None


_WORDS = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}
_NONE_WORDS = frozenset({"None", "none", "null"})
_INT = re.compile(r"[+-]?\d+(_\d+)*")
_FLOAT = re.compile(r"[+-]?(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?")


def _read_bool(text: str) -> bool:
    word = text.strip().lower()
    if word not in _WORDS:
        raise ValueError
    return _WORDS[word]


def _take_bool(value: object) -> bool:
    if isinstance(value, str):  # what YAML 1.1 takes for a boolean, and 1.2 for a text
        return (
            _read_bool(value)
            if value.lower() in {"yes", "no", "on", "off"}
            else _refuse_quoted(value, "bool")
        )
    if not isinstance(value, bool):
        raise TypeError
    return value


def _refuse_quoted(value: str, kind: str) -> NoReturn:
    raise NotTakenError(f"{shown(value)} is a text, not a {kind}: leave the quotes out")


def _read_int(text: str) -> int:
    if not _INT.fullmatch(text.strip()):
        raise ValueError
    return int(text)


def _take_int(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    return value


def _take_float(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value)


def _take_str(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float | dt.date):
        raise NotTakenError(f"{shown(value)} is not a text: write it in quotes")
    raise TypeError


def _read_none(text: str) -> None:
    if text not in _NONE_WORDS:
        raise ValueError


def _take_none(value: object) -> None:
    if value is not None:
        raise TypeError


def _take_date(value: object) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    return dt.date.fromisoformat(value) if isinstance(value, str) else _refuse()


def _take_datetime(value: object) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the notebook's zone is its own matter
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else _refuse()


def _take_time(value: object) -> dt.time:
    if isinstance(value, dt.time):
        return value
    return dt.time.fromisoformat(value) if isinstance(value, str) else _refuse()


def _take_decimal(value: object) -> decimal.Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | decimal.Decimal):
        raise TypeError
    return decimal.Decimal(str(value))


def _read_path(text: str) -> Path:
    if not text:
        raise ValueError
    return Path(text)


def _take_path(value: object) -> PurePath:
    return (
        value if isinstance(value, PurePath) else _read_path(value) if isinstance(value, str) else _refuse()
    )


def _refuse() -> NoReturn:
    raise TypeError


BOOL = ScalarKind("bool", "a bool: say true or false", _read_bool, _take_bool)
INT = ScalarKind("int", "an int", _read_int, _take_int)
FLOAT = ScalarKind("float", "a float", float, _take_float)
STR = ScalarKind("str", "a text", str, _take_str)
NONE = ScalarKind("None", "None", _read_none, _take_none)
DATE = ScalarKind("date", "a date such as 2026-01-31", dt.date.fromisoformat, _take_date)
DATETIME = ScalarKind(
    "datetime", "a time such as 2026-01-31T12:00", dt.datetime.fromisoformat, _take_datetime
)
TIME = ScalarKind("time", "a time of day such as 12:30", dt.time.fromisoformat, _take_time)
DECIMAL = ScalarKind("Decimal", "a decimal number", decimal.Decimal, _take_decimal)
PATH = ScalarKind("Path", "a path", _read_path, _take_path)


@dataclass(frozen=True, slots=True)
class AnyKind:
    """What isn't known to be of any type, or of one that can't be checked without running the notebook.

    Attributes:
        annotation: as it was written, empty where there was none.
    """

    annotation: str = ""
    allowed: str = ""

    def __str__(self) -> str:
        return self.annotation or "any"

    def read(self, text: str) -> object:
        """What the text looks like: None, a bool, a number, JSON, and else a text."""
        return guess(text)

    def take(self, value: object) -> object:
        """The value as it is."""
        return value


ANY = AnyKind()


def guess(text: str) -> object:
    """The value that a text without a declared type stands for.

    Example:
        >>> guess("3"), guess("1e-3"), guess("false"), guess("[1, 2]"), guess("gini")
        (3, 0.001, False, [1, 2], 'gini')
    """
    if text in _NONE_WORDS:
        return None
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    try:
        if _INT.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
        if text[:1] in ("[", "{", '"'):
            return json.loads(text)
    except (ValueError, RecursionError):  # more digits than Python takes, brackets that aren't JSON
        pass
    return text


@dataclass(frozen=True, slots=True)
class BoundedKind:
    """A kind whose values keep bounds."""

    kind: Kind
    bounds: Bounds

    def __str__(self) -> str:
        return str(self.kind)

    @property
    def allowed(self) -> str:
        """The bounds in words."""
        return ", ".join(filter(None, (self.kind.allowed, str(self.bounds))))

    def read(self, text: str) -> object:
        """The value of a text, if it keeps the bounds."""
        return self._checked(self.kind.read(text))

    def take(self, value: object) -> object:
        """The value of a file, if it keeps the bounds."""
        return self._checked(self.kind.take(value))

    def _checked(self, value: object) -> object:
        broken = self.bounds.fault(value)
        if broken:
            raise NotTakenError(f"{shown(value)} is not {broken}")
        return value
