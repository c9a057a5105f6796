"""What a kept dataset is put together from: runs of rows in packs, each a Parquet file. Format `kept` 1."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from nbmlops.errors import StoreFormatError

_FORMAT: Final = 1


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Rows by where they lie, in order; arrays of one length.

    Attributes:
        packs: int64, the number of the pack.
        starts: int64, the first row in it.
        lengths: int64, how many rows.
    """

    packs: Any
    starts: Any
    lengths: Any

    @classmethod
    def of_rows(cls, packs: Any, rows: Any) -> Runs:
        """The runs of single rows."""
        if not len(rows):
            empty = np.zeros(0, dtype=np.int64)
            return cls(empty, empty, empty)
        breaks = np.flatnonzero((np.diff(packs) != 0) | (np.diff(rows) != 1)) + 1
        firsts = np.concatenate([[0], breaks])
        lengths = np.diff(np.concatenate([firsts, [len(rows)]]))
        return cls(packs[firsts], rows[firsts], lengths)

    def rows(self) -> tuple[Any, Any]:
        """Of each row its pack and its place there."""
        ends = np.cumsum(self.lengths)
        total = int(ends[-1]) if len(ends) else 0
        steps = np.arange(total) - np.repeat(ends - self.lengths, self.lengths)
        return np.repeat(self.packs, self.lengths), np.repeat(self.starts, self.lengths) + steps

    def packed(self) -> str:
        """As text: a run's start is told by its distance from where the pack was left last, mostly nothing."""
        order = np.argsort(self.packs, kind="stable")
        starts, ends = self.starts[order], (self.starts + self.lengths)[order]
        expected = np.concatenate([[0], ends[:-1]])[: len(starts)]
        expected[np.flatnonzero(np.diff(self.packs[order], prepend=-1))] = 0
        jumps = np.empty_like(starts)
        jumps[order] = starts - expected
        columns = np.stack([self.packs, jumps, self.lengths]).astype("<i8")
        planes = columns.view(np.uint8).reshape(3, -1, 8).transpose(0, 2, 1)
        return base64.b64encode(zlib.compress(planes.tobytes(), 9)).decode()

    @classmethod
    def unpacked(cls, text: str) -> Runs:
        """The runs that `packed` was called on."""
        data = np.frombuffer(zlib.decompress(base64.b64decode(text)), dtype=np.uint8)
        planes = data.reshape(3, 8, -1).transpose(0, 2, 1)
        packs, jumps, lengths = np.ascontiguousarray(planes).reshape(3, -1).view("<i8").astype(np.int64)
        starts = np.empty_like(jumps)
        for pack in np.unique(packs):
            mine = packs == pack
            moved = jumps[mine]
            before = np.concatenate([[0], lengths[mine][:-1]])
            starts[mine] = np.cumsum(moved + before)
        return cls(packs, starts, lengths)


@dataclass(frozen=True, slots=True, eq=False)
class Manifest:
    """A kept dataset.

    Attributes:
        form: what it was, and what is needed to make it so again.
        schema: Arrow's, as text.
        rows: how many.
        packs: digests of Parquet files.
        runs: its rows in them.
        dictionaries: the categories of its columns, as texts.
    """

    form: Mapping[str, Any]
    schema: str
    rows: int
    packs: tuple[str, ...]
    runs: Runs
    dictionaries: tuple[str, ...] = field(default=())

    def to_bytes(self) -> bytes:
        """As it is kept."""
        doc = {
            "format": _FORMAT,
            "form": self.form,
            "schema": self.schema,
            "rows": self.rows,
            "packs": self.packs,
            "runs": self.runs.packed(),
            "dictionaries": self.dictionaries,
        }
        return json.dumps(doc, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """The manifest that `to_bytes` was called on.

        Raises:
            StoreFormatError: a newer nbmlops wrote it.
        """
        doc = json.loads(data)
        if doc["format"] > _FORMAT:
            raise StoreFormatError(
                f"Kept data of format {doc['format']}: install a newer nbmlops to read them."
            )
        return cls(
            doc["form"],
            doc["schema"],
            doc["rows"],
            tuple(doc["packs"]),
            Runs.unpacked(doc["runs"]),
            tuple(doc["dictionaries"]),
        )
