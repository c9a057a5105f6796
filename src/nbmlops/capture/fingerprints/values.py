"""Python values to canonical bytes: every value is tagged with its logical type.

A container's encoding holds the digests of the containers in it, not their bytes: shared ones are
encoded once, and a deep or cyclic one is refused instead of walked for ever.
"""

from __future__ import annotations

import datetime as dt
import struct
import sys
import uuid
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from nbmlops.capture.fingerprints.hashing import Digester, combine
from nbmlops.capture.fingerprints.texts import encode_text
from nbmlops.errors import FingerprintError

MAX_DEPTH = 100
_SHOWN = 60

Nested = Callable[[Any, str], tuple[bytes, bytes] | None]


class ValueEncoder:
    """Encodes one value and what it holds; not to be used again for another.

    Args:
        nested: called with objects of unknown type and the place they were found at; returns digests
            of content and schema for arrays and tables, None for what it does not know either.
        digester: is told of progress.

    Attributes:
        schemas: digests of the schemas of the nested arrays and tables, in the order met.
    """

    def __init__(self, nested: Nested, digester: Digester) -> None:
        self._nested = nested
        self._digester = digester
        self._open: set[int] = set()
        # Keeps the containers alive: an id must not come back for another object meanwhile.
        self._seen: dict[int, tuple[Any, bytes]] = {}
        self.schemas: list[bytes] = []

    def encode(self, value: Any, where: str, depth: int = 0) -> bytes:
        """The canonical bytes of `value`.

        Raises:
            FingerprintError: it holds a cycle, is too deep, or holds an object of unknown type.
        """
        scalar = encode_scalar(value)
        if scalar is not None:
            return scalar
        walk = _container(value)
        if walk is not None:
            return b"@" + self._container(value, walk, where, depth)
        if type(value) is np.ndarray and value.ndim == 1 and value.dtype.str in {"<f8", "<i8", "|b1", "|O"}:
            # A list column comes out of Parquet as lists or as arrays, depending on the reader.
            return b"@" + self._container(value, ("list", value.tolist()), where, depth)
        found = self._nested(value, where)
        if found is None:
            raise FingerprintError(_refusal(value, where))
        content, schema = found
        self.schemas.append(schema)
        return b"#" + content

    def _container(self, value: Any, walk: tuple[str, list[Any]], where: str, depth: int) -> bytes:
        key = id(value)
        if key in self._seen:
            return self._seen[key][1]
        if key in self._open:
            raise FingerprintError(
                f"{where} holds itself (a cycle), so its content has no end. Hash its parts instead."
            )
        if depth >= MAX_DEPTH:
            raise FingerprintError(
                f"{where} is nested deeper than {MAX_DEPTH} levels. Hash its parts instead."
            )
        self._open.add(key)
        kind, items = walk
        encoded = self._items(kind, items, where, depth + 1)
        if kind in {"dict", "set"}:
            encoded.sort()
        digest = combine(kind, len(encoded), *encoded)
        self._digester.advance(8 * len(encoded))
        self._open.discard(key)
        self._seen[key] = (value, digest)
        return digest

    def _items(self, kind: str, items: list[Any], where: str, depth: int) -> list[bytes]:
        if kind != "dict":
            return [self.encode(item, where, depth) for item in items]
        return [
            combine(self.encode(key, where, depth), self.encode(item, f"{where}[{_brief(key)}]", depth))
            for key, item in items
        ]


def _container(value: Any) -> tuple[str, list[Any]] | None:
    # By the class's own methods: a subclass may have overridden them with anything.
    kind = type(value)
    if issubclass(kind, dict):
        return "dict", list(dict.items(value))
    if issubclass(kind, list):
        return "list", list(list.__iter__(value))
    if issubclass(kind, tuple):
        return "tuple", list(tuple.__iter__(value))
    if issubclass(kind, set):
        return "set", list(set.__iter__(value))
    if issubclass(kind, frozenset):
        return "set", list(frozenset.__iter__(value))
    return None


def encode_scalar(value: Any) -> bytes | None:
    """The tagged bytes of a scalar, None for anything else."""
    kind = type(value)
    encoder = _SCALARS.get(kind)
    if encoder is not None:
        return encoder(value)
    if is_missing(value):
        return b"N"
    encoder = next((encode for base, encode in _BY_BASE if issubclass(kind, base)), None)
    if encoder is not None:
        return encoder(value)
    return _numpy_scalar(value) if issubclass(kind, np.generic) else _pandas_scalar(value)


def _pandas_scalar(value: Any) -> bytes | None:
    kind = type(value)
    if not _is_pandas(kind):
        return None
    if kind.__name__ == "Period":
        return b"p" + _framed([encode_text(value.freqstr), str(value.ordinal).encode()])
    if kind.__name__ == "Interval":
        ends = [encode_scalar(value.left), encode_scalar(value.right)]
        return b"I" + _framed([value.closed.encode(), *(end or b"" for end in ends)])
    return None


def is_missing(value: Any) -> bool:
    """Whether it is one of the values that stand for a missing one: None, `pandas.NA`, `pandas.NaT`."""
    return value is None or (type(value).__name__ in {"NAType", "NaTType"} and _is_pandas(type(value)))


def _is_pandas(kind: type) -> bool:
    return kind.__module__.startswith("pandas.") and "pandas" in sys.modules


def canonical_decimal(value: Decimal) -> bytes:
    """A decimal without its trailing zeros: 1.10 and 1.1 are one value."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return str(value).encode()
    text = "".join(map(str, digits)).lstrip("0")
    stripped = text.rstrip("0")
    if not stripped:
        return b"-0" if sign else b"0"
    return f"{'-' if sign else ''}{stripped}E{exponent + len(text) - len(stripped)}".encode()


def _framed(fields: Iterable[bytes]) -> bytes:
    return b"".join(len(field).to_bytes(4, "little") + field for field in fields)


def _int(value: int) -> bytes:
    return b"i" + int.__index__(value).to_bytes(int.bit_length(value) // 8 + 1, "little", signed=True)


def _timedelta(value: dt.timedelta) -> bytes:
    nanoseconds = getattr(value, "nanoseconds", 0)  # pandas.Timedelta
    micros = value.days * 86_400_000_000 + value.seconds * 1_000_000
    return b"e" + str((micros + value.microseconds) * 1000 + nanoseconds).encode()


def _datetime(value: dt.datetime) -> bytes:
    return b"t" + _framed(
        [value.isoformat().encode(), encode_text(str(value.tzinfo) if value.tzinfo else "")]
    )


def _numpy_scalar(value: Any) -> bytes | None:
    dtype = value.dtype
    if dtype.kind in "mM":
        unit = np.datetime_data(dtype)[0]
        return _framed([dtype.kind.encode(), unit.encode(), bytes(value.view(np.int64).tobytes())])
    if dtype.kind in "iub":
        return encode_scalar(value.item())
    if dtype.kind in "fc" and dtype.itemsize <= (8 if dtype.kind == "f" else 16):
        native = dtype.newbyteorder("<")
        return _framed([native.str.encode(), bytes(value.astype(native).tobytes())])
    return None


_SCALARS: dict[type, Callable[[Any], bytes]] = {
    type(None): lambda _: b"N",
    bool: lambda value: b"T" if value else b"F",
    int: _int,
    float: lambda value: b"d" + struct.pack("<d", value),
    np.float64: lambda value: b"d" + struct.pack("<d", value),
    str: lambda value: b"s" + encode_text(value),
    bytes: lambda value: b"b" + value,
}
_BY_BASE: tuple[tuple[type, Callable[[Any], bytes]], ...] = (
    (np.str_, lambda value: b"s" + encode_text(str(value))),
    (np.bytes_, lambda value: b"b" + bytes(value)),
    (bytearray, lambda value: b"b" + bytes(value)),
    (memoryview, lambda value: b"b" + value.tobytes()),
    (np.float64, lambda value: b"d" + struct.pack("<d", value)),
    (str, lambda value: b"s" + encode_text(str.__str__(value))),
    (bytes, lambda value: b"b" + bytes.__getitem__(value, slice(None))),
    (bool, lambda value: b"T" if value else b"F"),
    (int, _int),
    (float, lambda value: b"d" + struct.pack("<d", float.__float__(value))),
    (complex, lambda value: b"c" + struct.pack("<dd", value.real, value.imag)),
    (Decimal, lambda value: b"D" + canonical_decimal(value)),
    (Fraction, lambda value: b"R" + f"{value.numerator}/{value.denominator}".encode()),
    (dt.datetime, _datetime),
    (dt.date, lambda value: b"a" + value.isoformat().encode()),
    (dt.time, lambda value: b"h" + value.isoformat().encode()),
    (dt.timedelta, _timedelta),
    (uuid.UUID, lambda value: b"u" + value.bytes),
)


def _brief(key: Any) -> str:
    text = repr(key) if type(key) in {str, int, float, bool} else type(key).__name__
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _refusal(value: Any, where: str) -> str:
    kind = type(value)
    return (
        f"{where} holds an object of type {kind.__module__}.{kind.__qualname__}, which can't be hashed. "
        "Turn it into numbers, text or an array first, or leave it out."
    )
