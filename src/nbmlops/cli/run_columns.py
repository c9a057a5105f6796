"""The columns of a list of runs: all of them, the ones that were asked for, the ones that tell most."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import click

from nbmlops.cli.documents import iso
from nbmlops.tracking.query import FRONT_COLUMNS
from nbmlops.views.proof_words import finding_codes

if TYPE_CHECKING:
    from nbmlops.store.run_query import RunTable

Group = Literal["run", "metrics", "params", "tags"]
# Of several columns with one key, which is meant by the key alone.
_RANKS: dict[Group, int] = {"run": 0, "metrics": 1, "params": 2, "tags": 3}


@dataclass(frozen=True, slots=True)
class RunColumn:
    """One column, with a value (or None) for each run.

    Attributes:
        name: as in a DataFrame: `metrics.accuracy`.
        key: without its group: `accuracy`.
    """

    name: str
    group: Group
    key: str
    values: Sequence[Any]

    @property
    def differs(self) -> bool:
        """Whether two runs that have it have not the same."""
        return len({repr(value) for value in self.values if value is not None}) > 1


def all_columns(table: RunTable) -> list[RunColumn]:
    """Every column, in the order of the DataFrame."""
    return [
        *_run_columns(table),
        *param_columns(table),
        *metric_columns(table),
        *tag_columns(table),
        *_last_columns(table),
    ]


def metric_columns(table: RunTable) -> list[RunColumn]:
    """The metrics."""
    return [RunColumn(f"metrics.{key}", "metrics", key, values) for key, values in table.metrics.items()]


def param_columns(table: RunTable) -> list[RunColumn]:
    """The parameters."""
    return [RunColumn(f"params.{key}", "params", key, values) for key, values in table.params.items()]


def tag_columns(table: RunTable) -> list[RunColumn]:
    """The tags."""
    return [RunColumn(f"tags.{key}", "tags", key, values) for key, values in table.tags.items()]


def _run_columns(table: RunTable) -> Iterator[RunColumn]:
    for name in FRONT_COLUMNS:
        values: Sequence[Any] = table.columns[name]
        if name == "started":
            values = [iso(seconds) for seconds in values]
        yield RunColumn(name, "run", name, [str(v) for v in values] if name == "status" else values)


def _last_columns(table: RunTable) -> Iterator[RunColumn]:
    verdicts = [None if found is None else str(found) for found in table.columns["verdict"]]
    yield RunColumn("verdict", "run", "verdict", verdicts)
    yield RunColumn("findings", "run", "findings", [finding_codes(f) for f in table.columns["findings"]])
    yield RunColumn("note", "run", "note", table.columns["note"])


def wished_columns(table: RunTable, wish: str) -> list[RunColumn]:
    """The columns of a text such as `id,name,accuracy,params.max_depth`.

    A key with a comma in it stands in double quotes. A key alone is a metric, else a parameter, else a tag.

    Raises:
        click.UsageError: there is no such column.
    """
    known = all_columns(table)
    (names,) = csv.reader([wish], skipinitialspace=True)
    return [_find(name.strip(), known) for name in names if name.strip()] or known


def _find(name: str, known: Sequence[RunColumn]) -> RunColumn:
    for column in known:
        if column.name == name:
            return column
    if fitting := [column for column in known if column.key == name]:
        return min(fitting, key=lambda column: _RANKS[column.group])
    near = difflib.get_close_matches(name, [c.name for c in known] + [c.key for c in known], 3, 0.5)
    meant = f"Did you mean {' or '.join(near)}? " if near else ""
    first = ", ".join(column.name for column in known[:12])
    raise click.UsageError(
        f"None of these runs has a column {name!r}. {meant}There are: {first}{', ...' * (len(known) > 12)}"
    )
