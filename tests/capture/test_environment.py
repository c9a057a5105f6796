from __future__ import annotations

import os
import platform
import sys
import time
from importlib import metadata
from pathlib import Path

import pytest

from nbmlops.capture.environment import EnvironmentReader


def distribution(folder: Path, name: str, version: str) -> None:
    (folder / f"{name}-{version}.dist-info").mkdir(parents=True)
    (folder / f"{name}-{version}.dist-info" / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n")


def test_it_agrees_with_the_metadata_of_every_distribution() -> None:
    expected: dict[str, str] = {}
    for found in metadata.distributions():
        expected.setdefault(found.metadata["Name"].replace("_", "-").replace(".", "-").lower(), found.version)
    assert dict(EnvironmentReader().read().packages) == expected


def test_python_and_platform_are_named() -> None:
    environment = EnvironmentReader().read()
    assert environment.python == f"{platform.python_implementation()} {platform.python_version()}"
    assert platform.machine() in environment.platform


def test_an_installation_is_seen_and_nothing_is_read_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    reader = EnvironmentReader()
    before = reader.read()
    assert "made-up" not in before.packages
    assert reader.read().packages is before.packages
    distribution(tmp_path, "Made_Up", "1.2")
    os.utime(tmp_path, (time.time() + 5, time.time() + 5))  # coarse clocks
    assert reader.read().packages["made-up"] == "1.2"


def test_the_first_on_the_path_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    distribution(tmp_path / "first", "made_up", "1")
    distribution(tmp_path / "second", "made_up", "2")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "first"), str(tmp_path / "second")])
    assert EnvironmentReader().read().packages == {"made-up": "1"}


def test_old_egg_info_and_broken_folders_are_survived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old.egg-info").mkdir()
    (tmp_path / "old.egg-info" / "PKG-INFO").write_text("Name: Old.Thing\nVersion: 0.3\n")
    (tmp_path / "broken.dist-info").mkdir()
    distribution(tmp_path, "new", "1")
    monkeypatch.setattr(sys, "path", [str(tmp_path), "/nowhere", str(tmp_path / "archive.zip")])
    assert EnvironmentReader().read().packages == {"new": "1", "old-thing": "0.3"}
