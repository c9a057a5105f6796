"""What a tracked cell of a file would most likely record as metrics."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Final

from nbmlops.capture.header import find_header
from nbmlops.capture.scope import read_scope
from nbmlops.capture.sources import Sources
from nbmlops.records.directions import known_direction
from nbmlops.slices.history import Execution

_ASKED: Final = re.compile(r"--metrics[ =]+[\"']?([\w.,:]+)")


def likely_metrics(execution: Execution) -> Mapping[str, frozenset[str]]:
    """The keys, each with what went into it; of a cell that is not tracked those that it logs."""
    found = dict(execution.logged)
    header = find_header(execution.raw)
    if header is None:
        return found
    asked = {item.partition(":")[0] for words in _ASKED.findall(header.line) for item in words.split(",")}
    found |= {name: execution.flows[name] for name in asked if name in execution.flows}
    found |= {key: flows for key, flows in execution.shown.items() if key}
    scope = read_scope(execution.python)
    sources = Sources(scope, frozenset())
    for name, bindings in scope.bindings.items():
        computed = [item for item in bindings if id(item) in sources.computed]
        if name in execution.flows and any(_is_number(name, item.value) for item in computed):
            found[name] = execution.flows[name]
    return found


def _is_number(name: str, value: ast.expr | None) -> bool:
    """Whether it looks like one: by its name, or because it is calculated."""
    if known_direction(name) is not None:
        return True
    if not isinstance(value, ast.BinOp):
        return False
    return not any(
        isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
        for node in ast.walk(value)
    )
