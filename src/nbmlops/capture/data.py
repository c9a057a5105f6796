"""The data that a cell read: what each piece is, its shape, its columns and its fingerprint.

Nothing here imports a data library: an object can only be of one that is loaded already.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from nbmlops.capture.files import OpenedKind
from nbmlops.capture.secret_looks import mask_url
from nbmlops.errors import FingerprintError
from nbmlops.records import Column, Fingerprint, Input
from nbmlops.records.data import InputKind

MAX_COLUMNS = 200
DATABASE_SUFFIXES: Final = (".db", ".db3", ".sqlite", ".sqlite3", ".duckdb", ".ddb")
_COMPANIONS: Final = ("-wal", "-shm", "-journal")
_T = TypeVar("_T")
_D = TypeVar("_D")
# A query may take hours, cost money, or draw random numbers: none is run behind the user's back.
_QUERY = "a query: not run for its fingerprint. nbmlops.fingerprint(relation) runs it; relation.df() makes data of it"
_INTERRUPTED = "fingerprint skipped: interrupted"
_KINDS: tuple[tuple[str, str, InputKind], ...] = (
    ("pandas", "DataFrame", "dataframe"),
    ("pandas", "Series", "series"),
    ("pandas", "Index", "series"),
    ("numpy", "ndarray", "array"),
    ("polars", "DataFrame", "dataframe"),
    ("polars", "Series", "series"),
    ("pyarrow", "Table", "table"),
    ("pyarrow", "RecordBatch", "table"),
    ("pyarrow", "Array", "array"),
    ("pyarrow", "ChunkedArray", "array"),
    ("scipy.sparse", "sparray", "sparse"),
    ("scipy.sparse", "spmatrix", "sparse"),
    ("torch", "Tensor", "tensor"),
    ("duckdb", "DuckDBPyRelation", "table"),
)


def is_data(obj: Any) -> bool:
    """Whether `obj` is a table, a column, an array of two values or more, a sparse matrix or a tensor."""
    return _kind_of(obj) is not None


def describe(name: str, obj: Any, *, on_progress: Callable[[float], None] | None = None) -> Input | None:
    """What is recorded of a piece of data; None when `obj` is no data.

    Never raises, whatever `obj` does: what can't be told is left out and `note` says why. An
    interrupt while it is being hashed skips the hash only.

    Args:
        name: the variable's name.
        obj: any object.
        on_progress: called with the fraction hashed, see `fingerprint`.
    """
    kind = _kind_of(obj)
    if kind is None:
        return None
    if type(obj).__name__ == "DuckDBPyRelation":
        fingerprint, note = None, _QUERY
    else:
        fingerprint, note = _fingerprint(obj, on_progress)
    return Input(
        name=name,
        kind=kind,
        fingerprint=fingerprint,
        shape=_guarded(_shape, obj, ()),
        columns=_guarded(_columns, obj, ()),
        nbytes=_guarded(_nbytes, obj, None),
        note=note,
    )


def describe_file(
    path: str | Path,
    *,
    root: Path | None,
    kind: OpenedKind = "file",
    on_progress: Callable[[float], None] | None = None,
) -> Input:
    """What is recorded of a file or directory that a cell read; never raises.

    A database is not hashed: to close a file drops every POSIX lock that the process holds on it, those of
    the user's open connections too. Neither is what lies elsewhere.

    Args:
        path: of the file; a relative one counts from the working directory. A URL for kind "remote".
        root: the project's folder; a path below it is named relative to it.
        kind: how it was opened.
        on_progress: called with the fraction hashed.
    """
    if kind == "remote":
        url = mask_url(str(path))
        return Input(name=url, kind="file", source="file", path=url, note="remote: not hashed")
    absolute = Path(path).absolute()
    name = _short_name(absolute, root)
    try:
        is_dir, nbytes = absolute.is_dir(), _disk_size(absolute)
        if kind == "database" or _holds_database(absolute):
            return Input(
                name=name,
                kind="directory" if is_dir else "database",
                source="file",
                path=str(absolute),
                nbytes=nbytes,
                note=f"an open database: not hashed; last modified {_modified(absolute)}",
            )
    except (OSError, ValueError) as error:  # ValueError: a null byte in the path
        reason = getattr(error, "strerror", None) or str(error)
        return Input(name=name, kind="file", source="file", path=str(absolute), note=f"not read: {reason}")
    fingerprint, note = _fingerprint(None, on_progress, path=absolute)
    return Input(
        name=name,
        kind="directory" if is_dir else "file",
        source="file",
        fingerprint=fingerprint,
        path=str(absolute),
        nbytes=nbytes,
        note=note,
    )


def _holds_database(path: Path) -> bool:
    """Whether it is, or holds, a database that this process may have open; opens nothing to find out."""
    opened = set(_open_databases())
    files = (file for file in path.rglob("*") if file.is_file()) if path.is_dir() else (path,)
    for file in files:
        found = file.stat()
        if (found.st_dev, found.st_ino) in opened or _is_named_database(file.name.lower()):
            return True
    return False


def _is_named_database(name: str) -> bool:
    if not {"sqlite3", "duckdb"} & sys.modules.keys():
        return False
    for companion in _COMPANIONS:
        name = name.removesuffix(companion)
    return name.endswith(DATABASE_SUFFIXES)


def _open_databases() -> Iterator[tuple[int, int]]:
    """Device and inode of each SQLite or DuckDB file that is open here, read through its own descriptor."""
    try:
        descriptors = [int(name) for name in os.listdir("/dev/fd")]  # noqa: PTH208
    except (OSError, ValueError):  # no such folder on this system: the names must do
        return
    for descriptor in descriptors:
        try:
            found = os.fstat(descriptor)
            head = os.pread(descriptor, 16, 0) if stat.S_ISREG(found.st_mode) else b""
        except OSError:  # closed meanwhile, or open for writing only
            continue
        if head == b"SQLite format 3\0" or head[8:12] == b"DUCK":
            yield found.st_dev, found.st_ino


def _modified(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="milliseconds")


def _kind_of(obj: Any) -> InputKind | None:
    cls = type(obj)  # not __class__, which an object may fake
    for module_name, class_name, kind in _KINDS:
        module = sys.modules.get(module_name)
        known = getattr(module, class_name, None) if module is not None else None
        if isinstance(known, type) and issubclass(cls, known):
            return kind if kind not in {"array", "tensor"} or _has_values(obj) else None
    return None


def _has_values(obj: Any) -> bool:
    """More than one value along at least one axis: a single number is no data."""
    shape = _guarded(_shape, obj, ())
    size = 1
    for axis in shape:
        size *= axis
    return bool(shape) and size >= 2


def _guarded(read: Callable[[Any], _T], obj: Any, otherwise: _D) -> _T | _D:
    try:
        return read(obj)
    except Exception:  # noqa: BLE001 - a user's subclass may raise anything; the rest is still recorded
        return otherwise


def _fingerprint(
    obj: Any, on_progress: Callable[[float], None] | None, path: Path | None = None
) -> tuple[Fingerprint | None, str]:
    # It loads NumPy: paid with the first piece of data, not with the extension.
    from nbmlops.capture.fingerprints import fingerprint

    try:
        return fingerprint(obj, path=path, on_progress=on_progress), ""
    except KeyboardInterrupt:
        return None, _INTERRUPTED
    except FingerprintError as error:
        return None, str(error)
    except BaseException as error:
        # A user's subclass may raise anything, and polars panics with no Exception; the cell goes on.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        return None, f"fingerprint failed: {type(error).__name__}: {_guarded(str, error, '')}"[:500]


def _shape(obj: Any) -> tuple[int, ...]:
    if type(obj).__name__ == "DuckDBPyRelation":
        return ()  # to count its rows would run the query
    shape = getattr(obj, "shape", None)
    if shape is None:
        shape = (obj.num_rows, obj.num_columns) if hasattr(obj, "num_rows") else (len(obj),)
    return tuple(int(axis) for axis in shape)


def _columns(obj: Any) -> tuple[Column, ...]:
    names, types = _names_and_types(obj)
    texts = {dtype: str(dtype) for dtype in set(types)}  # NumPy takes 5 microseconds for each
    return tuple(Column(str(name), texts[dtype]) for name, dtype in zip(names, types, strict=True))


def _names_and_types(obj: Any) -> tuple[list[Any], list[Any]]:
    module = type(obj).__module__.partition(".")[0]
    if hasattr(obj, "num_rows") and hasattr(obj, "schema"):  # Arrow
        fields = [obj.schema.field(i) for i in range(min(len(obj.schema), MAX_COLUMNS))]
        return [field.name for field in fields], [field.type for field in fields]
    if hasattr(obj, "columns") and hasattr(obj, "dtypes"):  # pandas, polars, DuckDB
        return list(obj.columns)[:MAX_COLUMNS], list(obj.dtypes)[:MAX_COLUMNS]
    if hasattr(obj, "name") and hasattr(obj, "dtype") and module in {"pandas", "polars"}:
        return ([], []) if obj.name is None else ([obj.name], [obj.dtype])
    return [], []


def _nbytes(obj: Any) -> int | None:
    blocks = getattr(getattr(obj, "_mgr", None), "blocks", None)
    if blocks:  # pandas, whose memory_usage() takes a millisecond for 30 columns
        return sum(int(block.values.nbytes) for block in blocks)
    if hasattr(obj, "memory_usage"):
        usage = obj.memory_usage(deep=False)
        return int(usage if isinstance(usage, int) else usage.sum())
    if hasattr(obj, "estimated_size"):  # polars
        return int(obj.estimated_size())
    nbytes = getattr(obj, "nbytes", None)
    if nbytes is None and hasattr(obj, "nnz"):  # a sparse matrix: its parts
        parts = (getattr(obj, part, None) for part in ("data", "indices", "indptr", "row", "col", "offsets"))
        nbytes = sum(int(part.nbytes) for part in parts if part is not None)
    return None if nbytes is None else int(nbytes)


def _short_name(path: Path, root: Path | None) -> str:
    if root is not None and path.is_relative_to(root.absolute()):
        relative = path.relative_to(root.absolute()).as_posix()
        return relative if relative != "." else path.name
    return str(path)


def _disk_size(path: Path) -> int:
    if not path.is_dir():
        return path.stat().st_size
    return sum(entry.lstat().st_size for entry in path.rglob("*") if not entry.is_dir())
