"""The number that a cell gets: the 3 of `In [3]`."""

from __future__ import annotations

from typing import Any


def cell_number(shell: Any) -> int:
    """The number of the cell that is about to run, asked in `pre_run_cell`.

    IPython's own counter goes on before that hook in some versions and after it in others; the list of inputs,
    which begins with an empty one, always does so after it.
    """
    inputs = getattr(getattr(shell, "history_manager", None), "input_hist_parsed", None)
    return len(inputs) if inputs else int(shell.execution_count)
