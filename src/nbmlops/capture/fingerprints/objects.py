"""Columns of Python objects: as the logical type that all their values share, else value by value."""

from __future__ import annotations

import datetime as dt
import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np

from nbmlops.capture.fingerprints.arrays import INT64_MAX, bool_column, float_column, int_column
from nbmlops.capture.fingerprints.hashing import Column, Digester, nothing
from nbmlops.capture.fingerprints.texts import arrow_text_column, encoded_column, text_column
from nbmlops.capture.fingerprints.values import Nested, ValueEncoder, canonical_decimal, is_missing

_ROWS = 1 << 14
_EPOCH = dt.date(1970, 1, 1).toordinal()


class ObjectColumns:
    """Encodes columns of Python objects.

    Args:
        nested: digests of the arrays and tables that stand in cells, see `ValueEncoder`.
        digester: is told of progress.
    """

    def __init__(self, nested: Nested, digester: Digester) -> None:
        self._nested = nested
        self._digester = digester

    def array(self, values: Any, name: str) -> Column:
        """As `column`, from a 1-d array of dtype object."""
        return self.column(values.tolist(), name)

    def column(self, rows: list[Any], name: str) -> Column:
        """The canonical form of a column of Python objects.

        Raises:
            FingerprintError: a value has no canonical form; the message names the column.
        """
        types = _value_types(rows)
        if types == {str}:
            return self.texts(rows)
        if len(types) == 1:
            uniform = _uniform(rows, next(iter(types)))
            if uniform is not None:
                return uniform
        if not types:
            return nothing(len(rows))
        return self._mixed(rows, name)

    def texts(self, rows: list[Any]) -> Column:
        """The canonical form of a column of `str`; whatever is no `str` is missing."""
        arrow = sys.modules.get("pyarrow")
        if arrow is None:
            return text_column(rows)
        try:
            return arrow_text_column([arrow.array(rows, type=arrow.large_string(), from_pandas=True)])
        except (UnicodeEncodeError, arrow.ArrowException, TypeError):
            return text_column(rows)  # lone surrogates, str subclasses: Arrow takes no such text

    def _mixed(self, rows: list[Any], name: str) -> Column:
        def chunks() -> Iterator[list[bytes | None]]:
            for start in range(0, len(rows), _ROWS):
                part = rows[start : start + _ROWS]
                yield [None if is_missing(value) else self._cell(value, name) for value in part]
                self._digester.advance(0)

        encoded = list(chunks())
        return encoded_column("mixed", len(rows), lambda: encoded)

    def _cell(self, value: Any, name: str) -> bytes:
        encoder = ValueEncoder(self._nested, self._digester)
        data = encoder.encode(value, name)
        return data + b"".join(encoder.schemas)


def _value_types(rows: list[Any]) -> frozenset[type]:
    """The types of what is not missing; NaN counts as missing beside other types."""
    kinds = set(map(type, rows))
    missing = {kind for kind in kinds if kind is type(None) or kind.__name__ in {"NAType", "NaTType"}}
    kinds = {_base(kind) for kind in kinds - missing}
    if (
        kinds - {float}
        and float in kinds
        and all(math.isnan(v) for v in rows if type(v) in {float, np.float64})
    ):
        kinds -= {float}
    return frozenset(kinds)


def _base(kind: type) -> type:
    if kind is np.float64:
        return float
    if kind is np.bool_:
        return bool
    if issubclass(kind, np.integer):
        return int
    return str if kind is np.str_ else kind


def _uniform(rows: list[Any], kind: type) -> Column | None:
    encode = _UNIFORM.get(kind)
    return None if encode is None else encode(rows)


def _missing(rows: list[Any]) -> Any:
    # A float among values of another type is a NaN: `_value_types` has seen to it.
    return np.fromiter(
        (is_missing(v) or type(v) in {float, np.float64} for v in rows), dtype=bool, count=len(rows)
    )


def _floats(rows: list[Any]) -> Column:
    return float_column(np.array([np.nan if is_missing(v) else v for v in rows], dtype=np.float64))


def _binary(rows: list[Any]) -> Column:
    return text_column(rows, binary=True)


def _bools(rows: list[Any]) -> Column:
    missing = _missing(rows)
    return bool_column(np.array([not gone and bool(v) for v, gone in _pairs(rows, missing)]), missing)


def _pairs(rows: list[Any], missing: Any) -> Iterator[tuple[Any, bool]]:
    return zip(rows, missing.tolist(), strict=True)


def _ints(rows: list[Any]) -> Column | None:
    missing = _missing(rows)
    filled = [0 if gone else v for v, gone in _pairs(rows, missing)]
    if min(filled) < -INT64_MAX - 1 or max(filled) > INT64_MAX:
        return None
    return int_column(np.array(filled, dtype=np.int64), missing)


def _dates(rows: list[Any]) -> Column:
    missing = _missing(rows)
    days = (0 if gone else v.toordinal() - _EPOCH for v, gone in _pairs(rows, missing))
    return dates_column(np.fromiter(days, np.int64, len(rows)), missing)


def dates_column(days: Any, missing: Any) -> Column:
    """Dates from int64 days since 1970-01-01 and a mask."""
    return whole_column(days, missing, "date")


def whole_column(values: Any, missing: Any, logical: str) -> Column:
    """Integers and a mask as a column of another logical type, one that pandas holds as objects."""
    if not len(values) or (missing is not None and missing.all()):
        return nothing(len(values))
    plain = int_column(values, missing)
    return replace(plain, logical=plain.logical.replace("int", logical))


def decimal_column(rows: list[Any]) -> Column:
    """Decimals by value: 1.10 and 1.1 are equal."""
    encoded = [canonical_decimal(v) if isinstance(v, Decimal) else None for v in rows]
    if not any(encoded):
        return nothing(len(rows))
    return encoded_column("decimal", len(rows), lambda: [encoded])


_UNIFORM: dict[type, Callable[[list[Any]], Column | None]] = {
    float: _floats,
    bytes: _binary,
    bool: _bools,
    int: _ints,
    dt.date: _dates,
    Decimal: decimal_column,
}
