"""What differs between the environment of then and that of now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from nbmlops.records.jobs import CellFailure
from nbmlops.records.runs import Environment

_MOST: Final = 6
_MODULE: Final = re.compile(r"No module named '([^']+)'")
# Modules whose distribution has another name, as far as it is worth knowing by heart.
_DISTRIBUTIONS: Final = {
    "sklearn": "scikit-learn", "skimage": "scikit-image", "cv2": "opencv-python", "PIL": "pillow", "yaml": "pyyaml",
    "bs4": "beautifulsoup4", "dateutil": "python-dateutil", "umap": "umap-learn", "imblearn": "imbalanced-learn",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not what it was; empty where it is missing."""

    name: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.name} {self.before or 'not installed'} then, {self.after or 'not installed'} now"


def changes(before: Environment, after: Environment) -> tuple[Change, ...]:
    """Python, platform, packages, threads and processors that differ, in this order."""
    return tuple(_changes(before, after))


def _changes(before: Environment, after: Environment) -> Iterator[Change]:
    for name, one, other in (
        ("Python", before.python, after.python),
        ("platform", before.platform, after.platform),
    ):
        if one != other:
            yield Change(name, one, other)
    for name in sorted({*before.packages, *after.packages}):
        one, other = _source(before, name), _source(after, name)
        if one != other:
            yield Change(name, one, other)
    if before.hash_seed is None or after.hash_seed is None:
        return  # an older version did not record the rest
    if before.hash_seed != after.hash_seed:
        yield Change("PYTHONHASHSEED", before.hash_seed or "not set", after.hash_seed or "not set")
    for name in sorted({*before.threads, *after.threads}):
        one, other = before.threads.get(name, "not set"), after.threads.get(name, "not set")
        if one != other:
            yield Change(name, one, other)
    if before.cpus != after.cpus:
        yield Change("processors", str(before.cpus), str(after.cpus))


def _source(environment: Environment, name: str) -> str:
    """The version, and where it came from if that was no index."""
    version = environment.packages.get(name, "")
    origin = environment.direct.get(name)
    return f"{version} ({origin})" if origin else version


def environment_notices(before: Environment | None, after: Environment | None) -> tuple[str, ...]:
    """What differs, in a sentence; nothing where one of both is not known."""
    if before is None or after is None:
        return ()
    # This nbmlops, which does the check, need not be installed in an environment of its own.
    found = [change for change in changes(before, after) if change.name != "nbmlops"]
    if not found:
        return ()
    more = f", and {len(found) - _MOST} more" if len(found) > _MOST else ""
    return (f"The environment is not the same: {'; '.join(map(str, found[:_MOST]))}{more}.",)


def package_remedy(failure: CellFailure, environment: Environment | None) -> str:
    """What to do where a cell lacked something."""
    if failure.name == "ConfigError":
        return "Give it with --secret NAME=env:VARIABLE."
    if failure.name == "FileNotFoundError":
        return "Put the file back."
    known = dict(environment.packages) if environment else {}
    found = _MODULE.search(failure.message)
    module = found[1].partition(".")[0] if found else ""
    name = _DISTRIBUTIONS.get(module, module).replace("_", "-").lower()
    if name in known:
        return f"pip install {name}=={known[name]}, or check with --env."
    return "Check with --env, which installs what was there then." if known else "Install what it lacks."
