"""From what went wrong to what is said and which exit code it has."""

from __future__ import annotations

import os
import sys

import click

from nbmlops.cli.output import say_aside
from nbmlops.errors import (
    ConfigError,
    NbmlopsError,
    NotebookError,
    NotFoundError,
    SettingsError,
    StoreError,
    ValueRefusedError,
    WhereError,
)

FAILED = 1
CALLED_WRONGLY = 2
NOT_FOUND = 3
NO_STORE = 4
INTERRUPTED = 130

# The first that fits counts. A setting that isn't of nbmlops.toml can only be wrong about the store here.
_CODES: tuple[tuple[type[BaseException], int], ...] = (
    (WhereError, CALLED_WRONGLY),
    (ValueRefusedError, CALLED_WRONGLY),
    (NotebookError, CALLED_WRONGLY),
    (SettingsError, CALLED_WRONGLY),
    (NotFoundError, NOT_FOUND),
    (StoreError, NO_STORE),
    (ConfigError, NO_STORE),
)
DEBUG_VARIABLE = "NBMLOPS_DEBUG"


def exit_code_of(exc: BaseException) -> int:
    """Says what went wrong on standard error; the exit code for it."""
    if isinstance(exc, click.Abort | KeyboardInterrupt):
        _say("Interrupted.")
        return INTERRUPTED
    if isinstance(exc, click.ClickException):
        _say(f"Error: {exc.format_message()}{_where_to_look(exc)}")
        return exc.exit_code
    if os.environ.get(DEBUG_VARIABLE, "") not in ("", "0"):
        sys.excepthook(type(exc), exc, exc.__traceback__)
    else:
        _say(f"Error: {_sentence(exc)}")
    return next((code for kind, code in _CODES if isinstance(exc, kind)), FAILED)


def _where_to_look(exc: click.ClickException) -> str:
    context = exc.ctx if isinstance(exc, click.UsageError) else None
    return f"\nHow it is called: {context.command_path} --help" if context else ""


def _sentence(exc: BaseException) -> str:
    if isinstance(exc, NbmlopsError):
        return str(exc)
    if isinstance(exc, OSError):
        place = f"{exc.filename}: " if exc.filename else ""
        return f"{place}{exc.strerror or exc}. {DEBUG_VARIABLE}=1 shows where."
    return (
        f"nbmlops failed with {type(exc).__name__}: {exc}. This is a fault of nbmlops: report it, "
        f"with what {DEBUG_VARIABLE}=1 shows."
    )


def _say(text: str) -> None:
    from nbmlops.views.markup import block

    try:
        say_aside(block(text))
    except OSError:
        pass  # nobody reads standard error; the exit code still tells
