"""Numbers and values as JSON can hold them."""

from __future__ import annotations

from typing import Literal

WireNumber = float | Literal["NaN", "Infinity", "-Infinity"]
# A parameter: a text, a number, true, false, null, or lists and objects of them.
WireValue = None | bool | float | str | list["WireValue"] | dict[str, "WireValue"]
Group = Literal["metrics", "params", "tags", "data", "environment"]

MOST_ROWS = 500  # of one page
MOST_SERIES = 200  # in one answer
