"""The edge where capture meets the user's cell: nothing that fails behind it reaches the cell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Guard:
    """Runs pieces of capture; collects what failed as sentences for the run's `degraded`."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    @contextmanager
    def protect(self, what: str) -> Iterator[None]:
        """A fault inside leaves a sentence, an interrupt skips the piece: neither stops the cell."""
        try:
            yield
        except KeyboardInterrupt:
            self.faults.append(f"{what}: interrupted, so not recorded.")
        except Exception as exc:  # noqa: BLE001 - the one place where anything may be wrong with anything
            self.faults.append(f"{what} could not be recorded: {type(exc).__name__}: {exc}")
