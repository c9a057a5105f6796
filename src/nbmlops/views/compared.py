"""The model of a comparison: what the HTML, the text, the charts and the report are drawn from.

Values of runs stand in tuples as long as `Comparison.rows`, in its order; rows are named by index.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Literal

from nbmlops.records import proof
from nbmlops.records.runs import Direction, Goal, RunInfo, Series

Standing = Literal["ranked", "doubtful", "other data", "running", "ended early"]


class Absent(Enum):
    """The value of a parameter that a run does not have; `None` is a value."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the comparison: a run, or several that are the same.

    Attributes:
        run: the run; of several identical ones the first given.
        label: its name, with the short id where another row has the same name.
        members: the ids of the identical runs, its own first.
        standing: whether it takes part in the ranking, and if not, why in a word.
        reasons: why it does not, each a sentence.
        remarks: what else to know of it, each a sentence.
        verdict: the worst that a check of any of the members found; None when none was checked.
    """

    run: RunInfo
    label: str
    members: tuple[str, ...]
    standing: Standing = "ranked"
    reasons: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    verdict: proof.Verdict | None = None


@dataclass(frozen=True, slots=True)
class ParamColumn:
    """A parameter whose value is not the same in all rows that have it, or that some lack."""

    key: str
    values: tuple[Any, ...]

    @property
    def present(self) -> int:
        """How many rows have it."""
        return sum(value is not ABSENT for value in self.values)


@dataclass(frozen=True, slots=True)
class MetricColumn:
    """A metric of all rows.

    Attributes:
        values: the last value, None where a row has none.
        direction: None when it is not known; nothing is best then.
        best: the rows that are best among the ranked ones; more than one when tied.
        unranked_better: rows outside the ranking whose value is better than the best.
        spreads: smallest and largest value of identical runs that came out differently.
        points: the longest series behind it; 1 when it was logged once.
    """

    key: str
    values: tuple[float | None, ...]
    direction: Direction | None = None
    best: frozenset[int] = frozenset()
    unranked_better: frozenset[int] = frozenset()
    spreads: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    points: int = 1


@dataclass(frozen=True, slots=True)
class Version:
    """One of the things that go by the same name, and the rows that have it."""

    text: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DataLine:
    """An input by name: the different contents that rows read under it.

    Attributes:
        versions: by content, the most common first.
        is_test: metrics are computed on it, as far as its name says.
        unknown: rows that read it without a fingerprint.
        missing: finished rows that did not read it.
        n_rows: of the most common version, None for a file.
    """

    name: str
    versions: tuple[Version, ...]
    is_test: bool
    unknown: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    n_rows: int | None = None

    @property
    def same(self) -> bool:
        """Whether every row that read it read the same, as far as is known."""
        return len(self.versions) <= 1


@dataclass(frozen=True, slots=True)
class Caution:
    """Something that a reader of the comparison must know first."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Setting:
    """A part of the environment that is not the same everywhere: Python, or a package's version."""

    name: str
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class SourceDiff:
    """A unified diff of two cells; `lines` without the file headers, empty when they are the same."""

    old: str
    new: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer in words: which is best, by what, and what there is to say for and against it."""

    best: int | None
    headline: str
    grounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs side by side; see `nbmlops.views.comparison.compare_runs`."""

    rows: tuple[Row, ...]
    metrics: tuple[MetricColumn, ...]
    params: tuple[ParamColumn, ...]
    same_params: Mapping[str, Any]
    default_params: int
    data: tuple[DataLine, ...]
    cautions: tuple[Caution, ...]
    environment: tuple[Setting, ...]
    sources: tuple[SourceDiff, ...]
    verdict: Verdict
    baseline: int | None = None
    goals: tuple[Goal, ...] = ()
    series: Mapping[tuple[str, str], Series] = field(default_factory=dict)

    @property
    def primary(self) -> MetricColumn | None:
        """The metric that rows are ordered by: the first one, when its direction is known."""
        return self.metrics[0] if self.metrics and self.metrics[0].direction else None

    @property
    def run_count(self) -> int:
        """How many runs stand behind the rows."""
        return sum(len(row.members) for row in self.rows)

    def labels(self, rows: tuple[int, ...], most: int = 4) -> str:
        """The names of rows in a sentence, the first few of many."""
        names = [self.rows[index].label for index in rows]
        return join_names(names, most)


def join_names(names: list[str], most: int = 4) -> str:
    """`a`, `a and b`, `a, b, c and 9 more`."""
    if len(names) > most + 1:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
