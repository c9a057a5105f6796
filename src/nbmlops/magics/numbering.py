"""The numbers of cells: told before they run, and set for those of a slice, so that `Out[5]`, `_5` and `In[3]` mean
what they meant.

The number of the next cell is set when the one before it has ended: IPython 9 counts on before it tells anybody
that a cell begins, IPython 8 after it has run.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from nbmlops.config import COUNTS_VARIABLE


def cell_number(shell: Any) -> int:
    """The number of the cell that is about to run; IPython 9 has counted on already when it tells of it."""
    count = int(shell.execution_count)
    stored = len(shell.history_manager.input_hist_parsed)  # with an empty text for 0
    return count - 1 if stored < count else count


class Numbering:
    """Sets IPython's counter after each cell, as long as there are numbers.

    Args:
        shell: the IPython shell.
        counts: of the cells to come; 0 where the counter is to go on by itself.
    """

    def __init__(self, shell: Any, counts: list[int]) -> None:
        self._shell = shell
        self._counts = counts

    def after_cell(self, _result: object) -> None:
        """A cell has ended: the next one gets its number."""
        if not self._counts:
            self._shell.events.unregister("post_run_cell", self.after_cell)
        elif count := self._counts.pop(0):
            self._shell.execution_count = count
            for history in (
                self._shell.history_manager.input_hist_parsed,
                self._shell.history_manager.input_hist_raw,
            ):
                del history[count:]
                history.extend([""] * (count - len(history)))


def number_cells(shell: Any, environ: MutableMapping[str, str]) -> None:
    """Begins to number the cells that follow, where somebody who executes a slice asks for it.

    The variable is taken away, so that processes that the cells start don't see it.
    """
    counts = [int(text) for text in environ.pop(COUNTS_VARIABLE, "").split(",") if text]
    if counts:
        shell.events.register("post_run_cell", Numbering(shell, counts).after_cell)
