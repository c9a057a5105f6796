"""Answers that are kept for a while."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

_MOST: Final = 16
_T = TypeVar("_T")


class Kept(Generic[_T]):
    """The last few answers, so that each is worked out once.

    Args:
        most: how many are kept.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._mutex = threading.Lock()
        self._answers: OrderedDict[Hashable, _T] = OrderedDict()

    def get(self, question: Hashable, work_out: Callable[[], _T]) -> _T:
        """The answer, worked out now if it is not known. Two threads may do so at once: better than to wait."""
        with self._mutex:
            if question in self._answers:
                self._answers.move_to_end(question)
                return self._answers[question]
        answer = work_out()
        with self._mutex:
            self._answers[question] = answer
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return answer
