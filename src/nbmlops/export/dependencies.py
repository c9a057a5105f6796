"""The distributions that exported code imports, pinned to the versions that it ran with."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nbmlops.errors import NotebookError
from nbmlops.models.requirements import find_distributions

# What pandas and others import only when it is called, by the name of the call.
_CALLED = {
    "read_parquet": "pyarrow",
    "to_parquet": "pyarrow",
    "read_excel": "openpyxl",
    "to_excel": "openpyxl",
    "read_hdf": "tables",
    "read_feather": "pyarrow",
    "to_feather": "pyarrow",
}


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What a package needs.

    Attributes:
        pins: distribution to version.
        unpinned: modules that are imported, and that nothing installed here has.
    """

    pins: Mapping[str, str]
    unpinned: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """As `pyproject.toml` lists them."""
        return tuple(f"{name}=={version}" for name, version in sorted(self.pins.items(), key=_folded))

    def __contains__(self, name: str) -> bool:
        return name in self.pins


def _folded(pair: tuple[str, str]) -> str:
    return pair[0].lower()


def dependencies_of(
    sources: Iterable[str], ran_with: Mapping[str, str], *, own_files: frozenset[str], package: str
) -> Dependencies:
    """What the sources import, functions included.

    Args:
        sources: Python modules.
        ran_with: distribution to version where the notebook ran; what is installed here, where it is empty.
        own_files: the names of modules that lie beside the notebook.
        package: the one that the sources are of.

    Raises:
        NotebookError: a module of the user's own is imported, which pip can't install.
    """
    modules = {name for source in sources for name in _imported(ast.parse(source))} - {package}
    found, unknown = find_distributions(modules - own_files)
    own = sorted((modules & own_files) - set(find_distributions(modules & own_files)[0]))
    if own:
        raise NotebookError(
            f"The exported cells import {', '.join(own)}, which is a file beside the notebook and would be missing "
            "in the package. Move what they need of it into a cell marked `export`, or install it as a package."
        )
    versions = {_normal(name): version for name, version in ran_with.items()}
    pins = {name: versions.get(_normal(name), version) for name, version in found.items()}
    return Dependencies(pins, tuple(unknown))


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _imported(tree: ast.Module) -> Iterable[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name.partition(".")[0] for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]
            case ast.Attribute(attr=attr) if attr in _CALLED:
                yield _CALLED[attr]
