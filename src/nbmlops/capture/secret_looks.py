"""Secrets known by how they look: tokens, keys, passwords in URLs."""

from __future__ import annotations

import functools
import re
from typing import Final

MASK: Final = "***"

# (character without which there is none, literals of which one must stand in the text, pattern, replacement).
# Looking for these first is about twenty times as fast as one alternation of all patterns, and few are ever
# compiled. A text of numbers has few of the characters.
_Look = tuple[str, tuple[str, ...], str, str]
_compiled = functools.cache(re.compile)


def _tokens(character: str, *beginnings: str, rest: str) -> tuple[_Look, ...]:
    """Tokens that begin a word in these ways.

    A pattern that begins with a literal is found ten times as fast as one that begins with the boundary of a
    word, so the boundary is looked for behind the literal.
    """
    return tuple(
        (character, (text,), rf"{re.escape(text)}(?<!\w{re.escape(text)}){rest}", MASK) for text in beginnings
    )


_LOOKS: Final[tuple[_Look, ...]] = (
    (
        "-",
        ("PRIVATE KEY",),
        # An unfinished block keeps its first line, so that what follows later is still known for a key.
        r"(?s)(-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----).*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)",
        rf"\1{MASK}",
    ),
    ("@", ("://",), r"(://[^\s:/@'\"<>]*:)[^\s/'\"<>]+(?=@)", rf"\1{MASK}"),
    ("@", ("://",), r"(https?://)(?!\*)[^\s:/@'\"<>]{16,}(?=@)", rf"\1{MASK}"),
    (
        "",
        ("uthorization", "UTHORIZATION"),
        r"(?i)(authorization[\"']?\s*[:=,]\s*[\"']?(?:bearer|basic|token)\s+)[^\s'\",*]+",
        rf"\1{MASK}",
    ),
    ("", ("earer ", "EARER "), r"(?i)(bearer\s+)[\w.~+/\-]{16,}=*", rf"\1{MASK}"),
    (
        "=",
        ("?", "&"),
        (
            r"(?i)([?&](?:x-amz-signature|x-amz-credential|x-amz-security-token|sig|signature|token|access_token"
            r"|auth_token|api_?key|password|secret|client_secret)=)[^&\s'\"#]+"
        ),
        rf"\1{MASK}",
    ),
    *_tokens("A", "AKIA", "ASIA", rest=r"[A-Z0-9]{16}\b"),
    (
        "_",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        r"gh(?<!\wgh)[pousr]_[A-Za-z0-9]{36,}",
        MASK,
    ),
    *_tokens("_", "github_pat_", rest=r"[A-Za-z0-9_]{22,}"),
    *_tokens("-", "glpat-", rest=r"[\w\-.]{20,}"),
    *_tokens("-", "xox", rest=r"[abeoprs]-[A-Za-z0-9\-]{10,}"),
    (".", ("hooks.slack.com",), r"(hooks\.slack\.com/services/)[A-Za-z0-9/]+", rf"\1{MASK}"),
    *_tokens("-", "sk-", rest=r"(?=[\w\-]*[0-9])[A-Za-z0-9_\-]{20,}"),
    (
        "_",
        ("k_live_", "k_test_", "whsec_"),
        r"\b(?:[srp]k_(?:live|test)_|whsec_)[A-Za-z0-9]{16,}",
        MASK,
    ),
    *_tokens("_", "hf_", rest=r"[A-Za-z0-9]{30,}"),
    (
        "",
        ("AIza", "ya29.", "GOCSPX-"),
        r"\b(?:AIza[\w\-]{35}|ya29\.[\w\-]{20,}|GOCSPX-[\w\-]{20,})",
        MASK,
    ),
    (
        "",
        ("npm_", "pypi-", "dapi"),
        r"\b(?:npm_[A-Za-z0-9]{36}|pypi-[\w\-]{50,}|dapi[0-9a-f]{32})",
        MASK,
    ),
    *_tokens(".", "eyJ", rest=r"[\w\-]{8,}\.eyJ[\w\-]{4,}\.[\w\-]*"),
)


def mask_url(url: str) -> str:
    """A URL without its password and without signatures and tokens in its query."""
    return mask_looks(url)


def mask_looks(text: str) -> str:
    """The text with everything that looks like a secret replaced by `***`."""
    for character, literals, pattern, replacement in _LOOKS:
        if character in text:
            for literal in literals:  # most texts are short, and `any` would cost more than the search
                if literal in text:
                    text = _compiled(pattern).sub(replacement, text)
                    break
    return text
