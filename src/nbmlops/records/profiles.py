"""What is known of a dataset's columns without the dataset: counts, moments, histograms, frequent values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from nbmlops.errors import ValueRefusedError
from nbmlops.records.log_histogram import LogHistogram

ColumnKind = Literal["number", "boolean", "text", "time", "duration", "other"]
KEPT_HASHES: Final = 256
KEPT_VALUES: Final = 32
_HASHES: Final = 2**64


@dataclass(frozen=True, slots=True)
class Numbers:
    """The finite values of a column of numbers.

    Attributes:
        count: how many.
        infinite: how many infinite ones there are beside them.
        min: the least, NaN when there is none, as with `max` and `mean`.
        m2: sum of squared differences from the mean.
        histogram: of the values.
    """

    count: int = 0
    infinite: int = 0
    min: float = math.nan
    max: float = math.nan
    mean: float = math.nan
    m2: float = 0.0
    histogram: LogHistogram = field(default_factory=LogHistogram)

    @property
    def std(self) -> float:
        """The standard deviation of a sample (divided by n - 1); NaN below two values."""
        return math.sqrt(self.m2 / (self.count - 1)) if self.count > 1 else math.nan

    def merged(self, other: Numbers) -> Numbers:
        """Both ones' values; moments as in Chan, Golub and LeVeque 1979."""
        if not self.count or not other.count:
            known = self if self.count else other
            return replace(known, infinite=self.infinite + other.infinite)
        count = self.count + other.count
        gap = other.mean - self.mean
        return Numbers(
            count,
            self.infinite + other.infinite,
            min(self.min, other.min),
            max(self.max, other.max),
            self.mean + gap * other.count / count,
            self.m2 + other.m2 + gap * gap * self.count * other.count / count,
            self.histogram.merged(other.histogram),
        )


@dataclass(frozen=True, slots=True)
class Values:
    """The distinct values of a column of texts or booleans.

    Attributes:
        hashes: the smallest 64-bit hashes of its values, ascending, at most 256: the k minimum values of Bar-Yossef
            et al. 2002. Below 256 the number of distinct values is exact, above its standard error is 6.3 %.
        frequent: values to how often they occur at least; they occur at most `error` times more.
        error: how often a value that is not among them occurs at most, 0 when all are.
    """

    hashes: tuple[int, ...] = ()
    frequent: Mapping[str, int] = field(default_factory=dict)
    error: int = 0

    @property
    def distinct(self) -> int:
        """How many there are, an estimate from 256 on."""
        if len(self.hashes) < KEPT_HASHES:
            return len(self.hashes)
        return round((KEPT_HASHES - 1) * _HASHES / (self.hashes[-1] + 1))

    @property
    def is_exact(self) -> bool:
        """Whether `distinct` is no estimate."""
        return len(self.hashes) < KEPT_HASHES

    def merged(self, other: Values) -> Values:
        """Both ones' values (mergeable summaries, Agarwal et al. 2012)."""
        hashes = sorted({*self.hashes, *other.hashes})[:KEPT_HASHES]
        counts = dict(self.frequent)
        for text, count in other.frequent.items():
            counts[text] = counts.get(text, 0) + count
        return most_frequent(tuple(hashes), counts, self.error + other.error)


def most_frequent(hashes: tuple[int, ...], counts: Mapping[str, int], error: int = 0) -> Values:
    """Of all counted values those that are kept."""
    order = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    left_out = order[KEPT_VALUES][1] if len(order) > KEPT_VALUES else 0
    return Values(hashes, dict(order[:KEPT_VALUES]), error + left_out)


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column.

    Attributes:
        name: as text; empty for an array of one axis.
        dtype: the physical type, as the library prints it.
        kind: which of the parts below there are.
        count: how many rows, those without a value too.
        missing: how many of them have none; NaN counts as missing.
        numbers: of numbers.
        values: of texts and booleans.
        span: of times and durations, the least and the greatest, in nanoseconds (since 1970, UTC).
    """

    name: str
    dtype: str
    kind: ColumnKind
    count: int
    missing: int = 0
    numbers: Numbers | None = None
    values: Values | None = None
    span: tuple[int, int] | None = None

    def merged(self, other: ColumnProfile) -> ColumnProfile:
        """The profile of both ones' rows; one without a single value takes the other's kind."""
        kind = self._common_kind(other)
        return ColumnProfile(
            self.name,
            self.dtype if self.kind == kind else other.dtype,
            kind,
            self.count + other.count,
            self.missing + other.missing,
            self.numbers.merged(other.numbers)
            if self.numbers and other.numbers
            else self.numbers or other.numbers,
            self.values.merged(other.values) if self.values and other.values else self.values or other.values,
            _widest(self.span, other.span),
        )

    def _common_kind(self, other: ColumnProfile) -> ColumnKind:
        if self.kind == other.kind or other.missing == other.count:
            return self.kind
        if self.missing == self.count:
            return other.kind
        raise ValueRefusedError(
            f"The column {self.name!r} is {self.kind} in one profile and {other.kind} in the other: "
            "they can't be merged. Convert it first."
        )


def _widest(one: tuple[int, int] | None, other: tuple[int, int] | None) -> tuple[int, int] | None:
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), max(one[1], other[1])


@dataclass(frozen=True, slots=True)
class Profile:
    """A dataset, column by column.

    Attributes:
        rows: how many the dataset has.
        columns: at most 200 of them.
        sampled: how many rows were looked at, where that was not all of them; None otherwise. Of a sample, counts
            and extremes are the sample's.
        omitted: how many columns were left out.
    """

    rows: int
    columns: tuple[ColumnProfile, ...]
    sampled: int | None = None
    omitted: int = 0

    def column(self, name: str) -> ColumnProfile | None:
        """The column of this name."""
        return next((column for column in self.columns if column.name == name), None)

    def merge(self, other: Profile) -> Profile:
        """The profile of both ones' rows, one set below the other.

        Raises:
            ValueRefusedError: their columns are not the same.
        """
        names, others = _names(self.columns), _names(other.columns)
        if sorted(names) != sorted(others):
            odd = sorted(set(names) ^ set(others)) or names
            raise ValueRefusedError(
                f"Profiles of different columns can't be merged: only one has {', '.join(map(repr, odd[:5]))}."
            )
        ordered = [other.columns[others.index(name)] for name in names]
        if len(set(names)) < len(names):  # names that repeat are told apart by their place
            ordered = list(other.columns)
        sampled = None
        if self.sampled is not None or other.sampled is not None:
            sampled = (self.sampled or self.rows) + (other.sampled or other.rows)
        merged = tuple(mine.merged(its) for mine, its in zip(self.columns, ordered, strict=True))
        return Profile(self.rows + other.rows, merged, sampled, max(self.omitted, other.omitted))


def _names(columns: Sequence[ColumnProfile]) -> list[str]:
    return [column.name for column in columns]
