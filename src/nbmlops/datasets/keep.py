"""Keeping data and giving them back.

A dataset's rows lie in packs. A new version of it stores the rows that no pack of the version most like it holds, and
names the others where they lie; so ten versions that differ in one row of a hundred cost little more than one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from blake3 import blake3

from nbmlops.capture.fingerprints import fingerprint
from nbmlops.datasets.forms import from_table, to_table
from nbmlops.datasets.manifest import Manifest, Runs
from nbmlops.datasets.packs import Shelf, assemble, read_pack, write_pack
from nbmlops.datasets.physical import (
    array_from_text,
    array_to_text,
    dictionaries_of,
    from_physical,
    schema_from_text,
    schema_to_text,
    to_physical,
)
from nbmlops.datasets.rows import matching_rows, row_hashes
from nbmlops.errors import FingerprintError, NbmlopsError, NotFoundError, ValueRefusedError
from nbmlops.records import Fingerprint
from nbmlops.store.kept_index import KeptEntry, KeptIndex

_SKETCH: Final = 64
_MOST_PACKS: Final = 64
_RUN_BYTES: Final = 2  # what a run takes in a manifest, about


@dataclass(frozen=True, slots=True, eq=False)
class _Older:
    """A kept version that shares rows with what is to be kept."""

    manifest: Manifest
    tables: list[Any]
    packs: Any
    rows: Any
    hashes: Any


class KeptData:
    """The data that are kept in a store.

    Args:
        shelf: where files go.
        index: of the versions that are kept, to find the one most like a new one.
    """

    def __init__(self, shelf: Shelf, index: KeptIndex) -> None:
        self._shelf = shelf
        self._index = index

    def keep(self, obj: Any, expected: Fingerprint) -> str:
        """Keeps a dataset so that it comes back with the same fingerprint.

        Args:
            obj: a pandas, polars or Arrow table or column, or a NumPy array.
            expected: its fingerprint.

        Returns:
            The digest of its manifest.

        Raises:
            ValueRefusedError: it can't be kept so, or pyarrow is not installed.
            StoreError: it can't be written.
        """
        table, form = to_table(obj)
        physical = to_physical(table)
        key = blake3(f"{form['kind']} {physical.schema.remove_metadata()}".encode()).hexdigest()
        entries = self._index.entries(key)
        for entry in entries:
            if entry.fingerprint == str(expected) and self._is_whole(entry.manifest):
                return entry.manifest
        hashes = row_hashes(physical)
        sketch = tuple(np.unique(hashes)[:_SKETCH].tolist()) if hashes is not None else ()
        older = None if hashes is None else self._most_alike(entries, sketch)
        for base in (older, None) if older else (None,):
            packs, runs = self._stored(physical, hashes, base)
            texts = tuple(array_to_text(found) for found in dictionaries_of(table))
            manifest = Manifest(form, schema_to_text(table.schema), table.num_rows, packs, runs, texts)
            digest = self._shelf.put_packed(manifest.to_bytes())
            if self._comes_back(digest, expected):
                self._index.add(key, KeptEntry(digest, str(expected), sketch))
                return digest
        raise ValueRefusedError("it does not come back from Parquet with the same fingerprint")

    def load(self, digest: str) -> Any:
        """The dataset of a manifest.

        Raises:
            NotFoundError: it is not in the store, or a part of it isn't.
            StoreError: it is damaged.
            ValueRefusedError: pyarrow is not installed.
        """
        manifest = Manifest.from_bytes(self._shelf.get(digest))
        tables = [read_pack(self._shelf, pack) for pack in manifest.packs]
        dictionaries = [array_from_text(text) for text in manifest.dictionaries]
        physical = assemble(tables, manifest.runs)
        return from_table(
            from_physical(physical, schema_from_text(manifest.schema), dictionaries), manifest.form
        )

    def _is_whole(self, digest: str) -> bool:
        """Whether a manifest and all its packs are there; they count as new then, so that nothing collects them."""
        try:
            manifest = Manifest.from_bytes(self._shelf.get(digest))
        except NotFoundError:
            return False
        return all(self._shelf.touch(name) for name in (digest, *manifest.packs))

    def _most_alike(self, entries: list[KeptEntry], sketch: tuple[int, ...]) -> _Older | None:
        """The version that shares the most rows, by the smallest of their hashes; None where none shares any."""
        mine = set(sketch)
        ranked = sorted(entries, key=lambda entry: len(mine & set(entry.sketch)), reverse=True)
        for entry in ranked:
            if not mine & set(entry.sketch):
                return None
            if self._is_whole(entry.manifest):
                return self._opened(entry.manifest)
        return None

    def _opened(self, digest: str) -> _Older | None:
        manifest = Manifest.from_bytes(self._shelf.get(digest))
        tables = [read_pack(self._shelf, pack) for pack in manifest.packs]
        packs, rows = manifest.runs.rows()
        hashes = row_hashes(assemble(tables, manifest.runs))
        return None if hashes is None else _Older(manifest, tables, packs, rows, hashes)

    def _stored(self, physical: Any, hashes: Any, older: _Older | None) -> tuple[tuple[str, ...], Runs]:
        """Writes what is new: the packs that are needed, and the rows in them."""
        count = physical.num_rows
        if older is not None:
            found = matching_rows(hashes, older.hashes)
            fresh = found < 0
            packs = np.where(fresh, len(older.tables), older.packs[found])
            rows = np.where(fresh, np.cumsum(fresh) - 1, older.rows[found])
            used = np.unique(packs)
            runs = Runs.of_rows(np.searchsorted(used, packs), rows)
            if _pays(runs, used, older, physical):
                digests = [*older.manifest.packs, ""]
                if fresh.any():
                    digests[-1] = write_pack(self._shelf, physical.take(np.flatnonzero(fresh)))
                return tuple(digests[pack] for pack in used), runs
        places = np.arange(count)
        return (write_pack(self._shelf, physical),), Runs.of_rows(np.zeros(count, dtype=np.int64), places)

    def _comes_back(self, digest: str, expected: Fingerprint) -> bool:
        try:
            return fingerprint(self.load(digest)) == expected
        except FingerprintError:
            return False
        except (ValueError, TypeError, ArithmeticError, LookupError, NbmlopsError):
            return False  # pandas or polars can't make it of what Parquet gave back


def _pays(runs: Runs, used: Any, older: _Older, physical: Any) -> bool:
    """Whether to name rows is less than to store them, now and whenever they are read."""
    held = sum(older.tables[pack].num_rows for pack in used if pack < len(older.tables))
    return (
        len(used) <= _MOST_PACKS
        and held <= 2 * physical.num_rows + 1000
        and len(runs.packs) * _RUN_BYTES * 4 <= max(physical.nbytes, 4000)
    )
