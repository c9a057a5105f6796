"""What spreads over runs: columns of all that a query finds, and what a metric depends on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final

from nbmlops.answers.kept import Kept
from nbmlops.answers.store import AskedStore
from nbmlops.answers.wire_runs import wire_value
from nbmlops.errors import ValueRefusedError
from nbmlops.records.runs import RunStatus
from nbmlops.records.wire.queries import Query
from nbmlops.records.wire.spread import Importance, SpreadColumn, SpreadRuns

if TYPE_CHECKING:
    from nbmlops.evaluation.influence import Influences
    from nbmlops.store.columns import ColumnReader
    from nbmlops.store.pages import PageReader

MOST_RUNS: Final = 10_000
_MOST_COLUMNS: Final = 50
_MOST_CHARS: Final = 200
_WEIGHED: Final = 1_000  # more runs tell nothing more, and take longer


class Spreads:
    """Answers with columns of many runs. Threads may share one.

    Args:
        store: what is asked.
    """

    questions: ClassVar = ("spread", "importance")

    def __init__(self, store: AskedStore) -> None:
        self._store = store
        self._weighed: Kept[Influences | None] = Kept()

    @cached_property
    def _pages(self) -> PageReader:
        from nbmlops.store.pages import PageReader  # loads SQLAlchemy

        return PageReader(self._store.workspace.database)

    @cached_property
    def _columns(self) -> ColumnReader:
        from nbmlops.store.columns import ColumnReader  # loads SQLAlchemy

        return ColumnReader(self._store.workspace.database)

    def spread(self, query: Query, columns: list[str]) -> SpreadRuns:
        """Columns of the runs that a query finds, at most `MOST_RUNS` of them.

        Args:
            query: which runs; of its order and its limit only the order counts.
            columns: `metrics.KEY`, `params.KEY`, `tags.KEY`, `started`, `duration`, `status`, `experiment`.

        Raises:
            WhereError: `where` can't be read.
            ValueRefusedError: another part of the query says nothing that can be done, or there is no such column.
        """
        if len(columns) > _MOST_COLUMNS:
            raise ValueRefusedError(f"{len(columns)} columns are too many at once: at most {_MOST_COLUMNS}")
        revision = self._synced()
        found = self._find(query)
        ids = found[:MOST_RUNS]
        wanted = list(dict.fromkeys(columns))
        values = self._columns.read(ids, ["name", *wanted])
        return {
            "ids": list(ids),
            "names": values["name"],
            "columns": [_column(column, values[column]) for column in wanted],
            "total": len(found),
            "revision": revision,
        }

    def importance(self, query: Query, metric: str) -> Importance:
        """What a metric depends on, over the finished runs that a query finds.

        Args:
            query: which runs.
            metric: its key.

        Raises:
            WhereError: `where` can't be read.
            ValueRefusedError: another part of the query says nothing that can be done.
        """
        from nbmlops.evaluation.influence import LEAST_RUNS  # loads NumPy

        self._synced()
        ids = self._find(query)[:MOST_RUNS]
        column = f"metrics.{metric}"
        values = self._columns.read(ids, ["status", column])
        used = [
            (run_id, value)
            for run_id, status, value in zip(ids, values["status"], values[column], strict=True)
            if status == RunStatus.FINISHED and value is not None and math.isfinite(value)
        ]
        finished = len(used)
        if finished > _WEIGHED:
            used = [used[at * finished // _WEIGHED] for at in range(_WEIGHED)]
        params = self._columns.params([run_id for run_id, _ in used])
        weighed = self._weigh([value for _, value in used], params) if finished >= LEAST_RUNS else None
        return {
            "metric": metric,
            "finished": finished,
            "runs": weighed.runs if weighed else len(used),
            "least": LEAST_RUNS,
            "explained": weighed.explained if weighed else None,
            "params": [
                {
                    "key": one.key,
                    "share": one.share,
                    "deviation": one.deviation,
                    "correlation": one.correlation,
                    "values": one.values,
                }
                for one in (weighed.params if weighed else ())
            ],
        }

    def _weigh(self, metric: Sequence[float], params: Mapping[str, Sequence[Any]]) -> Influences | None:
        """Kept by what it was worked out from: while a run logs, nothing of the finished ones changes."""
        import numpy as np

        from nbmlops.evaluation.influence import weigh

        asked = repr((metric, sorted(params.items())))
        return self._weighed.get(asked, lambda: weigh(np.array(metric), params))

    def _synced(self) -> str:
        self._store.sync()
        return self._pages.revision()

    def _find(self, query: Query) -> Sequence[str]:
        from nbmlops.answers.page_query import PageQuery  # loads SQLAlchemy

        asked = PageQuery(query)
        return self._pages.find(asked.wanted, asked.order_by, descending=asked.descending).ids


def _column(name: str, values: Sequence[Any]) -> SpreadColumn:
    known = [value for value in values if value is not None]
    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value in known)
    if numeric:
        return {"id": name, "kind": "numeric", "values": [_finite(value) for value in values]}
    return {"id": name, "kind": "text", "values": [_text(value) for value in values]}


def _finite(value: float | None) -> float | None:
    try:
        return float(value) if value is not None and math.isfinite(value) else None
    except OverflowError:  # a whole number beyond all doubles
        return None


def _text(value: Any) -> Any:
    if value is None or isinstance(value, bool | str):
        return value if not isinstance(value, str) else value[:_MOST_CHARS]
    return str(wire_value(value))[:_MOST_CHARS]
