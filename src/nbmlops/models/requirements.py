"""The distributions that a model needs, with the versions that are installed."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import metadata
from typing import Final

# Asking importlib.metadata which distribution holds a module reads the record of every one installed
# (a second in a large environment): the usual ones are known by heart.
_KNOWN: Final = {
    "sklearn": "scikit-learn",
    "_loss": "scikit-learn",  # as the compiled losses of scikit-learn 1.7 name their module
    "imblearn": "imbalanced-learn",
    "skorch": "skorch",
}


def find_distributions(modules: Iterable[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The distributions behind some modules.

    Args:
        modules: dotted names; the standard library's are passed over.

    Returns:
        Distribution name to version, and the top-level modules that belong to none (the user's own files).
    """
    tops = {module.partition(".")[0] for module in modules} - sys.stdlib_module_names
    tops -= {"", "__main__", "__mp_main__"}
    found: dict[str, str] = {}
    unknown: list[str] = []
    for top in sorted(tops):
        named = _named(_KNOWN.get(top, top))
        if named is None:
            unknown.append(top)
        else:
            found[named[0]] = named[1]
    return _search(found, unknown)


def _search(found: dict[str, str], unknown: list[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Look the rest up in the records of all that is installed."""
    if not unknown:
        return found, ()
    holders = metadata.packages_distributions()
    local = tuple(top for top in unknown if top not in holders)
    for top in unknown:
        for distribution in holders.get(top, ())[:1]:
            found[distribution] = metadata.version(distribution)
    return found, local


def _named(distribution: str) -> tuple[str, str] | None:
    try:
        return distribution, metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None
