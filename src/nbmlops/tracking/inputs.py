"""The data that a cell reads: described before it runs, checked for test rows among the training rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from nbmlops.capture.data import describe, describe_file, is_data
from nbmlops.capture.files import OpenedFile
from nbmlops.capture.overlap import shared_rows
from nbmlops.records import Input

Progress = Callable[[float], None]
_MAX_INPUTS = 50
_MAX_PAIRS = 15
_SHARED_SHARE = 0.5


def data_names(reads: Iterable[str], namespace: Mapping[str, Any]) -> list[str]:
    """The names among `reads` that stand for data; two names of one object count once."""
    seen: set[int] = set()
    names = []
    for name in sorted(reads):
        value = namespace.get(name)
        if not name.startswith("_") and is_data(value) and id(value) not in seen:
            seen.add(id(value))
            names.append(name)
    return names


def describe_names(names: Iterable[str], namespace: Mapping[str, Any], progress: Progress) -> list[Input]:
    """An input for each name, with its fingerprint as it is now."""
    found = (describe(name, namespace[name], on_progress=progress) for name in list(names)[:_MAX_INPUTS])
    return [item for item in found if item is not None]


def describe_files(opened: Iterable[OpenedFile], root: Path, progress: Progress) -> list[Input]:
    """An input for each file, named relative to `root`; one that changed since it was opened says so."""
    return [_described(item, root, progress) for item in list(opened)[:_MAX_INPUTS]]


def _described(opened: OpenedFile, root: Path, progress: Progress) -> Input:
    found = describe_file(opened.path, root=root, on_progress=progress)
    if opened.mtime_ns is None or found.note:
        return found
    now = Path(opened.path).stat()
    if (now.st_mtime_ns, now.st_size) == (opened.mtime_ns, opened.size):
        return found
    return replace(found, note="changed after the cell had opened it: this is what it holds now")


def cut_notice(count: int) -> list[str]:
    """What is said where more was read than is kept."""
    return [f"{count} inputs were read, the first {_MAX_INPUTS} are kept."] if count > _MAX_INPUTS else []


@dataclass(frozen=True, slots=True)
class Named:
    """What `--data` names; `unknown` is neither a variable that holds data nor a file."""

    variables: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def sort_named(names: Iterable[str], namespace: Mapping[str, Any]) -> Named:
    """Tells variables from files among the names that `--data` gives."""
    names = list(names)
    variables = tuple(name for name in names if name in namespace and is_data(namespace[name]))
    rest = [name for name in names if name not in variables]
    files = tuple(name for name in rest if Path(name).exists())
    return Named(variables, files, tuple(name for name in rest if name not in files))


def leaks(names: Iterable[str], namespace: Mapping[str, Any]) -> list[str]:
    """A sentence for each pair of tables of which the smaller has most of its rows in the larger.

    Rows of a test set among those that a model is fitted on make every metric too good.
    """
    tables = [name for name in names if len(getattr(namespace[name], "shape", ())) == 2]
    found = []
    for first, second in list(combinations(tables, 2))[:_MAX_PAIRS]:
        small, large = sorted((first, second), key=lambda name: len(namespace[name]))
        rows = len(namespace[small])
        shared = shared_rows(namespace[small], namespace[large])
        if shared and shared >= _SHARED_SHARE * rows:
            part = "every row" if shared == rows else f"{shared} of {rows} rows"
            found.append(
                f"{part} of {small} is also in {large}"
                if shared == rows
                else f"{part} of {small} are also in {large}"
            )
    return [text[0].upper() + text[1:] + ": metrics may be too good." for text in found]
