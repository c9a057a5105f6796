"""The data that a cell reads: described before it runs, checked for test rows among the training rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from nbmlops.capture.data import describe, describe_file, is_data
from nbmlops.capture.files import OpenedFile
from nbmlops.capture.overlap import shared_rows
from nbmlops.errors import MagicUsageError
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


def describe_files(opened: Iterable[OpenedFile], root: Path | None, progress: Progress) -> list[Input]:
    """An input for each file; one that changed since it was opened says so."""
    return [describe_file(item.path, root=root, on_progress=progress) for item in list(opened)[:_MAX_INPUTS]]


def check_named(names: Iterable[str], namespace: Mapping[str, Any]) -> tuple[list[str], list[Path]]:
    """What `--data` names: variables that hold data, and files.

    Raises:
        MagicUsageError: it is neither.
    """
    variables, files = [], []
    for name in names:
        if name in namespace and is_data(namespace[name]):
            variables.append(name)
        elif Path(name).exists():
            files.append(Path(name))
        else:
            raise MagicUsageError(
                f"--data {name}: there is no variable of this name that holds data, and no such file"
            )
    return variables, files


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
