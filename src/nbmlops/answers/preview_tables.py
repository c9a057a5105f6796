"""The first rows of tables and arrays that were kept as files."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from nbmlops.records.wire.previews import TableFacts

ROWS: Final = 100
COLUMNS: Final = 100
_WIDE: Final = 20  # columns that one array of two axes is given
_CHARS: Final = 200  # of one value
MOST_UNPACKED: Final = 200_000_000  # bytes of an archive of arrays


def csv_table(text: str, *, whole: bool) -> TableFacts:
    """The rows of separated values; the last line of a text that was cut is left out.

    Raises:
        ValueError: there is no line.
        csv.Error: it is no such text.
    """
    lines = text.splitlines(keepends=True)
    if not whole:
        lines = lines[:-1]
    if not lines:
        raise ValueError("it has no line that could be shown")
    separator = max((",", ";", "\t", "|"), key=lines[0].count)
    rows = list(csv.reader(lines, delimiter=separator))
    head, body = rows[0], [row for row in rows[1:] if row]
    return _table(head, [""] * len(head), body[:ROWS], len(body) if whole else None)


def parquet_table(path: Path) -> TableFacts:
    """The first rows of a Parquet file; no more of it is read.

    Raises:
        ImportError: pyarrow is not installed.
        ValueError: it is none.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        names = file.schema_arrow.names[:COLUMNS]
        batch = next(file.iter_batches(batch_size=ROWS, columns=names), None)
        total = file.metadata.num_rows
        types = [str(kind) for kind in file.schema_arrow.types[:COLUMNS]]
    return _table(names, types, _arrow_rows(batch), total)


def arrow_table(path: Path) -> TableFacts:
    """The first rows of a Feather or Arrow file.

    Raises:
        ImportError: pyarrow is not installed.
        ValueError: it is none.
    """
    import pyarrow as pa

    with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
        schema = file.schema
        batch = file.get_batch(0).slice(0, ROWS) if file.num_record_batches else None
    types = [str(kind) for kind in schema.types]
    return _table(schema.names, types, _arrow_rows(batch), None)


def _arrow_rows(batch: Any) -> list[Sequence[Any]]:
    return [] if batch is None else list(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def array_table(path: Path) -> tuple[TableFacts | None, list[str]]:
    """The first rows of the arrays of an `.npy` or `.npz` file, and what each is like. Nothing is unpickled.

    Raises:
        ValueError: it is none, holds objects, or would be too large in memory.
    """
    import numpy as np

    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
                raise ValueError("its arrays are too large to be shown")
        # np.load leaves a file open that it was given by its path and can't read.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
    else:
        arrays = {"": np.lib.format.open_memmap(path, mode="r")}
    said = [f"{name or 'array'}: {' × '.join(map(str, a.shape))} {a.dtype}" for name, a in arrays.items()]
    lengths = {len(array) for array in arrays.values() if array.ndim in (1, 2)}
    if len(lengths) != 1 or any(array.ndim not in (1, 2) for array in arrays.values()):
        return None, said
    columns = {key: values for name, array in arrays.items() for key, values in _columns(name, array)}
    types = [str(array.dtype) for name, array in arrays.items() for _ in _columns(name, array)]
    rows = list(zip(*(values.tolist() for values in columns.values()), strict=True))
    return _table(list(columns), types, rows, lengths.pop()), said


def _columns(name: str, array: Any) -> list[tuple[str, Any]]:
    if array.ndim == 1:
        return [(name, array[:ROWS])]
    return [(f"{name}[{at}]", array[:ROWS, at]) for at in range(min(array.shape[1], _WIDE))]


def _table(
    columns: Sequence[str], types: Sequence[str], rows: Iterable[Sequence[Any]], total: int | None
) -> TableFacts:
    return {
        "columns": [_text(name) for name in columns[:COLUMNS]],
        "dtypes": list(types[:COLUMNS]),
        "rows": [[_text(value) for value in row[:COLUMNS]] for row in rows],
        "total": total,
    }


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6g}"[:_CHARS] if isinstance(value, float) else str(value)[:_CHARS]
