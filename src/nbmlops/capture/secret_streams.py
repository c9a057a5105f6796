"""Secrets in what a job shows: in text that comes in pieces, and where only a part of one is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, Protocol

from nbmlops.capture.secret_looks import MASK

_MIN_PART: Final = 6  # characters of a secret that give it away
_MIN_CUT: Final = 12  # length of a secret of which a part may be shown
_BLOCK: Final = 6
_FRAGMENT: Final = 2 * _BLOCK  # characters of one that are masked wherever they stand
_MAX_WORD: Final = 600
_ELLIPSIS: Final = re.compile(r"\.\.\.|…")
# What may be the beginning of something that will look like a secret.
_LOOK: Final = re.compile(
    r"(?:://|[?&]\w+=|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox|sk-|[srp]k_|whsec_|hf_|AIza|ya29\.|GOCSPX-|npm_"
    r"|pypi-|dapi|eyJ|earer |EARER )\S*\Z"
)


class Masker(Protocol):
    """What knows the secrets, as `SecretRegistry` does."""

    @property
    def forms(self) -> tuple[str, ...]:
        """All that is looked for, the longest first."""

    @property
    def values(self) -> tuple[str, ...]:
        """The secrets themselves."""

    def scrub(self, text: str, /) -> str:
        """The text with every secret in it replaced."""


class OutputMask:
    """Masks the texts of a job, whose streams come in pieces.

    Args:
        masker: knows the secrets; those that it learns later count from then on.

    Example:
        >>> from nbmlops.capture.secrets import SecretRegistry
        >>> registry = SecretRegistry({})
        >>> registry.register("correct-horse-battery-staple")
        >>> outputs = OutputMask(registry)
        >>> outputs.mask("0  correct-horse-batt..."), outputs.hold_back("it is corr")
        ('0  ***...', 4)
    """

    def __init__(self, masker: Masker) -> None:
        self._masker = masker

    def mask(self, text: str) -> str:
        """The text without secrets, nor longer fragments of them, nor what tables and reprs leave of them, nor one
        that it breaks off in.
        """
        forms = self._masker.forms
        text = mask_cut(self._masker.scrub(text), forms)
        for value in self._masker.values:
            text = _mask_fragments(text, value)
        for form in forms:
            part = _beginning_at_end(text, form)
            if part >= max(_MIN_PART, len(form) // 2):
                return text[:-part] + MASK
        return text

    def hold_back(self, text: str) -> int:
        """How many characters at the end of a piece of a stream must wait for the next one."""
        longest = max((_beginning_at_end(text, form) for form in self._masker.forms), default=0)
        word = _LOOK.search(text, max(0, len(text) - _MAX_WORD))
        return max(longest, len(text) - word.start()) if word else longest


def _beginning_at_end(text: str, form: str) -> int:
    """How many of the last characters of the text may be the first ones of the form, not being all of it."""
    at = max(0, len(text) - len(form) + 1)
    while (at := text.find(form[0], at)) >= 0:
        if form.startswith(text[at:]):
            return len(text) - at
        at += 1
    return 0


def _mask_fragments(text: str, value: str) -> str:
    """The text without any 12 characters that follow each other in the secret as well.

    Of any 11 such characters, six are a whole block of the secret, and only its blocks are looked for.
    """
    if len(value) < _FRAGMENT:
        return text
    for start in range(0, len(value) - _BLOCK + 1, _BLOCK):
        block = value[start : start + _BLOCK]
        at = text.find(block)
        while at >= 0:
            left = _common_end(text[max(0, at - start) : at], value[:start])
            right = _common_start(text[at : at + len(value)], value[start:])
            end = at + right
            if left + right >= _FRAGMENT:
                text = text[: at - left] + MASK + text[at + right :]
                end = at - left + len(MASK)
            at = text.find(block, end)
    return text


def _common_start(text: str, form: str) -> int:
    size = 0
    while size < min(len(text), len(form)) and text[size] == form[size]:
        size += 1
    return size


def _common_end(text: str, form: str) -> int:
    return _common_start(text[::-1], form[::-1])


def mask_cut(text: str, forms: Iterable[str]) -> str:
    """The text without parts of secrets beside an ellipsis, as tables and reprs shorten what is too long.

    Example:
        >>> mask_cut("password  correct-horse-bat...", ["correct-horse-battery-staple"])
        'password  ***...'
    """
    known = [form for form in forms if len(form) >= _MIN_CUT]
    if not known or not ("..." in text or "…" in text):  # a pattern takes ten times as long to find neither
        return text
    places = list(_ELLIPSIS.finditer(text))
    all_known = "\0".join(known)  # one look at it for each place is much faster than a loop over them
    for place in reversed(places):  # from the end, so that what is replaced moves none that follow
        start, end = place.span()
        if text[end : end + _MIN_PART] in all_known:
            behind = max(_end_after(text, end, form) for form in known)
            text = text[:end] + MASK + text[end + behind :] if behind else text
        if text[max(0, start - _MIN_PART) : start] in all_known:
            before = max(_beginning_before(text, start, form) for form in known)
            text = text[: start - before] + MASK + text[start:] if before else text
    return text


def _beginning_before(text: str, end: int, form: str) -> int:
    """How many characters before `end` are the beginning of the form."""
    last = text[max(0, end - _MIN_PART) : end]
    at = form.find(last) if len(last) == _MIN_PART else -1
    size = at + _MIN_PART
    return size if at >= 0 and text.endswith(form[:size], 0, end) else 0


def _end_after(text: str, start: int, form: str) -> int:
    """How many characters from `start` are the end of the form."""
    first = text[start : start + _MIN_PART]
    at = form.rfind(first) if len(first) == _MIN_PART else -1
    return len(form) - at if at >= 0 and text.startswith(form[at:], start) else 0
