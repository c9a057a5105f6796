"""What the process runs on: Python, the platform, every installed distribution, threads."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Final

from nbmlops.capture.direct_urls import Origin, read_origin
from nbmlops.capture.threads import cpu_count, thread_pools, thread_variables
from nbmlops.records import Environment

_DIST_INFO: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9._]*)-([^-]+)\.dist-info\Z")
_SEPARATORS: Final = re.compile(r"[-_.]+")
_State = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Distribution:
    """One that is installed: its version, and where it came from if that was no index."""

    version: str
    origin: Origin | None


class EnvironmentReader:
    """Reads the environment once, and again only after something was installed or removed.

    Not safe for two threads at once; made for one background thread.
    """

    def __init__(self) -> None:
        self._state: _State | None = None
        self._packages: Mapping[str, str] = {}
        self._direct: Mapping[str, str] = {}
        self._editable: Mapping[str, str] = {}

    def read(self) -> Environment:
        """Python's version, the platform, and the version of every distribution on `sys.path`.

        Names are normalised as on PyPI (`scikit-learn`), the first on the path wins as in an import. Folders
        that didn't change since the last call aren't read. Which libraries compute on threads is asked only of
        those that are loaded already.
        """
        self._read_folders(tuple(_folders(sys.path)))
        return Environment(
            python=f"{platform.python_implementation()} {platform.python_version()}",
            platform=f"{platform.system()}-{platform.release()}-{platform.machine()}",
            packages=self._packages,
            direct=self._direct,
            editable=self._editable,
            build=sys.version.replace("\n", " "),
            executable=sys.executable or "",
            cpus=cpu_count(),
            pools=thread_pools(),
            threads=thread_variables(os.environ),
            hash_seed=os.environ.get("PYTHONHASHSEED", ""),
        )

    def _read_folders(self, state: _State) -> None:
        if state == self._state:
            return
        found = _packages(folder for folder, _ in state)
        origins = [(name, item.origin) for name, item in found.items() if item.origin is not None]
        self._packages = {name: item.version for name, item in found.items()}
        self._direct = {name: origin.url for name, origin in origins if not origin.folder}
        self._editable = {name: origin.folder for name, origin in origins if origin.folder}
        self._state = state


def _folders(path: Iterable[str]) -> Iterator[tuple[str, int]]:
    for folder in dict.fromkeys(entry or os.curdir for entry in path):
        try:
            yield folder, os.stat(folder).st_mtime_ns  # noqa: PTH116 - on every run
        except OSError:  # sys.path may name what isn't there
            continue


def _packages(folders: Iterable[str]) -> dict[str, _Distribution]:
    found: dict[str, _Distribution] = {}
    for folder in folders:
        for name, distribution in _distributions(folder):
            found.setdefault(_SEPARATORS.sub("-", name).lower(), distribution)
    return dict(sorted(found.items()))


def _distributions(folder: str) -> Iterator[tuple[str, _Distribution]]:
    """What lies in one folder, by name.

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
            yield match[1], _Distribution(match[2], read_origin(f"{folder}/{entry}"))
        elif entry.endswith((".egg-info", ".dist-info")):
            old = True
    if old:
        yield from _parsed(folder)


def _parsed(folder: str) -> Iterator[tuple[str, _Distribution]]:
    for distribution in metadata.distributions(path=[folder]):
        try:
            name, version = distribution.metadata["Name"], distribution.version
        except Exception:  # noqa: BLE001 - one broken distribution must not hide the others
            continue
        if name and version:
            yield name, _Distribution(version, None)
