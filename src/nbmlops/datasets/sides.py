"""Datasets that are to be compared or shown: from variables, files and inputs of runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from nbmlops.capture.data import describe
from nbmlops.capture.fingerprints import fingerprint
from nbmlops.errors import FingerprintError, NbmlopsError, NotFoundError, ValueRefusedError
from nbmlops.profiles import profile
from nbmlops.records import Input
from nbmlops.records.data_changes import Dataset
from nbmlops.records.profiles import Profile

_READERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    ".csv": ("read_csv", {}),
    ".tsv": ("read_csv", {"sep": "\t"}),
    ".parquet": ("read_parquet", {}),
    ".pq": ("read_parquet", {}),
    ".feather": ("read_feather", {}),
    ".arrow": ("read_feather", {}),
    ".json": ("read_json", {"precise_float": True}),
    ".jsonl": ("read_json", {"precise_float": True, "lines": True}),
}


@dataclass
class Side:
    """One dataset.

    Attributes:
        dataset: what it is.
        read: gives the data themselves; None where they are not to be had.
        read_profile: gives the profile that was kept, where the data are not to be had.
    """

    dataset: Dataset
    read: Callable[[], Any] | None = None
    read_profile: Callable[[], Profile] | None = None

    @cached_property
    def data(self) -> Any:
        """The data themselves, None where they are not to be had."""
        return None if self.read is None else self.read()

    @cached_property
    def profile(self) -> Profile | None:
        """Of the data, else the one that was kept."""
        if self.data is not None:
            try:
                return profile(self.data)
            except ValueRefusedError:
                return None
        return None if self.read_profile is None else self.read_profile()


def is_readable(path: Path) -> bool:
    """Whether it is a file of a table, by its name."""
    return path.suffix.lower() in _READERS and path.is_file()


def readable_suffixes() -> str:
    """The ends of names that can be read, for messages."""
    return ", ".join(suffix[1:] for suffix in _READERS)


def of_variable(name: str, obj: Any) -> Side:
    """A variable.

    Raises:
        ValueRefusedError: it holds no data.
    """
    item = describe(name, obj)
    if item is None:
        raise ValueRefusedError(f"{name} is a {type(obj).__name__}, no table, series or array")
    return Side(_dataset(name, item), lambda: obj)


def of_file(path: Path) -> Side:
    """A file of a table.

    Raises:
        NotFoundError: there is no such file.
        ValueRefusedError: it can't be read as a table.
    """
    if not path.is_file():
        raise NotFoundError(f"There is no file {path}")
    obj = _read_file(path)
    item = describe(str(path), obj)
    return Side(_dataset(str(path), item) if item else Dataset(str(path)), lambda: obj)


def of_input(
    item: Input, label: str, *, load: Callable[[str], Any], profiles: Callable[[str], Profile]
) -> Side:
    """An input of a run.

    Args:
        item: as the run recorded it.
        label: what to call it.
        load: gives the data of a manifest.
        profiles: gives the profile of a digest.
    """
    read: Callable[[], Any] | None = None
    if item.kept:
        read = lambda: load(item.kept)  # noqa: E731
    elif item.kind == "file" and _is_unchanged(item):
        found = of_file(Path(str(item.path)))
        return Side(
            Dataset(label, found.dataset.fingerprint, found.dataset.columns, found.dataset.shape), found.read
        )
    read_profile = (lambda: profiles(item.profile)) if item.profile else None
    return Side(_dataset(label, item), read, read_profile)


def _is_unchanged(item: Input) -> bool:
    """Whether the file that a run read is still there, readable as a table, with the same bytes."""
    path = Path(item.path or "")
    if item.fingerprint is None or not is_readable(path):
        return False
    try:
        return fingerprint(path=path) == item.fingerprint
    except FingerprintError:
        return False


def _dataset(label: str, item: Input) -> Dataset:
    return Dataset(label, item.fingerprint, item.columns, item.shape)


def _read_file(path: Path) -> Any:
    import pandas as pd

    reader, options = _READERS.get(path.suffix.lower(), ("", {}))
    if not reader:
        raise ValueRefusedError(
            f"{path} can't be read as a table: its name ends in none of {readable_suffixes()}"
        )
    if reader == "read_csv" and pd.__version__.startswith("2."):
        options = {
            **options,
            "float_precision": "round_trip",
        }  # it is quicker and a bit off without being asked
    try:
        return getattr(pd, reader)(path, **options)
    except NbmlopsError:
        raise
    except ImportError as exc:
        raise ValueRefusedError(f'{path} needs pyarrow to be read: pip install "nbmlops[data]"') from exc
    except Exception as exc:  # a file may be wrong in as many ways as there are formats
        said = next(iter(str(exc).splitlines()), "") or type(exc).__name__  # some say nothing
        raise ValueRefusedError(f"{path} can't be read as a table: {said[:200]}") from exc
