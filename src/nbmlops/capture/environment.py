"""What the process runs on: Python, the platform and every installed distribution."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from typing import Final

from nbmlops.records import Environment

_DIST_INFO: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9._]*)-([^-]+)\.dist-info\Z")
_SEPARATORS: Final = re.compile(r"[-_.]+")
_State = tuple[tuple[str, int], ...]


class EnvironmentReader:
    """Reads the environment once, and again only after something was installed or removed.

    Not safe for two threads at once; made for one background thread.
    """

    def __init__(self) -> None:
        self._state: _State | None = None
        self._packages: Mapping[str, str] = {}

    def read(self) -> Environment:
        """Python's version, the platform, and the version of every distribution on `sys.path`.

        Names are normalised as on PyPI (`scikit-learn`), the first on the path wins as in an import. Folders
        that didn't change since the last call aren't read.
        """
        state = tuple(_folders(sys.path))
        if state != self._state:
            self._packages = _packages(folder for folder, _ in state)
            self._state = state
        return Environment(
            python=f"{platform.python_implementation()} {platform.python_version()}",
            platform=f"{platform.system()}-{platform.release()}-{platform.machine()}",
            packages=self._packages,
        )


def _folders(path: Iterable[str]) -> Iterator[tuple[str, int]]:
    for folder in dict.fromkeys(entry or os.curdir for entry in path):
        try:
            yield folder, os.stat(folder).st_mtime_ns  # noqa: PTH116 - on every run
        except OSError:  # sys.path may name what isn't there
            continue


def _packages(folders: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for folder in folders:
        for name, version in _distributions(folder):
            found.setdefault(_SEPARATORS.sub("-", name).lower(), version)
    return dict(sorted(found.items()))


def _distributions(folder: str) -> Iterator[tuple[str, str]]:
    """Name and version of what lies in one folder.

    The name of a `.dist-info` folder holds both (PEP 427); reading the METADATA of each would take a hundred
    times as long, so that is kept for what older installers left.
    """
    try:
        entries = os.listdir(folder)  # noqa: PTH208
    except OSError:  # a zip file
        return
    old = False
    for entry in entries:
        if match := _DIST_INFO.match(entry):
            yield match[1], match[2]
        elif entry.endswith((".egg-info", ".dist-info")):
            old = True
    if old:
        yield from _parsed(folder)


def _parsed(folder: str) -> Iterator[tuple[str, str]]:
    for distribution in metadata.distributions(path=[folder]):
        try:
            name, version = distribution.metadata["Name"], distribution.version
        except Exception:  # noqa: BLE001 - one broken distribution must not hide the others
            continue
        if name and version:
            yield name, version
