"""Readers that open files natively, with no audit event: they are wrapped to note their path.

The wrappers are put in when a library is imported, and change nothing else: signature, help, pickling and
copying stay, and while no recording is active a call costs well under a microsecond more.

DuckDB's `sql`, `query` and `execute` look for a DataFrame that a query names in the frame of their caller: a
wrapper would stand in its place. They stay as they are; `paths_in_source` reads their queries in the cell.
"""

from __future__ import annotations

import ast
import glob
import os
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from nbmlops.capture.data import DATABASE_SUFFIXES
from nbmlops.capture.files import FileWatch, OpenedKind, OpenMode, is_remote
from nbmlops.capture.parsing import PARSE_FAULTS, code_magic, parse
from nbmlops.capture.secret_looks import mask_url

MAX_GLOB: Final = 1_000
_GLOB: Final = re.compile(r"[*?\[]")
_SQL: Final = re.compile(r"\b(?:select|from|attach|copy|insert|describe|summarize)\b", re.IGNORECASE)
_QUOTED: Final = re.compile(
    r"(?P<to>\bTO\s+)?"
    r"(?P<attach>\bATTACH\s+(?:DATABASE\s+)?(?:IF\s+NOT\s+EXISTS\s+)?)?"
    r"(?:'(?P<single>[^'\n]{1,1000})'|\"(?P<double>[^\"\n]{1,1000})\")",
    re.IGNORECASE,
)

Finder = Callable[[Any, Mapping[str, Any]], Iterator["Noted"]]


@dataclass(frozen=True, slots=True)
class Noted:
    """One path that a reader is about to read."""

    path: str
    mode: OpenMode = "r"
    kind: OpenedKind = "file"


@dataclass(frozen=True, slots=True)
class Reader:
    """A function or a class's `__init__` to wrap, and how to find the paths among its arguments.

    Attributes:
        module: its wrapper is put in when this module is imported.
        name: dotted below the module.
        find: gives the paths for positional (without self) and keyword arguments.
    """

    module: str
    name: str
    find: Finder


def install(watch: FileWatch) -> None:
    """Wrap the known readers of every library, now or as soon as it is imported.

    Imports none of them. Called again, with another watch too, it wraps nothing twice.
    """
    from wrapt import register_post_import_hook

    for module in dict.fromkeys(reader.module for reader in READERS):
        register_post_import_hook(_patch_with(watch), module)


def paths_in_source(source: str) -> tuple[Path, ...]:
    """The files that are there and that a cell's DuckDB queries name in quotes.

    DuckDB reads `FROM 'file.csv'`, `read_csv('*.csv')` and `ATTACH 'file.db'` without an audit event. Only
    text that stands in the source is seen; what a query also writes (`COPY ... TO`) is left out.

    Args:
        source: a cell; magics allowed.

    Returns:
        Absolute paths, each once; none where the source is no Python or DuckDB is not loaded.
    """
    try:
        nodes = list(_nodes(parse(source)))
    except PARSE_FAULTS:
        return ()
    if "duckdb" not in sys.modules and not any(_imports_duckdb(node) for node in nodes):
        return ()
    found: dict[str, bool] = {}
    for node in nodes:
        match node:
            case ast.Constant(value=str(text)) if _SQL.search(text):
                for path, written in _quoted_paths(text):
                    found[path] = found.get(path, False) or written
    return tuple(Path(path) for path, written in found.items() if not written)


def _nodes(body: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    for statement in body:
        magic = code_magic(statement.value) if isinstance(statement, ast.Expr) else None
        if magic is not None:
            yield from _nodes(magic[1])
        else:
            yield from ast.walk(statement)


def _imports_duckdb(node: ast.AST) -> bool:
    match node:
        case ast.Import(names=names):
            return any(alias.name.partition(".")[0] == "duckdb" for alias in names)
        case ast.ImportFrom(module=str(module)):
            return module.partition(".")[0] == "duckdb"
    return False


def _quoted_paths(query: str) -> Iterator[tuple[str, bool]]:
    """Absolute paths of the files in a query, and whether it writes them."""
    for match in _QUOTED.finditer(query):
        try:
            located = list(_located(match["single"] or match["double"], "file"))
        except (OSError, ValueError):  # a null byte, a pattern that is none
            continue
        for noted in located:
            # What is attached is open: under a name that doesn't tell a database it might be hashed.
            unsure = match["attach"] and not noted.path.lower().endswith(DATABASE_SUFFIXES)
            if noted.kind == "file" and not unsure:
                yield os.path.abspath(noted.path), match["to"] is not None  # noqa: PTH100


def _patch_with(watch: FileWatch) -> Callable[[ModuleType], None]:
    def patch(module: ModuleType) -> None:
        for reader in READERS:
            if reader.module == module.__name__:
                try:
                    _wrap(module, reader, watch)
                except Exception:  # noqa: BLE001 - a release without this reader must still import
                    continue

    return patch


def _wrap(module: ModuleType, reader: Reader, watch: FileWatch) -> None:
    *owners, name = reader.name.split(".")
    owner: Any = module
    for step in owners:
        owner = getattr(owner, step)
    original = vars(owner).get(name) or getattr(owner, name)
    if hasattr(original, "_self_nbmlops_reader"):
        original._self_nbmlops_reader(watch)
        return
    wrapper = _wrapper_of(original, f"{reader.module}:{reader.name}", reader.find, watch)
    setattr(owner, name, wrapper)
    # The home module too, or cloudpickle wouldn't find the function under its own name.
    home = sys.modules.get(getattr(original, "__module__", None) or "")
    own_name = getattr(original, "__name__", name)
    if home is not None and vars(home).get(own_name) is original:
        setattr(home, own_name, wrapper)


def _wrapper_of(original: Any, address: str, find: Finder, watch: FileWatch) -> Any:
    from wrapt import FunctionWrapper

    watching = [watch]

    class NotingReader(FunctionWrapper):  # type: ignore[misc,type-arg,unused-ignore]
        """A function as it was, which proxies by themselves are not: it can be copied and pickled."""

        def _self_nbmlops_reader(self, watch: FileWatch) -> None:
            watching[0] = watch

        def __reduce_ex__(self, protocol: Any) -> Any:
            return pkgutil.resolve_name, (address,)

        def __copy__(self) -> Any:
            return self

        def __deepcopy__(self, memo: Any) -> Any:
            return self

    def note_then_call(wrapped: Any, _instance: Any, args: Any, kwargs: Any) -> Any:
        if watching[0].active:
            try:
                for noted in find(args, kwargs):
                    watching[0].note(noted.path, mode=noted.mode, kind=noted.kind)
            except Exception:  # noqa: BLE001 - what can't be noted must still be read
                pass
        return wrapped(*args, **kwargs)

    return NotingReader(original, note_then_call)


def _argument(*names: str, kind: OpenedKind = "file") -> Finder:
    """The first positional argument, or the one with one of these names."""

    def find(args: Any, kwargs: Mapping[str, Any]) -> Iterator[Noted]:
        return _located(_first(args, kwargs, names), kind)

    return find


def _all_arguments(args: Any, kwargs: Mapping[str, Any]) -> Iterator[Noted]:
    """DuckDB's readers name their argument differently in each release: any string that is a file."""
    for value in (*args[:1], *kwargs.values()):
        yield from _located(value, "file")


def _written(at: int, *names: str) -> Finder:
    """What a writer writes: the argument at a position, or the one with one of these names."""

    def find(args: Any, kwargs: Mapping[str, Any]) -> Iterator[Noted]:
        value = args[at] if len(args) > at else next((kwargs[n] for n in names if n in kwargs), None)
        if isinstance(value, (str, os.PathLike)):
            yield Noted(os.path.expanduser(os.fspath(value)), "w")  # noqa: PTH111

    return find


def _h5py_file(args: Any, kwargs: Mapping[str, Any]) -> Iterator[Noted]:
    mode = args[1] if len(args) > 1 else kwargs.get("mode", "r")
    for noted in _located(_first(args, kwargs, ("name",)), "file"):
        yield Noted(noted.path, "r" if mode in ("r", None) else "w")


def _duckdb_file(args: Any, kwargs: Mapping[str, Any]) -> Iterator[Noted]:
    for noted in _located(_first(args, kwargs, ("database",)), "database"):
        if not noted.path.startswith(":"):
            yield noted


def _first(args: Any, kwargs: Mapping[str, Any], names: Iterable[str]) -> Any:
    if args:
        return args[0]
    return next((kwargs[name] for name in names if name in kwargs), None)


def _located(value: Any, kind: OpenedKind) -> Iterator[Noted]:
    """Paths in a string, a path-like object or a list of them; open files had an event of their own."""
    if isinstance(value, (list, tuple)):
        for item in value[:MAX_GLOB]:
            yield from _located(item, kind)
    elif isinstance(value, (str, os.PathLike)):
        path = os.fspath(value)
        if isinstance(path, str):
            yield from _expanded(path, kind)


def _expanded(path: str, kind: OpenedKind) -> Iterator[Noted]:
    if is_remote(path):
        yield Noted(mask_url(path), kind="remote")
        return
    path = os.path.expanduser(path.removeprefix("file://"))  # noqa: PTH111
    if os.path.exists(path) or kind == "database":  # noqa: PTH110
        yield Noted(path, kind="directory" if os.path.isdir(path) else kind)  # noqa: PTH112
    elif _GLOB.search(path):
        found = sorted(glob.glob(path, recursive=True))[:MAX_GLOB]  # noqa: PTH207
        yield from (Noted(match, kind=kind) for match in found if os.path.isfile(match))  # noqa: PTH113


def _all(module: str, names: str, find: Finder) -> tuple[Reader, ...]:
    return tuple(Reader(module, name, find) for name in names.split())


_PANDAS = _argument("path", "filepath_or_buffer", "path_or_buf", "path_or_buffer", "io", "path_or_file")
_POLARS = _argument("source", "sources")
_ARROW = _argument("source", "path_or_paths", "where", "input_file", "path", "source_path")

READERS: Final[tuple[Reader, ...]] = (
    # Most of pandas opens files through Python; wrapped all the same, for what it fetches from a URL.
    *_all(
        "pandas",
        """
        read_csv read_table read_fwf read_json read_pickle read_parquet read_feather read_orc
        read_excel read_hdf read_stata read_sas read_spss read_xml read_html
        """,
        _PANDAS,
    ),
    *_all("pyarrow", "memory_map input_stream", _ARROW),
    *_all("pyarrow.parquet", "read_table read_pandas ParquetFile.__init__ ParquetDataset.__init__", _ARROW),
    *_all("pyarrow.feather", "read_table read_feather", _ARROW),
    *_all("pyarrow.csv", "read_csv open_csv", _ARROW),
    *_all("pyarrow.json", "read_json open_json", _ARROW),
    *_all("pyarrow.orc", "read_table ORCFile.__init__", _ARROW),
    *_all("pyarrow.dataset", "dataset parquet_dataset", _ARROW),
    *_all(
        "polars",
        """
        read_csv read_parquet read_ipc read_ipc_stream read_ndjson read_json read_avro read_excel read_ods
        read_delta read_lines scan_csv scan_parquet scan_ipc scan_ndjson scan_delta scan_lines
        read_csv_batched
        """,
        _POLARS,
    ),
    *_all("duckdb", "read_csv read_parquet read_json from_csv_auto from_parquet", _all_arguments),
    *_all("duckdb", "connect", _duckdb_file),
    *_all(
        "duckdb",
        "DuckDBPyConnection.read_csv DuckDBPyConnection.read_parquet DuckDBPyConnection.read_json"
        " DuckDBPyConnection.from_csv_auto DuckDBPyConnection.from_parquet",
        _all_arguments,
    ),
    *_all("h5py", "File.__init__", _h5py_file),
    # Writers, by which later cells are told who made what they read.
    *_all("pandas", "DataFrame.to_parquet DataFrame.to_feather DataFrame.to_orc", _written(0, "path")),
    *_all("pyarrow.parquet", "write_table", _written(1, "where")),
    *_all("pyarrow.parquet", "ParquetWriter.__init__", _written(0, "where")),
    *_all("pyarrow.feather", "write_feather", _written(1, "dest")),
    *_all(
        "polars",
        "DataFrame.write_csv DataFrame.write_parquet DataFrame.write_ipc DataFrame.write_ndjson DataFrame.write_json"
        " LazyFrame.sink_parquet LazyFrame.sink_csv LazyFrame.sink_ipc",
        _written(0, "file", "path"),
    ),
)
