"""What makes a run a proof: what it depended on, what speaks against it, and what a check found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What a check of a run found. `run_info(id).verdict == "REPRODUCED"` holds as for any text."""

    REPRODUCED = "REPRODUCED"
    DIFFERS = "DIFFERS"
    CANNOT = "CANNOT"


@dataclass(frozen=True, slots=True)
class Need:
    """One edge of a slice: an earlier cell of it, by its place, and what is taken from there.

    Attributes:
        cell: index into the slice, smaller than that of the cell that needs it.
        names: variables; of what is no variable its label: `random numbers (numpy)`, `file data.csv`.
    """

    cell: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SliceCell:
    """One executed version of a cell that a run depends on; the tracked cell itself is the last of its slice.

    Attributes:
        source: as it was executed, secrets masked.
        cell_id: as the front end names it; None where it names none.
        execution_count: IPython's, None where it is not known.
        reason: why it belongs to the slice, a sentence.
        failed: it ended with an exception, and what it had done until then counts.
        needs: what it takes from earlier cells of the slice.
        reads: files that it read, absolute paths or URLs.
        writes: files that it wrote, absolute paths.
        results: variables that it left, each with a short digest of its value; a digest that begins with `~` is of
            a sample.
        masked: a secret stood in its source, which therefore can't be run again as it is.
    """

    source: str
    cell_id: str | None = None
    execution_count: int | None = None
    reason: str = ""
    failed: bool = False
    needs: tuple[Need, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    results: Mapping[str, str] = field(default_factory=dict)
    masked: bool = False


@dataclass(frozen=True, slots=True)
class LocalModule:
    """A module of the user's own (neither installed nor of Python's library) that a run worked with.

    Attributes:
        name: as it is imported.
        path: of its file, absolute.
        digest: BLAKE3 of its source, which is kept as a blob of that name.
        diff: what differs from the commit, as git prints it; empty when nothing does or there is no repository.
    """

    name: str
    path: str
    digest: str
    diff: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason not to trust a run as it stands.

    Attributes:
        code: `NB101` and so on, each with a page in the documentation.
        message: a sentence.
        name: the variable, file, metric or module that it is about; empty where it is about the whole.
    """

    code: str
    message: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class MetricCheck:
    """One metric, as the run recorded it and as it came out again; None where it is missing on that side.

    Attributes:
        equal: bit for bit, or within the tolerance.
        decides: False for what a clock or the network made: it is shown, and never decides.
    """

    key: str
    before: float | None
    after: float | None
    equal: bool
    decides: bool = True


@dataclass(frozen=True, slots=True)
class Difference:
    """The first cell of a slice whose result was another one.

    Attributes:
        cell: index into the slice.
        execution_count: of then.
        name: what differs first: a variable, an input, a metric, or `error`.
        before: a digest or a value as text.
        after: the same, of now.
    """

    cell: int
    execution_count: int | None
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What became of checking a run.

    Attributes:
        verdict: REPRODUCED, DIFFERS or CANNOT.
        checked: when.
        metrics: every metric that was compared.
        first_difference: None unless it DIFFERS.
        missing: for CANNOT: what is lacking or has changed, each a sentence that ends with the remedy.
        notices: what else is worth knowing (another version of a package), each a sentence.
        tolerance: relative difference that counts as equal; 0 for bit for bit.
        seconds: how long the check took.
        fresh_environment: it ran in an environment that was built from the run's lock.
    """

    verdict: Verdict
    checked: datetime
    metrics: tuple[MetricCheck, ...] = ()
    first_difference: Difference | None = None
    missing: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    tolerance: float = 0.0
    seconds: float = 0.0
    fresh_environment: bool = False
