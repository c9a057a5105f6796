"""Packs: rows as Parquet files in the store, and tables put together from runs of their rows."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from nbmlops.datasets.arrow import arrow
from nbmlops.datasets.manifest import Runs
from nbmlops.errors import StoreError


class Shelf(Protocol):
    """What is needed of the blobs."""

    def put(self, data: bytes, /) -> str:
        """Keeps bytes and names their digest."""

    def put_packed(self, data: bytes, /) -> str:
        """As `put`, deflated where that pays."""

    def get(self, digest: str, /) -> bytes:
        """The bytes of a blob."""

    def touch(self, digest: str, /) -> bool:
        """Marks a blob as in use; False where it is gone."""


def write_pack(shelf: Shelf, table: Any) -> str:
    """Keeps a table of physical types as a Parquet file: its digest."""
    pa = arrow()
    sink = io.BytesIO()
    floats = [field.name for field in table.schema if field.type in (pa.float32(), pa.float64())]
    texts = [field.name for field in table.schema if _is_text(field.type, pa)]
    arrow("pyarrow.parquet").write_table(
        table,
        sink,
        compression="zstd",
        use_dictionary=texts or False,
        use_byte_stream_split=floats or False,
        write_statistics=False,
    )
    return shelf.put(sink.getvalue())


def _is_text(kind: Any, pa: Any) -> bool:
    types = pa.types
    return bool(
        types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_binary(kind)
        or types.is_large_binary(kind)
    )


def read_pack(shelf: Shelf, digest: str) -> Any:
    """The table that `write_pack` kept.

    Raises:
        NotFoundError: the file is gone.
        StoreError: it is damaged.
    """
    pa = arrow()
    try:
        return arrow("pyarrow.parquet").read_table(pa.BufferReader(shelf.get(digest)))
    except pa.ArrowException as exc:
        raise StoreError(f"The kept rows {digest} can't be read: {exc}. Restore them from a backup.") from exc


def assemble(tables: Sequence[Any], runs: Runs) -> Any:
    """One table of the runs' rows, in their order."""
    pa = arrow()
    whole = pa.concat_tables(tables)
    offsets = np.cumsum([0, *(table.num_rows for table in tables)])[:-1]
    packs, rows = runs.rows()
    places = offsets[packs] + rows if len(rows) else rows
    if len(places) == whole.num_rows and np.array_equal(places, np.arange(len(places))):
        return whole
    return whole.take(places)
