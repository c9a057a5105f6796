"""What stands in the lines of a table: runs, runs behind which identical ones are folded, groups."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from nbmlops.answers.groups import Group
from nbmlops.store.pages import Found


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a table.

    Attributes:
        names: of each line in order the id of its run, or the key of its group.
        identical: how many runs are, or would be, folded behind others.
        groups: by key.
        members: by the id of the run that stands for them, identical runs, itself first.
        inside: by the name of a line, that of the opened one to which it belongs.
    """

    names: Sequence[str]
    identical: int = 0
    groups: Mapping[str, Group] = field(default_factory=dict)
    members: Mapping[str, Sequence[str]] = field(default_factory=dict)
    inside: Mapping[str, str] = field(default_factory=dict)


def run_lines(found: Found, *, fold: bool, unfold: Collection[str]) -> Lines:
    """A line for each run, or one for all that are identical: that of the first of them.

    Args:
        found: the runs, in order.
        fold: whether identical ones are folded.
        unfold: the ids of those whose folds are open.
    """
    members = _identical(found)
    identical = sum(len(ids) - 1 for ids in members.values())
    if not fold or not identical:
        return Lines(found.ids, identical)
    hidden = {run_id for ids in members.values() for run_id in ids[1:]}
    opened = {first: ids for first, ids in members.items() if not set(unfold).isdisjoint(ids)}
    names: list[str] = []
    for run_id in found.ids:
        if run_id not in hidden:
            names.append(run_id)
            names.extend(opened.get(run_id, ())[1:])
    inside = {run_id: first for first, ids in opened.items() for run_id in ids[1:]}
    return Lines(names, identical, members=members, inside=inside)


def group_lines(groups: Sequence[Group], *, unfold: Collection[str]) -> Lines:
    """A line for each group; the runs of those that are open follow it."""
    names: list[str] = []
    inside: dict[str, str] = {}
    for group in groups:
        names.append(group.key)
        if group.key in unfold:
            names.extend(group.ids)
            inside.update(dict.fromkeys(group.ids, group.key))
    return Lines(names, groups={group.key: group for group in groups}, inside=inside)


def _identical(found: Found) -> dict[str, list[str]]:
    by_twin: dict[object, list[str]] = {}
    for run_id, twin in zip(found.ids, found.twins, strict=True):
        if twin is not None:
            by_twin.setdefault(twin, []).append(run_id)
    return {ids[0]: ids for ids in by_twin.values() if len(ids) > 1}
