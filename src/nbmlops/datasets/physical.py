"""Arrow columns as the few types that every Parquet file holds exactly, and back.

Times in seconds become milliseconds in Parquet, and categories lose their order and those that are not in use. So
times are kept as integers, categories as the values that they stand for, and the schema beside the rows.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from nbmlops.datasets.arrow import arrow


def to_physical(table: Any) -> Any:
    """The table with columns named `c0`, `c1`, ... of physical types."""
    pa = arrow()
    columns = [_plain(column, pa) for column in table.columns]
    return pa.table(columns, names=[f"c{place}" for place in range(len(columns))])


def from_physical(table: Any, schema: Any, dictionaries: Sequence[Any]) -> Any:
    """The table that `to_physical` was given."""
    pa = arrow()
    known = iter(dictionaries)
    columns = [
        _restored(column, field.type, known, pa) for column, field in zip(table.columns, schema, strict=True)
    ]
    if not columns:
        return schema.empty_table()
    return pa.Table.from_arrays(columns, schema=schema)


def dictionaries_of(table: Any) -> list[Any]:
    """The categories of each column that has some, in the columns' order."""
    pa = arrow()
    found = []
    for column in table.columns:
        if pa.types.is_dictionary(column.type):
            chunks = column.unify_dictionaries().chunks
            found.append(chunks[0].dictionary if chunks else pa.array([], column.type.value_type))
    return found


def schema_to_text(schema: Any) -> str:
    """A schema, pandas' notes in it, as base64 of Arrow's own form."""
    return base64.b64encode(schema.serialize().to_pybytes()).decode()


def schema_from_text(text: str) -> Any:
    """The schema that `schema_to_text` was given."""
    pa = arrow()
    return arrow("pyarrow.ipc").read_schema(pa.py_buffer(base64.b64decode(text)))


def array_to_text(array: Any) -> str:
    """An array as base64 of an Arrow stream."""
    pa = arrow()
    sink = pa.BufferOutputStream()
    batch = pa.record_batch([array], names=["values"])
    with arrow("pyarrow.ipc").new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return base64.b64encode(sink.getvalue().to_pybytes()).decode()


def array_from_text(text: str) -> Any:
    """The array that `array_to_text` was given."""
    pa = arrow()
    with arrow("pyarrow.ipc").open_stream(pa.py_buffer(base64.b64decode(text))) as reader:
        return reader.read_all().column(0).combine_chunks()


def _plain(column: Any, pa: Any) -> Any:
    kind, types = column.type, pa.types
    if isinstance(kind, pa.BaseExtensionType):
        storage = [chunk.storage for chunk in column.chunks]
        return _plain(pa.chunked_array(storage, kind.storage_type), pa)
    if types.is_dictionary(kind):
        return _plain(column.cast(kind.value_type), pa)
    width = _whole(kind, pa)
    if width is not None:
        return pa.chunked_array([chunk.view(width) for chunk in column.chunks], width)
    if str(kind) in {"string_view", "binary_view"}:
        return column.cast(pa.large_string() if str(kind) == "string_view" else pa.large_binary())
    return column


def _whole(kind: Any, pa: Any) -> Any:
    """The integer type that a time is kept as; None for other types."""
    types = pa.types
    if types.is_timestamp(kind) or types.is_duration(kind) or types.is_time64(kind) or types.is_date64(kind):
        return pa.int64()
    if types.is_time32(kind) or types.is_date32(kind):
        return pa.int32()
    return pa.uint16() if types.is_float16(kind) else None


def _restored(column: Any, kind: Any, dictionaries: Any, pa: Any) -> Any:
    if isinstance(kind, pa.BaseExtensionType):
        inner = _restored(column, kind.storage_type, dictionaries, pa)
        chunks = [pa.ExtensionArray.from_storage(kind, chunk) for chunk in inner.chunks]
        return pa.chunked_array(chunks, kind)
    if pa.types.is_dictionary(kind):
        values = _restored(column, kind.value_type, dictionaries, pa)
        return _encoded(values, kind, next(dictionaries), pa)
    if _whole(kind, pa) is not None:
        return pa.chunked_array([chunk.view(kind) for chunk in column.chunks], kind)
    return column if column.type == kind else column.cast(kind)


def _encoded(values: Any, kind: Any, dictionary: Any, pa: Any) -> Any:
    compute = arrow("pyarrow.compute")
    chunks = [
        pa.DictionaryArray.from_arrays(
            compute.index_in(chunk, value_set=dictionary).cast(kind.index_type),
            dictionary,
            ordered=kind.ordered,
        )
        for chunk in values.chunks
    ]
    return pa.chunked_array(chunks, kind)
