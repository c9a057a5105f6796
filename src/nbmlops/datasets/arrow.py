"""pyarrow, which is only needed where data are kept."""

from __future__ import annotations

import importlib
from typing import Any

from nbmlops.errors import ValueRefusedError

INSTALL = 'pip install "nbmlops[data]"'


def arrow(module: str = "pyarrow") -> Any:
    """A module of pyarrow.

    Raises:
        ValueRefusedError: it isn't installed; the message says how it is.
    """
    try:
        return importlib.import_module(module)
    except ImportError as exc:
        raise ValueRefusedError(f"Kept data need pyarrow, which isn't installed: {INSTALL}") from exc
