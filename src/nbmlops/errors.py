"""Every error that nbmlops raises on purpose.

    NbmlopsError
    ├── ConfigError            a setting, file or environment variable is wrong
    │   └── SettingsError      nbmlops.toml can't be read, or holds what it doesn't take
    ├── StoreError             the store can't be opened, read or written
    │   ├── StoreFormatError   it was written by a newer nbmlops, or is not a store
    │   └── StoreBusyError     somebody else holds it for longer than we wait
    ├── NotFoundError          no such run, experiment, metric or artifact
    │   └── AmbiguousIdError   a short id fits several runs
    ├── NoActiveRunError       a log function was called outside every run
    ├── RunClosedError         a log function was called on a run that has ended
    ├── ValueRefusedError      a name or value that can't be recorded
    │   └── ParameterError     values that a notebook's parameters don't take; names all of them
    ├── NotebookError          a notebook that isn't there, can't be read, or lacks what is asked of it
    ├── KernelError            a kernel that isn't installed, doesn't start or doesn't answer
    ├── JobFailedError         a notebook that was to be executed whole, and wasn't
    ├── WhereError             a `where=` expression that can't be read; points at the column
    ├── FingerprintError       an object whose content can't be hashed
    ├── MagicUsageError        `%%track` or `%nbmlops` was called with words it doesn't take
    └── ModelError             a model can't be saved or loaded safely

Messages say what happened, to which object, and what to do next.
"""

from __future__ import annotations

from pathlib import Path


class NbmlopsError(Exception):
    """The root of the tree: catch it to catch everything nbmlops raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the user's own line and the message, without the frames inside nbmlops."""
        import traceback  # only where an error is shown

        frames = traceback.extract_tb(self.__traceback__)
        own = [frame for frame in frames if not _is_inside(frame.filename)]
        place = [f"In line {own[-1].lineno}: {own[-1].line}"] if own and own[-1].line else []
        return [*place, f"{type(self).__name__}: {self}"]


def _is_inside(filename: str) -> bool:
    """Whether a frame's file belongs to nbmlops or to IPython, which ran the cell."""
    path = Path(filename)
    return Path(__file__).parent in path.parents or "IPython" in path.parts


class ConfigError(NbmlopsError):
    """A setting, a configuration file or an environment variable is wrong."""


class SettingsError(ConfigError):
    """`nbmlops.toml` can't be read, or holds what it doesn't take.

    Attributes:
        faults: one sentence for each, naming the table and the key.
    """

    def __init__(self, message: str, faults: tuple[str, ...] = ()) -> None:
        self.faults = faults
        super().__init__("\n".join([message, *(f"  {fault}" for fault in faults)]))


class StoreError(NbmlopsError):
    """The store can't be opened, read or written."""


class StoreFormatError(StoreError):
    """The store was written by a newer nbmlops, or is no store at all."""


class StoreBusyError(StoreError):
    """Another process holds the store for longer than we wait."""


class NotFoundError(NbmlopsError):
    """No run, experiment, metric or artifact of this name."""


class AmbiguousIdError(NotFoundError):
    """A shortened id that fits more than one run."""


class NoActiveRunError(NbmlopsError):
    """Something was logged while no run was active."""


class RunClosedError(NbmlopsError):
    """Something was logged to a run that has ended."""


class ValueRefusedError(NbmlopsError):
    """A key or a value that a run can't record."""


class ParameterError(ValueRefusedError):
    """Values that the parameters of a notebook don't take.

    Attributes:
        faults: one sentence for each, beginning with the parameter's name.
    """

    def __init__(self, message: str, faults: tuple[str, ...] = ()) -> None:
        self.faults = faults
        super().__init__("\n".join([message, *(f"  {fault}" for fault in faults)]))


class NotebookError(NbmlopsError):
    """A notebook that isn't there, can't be read, or lacks what is asked of it."""


class KernelError(NbmlopsError):
    """A kernel that isn't installed, doesn't start or doesn't answer."""


class JobFailedError(NbmlopsError):
    """A notebook was executed with `check=True` and did not come to its end.

    Attributes:
        run_id: its run, which holds the cell and its traceback.
        exit_code: as `nbmlops run` would end with.
    """

    def __init__(self, message: str, *, run_id: str, exit_code: int) -> None:
        self.run_id = run_id
        self.exit_code = exit_code
        super().__init__(message)


class WhereError(NbmlopsError):
    """A `where=` expression that can't be read.

    Attributes:
        expression: the text as it was given.
        column: 0-based offset of the offending character in `expression`.
    """

    def __init__(self, message: str, *, expression: str, column: int) -> None:
        self.expression = expression
        self.column = column
        super().__init__(f"{message}\n  {expression}\n  {' ' * column}^")


class FingerprintError(NbmlopsError):
    """An object whose content can't be hashed."""


class MagicUsageError(NbmlopsError):
    """A magic was called with words that it doesn't take."""


class ModelError(NbmlopsError):
    """A model that can't be saved or loaded safely."""
