"""Arrow arrays as columns to be summarised."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from nbmlops.profiles.source import NANOSECONDS, Source


def of_arrow(name: str, dtype: str, array: Any) -> Source:
    """An Arrow array, in chunks or whole."""
    arrow = sys.modules["pyarrow"]
    types, kind = arrow.types, array.type
    chunks = array.chunks if hasattr(array, "chunks") else [array]
    chunks = [chunk.drop_null() if chunk.null_count else chunk for chunk in chunks]
    length, missing = len(array), array.null_count
    if types.is_floating(kind) or types.is_integer(kind) or types.is_boolean(kind):
        return Source(name, dtype, length, missing, array=_joined(chunks, np.float64))
    if types.is_timestamp(kind) or types.is_duration(kind) or types.is_date(kind):
        if types.is_date(kind):
            chunks = [chunk.cast(arrow.date32()).view(arrow.int32()) for chunk in chunks]
        else:
            chunks = [chunk.view(arrow.int64()) for chunk in chunks]
        unit = NANOSECONDS["D" if types.is_date(kind) else kind.unit]
        ticks = (_joined(chunks, np.int64).astype(np.int64), unit, not types.is_duration(kind))
        return Source(name, dtype, length, missing, ticks=ticks)
    if types.is_dictionary(kind):
        return _of_dictionary(name, dtype, array, arrow)
    if types.is_decimal(kind):
        dense = _joined([chunk.cast(arrow.float64()) for chunk in chunks], np.float64)
        return Source(name, dtype, length, missing, array=dense)
    if types.is_string(kind) or types.is_large_string(kind) or str(kind) == "string_view":
        return Source(name, dtype, length, missing, counts=_counts(arrow.chunked_array(chunks, kind)))
    return Source(name, dtype, length, missing)


def _of_dictionary(name: str, dtype: str, array: Any, arrow: Any) -> Source:
    plain = array.cast(array.type.value_type)
    if not arrow.types.is_string(plain.type) and not arrow.types.is_large_string(plain.type):
        plain = plain.cast(arrow.string())
    found = of_arrow(name, dtype, plain)
    return Source(name, dtype, len(array), found.missing, counts=found.counts)


def _counts(array: Any) -> tuple[list[str], list[int]]:
    found = array.value_counts()
    return found.field("values").to_pylist(), found.field("counts").to_pylist()


def _joined(chunks: list[Any], empty: Any) -> Any:
    parts = [chunk.to_numpy(zero_copy_only=False) for chunk in chunks]
    return parts[0] if len(parts) == 1 else np.concatenate(parts) if parts else np.zeros(0, dtype=empty)
