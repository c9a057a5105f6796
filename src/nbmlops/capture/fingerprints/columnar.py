"""polars and Arrow: tables and columns."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from nbmlops.capture.fingerprints.arrays import bool_column, float_column, int_column, ticks_column
from nbmlops.capture.fingerprints.arrow import ArrowColumns
from nbmlops.capture.fingerprints.context import Context, Digests
from nbmlops.capture.fingerprints.hashing import Column, combine, nothing
from nbmlops.capture.fingerprints.objects import dates_column, whole_column
from nbmlops.errors import FingerprintError

_UNITS = {"ns": "ns", "us": "us", "μs": "us", "ms": "ms"}
_NAT = np.iinfo(np.int64).min


def arrow_table_digests(context: Context, table: Any, where: str) -> Digests:
    """Digests of a `pyarrow.Table` or `pyarrow.RecordBatch`."""
    digests, schema = [], []
    for number, field in enumerate(table.schema):
        column = _arrow_column(context, table.column(number), f"column {field.name!r} of {where}")
        digests.append(context.digester.column(column))
        schema += [field.name, str(field.type)]
    content = context.table(digests, rows=table.num_rows)
    return Digests(content, combine("pyarrow.Table", len(digests), *schema))


def duckdb_digests(context: Context, relation: Any, where: str) -> Digests:
    """Digests of a `duckdb.DuckDBPyRelation`: its query is run, and its rows are those of an Arrow table."""
    if _arrow_module() is None:
        raise FingerprintError(f"{where}: a DuckDB relation needs pyarrow to be hashed. Pass relation.df().")
    read = (
        getattr(relation, "to_arrow_table", None) or relation.fetch_arrow_table
    )  # its name before DuckDB 1.3
    found = arrow_table_digests(context, read(), where)
    return Digests(found.content, combine("duckdb.DuckDBPyRelation", found.schema))


def arrow_array_digests(context: Context, array: Any, where: str) -> Digests:
    """Digests of a `pyarrow.Array` or `pyarrow.ChunkedArray`."""
    digest = context.digester.column(_arrow_column(context, array, where))
    return Digests(context.series([digest]), combine("pyarrow.Array", str(array.type)))


def polars_frame_digests(context: Context, frame: Any, where: str) -> Digests:
    """Digests of a `polars.DataFrame`."""
    digests, schema = [], []
    for series in frame.get_columns():
        column = _polars_column(context, series, f"column {series.name!r} of {where}")
        digests.append(context.digester.column(column))
        schema += [series.name, repr(series.dtype)]
    content = context.table(digests, rows=frame.height)
    return Digests(content, combine("polars.DataFrame", len(digests), *schema))


def polars_series_digests(context: Context, series: Any, where: str) -> Digests:
    """Digests of a `polars.Series`."""
    digest = context.digester.column(_polars_column(context, series, where))
    return Digests(context.series([digest]), combine("polars.Series", series.name, repr(series.dtype)))


def _arrow_column(context: Context, array: Any, where: str) -> Column:
    chunks = array.chunks if hasattr(array, "chunks") else [array]
    return ArrowColumns(sys.modules["pyarrow"], context.objects).column(chunks, array.type, where)


def _polars_column(context: Context, series: Any, where: str) -> Column:
    dtype = series.dtype
    kind = str(dtype.base_type())
    if kind in {"Int128", "UInt128"}:  # NumPy has none
        return context.objects.column(series.to_list(), where)
    if kind in {"Float32", "Float64", "Boolean"} or dtype.is_integer():
        return _numbers(series)
    if kind in {"Datetime", "Duration", "Date", "Time"}:
        return _instants(series, kind)
    if kind == "Null":
        return nothing(len(series))
    arrow = _arrow_module()
    if arrow is not None and kind != "Object":
        whole = _to_arrow(series, where)
        return ArrowColumns(arrow, context.objects).column([whole], whole.type, where)
    rows = series.to_list()
    return (
        context.objects.texts(rows)
        if kind in {"String", "Categorical", "Enum"}
        else context.objects.column(rows, where)
    )


def _to_arrow(series: Any, where: str) -> Any:
    panic = sys.modules["polars"].exceptions.PanicException
    try:
        return series.alias("").to_arrow()  # polars panics over a name with a null character
    except panic as error:
        raise FingerprintError(f"{where}: polars could not hand it to Arrow ({error}).") from error


def _arrow_module() -> Any:
    try:
        import pyarrow
    except ImportError:
        return None
    return pyarrow


def _dense(series: Any) -> tuple[Any, Any]:
    if not series.null_count():
        return series.to_numpy(), None
    fill = False if str(series.dtype) == "Boolean" else 0
    return series.fill_null(fill).to_numpy(), series.is_null().to_numpy()


def _numbers(series: Any) -> Column:
    values, missing = _dense(series)
    if values.dtype.kind == "b":
        return bool_column(values, missing)
    if values.dtype.kind == "f":
        return float_column(values, missing)
    return int_column(values, missing)


def _instants(series: Any, kind: str) -> Column:
    ticks, missing = _dense(series.to_physical())
    if kind == "Date":
        return dates_column(ticks, missing)
    if kind == "Time":
        return whole_column(ticks, missing, "time")
    if missing is not None:
        ticks = np.where(missing, _NAT, ticks)
    logical = "duration" if kind == "Duration" else "timestamp"
    if getattr(series.dtype, "time_zone", None) is not None:
        logical = "instant"
    return ticks_column(ticks, _UNITS[series.dtype.time_unit], logical=logical)
