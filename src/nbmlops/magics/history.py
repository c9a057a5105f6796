"""Which names the session's cells have bound to literals.

What an earlier cell set so is a parameter of the cells that read it.
"""

from __future__ import annotations

from typing import Any

from nbmlops.capture.scope import literal_names, read_scope, rebound_names


class LiteralHistory:
    """Follows the executed cells; reads their sources only when a tracked cell asks.

    Cells that ran before the extension was loaded are taken from IPython's history.
    """

    def __init__(self, shell: Any) -> None:
        self._literals: set[str] = set()
        manager = getattr(shell, "history_manager", None)
        earlier = list(getattr(manager, "input_hist_parsed", ()))
        # The last entry is the cell that loads us.
        self._unread: list[str] = [source for source in earlier if source]

    def add(self, python: str) -> None:
        """A cell was executed."""
        self._unread.append(python)

    def literals(self) -> frozenset[str]:
        """Names that are bound to literals now."""
        for source in self._unread:
            scope = read_scope(source)
            self._literals -= rebound_names(scope)
            self._literals |= literal_names(scope)
        self._unread.clear()
        return frozenset(self._literals)
