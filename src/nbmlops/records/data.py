"""What is kept of a piece of data: never the data, always enough to recognise it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

InputKind = Literal[
    "dataframe", "series", "array", "table", "sparse", "tensor", "file", "directory", "database"
]
InputSource = Literal["variable", "file", "explicit"]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Two hashes of the whole of a piece of data, never of a sample.

    Two fingerprints are equal when both hashes are.

    Attributes:
        content: hash of the values under canonical logical types: the same for pandas, polars and
            Arrow when the values are.
        schema: hash of physical types, names, index and time zones.
    """

    content: str
    schema: str

    @property
    def short(self) -> str:
        """The first eight characters of the content hash, for people to compare by eye."""
        return self.content.rpartition(":")[2][:8]

    def __str__(self) -> str:
        return f"{self.content}/{self.schema}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its name and its physical type, as the library prints it."""

    name: str
    dtype: str


@dataclass(frozen=True, slots=True)
class Input:
    """A dataset or data file that a run read.

    Attributes:
        name: the variable's name, or the file's path as short as it stays unique.
        kind: what sort of thing it was.
        source: how we know: it is a variable, a file that was opened, or was named by the user.
        fingerprint: None when hashing failed or was interrupted; `note` says which.
        shape: rows and columns of a table, all axes of an array, empty for a file.
        columns: for tables; at most 200, `shape` tells how many there are.
        path: for files, as an absolute path.
        nbytes: size in memory or on disk.
        note: why something is missing, else empty.
        profile: digest of the blob that holds its profile; empty where none is kept.
        kept: digest of the manifest from which the data themselves come back; empty where they are not kept.
        dvc: for a file that DVC manages, the md5 that DVC knows it by.
    """

    name: str
    kind: InputKind
    source: InputSource = "variable"
    fingerprint: Fingerprint | None = None
    shape: tuple[int, ...] = ()
    columns: tuple[Column, ...] = ()
    path: str | None = None
    nbytes: int | None = None
    note: str = ""
    profile: str = ""
    kept: str = ""
    dvc: str = ""
