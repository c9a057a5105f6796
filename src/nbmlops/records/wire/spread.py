"""What spreads over runs: columns of many of them at once, and what a metric depends on."""

from __future__ import annotations

from typing import Literal, TypedDict

from nbmlops.records.wire.values import WireValue


class SpreadColumn(TypedDict):
    """A column of all runs.

    Attributes:
        id: `metrics.accuracy`, `params.C`, `tags.team`, `started`, `duration`, `status`, `experiment`.
        kind: `numeric` where every value is a finite number or null, else `text`.
        values: in the order of the ids; null where a run has none, or none that is finite.
    """

    id: str
    kind: Literal["numeric", "text"]
    values: list[WireValue]


class SpreadRuns(TypedDict):
    """Columns of the runs that a query finds.

    Attributes:
        total: how many it finds; where that is more than are here, these are the first of them.
    """

    ids: list[str]
    names: list[str]
    columns: list[SpreadColumn]
    total: int
    revision: str


class ParamWeight(TypedDict):
    """What a parameter does to a metric.

    Attributes:
        share: of the metric's variance that is lost when it is shuffled.
        deviation: of the share, over the parts of the runs that it was tried on.
        correlation: of the ranks; null where the parameter has no order.
        values: how many distinct ones there are.
    """

    key: str
    share: float
    deviation: float
    correlation: float | None
    values: int


class Importance(TypedDict):
    """What a metric depends on.

    Attributes:
        finished: how many runs that are finished have the metric.
        runs: how many of them were used: of very many an even part.
        least: fewer are too few to tell.
        explained: the share of the metric's variance that the parameters foresee; null where there was nothing to
            work out.
    """

    metric: str
    finished: int
    runs: int
    least: int
    explained: float | None
    params: list[ParamWeight]
