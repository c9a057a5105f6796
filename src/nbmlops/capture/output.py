"""The ends of what a cell prints, and the warnings that it raises, while all of it still shows as ever."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable
from threading import Lock
from typing import Any, Final, TextIO

from nbmlops.records import OutputTails

LIMIT: Final = 8192  # characters kept of each stream
MAX_WARNINGS: Final = 50
_WARNING_LENGTH: Final = 1000
_HOLD: Final = 8192  # longer than a secret: what is left unmasked because it may not be complete yet
_FULL: Final = 65_536  # characters after which the pieces are thinned out
_ANSI: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
_ERASED: Final = re.compile("[^\b]\b|^\b+")  # a plain string: in a pattern, backslash b is a word's edge

Scrub = Callable[[str], str]


class OutputTail:
    """Records the last 8 kB of standard output and error, and the warnings, between `start` and `stop`.

    Instances nest; each ends only what it began.

    Args:
        scrub: masks secrets in a text; applied before anything is cut, so that no half of one is left.

    Example:
        >>> tail = OutputTail(str)
        >>> tail.start()
        >>> print("one", end="")
        one
        >>> tail.stop().stdout
        'one'
    """

    def __init__(self, scrub: Scrub, *, limit: int = LIMIT) -> None:
        self._scrub = scrub
        self._limit = limit
        self._stdout = _Tail(scrub, limit)
        self._stderr = _Tail(scrub, limit)
        self._undo: list[Callable[[], None]] = []
        self._warnings = _WarningLog(scrub)

    def start(self) -> None:
        """Begin to record; does nothing when it has begun already."""
        if self._undo:
            return
        self._stdout, self._stderr = _Tail(self._scrub, self._limit), _Tail(self._scrub, self._limit)
        self._warnings = _WarningLog(self._scrub)
        self._undo.append(_tee("stdout", self._stdout))
        if sys.stderr is not sys.stdout:
            self._undo.append(_tee("stderr", self._stderr))
        self._undo.append(_log_warnings(self._warnings))

    def stop(self) -> OutputTails:
        """End recording.

        Returns:
            Each stream's end as a terminal would show it: progress bars as one line, without colours.
        """
        while self._undo:
            self._undo.pop()()
        return OutputTails(self._stdout.text(), self._stderr.text(), self._warnings.messages())


class _Tail:
    """The end of a stream in pieces, thinned out now and then."""

    def __init__(self, scrub: Scrub, limit: int) -> None:
        self.active = True
        self._scrub = scrub
        self._limit = limit
        self._pieces: list[str] = []
        self._length = 0
        self._thinning = Lock()

    def add(self, piece: str) -> None:
        if not self.active:
            return
        if len(piece) > 4 * _FULL:
            piece = _end_of(piece)
        self._pieces.append(piece)
        self._length += len(piece)
        # Never waited for: a fork may have copied the lock while another thread held it.
        if self._length > _FULL and self._thinning.acquire(blocking=False):
            try:
                self._thin()
            finally:
                self._thinning.release()

    def text(self) -> str:
        return self._clean("".join(self._pieces))[-self._limit :]

    def _clean(self, text: str) -> str:
        # Before folding, or a carriage return could cut a secret; and after, or it could put one together.
        return self._scrub(_folded(self._scrub(_ANSI.sub("", text))))

    def _thin(self) -> None:
        pieces, self._pieces = self._pieces, []
        text = "".join(pieces)
        # What is old enough that no secret in it can still be going on is cleaned and cut; the rest stays.
        edge = _edge(text)
        old, recent = self._clean(text[:edge])[-(self._limit + _HOLD) :], text[edge:]
        overwritten = recent.rfind("\r", 0, len(recent) - 1)
        if overwritten > _HOLD:  # one long line, written over and over: a progress bar
            recent = self._clean(recent[:overwritten]) + recent[overwritten:]
        self._pieces[:0] = [old, recent]
        self._length = sum(map(len, self._pieces))


def _edge(text: str) -> int:
    """Where to split: behind the last line, or else word, that ends before the held-back part."""
    last = len(text) - _HOLD
    newline = text.rfind("\n", 0, last)
    if newline < 0 and "\r" not in text:
        newline = text.rfind(" ", 0, last)
    if newline < 0 and len(text) > 4 * _FULL:
        newline = last
    return newline + 1


def _end_of(piece: str) -> str:
    """The end of a giant text, begun so far behind the cut that no secret was cut with it."""
    end = piece[-2 * _FULL :]
    return end[end.find("\n", _HOLD) + 1 or _HOLD :]


def _folded(text: str) -> str:
    """The text as a terminal shows it after its carriage returns and backspaces."""
    if "\r" not in text and "\b" not in text:
        return text
    return "\n".join(_folded_line(line) for line in text.replace("\r\n", "\n").split("\n"))


def _folded_line(line: str) -> str:
    shown = ""
    for part in line.split("\r"):
        written = _without_backspaces(part)
        shown = written + shown[len(written) :]
    return shown


def _without_backspaces(text: str) -> str:
    while "\b" in text:
        text = _ERASED.sub("", text)
    return text


# ---- streams ---------------------------------------------------------------------------------------------


def _tee(name: str, tail: _Tail) -> Callable[[], None]:
    """Let everything written to `sys.<name>` go to the tail as well; the result undoes it."""
    stream = getattr(sys, name)
    if stream is None:  # pythonw
        return _nothing
    own = getattr(stream, "__dict__", {}).get("write")
    write = _teeing(stream.write, tail)
    try:
        # On the object, not in its place: loggers and libraries hold on to the object.
        stream.write = write
    except (AttributeError, TypeError):
        return _tee_by_proxy(name, stream, write, tail)

    def undo() -> None:
        tail.active = False
        if stream.__dict__.get("write") is not write:
            return  # wrapped again by someone else: ours passes everything on and records nothing
        if own is None:
            del stream.write
        else:
            stream.write = own

    return undo


def _tee_by_proxy(name: str, stream: TextIO, write: Callable[[str], int], tail: _Tail) -> Callable[[], None]:
    proxy = _StreamProxy(stream, write)
    setattr(sys, name, proxy)

    def undo() -> None:
        tail.active = False
        if getattr(sys, name) is proxy:
            setattr(sys, name, stream)

    return undo


def _teeing(original: Callable[[str], int], tail: _Tail) -> Callable[[str], int]:
    def write(text: str) -> int:
        written = original(text)
        try:
            tail.add(text)
        except Exception:  # noqa: BLE001 - what can't be recorded was printed all the same
            pass
        return written

    return write


class _StreamProxy:
    """Stands for a stream that takes no attributes."""

    def __init__(self, stream: TextIO, write: Callable[[str], int]) -> None:
        self._stream = stream
        self.write = write

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __iter__(self) -> Any:
        return iter(self._stream)


def _nothing() -> None:
    return None


# ---- warnings --------------------------------------------------------------------------------------------


class _WarningLog:
    """Warnings, each once, in the order of their first appearance."""

    def __init__(self, scrub: Scrub) -> None:
        self.active = True
        self._scrub = scrub
        self._seen: dict[str, None] = {}

    def add(self, message: Warning | str, category: type[Warning]) -> None:
        if self.active and len(self._seen) < MAX_WARNINGS:
            self._seen[self._scrub(f"{category.__name__}: {message}")[:_WARNING_LENGTH]] = None

    def messages(self) -> tuple[str, ...]:
        return tuple(self._seen)


def _log_warnings(log: _WarningLog) -> Callable[[], None]:
    shown_by = warnings.showwarning

    def showwarning(  # noqa: PLR0917 - the signature is Python's
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        shown_by(message, category, filename, lineno, file, line)
        try:
            log.add(message, category)
        except Exception:  # noqa: BLE001 - a warning whose text can't be had was shown all the same
            pass

    warnings.showwarning = showwarning

    def undo() -> None:
        log.active = False
        if warnings.showwarning is showwarning:
            warnings.showwarning = shown_by

    return undo
