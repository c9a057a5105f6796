"""Arrow arrays to canonical columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbmlops.capture.fingerprints.arrays import NAT, bool_column, float_column, int_column, ticks_column
from nbmlops.capture.fingerprints.hashing import Column, nothing
from nbmlops.capture.fingerprints.objects import ObjectColumns, dates_column, decimal_column, whole_column
from nbmlops.capture.fingerprints.texts import arrow_text_column

ArrowEncoder = Callable[[list[Any], str], Column]


class ArrowColumns:
    """Encodes Arrow arrays.

    Args:
        arrow: the `pyarrow` module.
        objects: encodes what Arrow hands out as Python objects.
    """

    def __init__(self, arrow: Any, objects: ObjectColumns) -> None:
        self._arrow = arrow
        self._objects = objects

    def column(self, chunks: list[Any], kind: Any, name: str) -> Column:
        """The canonical form of chunks of one array.

        Args:
            chunks: `pyarrow.Array`s, all of type `kind`.
            kind: their `pyarrow.DataType`.
            name: what to call it in an error.
        """
        types = self._arrow.types
        if not chunks:
            chunks = [self._arrow.array([], type=kind)]
        if types.is_dictionary(kind):
            return self.column([chunk.dictionary_decode() for chunk in chunks], kind.value_type, name)
        if isinstance(kind, self._arrow.BaseExtensionType):
            return self.column([chunk.storage for chunk in chunks], kind.storage_type, name)
        if types.is_null(kind):
            return nothing(sum(map(len, chunks)))
        for is_kind, encode in self._encoders():
            if is_kind(kind):
                return encode(chunks, name)
        return self._as_objects(chunks, name)

    def _encoders(self) -> tuple[tuple[Callable[[Any], bool], ArrowEncoder], ...]:
        types = self._arrow.types
        return (
            (types.is_floating, self._floats),
            (types.is_integer, self._ints),
            (types.is_boolean, self._bools),
            (_any_of(types.is_string, types.is_large_string, _named("string_view")), self._texts),
            (_any_of(types.is_binary, types.is_large_binary, _named("binary_view")), self._binary),
            (_any_of(types.is_fixed_size_binary), self._binary),
            (types.is_timestamp, self._ticks("timestamp")),
            (types.is_duration, self._ticks("duration")),
            (types.is_time, self._times),
            (types.is_date, self._dates),
            (types.is_decimal, self._decimals),
        )

    def _floats(self, chunks: list[Any], name: str) -> Column:
        del name
        values, missing = _joined(chunks, 0.0)
        return float_column(values, missing)

    def _ints(self, chunks: list[Any], name: str) -> Column:
        del name
        return int_column(*_joined(chunks, 0))

    def _bools(self, chunks: list[Any], name: str) -> Column:
        del name
        return bool_column(*_joined(chunks, fill=False))

    def _texts(self, chunks: list[Any], name: str) -> Column:
        del name
        large = self._arrow.large_string()
        return arrow_text_column([c if c.type == large else c.cast(large) for c in chunks])

    def _binary(self, chunks: list[Any], name: str) -> Column:
        del name
        large = self._arrow.large_binary()
        return arrow_text_column([c if c.type == large else c.cast(large) for c in chunks], binary=True)

    def _ticks(self, logical: str) -> ArrowEncoder:
        def encode(chunks: list[Any], name: str) -> Column:
            del name
            unit = chunks[0].type.unit
            zoned = logical == "timestamp" and chunks[0].type.tz is not None
            ticks, missing = _joined([chunk.view(self._arrow.int64()) for chunk in chunks], 0)
            if missing is not None:
                ticks = np.where(missing, NAT, ticks)
            return ticks_column(ticks, unit, logical="instant" if zoned else logical)

        return encode

    def _times(self, chunks: list[Any], name: str) -> Column:
        del name
        nanoseconds = [chunk.cast(self._arrow.time64("ns")).view(self._arrow.int64()) for chunk in chunks]
        return whole_column(*_joined(nanoseconds, 0), "time")

    def _dates(self, chunks: list[Any], name: str) -> Column:
        del name
        int32 = self._arrow.int32()
        days = [chunk.cast(self._arrow.date32()).view(int32) for chunk in chunks]
        return dates_column(*_joined(days, 0))

    def _decimals(self, chunks: list[Any], name: str) -> Column:
        del name
        return decimal_column([value for chunk in chunks for value in chunk.to_pylist()])

    def _as_objects(self, chunks: list[Any], name: str) -> Column:
        rows = [value for chunk in chunks for value in chunk.to_pylist()]
        return self._objects.column(rows, name)


def _joined(chunks: list[Any], fill: Any) -> tuple[Any, Any]:
    """Values with `fill` where missing, and the mask (None when nothing is missing)."""
    parts = list(_dense(chunks, fill))
    masks = None
    if any(chunk.null_count for chunk in chunks):
        masks = np.concatenate([chunk.is_null().to_numpy(zero_copy_only=False) for chunk in chunks])
    if len(parts) == 1:
        return parts[0], masks
    return np.concatenate(parts), masks


def _dense(chunks: list[Any], fill: Any) -> Iterator[Any]:
    for chunk in chunks:
        whole = chunk.fill_null(fill) if chunk.null_count else chunk
        yield whole.to_numpy(zero_copy_only=False)


def _any_of(*tests: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda kind: any(test(kind) for test in tests)


def _named(name: str) -> Callable[[Any], bool]:
    return lambda kind: str(kind) == name
