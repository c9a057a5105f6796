"""Text and binary values: int64 lengths (-1 where missing), then all bytes one after another.

Two ways to the same bytes: Arrow's buffers where Arrow is at hand, plain Python where it is not or
where the text is not valid Unicode.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from nbmlops.capture.fingerprints.hashing import Column, nothing

_ROWS = 1 << 16


def encode_text(value: str) -> bytes:
    """UTF-8, with lone surrogates (as in undecodable file names) kept apart."""
    return value.encode("utf-8", "surrogatepass")


def text_column(values: Any, *, binary: bool = False, encode: Callable[[Any], bytes] | None = None) -> Column:
    """Text or bytes from Python objects.

    Args:
        values: 1-d array or list whose values are all `str` (or all bytes) or missing; anything
            that is neither counts as missing.
        binary: the values are bytes.
        encode: in place of UTF-8.
    """
    kind: Any = (bytes, bytearray) if binary else str
    if not any(isinstance(value, kind) for value in values):
        return nothing(len(values))
    to_bytes: Callable[[Any], bytes] = encode or (bytes if binary else encode_text)

    def encoded() -> Iterator[list[bytes | None]]:
        for start in range(0, len(values), _ROWS):
            part = values[start : start + _ROWS]
            rows = part.tolist() if isinstance(part, np.ndarray) else part
            yield [to_bytes(v) if isinstance(v, kind) else None for v in rows]

    return encoded_column("binary" if binary else "string", len(values), encoded)


def encoded_column(logical: str, length: int, chunks: Callable[[], Iterable[list[bytes | None]]]) -> Column:
    """A column of byte strings, missing as None, that come in chunks; `chunks` is called twice."""

    def lengths() -> Iterator[Any]:
        for rows in chunks():
            yield np.fromiter((-1 if row is None else len(row) for row in rows), dtype="<i8", count=len(rows))

    def data() -> Iterator[bytes]:
        for rows in chunks():
            yield b"".join(row for row in rows if row is not None)

    return Column(logical, length, (lengths(), data()))


def arrow_text_column(chunks: list[Any], *, binary: bool = False) -> Column:
    """Text or bytes from Arrow arrays of type `large_string` or `large_binary`, without a copy."""
    length = sum(len(chunk) for chunk in chunks)
    if length == sum(chunk.null_count for chunk in chunks):
        return nothing(length)
    buffers = (_arrow_lengths(chunks), _arrow_bytes(chunks))
    return Column("binary" if binary else "string", length, buffers)


def _offsets(chunk: Any) -> Any:
    buffer = chunk.buffers()[1]
    if buffer is None or not len(chunk):
        return np.zeros(len(chunk) + 1, dtype="<i8")
    return np.frombuffer(buffer, dtype="<i8", count=len(chunk) + 1, offset=8 * chunk.offset)


def _arrow_lengths(chunks: list[Any]) -> Iterator[Any]:
    for chunk in chunks:
        offsets = _offsets(chunk)
        missing = chunk.is_null().to_numpy(zero_copy_only=False) if chunk.null_count else None
        for start in range(0, len(chunk), _ROWS):
            stop = min(start + _ROWS, len(chunk))
            lengths = np.diff(offsets[start : stop + 1])
            if missing is not None:
                lengths[missing[start:stop]] = -1
            yield lengths


def _arrow_bytes(chunks: list[Any]) -> Iterator[Any]:
    for chunk in chunks:
        # A missing value may still own bytes in the buffer: they are no content.
        dense = chunk.drop_null() if chunk.null_count else chunk
        offsets, data = _offsets(dense), dense.buffers()[2]
        if data is not None and len(dense):
            yield np.frombuffer(data, dtype=np.uint8)[offsets[0] : offsets[-1]]
