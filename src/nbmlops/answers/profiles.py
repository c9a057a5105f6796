"""What is known of the data that a run read."""

from __future__ import annotations

from typing import ClassVar, Final

from nbmlops.answers.store import AskedStore
from nbmlops.answers.wire_runs import wire_number
from nbmlops.errors import NotFoundError, StoreError
from nbmlops.records import Input
from nbmlops.records.profiles import ColumnProfile, Profile
from nbmlops.records.wire.profiles import ColumnFacts, DataFacts, ReaderInfo, TopValue
from nbmlops.tracking.data_query import find_input

_TOP: Final = 6
_READERS: Final = 20
_MOST_CHARS: Final = 80


class DataProfiles:
    """Answers about data. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("data",)

    def __init__(self, store: AskedStore) -> None:
        self._store = store

    def data(self, run_id: str, name: str) -> DataFacts:
        """What is known of an input of the run with this whole id.

        Raises:
            NotFoundError: there is no such run, or it has no such input.
        """
        item = find_input(self._store.workspace.runs.info(run_id), name)
        profile = self._profile(item)
        return {
            "rows": profile.rows if profile else None,
            "sampled": profile.sampled if profile else None,
            "omitted": profile.omitted if profile else 0,
            "columns": [_column(column) for column in profile.columns] if profile else [],
            "readers": self._readers(item, run_id),
        }

    def _profile(self, item: Input) -> Profile | None:
        if not item.profile:
            return None
        try:
            return self._store.workspace.data.profile(item.profile)
        except (NotFoundError, StoreError):
            return None  # what else is known is still worth reading

    def _readers(self, item: Input, run_id: str) -> list[ReaderInfo]:
        if item.fingerprint is None:
            return []
        runs = self._store.workspace.runs
        content = item.fingerprint.content
        ids = [one for one in runs.reading(content, _READERS + 1) if one != run_id]
        return [
            {"id": run.id, "name": run.name, "started": run.started.timestamp(), "input": its.name}
            for run in runs.infos(ids[:_READERS])
            for its in run.inputs
            if its.fingerprint is not None and its.fingerprint.content == content
        ]


def _column(column: ColumnProfile) -> ColumnFacts:
    from nbmlops.views.column_summary import bars, distinct, summary

    numbers = column.numbers
    known = numbers is not None and numbers.count > 0
    least, greatest = _ends(column)
    return {
        "name": column.name[:_MOST_CHARS],
        "dtype": column.dtype,
        "kind": column.kind,
        "count": column.count,
        "missing": column.missing / column.count if column.count else 0.0,
        "distinct": distinct(column) if column.values is not None else "",
        "least": least,
        "mean": wire_number(numbers.mean) if numbers is not None and known else None,
        "greatest": greatest,
        "summary": summary(column),
        "bars": bars(column)[0] if column.kind == "number" else [],
        "top": _top(column),
    }


def _ends(column: ColumnProfile) -> tuple[str | None, str | None]:
    from nbmlops.views.column_summary import moment
    from nbmlops.views.numbers import format_number

    if column.numbers is not None and column.numbers.count:
        return format_number(column.numbers.min, 4), format_number(column.numbers.max, 4)
    if column.span is not None:
        return moment(column, 0), moment(column, 1)
    return None, None


def _top(column: ColumnProfile) -> list[TopValue]:
    if column.values is None:
        return []
    present = max(column.count - column.missing, 1)
    order = sorted(column.values.frequent.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"text": text[:_MOST_CHARS], "share": count / present} for text, count in order[:_TOP]]
