"""Which names speak of secrets."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SECRET_WORDS: Final = _words(
    """
    password passwd pwd passphrase passcode secret secrets apikey accesskey privatekey secretkey
    credential credentials bearer
    """
)
_SECRET_PAIRS: Final = frozenset(
    (first, "key") for first in _words("api access private secret encryption signing account master auth ssh")
) | {("connection", "string"), ("db", "pass"), ("user", "pass"), ("smtp", "pass"), ("mysql", "pass")}
_LAST_ONLY: Final = frozenset({"token", "auth", "authorization"})
# `pad_token`, `next_token`: language models speak of tokens all day.
_MODEL_TOKENS: Final = _words(
    """
    pad eos bos cls sep unk mask next prev previous per last first num new sub special start end
    stop image audio oov decoder encoder begin bot user target input output each one every
    """
)
_COUNTS: Final = _words(
    """
    n num max min count total avg mean len is has use uses with no without enable
    """
)
_ABOUT: Final = _words(
    """
    file path dir folder url uri name type kind count length len size field column col policy expiry
    ttl min max strength score method mode hash env var label prefix prompt required enabled
    """
)


def is_secret_name(name: str) -> bool:
    """Whether something of this name would hold a secret, going by its words.

    Example:
        >>> [is_secret_name(n) for n in ("db_password", "apiKey", "n_tokens", "tokenizer", "author")]
        [True, True, False, False, False]
    """
    words = [word.lower() for word in _WORD.findall(name)]
    while words and words[-1].isdigit():
        words.pop()
    if not words or words[0] in _COUNTS or words[-1] in _ABOUT:
        return False
    if words[-1] in _LAST_ONLY:
        return words[-1] != "token" or len(words) == 1 or words[-2] not in _MODEL_TOKENS
    return not _SECRET_WORDS.isdisjoint(words) or any(pair in _SECRET_PAIRS for pair in pairwise(words))
