"""Groups of the runs that a query found, with the means of their metrics; each is worked out once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from nbmlops.answers.groups import Group, make_groups, means_of, ordered_by_mean, wire_values
from nbmlops.answers.kept import Kept
from nbmlops.answers.lines import Lines
from nbmlops.answers.searches import Search
from nbmlops.records.runs import Direction
from nbmlops.records.wire.rows import ColumnInfo, Mean, RunGroup
from nbmlops.store.database import Database
from nbmlops.store.page_groups import GroupReader
from nbmlops.store.pages import Found

_METRIC = "metrics."
_MOST_MEANS = 60


class GroupedRuns:
    """Threads may share one.

    Args:
        database: what is read.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._groups: Kept[list[Group]] = Kept()
        self._means: Kept[dict[str, Mean]] = Kept(most=2 * _MOST_MEANS)

    @cached_property
    def _reader(self) -> GroupReader:
        return GroupReader(self._database)

    def one(self, search: Search) -> Found:
        """The runs of the group that is asked for."""
        key = search.asked.group
        return search.found.only(
            {run_id for group in self._all(search) if group.key == key for run_id in group.ids}
        )

    def ordered(self, search: Search, columns: Sequence[ColumnInfo]) -> list[Group]:
        """The groups in the order that is asked for: by the mean of a metric, or else by the first of their runs."""
        groups, order_by = self._all(search), search.asked.order_by
        if not order_by.startswith(_METRIC):
            return groups
        means = self._means_of(search, order_by.removeprefix(_METRIC), _directions(search, columns))
        return ordered_by_mean(groups, means, descending=search.asked.descending)

    def wire(
        self, search: Search, lines: Lines, names: Sequence[str], columns: Sequence[ColumnInfo]
    ) -> list[RunGroup]:
        """Those of some lines that are groups."""
        ways = _directions(search, columns)
        shown = [(at, lines.groups[name]) for at, name in enumerate(names) if name in lines.groups]
        keys = search.asked.means if shown else ()
        means = {key: self._means_of(search, key, ways) for key in keys}
        return [
            {
                "key": group.key,
                "at": search.asked.offset + at,
                "runs": len(group.ids),
                "counted": len(group.counted),
                "values": wire_values(group.values),
                "metrics": {key: found[group.key] for key, found in means.items() if group.key in found},
                "open": group.key in search.asked.unfold,
            }
            for at, group in shown
        ]

    def _all(self, search: Search) -> list[Group]:
        found, columns = search.found, search.asked.group_by
        return self._groups.get(
            (search.question, columns),
            lambda: make_groups(self._reader.values(found.ids, columns), found.unfit),
        )

    def _means_of(self, search: Search, key: str, ways: Mapping[str, Direction]) -> dict[str, Mean]:
        question = (search.revision, search.wanted, search.asked.group_by, key, ways.get(key))
        return self._means.get(
            question,
            lambda: means_of(self._all(search), self._reader.metric(search.found.ids, key), ways.get(key)),
        )


def _directions(search: Search, columns: Sequence[ColumnInfo]) -> dict[str, Direction]:
    """Which way metrics are better; runs of several experiments can't be told better from worse."""
    if search.found.experiments != 1:
        return {}
    return {one["key"]: way for one in columns if one["group"] == "metrics" and (way := one["direction"])}
