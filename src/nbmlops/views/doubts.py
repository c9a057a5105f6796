"""Which findings of a run make its own metrics doubtful, and which are only worth knowing."""

from __future__ import annotations

import re
from collections.abc import Iterable

_DOUBT = re.compile(
    r"\bleak|\b(is|are) (also|all) (in|part of)\b|\boverlap|\btrain(ed)? on (the )?test|\bsame rows\b",
    re.IGNORECASE,
)
_SHARE = re.compile(r"\b(\d+) of (?:the )?(\d+) rows\b")
_CHANCE_SHARE = 0.05  # real tables hold a few equal rows (iris does) without anything having leaked


def doubts(notices: Iterable[str]) -> tuple[str, ...]:
    """The notices that speak of test data in the training data, beyond what chance explains.

    Example:
        >>> doubts(["Every row of X_test is also in X.", "loss is NaN from step 12 on."])
        ('Every row of X_test is also in X.',)
    """
    return tuple(notice for notice in notices if _DOUBT.search(notice) and not _by_chance(notice))


def _by_chance(notice: str) -> bool:
    share = _SHARE.search(notice)
    return share is not None and int(share[1]) < _CHANCE_SHARE * int(share[2])
