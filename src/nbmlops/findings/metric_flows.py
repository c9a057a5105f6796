"""What went into each metric of a run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from nbmlops.slices.effects import item_of
from nbmlops.slices.history import Execution, History

_ROOT: Final = re.compile(r"[.\[/]")
_NONE: Final[frozenset[str]] = frozenset()


def metric_flows(keys: Iterable[str], execution: Execution, history: History) -> dict[str, frozenset[str]]:
    """Names and marks (`<clock>`, …) that went into each metric.

    Args:
        keys: of the metrics that the run recorded.
        execution: the cell that gave them.
        history: of the session, the cell included.
    """
    return {key: _flows(key, execution, history) for key in keys}


def _flows(key: str, execution: Execution, history: History) -> frozenset[str]:
    known = _known(key, execution)
    if known is not None:
        return known
    root, _, rest = key.partition(_separator(key))
    if history.makers(root):  # asked for by `--metrics`, and made by an earlier cell
        item = item_of(root, rest.strip("]\"'")) if rest else root
        return frozenset((item,)) | history.taints((item,))
    return execution.shown.get("", _NONE)


def _known(key: str, execution: Execution) -> frozenset[str] | None:
    root, _, rest = key.partition(_separator(key))
    for flows, name in (
        (execution.logged, key),
        (execution.flows, key),
        (execution.shown, key),
        (execution.flows, item_of(root, rest.strip("]\"'"))),
        (execution.flows, root),
        (execution.shown, root),
        (execution.logged, "*"),
    ):
        if name in flows:
            return flows[name]
    return None


def _separator(key: str) -> str:
    found = _ROOT.search(key)
    return found.group() if found else "."
