"""The data that a cell reads: described before it runs, checked for test rows among the training rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from nbmlops.capture.data import describe, describe_file, is_data
from nbmlops.capture.dvc import find_dvc, fits
from nbmlops.capture.files import OpenedFile
from nbmlops.capture.overlap import MAX_CELLS, RowHashes, row_hashes, shared_count
from nbmlops.records import Input

Progress = Callable[[float], None]
_MAX_INPUTS = 50
_SHARED_SHARE = 0.5
_APART_SHARE = 0.1  # a few rows are equal by chance
_MAX_TABLES = 6  # 15 pairs
_MAX_HASHED = 2 * MAX_CELLS


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
    found = _with_dvc(describe_file(opened.path, root=root, kind=opened.kind, on_progress=progress))
    if opened.mtime_ns is None or found.note:
        return found
    now = Path(opened.path).stat()
    if (now.st_mtime_ns, now.st_size) == (opened.mtime_ns, opened.size):
        return found
    return replace(found, note="changed after the cell had opened it: this is what it holds now")


def _with_dvc(item: Input) -> Input:
    """The input with the md5 that DVC knows the file by; where the content is another one, the note says so."""
    if item.path is None or item.kind not in {"file", "directory"} or item.note:
        return item
    path = Path(item.path)
    entry = find_dvc(path)
    if entry is None:
        return item
    try:
        same = fits(path, entry)
    except OSError:
        return replace(item, dvc=entry.md5)
    note = "" if same else "changed since `dvc add`: its content has another md5 than DVC's file says"
    return replace(item, dvc=entry.md5, note=note)


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

    Rows of a test set among those that a model is fitted on make every metric too good. A table that holds
    another one too, apart from the smaller, is the whole that both were split from: nothing is said of it.
    """
    tables = _hashed(names, namespace)
    found = []
    for small, large in _pairs(tables):
        rows, shared = len(tables[small]), shared_count(tables[small], tables[large])
        if not shared or shared < _SHARED_SHARE * rows or _is_whole(large, small, tables):
            continue
        part = f"Every row of {small} is" if shared == rows else f"{shared} of {rows} rows of {small} are"
        found.append(f"{part} also in {large}: metrics may be too good.")
    return found


def _hashed(names: Iterable[str], namespace: Mapping[str, Any]) -> dict[str, RowHashes]:
    """The first tables by name, each hashed once; what is beyond the budget is left out."""
    tables: dict[str, RowHashes] = {}
    budget = _MAX_HASHED
    for name in names:
        if len(tables) == _MAX_TABLES or budget <= 0:
            break
        hashes = row_hashes(namespace[name])
        if hashes is not None and len(hashes):
            tables[name] = hashes
            budget -= hashes.cells
    return tables


def _pairs(tables: Mapping[str, RowHashes]) -> Iterator[tuple[str, str]]:
    for first, second in combinations(tables, 2):
        small, large = sorted((first, second), key=lambda name: len(tables[name]))
        yield small, large


def _is_whole(large: str, small: str, tables: Mapping[str, RowHashes]) -> bool:
    """Whether `large` holds most of a third table that is apart from `small`."""
    return any(
        _share(third, tables[large]) >= _SHARED_SHARE and _share(third, tables[small]) <= _APART_SHARE
        for name, third in tables.items()
        if name not in (small, large) and len(third) <= len(tables[large])
    )


def _share(one: RowHashes, other: RowHashes) -> float:
    """The part of the smaller one's rows that the larger one has."""
    return (shared_count(one, other) or 0) / min(len(one), len(other))
