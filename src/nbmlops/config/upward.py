"""From a folder upward: where stores and settings are looked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

SETTINGS_FILE = "nbmlops.toml"


def upward(folder: Path) -> Iterator[Path]:
    """`folder` and its parents; the home folder and what is above it only for who works right there."""
    home = Path.home()
    yield folder
    for level in folder.parents:
        if level == home or level in home.parents:
            return
        yield level


def find_settings_file(folder: Path | None = None) -> Path | None:
    """The nearest `nbmlops.toml` upward of `folder` (default: the working directory)."""
    return nearest_settings(upward((folder or Path.cwd()).absolute()))


def nearest_settings(levels: Iterable[Path]) -> Path | None:
    """The first `nbmlops.toml` in these folders."""
    return next((file for level in levels if (file := level / SETTINGS_FILE).is_file()), None)
