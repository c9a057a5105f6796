"""What a run left that can be held against another execution of it, and where it is read from."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from nbmlops.jobs.execute import JobRun
from nbmlops.records import Finding, RunInfo, Series

_CLOCK_OR_NETWORK: Final = frozenset({"NB107", "NB108"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """One run with the histories of its metrics, and the runs that are part of it, in the order they began."""

    run: RunInfo
    series: Mapping[str, Series] = field(default_factory=dict)
    parts: tuple[Evidence, ...] = ()

    @property
    def undecided(self) -> frozenset[str]:
        """Metrics that a clock or the network made."""
        return frozenset(name for name in map(_metric_of, self.run.findings) if name)


class Archive(Protocol):
    """A store, as far as a check reads it."""

    def evidence(self, run_id: str, /) -> Evidence:
        """A run and what belongs to it."""

    def cells(self, /) -> Sequence[RunInfo]:
        """The runs of all tracked cells, the first one first."""

    def begun(self, /) -> Sequence[RunInfo]:
        """The runs that were begun by `start_run`, the first one first."""

    def start_job(self, name: str, experiment: str, /) -> JobRun:
        """Begins the run of a job that is executed again."""

    def blob(self, digest: str, /) -> bytes:
        """A file that was kept.

        Raises:
            NotFoundError: it is gone.
        """


def same_number(before: float, after: float, tolerance: float) -> bool:
    """Whether two values count as equal: bit for bit, NaN as NaN, or within a relative tolerance."""
    if math.isnan(before) or math.isnan(after):
        return math.isnan(before) and math.isnan(after)
    if struct.pack("<d", before) == struct.pack("<d", after):
        return True
    # Infinities are equal bit for bit or not at all.
    return tolerance > 0 and abs(before - after) <= tolerance * max(abs(before), abs(after)) < float("inf")


def _metric_of(finding: Finding) -> str:
    return finding.name if finding.code in _CLOCK_OR_NETWORK else ""
