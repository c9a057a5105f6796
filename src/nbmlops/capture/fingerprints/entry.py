"""`fingerprint`: from any object or path to its two hashes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from os import PathLike
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from nbmlops.capture.fingerprints import columnar, matrices, pandas_data
from nbmlops.capture.fingerprints.context import Context, Digests
from nbmlops.capture.fingerprints.hashing import Digester, Progress, combine
from nbmlops.capture.fingerprints.objects import ObjectColumns
from nbmlops.capture.fingerprints.paths import path_digests, path_size
from nbmlops.capture.fingerprints.values import ValueEncoder
from nbmlops.errors import FingerprintError
from nbmlops.records import Fingerprint

CONTENT_VERSION = "b3c1"
SCHEMA_VERSION = "b3s1"
_DIGITS = 32

Handler = Callable[[Context, Any, str], Digests]


def fingerprint(
    obj: Any = None,
    *,
    path: str | PathLike[str] | None = None,
    on_progress: Progress | None = None,
) -> Fingerprint:
    """Hash the whole content of an object, a file or a directory.

    Two fingerprints are equal when values and storage are. `.content` alone is equal when the
    values are: a pandas frame, its polars twin and their Arrow table share it.

    Args:
        obj: a pandas, polars or Arrow table or column, a NumPy array, a SciPy sparse matrix, a torch
            tensor, a DuckDB relation (its query is run), or plain Python values, also in nested dicts, lists and
            tuples.
        path: a file or directory, in place of `obj`.
        on_progress: called with the fraction done (0 to 1), at most about ten times a second.

    Returns:
        Two hashes, each a version (`b3c1`, `b3s1`: BLAKE3, first format) and 32 hexadecimal digits.

    Raises:
        FingerprintError: something in it has no content that can be hashed, or can't be read.

    Example:
        >>> fingerprint([1, 2, 3]) == fingerprint([1, 2, 3]), fingerprint([1, 2]) == fingerprint([2, 1])
        (True, False)
    """
    if (obj is None) == (path is None):
        raise FingerprintError(
            "Nothing to hash, or two things: call fingerprint(obj) or fingerprint(path=...)."
        )
    if path is not None:
        return _of_path(Path(path), on_progress)
    if isinstance(obj, PurePath):
        raise FingerprintError(f"{obj} is a path: call fingerprint(path=...) to hash the file.")
    total = _size_of(obj) if on_progress is not None else 0
    context = context_for(Digester(on_progress, total))
    digests = _object_digests(context, obj, "the data") or _value_digests(context, obj)
    context.digester.finish()
    return _record(digests)


def context_for(digester: Digester) -> Context:
    """The encoders of one fingerprint, wired together."""

    def nested(value: Any, where: str) -> tuple[bytes, bytes] | None:
        found = _object_digests(context, value, where)
        return None if found is None else (found.content, found.schema)

    context = Context(digester, ObjectColumns(nested, digester), nested)  # `nested` closes over it
    return context


def _of_path(path: Path, on_progress: Progress | None) -> Fingerprint:
    try:
        total = path_size(path) if on_progress is not None else 0
    except OSError:
        total = 0  # said properly when it is read
    digester = Digester(on_progress, total)
    digests = path_digests(path, digester)
    digester.finish()
    return _record(digests)


def _record(digests: Digests) -> Fingerprint:
    content, schema = digests.content.hex()[:_DIGITS], digests.schema.hex()[:_DIGITS]
    return Fingerprint(f"{CONTENT_VERSION}:{content}", f"{SCHEMA_VERSION}:{schema}")


def _value_digests(context: Context, value: Any) -> Digests:
    encoder = ValueEncoder(context.nested, context.digester)
    encoded = encoder.encode(value, "the value")
    return Digests(combine("value", encoded), combine("value", type(value).__name__, *encoder.schemas))


def _object_digests(context: Context, obj: Any, where: str) -> Digests | None:
    kind = type(obj)
    if issubclass(kind, np.ndarray):
        return matrices.array_digests(context, obj, where)
    for module_name, class_name, handler in _HANDLERS:
        module = sys.modules.get(module_name)
        known = getattr(module, class_name, None) if module is not None else None
        if isinstance(known, type) and issubclass(kind, known):
            return handler(context, obj, where)
    return None


def _refuse(remedy: str) -> Handler:
    def handler(context: Context, obj: Any, where: str) -> Digests:
        del context, where
        kind = type(obj)
        raise FingerprintError(
            f"A {kind.__module__}.{kind.__name__} is a query, not data yet. Pass {remedy}."
        )

    return handler


def _size_of(obj: Any) -> int:
    """Bytes to hash, roughly; wrong only makes progress uneven."""
    if hasattr(obj, "memory_usage"):
        usage = obj.memory_usage(index=False)
        return int(usage if isinstance(usage, int) else usage.sum())
    if hasattr(obj, "estimated_size"):
        return int(obj.estimated_size())
    size = getattr(obj, "nbytes", 0)
    return size if isinstance(size, int) else 0


_HANDLERS: tuple[tuple[str, str, Handler], ...] = (
    ("pandas", "DataFrame", pandas_data.frame_digests),
    ("pandas", "Series", pandas_data.series_digests),
    ("pandas", "Index", pandas_data.index_digests),
    ("polars", "DataFrame", columnar.polars_frame_digests),
    ("polars", "Series", columnar.polars_series_digests),
    ("polars", "LazyFrame", _refuse("frame.collect()")),
    ("pyarrow", "Table", columnar.arrow_table_digests),
    ("pyarrow", "RecordBatch", columnar.arrow_table_digests),
    ("pyarrow", "Array", columnar.arrow_array_digests),
    ("pyarrow", "ChunkedArray", columnar.arrow_array_digests),
    ("scipy.sparse", "sparray", matrices.sparse_digests),
    ("scipy.sparse", "spmatrix", matrices.sparse_digests),
    ("torch", "Tensor", matrices.tensor_digests),
    ("duckdb", "DuckDBPyRelation", columnar.duckdb_digests),
    ("pandas.api.extensions", "ExtensionArray", pandas_data.extension_digests),
)
