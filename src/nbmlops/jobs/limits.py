"""What a job is executed with, from words: `10m`, `1h30m`, `4GB`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from nbmlops.config.quantities import parse_duration, parse_size
from nbmlops.errors import ValueRefusedError
from nbmlops.kernels.contract import ExecuteOptions

_N = TypeVar("_N", int, float)


def make_options(
    *,
    kernel: str | None = None,
    cwd: str | Path | None = None,
    cell_timeout: float | str | None = None,
    timeout: float | str | None = None,
    memory: int | str | None = None,
) -> ExecuteOptions:
    """The options of an execution.

    Args:
        kernel: a kernelspec's name; None for the notebook's own.
        cwd: the working directory; None for the notebook's folder.
        cell_timeout: of each cell, seconds or a text such as `10m`.
        timeout: of the whole job.
        memory: bytes, or a text such as `4GB`.

    Raises:
        ValueRefusedError: a time or a size can't be read.
    """
    return ExecuteOptions(
        kernel=kernel or "",
        cwd=None if cwd is None else Path(cwd).absolute(),
        cell_timeout=_read(parse_duration, cell_timeout),
        job_timeout=_read(parse_duration, timeout),
        memory_limit=_read(parse_size, memory),
    )


def _read(parse: Callable[[str], _N], given: str | float | None) -> _N | None:
    try:
        return None if given is None else parse(str(given))
    except ValueError as exc:
        raise ValueRefusedError(f"{exc}. Leave it out for no limit.") from None
