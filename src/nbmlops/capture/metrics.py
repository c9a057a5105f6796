"""Metrics that nobody had to log: the results that a cell computes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set

from nbmlops.capture.literals import literal_value
from nbmlops.capture.metric_requests import single_metric
from nbmlops.capture.params import Inferred, cut
from nbmlops.capture.result import final_values
from nbmlops.capture.scalars import float_scalar, is_dict, number
from nbmlops.capture.scope import CellScope
from nbmlops.capture.sources import Sources
from nbmlops.capture.walk import Binding
from nbmlops.records import Metric

_NO_METRIC_HOW = frozenset(
    {"loop", "with", "except", "match", "import", "function", "class", "deleted", "global"}
)


def inferred_metrics(
    scope: CellScope,
    *,
    before: Mapping[str, object],
    after: Mapping[str, object],
    result: object,
    params: Set[str],
) -> Inferred[Metric]:
    """Metrics by the rules 5 to 8: floats that the cell computed, and what its last expression gave.

    Args:
        scope: what the cell does with names; of a failed cell `scope.up_to(line)`.
        before: the namespace when the cell began.
        after: the namespace when it ended.
        result: the value of its last expression, None when there was none.
        params: keys of the parameters; none of them is a metric too.
    """
    sources = Sources(scope, params)
    found = dict(_from_names(scope, sources, before, after))
    found.update((key, value) for key, value in _from_result(scope, sources, result) if key not in params)
    return cut([single_metric(key, value, "inferred") for key, value in found.items()], "metrics")


# Names ----------------------------------------------------------------------------------------------


def _from_names(
    scope: CellScope, sources: Sources, before: Mapping[str, object], after: Mapping[str, object]
) -> Iterator[tuple[str, float]]:
    for name, bindings in scope.bindings.items():
        if name.startswith("_") or name in sources.params or name not in after:
            continue
        computed = [binding for binding in bindings if id(binding) in sources.computed]
        if not computed or any(binding.how in _NO_METRIC_HOW for binding in bindings):
            continue
        value = float_scalar(after[name])
        if value is not None and _ran(name, computed, bindings, before, after):
            yield name, value


def _ran(
    name: str,
    computed: list[Binding],
    bindings: tuple[Binding, ...],
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> bool:
    """Whether one of the computed bindings made the value that is left, where that is in doubt."""
    if not all(binding.conditional for binding in computed):
        return True
    value = after[name]
    if name in before and before[name] is value:
        return False
    starts = [literal_value(binding.value)[1] for binding in bindings if binding.how == "literal"]
    in_branch = not any(binding.in_loop for binding in computed)
    return not (in_branch and any(type(value) is type(start) and value == start for start in starts))


# The last expression --------------------------------------------------------------------------------


def _from_result(scope: CellScope, sources: Sources, result: object) -> Iterator[tuple[str, float]]:
    if scope.last is None or result is None:
        return
    node = scope.last.node
    if not is_dict(result) and sources.of(node) not in ("computed", "outside"):
        return
    if isinstance(node, ast.Name) and node.id in scope.bindings and not is_dict(result):
        return  # the rules for names have had their say
    for key, value in final_values(scope, result, only_floats=True):
        scalar = number(value)
        if scalar is not None:
            yield key, scalar
