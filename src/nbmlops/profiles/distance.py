"""How far two columns' distributions are apart."""

from __future__ import annotations

from collections.abc import Sequence

from nbmlops.records.profiles import ColumnProfile, Numbers, Values

_TENTHS = [place / 10 for place in range(1, 10)]


def moved_share(before: ColumnProfile, after: ColumnProfile) -> float | None:
    """The share of rows that would have to move to make one distribution of the other: the total variation.

    Numbers are told apart by the tenths of those that were there before, texts by the values that are kept, and
    missing ones count as a value. None where it can't be told: of times, of unlike kinds, of nothing.

    Returns:
        0 where they agree, 1 where they have nothing in common.
    """
    if before.kind != after.kind or not before.count or not after.count:
        return None
    if before.numbers is not None and after.numbers is not None:
        one, other = _number_bins(before.numbers, after.numbers)
    elif before.values is not None and after.values is not None:
        one, other = _value_bins(before.values, after.values, before, after)
    else:
        return None
    return _variation([before.missing, *one], [after.missing, *other])


def _variation(one: Sequence[float], other: Sequence[float]) -> float:
    total, others = sum(one), sum(other)
    if not total or not others:
        return 0.0
    gaps = (abs(a / total - b / others) for a, b in zip(one, other, strict=True))
    share = sum(gaps) / 2
    return 0.0 if share < 1e-12 else min(share, 1.0)


def _number_bins(before: Numbers, after: Numbers) -> tuple[list[float], list[float]]:
    if not before.count or not after.count:
        return [before.infinite, before.count], [after.infinite, after.count]
    cuts = sorted({before.histogram.quantile(share) for share in _TENTHS})
    low, high = min(before.min, after.min, cuts[0]), max(before.max, after.max, cuts[-1])
    # A value that repeats has a bin of its own: what equals it must not fall beside it.
    edges = sorted({low, *cuts, *(_above(cut) for cut in cuts), high, _above(high)})
    bits = min(before.histogram.bits, after.histogram.bits)
    one, other = (found.histogram.coarser(bits).bins(edges) for found in (before, after))
    return [before.infinite, *one], [after.infinite, *other]


def _above(value: float) -> float:
    return value + abs(value) * 2**-4 + 1e-300


def _value_bins(
    before: Values, after: Values, one: ColumnProfile, other: ColumnProfile
) -> tuple[list[float], list[float]]:
    texts = sorted({*before.frequent, *after.frequent})
    found = []
    for values, column in ((before, one), (after, other)):
        counts = [float(values.frequent.get(text, 0)) for text in texts]
        found.append([*counts, column.count - column.missing - sum(counts)])
    return found[0], found[1]
