"""Which runs the front end asks for, and in which order."""

from __future__ import annotations

from typing import TypedDict


class Query(TypedDict, total=False):
    """Which runs, in which order. Every part may be left out: then it restricts nothing.

    Attributes:
        experiment: only those of this experiment.
        notebook: only those that this notebook made: its path as it was recorded. The server makes one of the
            path in Lab.
        cells: together with `notebook`: also those made by cells of these ids in a notebook that is gone, since
            a kernel never learns that its notebook was renamed.
        cell: only those made by the cell of this id.
        ids: only those with these whole ids.
        where: an expression of the `where` language.
        text: words, all of which are to be found: in name, id, experiment, note, status, tags, or in
            parameters that are texts. Small and capital letters are the same.
        deleted: those in the bin instead of the others.
        order_by: `started` (the default), `name`, `status`, `duration`, `experiment`, or a column
            (`metrics.accuracy`). Runs without a value come last either way.
        descending: the other way round. Left out: descending for `started`, ascending for all others.
        offset: how many to leave out at the front.
        limit: at most so many rows (default 100, at most `MOST_ROWS`).
        fold: identical runs stand as one line, that of the first of them; see `Row.alike`.
        group_by: one line for each group of runs that have the same in all of these columns: `params.C`, `tags.team`,
            `experiment`, `status`, `kind`, `notebook`, `verdict`; `params` for all parameters, and `-params.seed` to
            leave one out of them. Nothing is folded then.
        group: only the runs of the group with this key (`RunGroup.key`).
        unfold: the keys of groups, and the ids of folded runs, whose runs follow them as lines of their own.
        means: with `group_by`: the metrics whose means are wanted.
    """

    experiment: str
    notebook: str
    cells: list[str]
    cell: str
    ids: list[str]
    where: str
    text: str
    deleted: bool
    order_by: str
    descending: bool
    offset: int
    limit: int
    fold: bool
    group_by: list[str]
    group: str
    unfold: list[str]
    means: list[str]
