"""The command line: `nbmlops`, one module for each group of commands, imported when it is asked for."""

from __future__ import annotations

from nbmlops.cli.app import main

__all__ = ["main"]
