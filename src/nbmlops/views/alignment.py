"""Two sequences side by side: which item of one stands for which of the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

Pair = tuple[int | None, int | None]


def align(old: Sequence[T], new: Sequence[T], likeness: Callable[[T, T], float]) -> list[Pair]:
    """Pairs of places, in order on both sides, so that the sum of their likenesses is the greatest.

    What stands for nothing on the other side is paired with None; of a stretch of such items the old ones come
    first. The method is Needleman and Wunsch's, with gaps that cost nothing.

    Args:
        old: one sequence.
        new: the other.
        likeness: of two items; 0 or less for two that must not be paired.
    """
    alike = [[likeness(one, other) for other in new] for one in old]
    sums = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            paired = sums[i + 1][j + 1] + alike[i][j] if alike[i][j] > 0 else 0.0
            sums[i][j] = max(sums[i + 1][j], sums[i][j + 1], paired)
    pairs: list[Pair] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if alike[i][j] > 0 and sums[i][j] == sums[i + 1][j + 1] + alike[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif sums[i][j] == sums[i + 1][j]:
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    return [*pairs, *((at, None) for at in range(i, len(old))), *((None, at) for at in range(j, len(new)))]
